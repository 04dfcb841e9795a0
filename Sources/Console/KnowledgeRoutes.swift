import Conversations
import Gateway
import HTTP
import HTTPTypes
import Knowledge
import Messages
import Storage

/// What there is to know about articles: their versions, what they were used for, what a change would alter, what is missing.
struct KnowledgeRoutes: Sendable {
    private static let mostVersions = 1_000
    private static let mostAnswers = 500

    let desk: KnowledgeDesk
    let articles: ArticleRoutes

    func register(on api: inout API) {
        api.signedIn(.get, "/api/v1/articles/{id}/versions") { request, path, _ in
            let key = try await articles.key(request, path)
            guard try await desk.store.article(key) != nil else { throw ArticleRefusal.unknown(key) }
            let versions = try await desk.store.articleVersions(key, limit: Self.mostVersions)
            let changes = try await desk.store.articleChanges(key, limit: Self.mostVersions)
            return .json(.ok, (["versions": .array(versions.map(\.json)), "changes": .array(changes.map(\.json))] as JSON).bytes)
        }
        api.signedIn(.get, "/api/v1/articles/{id}/versions/{version}") { request, path, _ in
            let key = try await articles.key(request, path)
            return .json(.ok, try await desk.version(key, path["version"] ?? "").whole.bytes)
        }
        api.signedIn(.get, "/api/v1/articles/{id}/diff") { request, path, _ in try await diff(request, path) }
        api.signedIn(.get, "/api/v1/articles/{id}/review") { request, path, _ in try await review(request, path) }
        api.signedIn(.get, "/api/v1/articles/{id}/answers") { request, path, _ in
            let key = try await articles.key(request, path, ["limit", "days"])
            let query = try QueryFields(request, known: ["language", "limit", "days"])
            let answers = try await desk.answersGiven(from: key, days: try query.number("days", usual: 90, 1...3_650), limit: try query.limit(default: 100, most: Self.mostAnswers))
            return .json(.ok, (["answers": .array(answers.map(\.json))] as JSON).bytes)
        }
        api.signedIn(.get, "/api/v1/articles/{id}/effect") { request, path, _ in
            .json(.ok, try await desk.effect(try await articles.key(request, path)).json.bytes)
        }
        api.signedIn(.post, "/api/v1/articles/{id}/preview") { request, path, _ in
            let key = try await articles.key(request, path)
            var fields = try await RequestFields(request)
            let version = try fields.optionalText("version")
            let removed = fields.value("archived")?.bool ?? false
            try fields.end()
            let detail = try await desk.detail(key)
            guard removed || version ?? detail.row.draft != nil else { throw RequestFields.wrong("version", "is missing: the article has no draft") }
            return .json(.ok, try await desk.preview(key, version: removed ? nil : version ?? detail.row.draft).json.bytes)
        }
        api.signedIn(.get, "/api/v1/knowledge/gaps") { request, _, _ in
            let query = try QueryFields(request, known: ["days", "limit"])
            let gaps = try await desk.gaps(days: try query.number("days", usual: 30, 1...365), limit: try query.limit(default: 50, most: 200))
            return .json(.ok, (["gaps": .array(gaps.map(\.json))] as JSON).bytes)
        }
        api.signedIn(.get, "/api/v1/knowledge/health") { request, _, _ in
            _ = try QueryFields(request, known: [])
            return .json(.ok, desk.health.json.bytes)
        }
        api.signedIn(.get, "/api/v1/answers/{message}") { _, path, _ in
            guard let message = path["message"].flatMap({ MessageID(path: $0) }) else { throw Self.noMessage }
            let sources = try await desk.sources(of: message)
            guard !sources.isEmpty else { throw Self.noMessage }
            return .json(.ok, (["answers": .array(sources.map { ["answer": $0.answer.json, "text": $0.text?.traced ?? .null] })] as JSON).bytes)
        }
    }

    private static var noMessage: APIProblem { APIProblem(.notFound, "not_found", "there is no such message, or no article was in it") }

    private func diff(_ request: ServerRequest, _ path: PathParameters) async throws -> ServerResponse {
        let key = try await articles.key(request, path, ["from", "to"])
        let query = try QueryFields(request, known: ["language", "from", "to"])
        let detail = try await desk.detail(key)
        guard let from = query["from"] ?? detail.row.live ?? detail.row.archived else { throw QueryFields.wrong("from", "is missing: nothing is live") }
        guard let to = query["to"] ?? detail.row.draft ?? detail.row.live else { throw QueryFields.wrong("to", "is missing: there is no draft") }
        let (old, new) = (try await desk.version(key, from), try await desk.version(key, to))
        let lines = LineDiff.between(ArticleFile.normal(old.text), ArticleFile.normal(new.text))
        let shown = lines.map { ["change": .string($0.change.rawValue), "text": .string($0.text)] as JSON }
        return .json(.ok, (["from": .string(from), "to": .string(to), "lines": .array(shown)] as JSON).bytes)
    }

    private func review(_ request: ServerRequest, _ path: PathParameters) async throws -> ServerResponse {
        let key = try await articles.key(request, path, ["version"])
        let query = try QueryFields(request, known: ["language", "version"])
        let detail = try await desk.detail(key)
        guard let version = query["version"] ?? detail.row.current else { throw QueryFields.wrong("version", "is missing") }
        let found = try await desk.check(key, version)
        return .json(
            .ok,
            ([
                "version": .string(version), "publishable": .bool(!found.conflicts.contains(where: \.isBlocking)),
                "conflicts": .array(found.conflicts.map(\.json)), "readability": found.readability?.json ?? .null,
            ] as JSON).bytes)
    }
}
