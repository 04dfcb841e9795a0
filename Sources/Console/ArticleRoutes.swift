import Conversations
import Gateway
import HTTP
import HTTPTypes
import Knowledge
import Messages
import Storage

/// The knowledge base as people edit it together: lists, texts, drafts, approval, publication.
struct ArticleRoutes: Sendable {
    private static let mostAtOnce = 200

    let desk: KnowledgeDesk

    func register(on api: inout API) {
        api.signedIn(.get, "/api/v1/articles") { request, _, _ in try await list(request) }
        api.signedIn(.post, "/api/v1/articles") { request, _, caller in
            var fields = try await RequestFields(request)
            let note = try fields.note()
            let text = try newText(&fields)
            try fields.end()
            return .json(.created, try await desk.create(text, by: caller.ref, note: note).json.bytes)
        }
        api.signedIn(.get, "/api/v1/articles/{id}") { request, path, _ in try await answer(desk.detail(try await key(request, path))) }
        api.signedIn(.put, "/api/v1/articles/{id}/draft") { request, path, caller in
            let key = try await key(request, path)
            var fields = try await RequestFields(request)
            let base = try fields.version("base_version", or: request)
            let onto = try fields.optionalText("live_version")
            let note = try fields.note()
            let text = try await text(&fields, key)
            try fields.end()
            return try await answer(desk.save(text, of: key, base: base, onto: onto, by: caller.ref, note: note))
        }
        act("discard", on: &api) { key, version, agent, _ in try await desk.discard(key, base: version, by: agent) }
        act("submit", on: &api) { key, version, agent, note in try await desk.submit(key, version: version, by: agent, note: note) }
        act("approve", role: .admin, on: &api) { key, version, agent, note in try await desk.approve(key, version: version, by: agent, note: note) }
        act("return", role: .admin, on: &api) { key, version, agent, note in try await desk.sendBack(key, version: version, by: agent, note: note) }
        act("publish", role: .admin, on: &api) { key, version, agent, note in try await desk.publish(key, version: version, by: agent, note: note) }
        act("archive", role: .admin, on: &api) { key, version, agent, note in try await desk.archive(key, base: version, by: agent, note: note) }
        api.signedIn(.post, "/api/v1/articles/{id}/restore") { request, path, caller in
            let key = try await key(request, path)
            var fields = try await RequestFields(request)
            let version = try fields.text("version")
            let base = try fields.version("base_version", or: request)
            try fields.end()
            return try await answer(desk.restore(version, of: key, base: base, by: caller.ref))
        }
        api.signedIn(.post, "/api/v1/articles/{id}/approval", role: .admin) { request, path, caller in
            let key = try await key(request, path)
            var fields = try await RequestFields(request)
            let needed = try fields.flag("needed")
            try fields.end()
            return try await answer(desk.rule(key, needsApproval: needed, by: caller.ref))
        }
    }

    /// An act on one version of an article: what the caller saw when he decided.
    private func act(
        _ verb: String, role: AgentAccount.Role? = nil, on api: inout API,
        _ act: @escaping @Sendable (ArticleKey, String, AgentRef, String?) async throws -> KnowledgeDesk.Detail
    ) {
        api.signedIn(.post, "/api/v1/articles/{id}/\(verb)", role: role) { request, path, caller in
            let key = try await key(request, path)
            var fields = try await RequestFields(request)
            let version = try fields.version("version", or: request)
            let note = try fields.note()
            try fields.end()
            return try await answer(act(key, version, caller.ref, note))
        }
    }

    private func answer(_ detail: KnowledgeDesk.Detail) -> ServerResponse {
        var response = ServerResponse.json(.ok, detail.json.bytes)
        if let current = detail.row.current { response.fields[.eTag] = "\"\(current)\"" }
        return response
    }

