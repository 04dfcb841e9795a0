import Gateway
import HTTP
import HTTPTypes
import Messages

/// What is proposed to agents: a draft of a reply and a summary. Asked for by hand, because a language model may be behind them.
struct AdviceRoutes: Sendable {
    let adviser: Adviser

    func register(on api: inout API) {
        api.signedIn(.post, "/api/v1/conversations/{id}/draft") { request, path, _ in
            let id = try await empty(request, path)
            guard let result = try await adviser.draft(for: id) else { throw APIProblem.notFound }
            return .json(.ok, try result.get(orThrow: Self.problem).json.bytes)
        }
        api.signedIn(.post, "/api/v1/conversations/{id}/summary") { request, path, _ in
            let id = try await empty(request, path)
            guard let result = try await adviser.summary(of: id) else { throw APIProblem.notFound }
            return .json(.ok, try result.get(orThrow: Self.problem).json.bytes)
        }
    }

    private func empty(_ request: ServerRequest, _ path: PathParameters) async throws -> ConversationID {
        guard let id = path["id"].flatMap({ ConversationID(path: $0) }) else { throw APIProblem.notFound }
        let fields = try await RequestFields(request)
        try fields.end()
        return id
    }

    private static func problem(_ refusal: Adviser.Refusal) -> APIProblem {
        switch refusal {
        case .nothingFits: APIProblem(.conflict, "nothing_fits", "no article is near what the customer wrote")
        case .notSetUp: APIProblem(.conflict, "no_language_model", "no language model is set up for this: see `language_model` in the settings")
        case .noText: APIProblem(.badGateway, "no_text", "the language model gave no text that the conversation carries; try again later")
        }
    }
}

extension Result {
    fileprivate func get(orThrow problem: (Failure) -> APIProblem) throws -> Success {
        switch self {
        case .success(let value): value
        case .failure(let failure): throw problem(failure)
        }
    }
}

extension Adviser.Draft {
    fileprivate var json: JSON {
        [
            "text": .string(text), "source": isWritten ? "model" : "article",
            "articles": .array(
                articles.map { ["id": .string($0.article), "title": .string($0.title), "version": .string($0.version), "confidence": .number($0.confidence)] }),
        ]
    }
}

extension Adviser.Summary {
    fileprivate var json: JSON {
        ["sentences": .array(sentences.map { ["text": .string($0.text), "messages": .array($0.messages.map { .string($0.text) })] })]
    }
}
