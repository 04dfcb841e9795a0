import Conversations
import Gateway
import HTTP
import HTTPTypes
import Messages
import Storage

/// The queue and the conversations: what agents read and do.
struct ConversationRoutes: Sendable {
    private static let mostAtOnce = 200
    /// Files of one reply.
    private static let mostFiles = 10

    let desk: Desk

    func register(on api: inout API) {
        api.signedIn(.get, "/api/v1/conversations") { request, _, caller in try await list(request, caller) }
        api.signedIn(.get, "/api/v1/conversations/{id}") { _, path, _ in try await detail(try id(path)) }
        api.signedIn(.post, "/api/v1/conversations/{id}/messages/{message}/accept-writer") { request, path, caller in try await acceptWriter(request, path, caller) }
        act("take", on: &api, names: "from") { agent, holder in .take(agent, from: holder.map(AgentID.init)) }
        say("reply", on: &api, takesFiles: true) { agent, text in .reply(agent, text) }
        say("note", on: &api) { agent, text in .note(agent, text) }
        act("return", on: &api) { agent, _ in .returnToBot(agent) }
        act("close", on: &api) { agent, _ in .close(agent) }
    }

    private func list(_ request: ServerRequest, _ caller: Caller) async throws -> ServerResponse {
        let query = try QueryFields(request, known: ["owner", "limit", "before"])
        let filter: ConversationFilter
        switch query["owner"] {
        case "queue": filter = .queue
        case "mine": filter = .mine(caller.agent.id)
        case "bot": filter = .bot
        case "open", nil: filter = .open
        case "closed": filter = .closed
        default: throw QueryFields.wrong("owner", "must be queue, mine, bot, open or closed")
        }
        let limit = try query.limit(default: 50, most: Self.mostAtOnce)
        var cursor: Cursor?
        if let text = query["before"] {
            guard let read = Cursor(text) else { throw QueryFields.wrong("before", "is not what \"next\" of an earlier page said") }
            cursor = read
        }
        // One more than asked for tells whether there is a next page.
        let found = try await desk.conversations(filter, limit: limit + 1, before: cursor.map { ($0.updatedAt, $0.id) })
        let page = found.prefix(limit)
        let next = found.count > limit ? page.last.map { Cursor(after: $0.row).text } : nil
        return .json(.ok, (["conversations": .array(page.map(\.json)), "next": .text(next)] as JSON).bytes)
    }

    private func id(_ path: PathParameters) throws -> ConversationID {
        guard let id = path["id"].flatMap({ ConversationID(path: $0) }) else { throw APIProblem.notFound }
        return id
    }

    private func acceptWriter(_ request: ServerRequest, _ path: PathParameters, _ caller: Caller) async throws -> ServerResponse {
        let id = try id(path)
        guard let message = path["message"].flatMap({ MessageID(path: $0) }) else { throw APIProblem.notFound }
        try await RequestFields(request).end()
        guard try await desk.acceptWriter(of: message, in: id, by: AgentRef(id: caller.agent.id, name: caller.agent.name)) else { throw APIProblem.notFound }
        return try await detail(id)
    }

    private func detail(_ id: ConversationID) async throws -> ServerResponse {
        guard let detail = try await desk.conversation(id) else { throw APIProblem.notFound }
        return .json(.ok, detail.json.bytes)
    }

    /// - Parameter field: the one field that the body may have.
    private func act(_ verb: String, on api: inout API, names field: String? = nil, _ command: @escaping @Sendable (AgentRef, String?) -> ConversationCommand) {
        api.signedIn(.post, "/api/v1/conversations/{id}/\(verb)") { request, path, caller in
            let id = try id(path)
            var fields = try await RequestFields(request)
            let named = try field.flatMap { try fields.optionalText($0) }
            try fields.end()
            return try await act(command(caller.ref, named), in: id)
        }
    }

    /// An act that says something: a repeat under the same `Idempotency-Key` says it once.
    private func say(_ verb: String, on api: inout API, takesFiles: Bool = false, _ command: @escaping @Sendable (AgentRef, String) -> ConversationCommand) {
        api.signedIn(.post, "/api/v1/conversations/{id}/\(verb)") { request, path, caller in
            let id = try id(path)
            var fields = try await RequestFields(request)
            let text = try fields.text("text")
            let files = takesFiles ? try fields.optionalTexts("files", most: Self.mostFiles) : []
            try fields.end()
            let key = try idempotencyKey(of: request, caller, about: ([verb, id.text] + files + [text]).joined(separator: " "))
            return try await act(command(caller.ref, text), in: id, key: key, uploads: files)
        }
    }

    private func act(_ command: ConversationCommand, in id: ConversationID, key: (agent: AgentID, key: String, digest: String)? = nil, uploads: [String] = []) async throws
        -> ServerResponse
    {
        guard let result = try await desk.act(command, in: id, key: key, uploads: uploads) else { throw APIProblem.notFound }
        _ = try result.get()
        return try await detail(id)
    }

    private func idempotencyKey(of request: ServerRequest, _ caller: Caller, about act: String) throws -> (agent: AgentID, key: String, digest: String)? {
        guard let key = try request.only("idempotency-key") else { return nil }
        guard !key.isEmpty, key.utf8.count <= 200, key.utf8.allSatisfy({ (0x21...0x7E).contains($0) }) else {
            throw APIProblem(.badRequest, "invalid_key", "the header Idempotency-Key must be 1 to 200 visible ASCII characters")
        }
        return (caller.agent.id, key, Secrets.digest(act))
    }
}