    private func list(_ request: ServerRequest) async throws -> ServerResponse {
        let query = try QueryFields(request, known: ["status", "language", "text", "due", "limit", "after"])
        var filter = ArticleFilter()
        if let name = query["status"] {
            guard let show = ArticleFilter.Show(rawValue: name) else {
                throw QueryFields.wrong("status", "must be \(ArticleFilter.Show.allCases.map(\.rawValue).joined(separator: ", "))")
            }
            filter.show = show
        }
        filter.language = query["language"]
        if let text = query["text"] {
            guard text.utf8.count <= 500 else { throw QueryFields.wrong("text", "is longer than 500 bytes") }
            filter.words = KnowledgeBase.folded(text).split(separator: " ").map(String.init)
        }
        switch query["due"] {
        case "true": filter.dueBefore = .now()
        case "false", nil: break
        default: throw QueryFields.wrong("due", "must be true or false")
        }
        let limit = try query.limit(default: 50, most: Self.mostAtOnce)
        var after: ArticleKey?
        if let text = query["after"] {
            guard let read = ArticleKey(cursor: text) else { throw QueryFields.wrong("after", "is not what \"next\" of an earlier page said") }
            after = read
        }
        let found = try await desk.articles(filter, limit: limit + 1, after: after)
        let page = found.prefix(limit)
        let next = found.count > limit ? page.last?.key.cursor : nil
        return .json(.ok, (["articles": .array(page.map { $0.json(needsApproval: desk.needsApproval($0)) }), "next": .text(next)] as JSON).bytes)
    }

    /// The article that a path names; a slash of its id is written `~` there. The language may be left out where there is only one.
    func key(_ request: ServerRequest, _ path: PathParameters, _ known: Set<String> = []) async throws -> ArticleKey {
        let query = try QueryFields(request, known: known.union(["language"]))
        let id = String((path["id"] ?? "").map { $0 == "~" ? "/" : $0 })
        return try await desk.key(id: id, language: query["language"])
    }

    /// The file that a request brings as `text`, or what it sets of the text there is as `fields`.
    private func text(_ fields: inout RequestFields, _ key: ArticleKey) async throws -> String {
        guard let set = fields.value("fields") else { return try fields.text("text") }
        let detail = try await desk.detail(key)
        guard let current = detail.draft ?? detail.live ?? detail.archived else { throw RequestFields.wrong("text", "is missing: there is nothing to set fields of") }
        var article: Article
        do throws(ArticleProblem) {
            article = try ArticleFile.parse(current.text, file: "", version: "")
        } catch {
            throw RequestFields.wrong("fields", "cannot be set: what is there cannot be read (\(error.message)); send the whole file as \"text\"")
        }
        try ArticleFields.set(set, in: &article)
        return ArticleFile.text(of: article)
    }

    private func newText(_ fields: inout RequestFields) throws -> String {
        guard let set = fields.value("fields") else { return try fields.text("text") }
        var article = Article(id: try fields.text("id"), title: "", language: try fields.text("language"))
        try ArticleFields.set(set, in: &article)
        return ArticleFile.text(of: article)
    }
}

extension RequestFields {
    /// A word of the author about the change, at most 1,000 bytes.
    mutating func note() throws -> String? {
        guard let note = try optionalText("note") else { return nil }
        guard note.utf8.count <= 1_000 else { throw Self.wrong("note", "is longer than 1,000 bytes") }
        return note
    }

    /// The version that the caller saw: a field, or `If-Match`.
    mutating func version(_ name: String, or request: ServerRequest) throws -> String {
        let field = try optionalText(name)
        guard let header = try request.only("if-match") else {
            guard let field else { throw Self.wrong(name, "is missing: name the version that you saw, here or as If-Match") }
            return field
        }
        guard header.utf8.count > 2, header.first == "\"", header.last == "\"" else { throw APIProblem(.badRequest, "malformed", "If-Match must be one version in quotes") }
        let version = String(header.dropFirst().dropLast())
        guard field == nil || field == version else { throw Self.wrong(name, "is another version than If-Match") }
        return version
    }
}

extension ArticleKey {
    /// Where a page of articles ended: opaque to clients, strictly read.
    var cursor: String { Base64URL.encode(Array("\(language) \(id)".utf8)) }

    init?(cursor: String) {
        guard cursor.utf8.count <= 256, let bytes = Base64URL.decode(cursor), let text = String(validating: bytes, as: UTF8.self),
            let space = text.firstIndex(of: " ")
        else { return nil }
        self.init(id: String(text[text.index(after: space)...]), language: String(text[..<space]))
    }
}
