import Conversations
import Gateway
import HTTP
import HTTPTypes
import Messages
import Storage

/// What conversations teach: which article was right for a message, why the bot chose it, and a good reply that becomes an article.
struct LessonRoutes: Sendable {
    let desk: KnowledgeDesk

    func register(on api: inout API) {
        let review = "/api/v1/conversations/{id}/messages/{message}/review"
        api.signedIn(.post, review) { request, path, caller in
            let (conversation, message) = try Self.place(path)
            var fields = try await RequestFields(request)
            guard let value = fields.value("article") else { throw RequestFields.wrong("article", "is missing: an article's id, or null when none is right") }
            guard value.isNull || value.string != nil else { throw RequestFields.wrong("article", "must be an article's id or null") }
            try fields.end()
            guard let review = try await desk.review(message, in: conversation, article: value.string, by: caller.ref) else { throw Self.noMessage }
            return .json(.ok, review.json.bytes)
        }
        api.signedIn(.delete, review) { _, path, _ in
            let (conversation, message) = try Self.place(path)
            guard try await desk.unreview(message, in: conversation) else { throw APIProblem(.notFound, "not_found", "nobody said which article is right for this message") }
            return ServerResponse(.noContent)
        }
        api.signedIn(.get, "/api/v1/conversations/{id}/messages/{message}/explanation") { _, path, _ in
            let (conversation, message) = try Self.place(path)
            guard let explanation = try await desk.explanation(of: message, in: conversation) else { throw Self.noMessage }
            return .json(.ok, explanation.json.bytes)
        }
        api.signedIn(.post, "/api/v1/conversations/{id}/messages/{message}/draft") { request, path, caller in
            let (conversation, message) = try Self.place(path)
            var fields = try await RequestFields(request)
            let (id, title, language) = (try fields.optionalText("id"), try fields.optionalText("title"), try fields.optionalText("language"))
            try fields.end()
            guard let detail = try await desk.draft(from: message, in: conversation, id: id, title: title, language: language, by: caller.ref) else { throw Self.noMessage }
            return .json(.created, detail.json.bytes)
        }
    }

    private static var noMessage: APIProblem { APIProblem(.notFound, "not_found", "there is no such message, or it has no question") }

    private static func place(_ path: PathParameters) throws -> (ConversationID, MessageID) {
        guard let conversation = path["id"].flatMap({ ConversationID(path: $0) }), let message = path["message"].flatMap({ MessageID(path: $0) }) else { throw noMessage }
        return (conversation, message)
    }
}
