import Conversations
import Knowledge
package import Messages
package import Storage

/// Proposes to agents: a draft of a reply, a summary. Nothing of it is said to a customer unless an agent sends it.
package struct Adviser: Sendable {
    package struct Suggestion: Sendable {
        package var article: String
        package var title: String
        package var version: String
        package var confidence: Double
    }

    package struct Draft: Sendable {
        package var text: String
        /// Written by the language model out of the articles; else it is the first article's text.
        package var isWritten: Bool
        /// The articles nearest to what the customer wrote last, best first, at most three.
        package var articles: [Suggestion]
    }

    package struct Summary: Sendable {
        /// Each sentence with the messages that it sums up.
        package var sentences: [(text: String, messages: [MessageID])]
    }

    package enum Refusal: Error, Sendable, Hashable {
        /// Nothing in the knowledge base is near what the customer wrote, or the customer wrote nothing.
        case nothingFits
        /// No language model is set up for this.
        case notSetUp
        /// The language model failed, rests, or wrote what the conversation does not carry.
        case noText
    }

    private static let mostMessages = 60
    private static let lookedBack = 5

    private let store: Store
    private let library: Library
    private let assistant: Assistant?

    package init(store: Store, library: Library, assistant: Assistant?) {
        self.store = store
        self.library = library
        self.assistant = assistant
    }

    /// A reply to what the customer wrote last; nil when there is no such conversation.
    package func draft(for id: ConversationID) async throws -> Result<Draft, Refusal>? {
        guard let detail = try await store.conversation(id) else { return nil }
        let base = library.base
        let row = detail.listing.row
        let said = detail.messages.filter { $0.direction == "in" && !$0.isDeleted }.suffix(Self.lookedBack).reversed()
        // "A person, please" is not what the reply is about: what was asked before is.
        guard
            let (asked, match) = said.lazy.map({ message in
                (message, base.match(Query(text: message.text, language: row.state.language, channelKind: row.channelKind, channel: row.channel)))
            }).first(where: { $0.1.decision.isAboutSomething })
        else { return .failure(.nothingFits) }
        let near = match.candidates.prefix(3).compactMap { candidate in base.article(candidate.articleID, language: candidate.language).map { (candidate, $0) } }
        guard let first = near.first else { return .failure(.nothingFits) }
        let articles = near.map { Suggestion(article: $0.0.articleID, title: $0.0.title, version: $0.0.version, confidence: $0.0.confidence) }
        let texts = near.map { $0.1.answer(forChannelKind: row.channelKind) }
        let plain = Draft(text: texts[0], isWritten: false, articles: articles)
        guard let assistant, assistant.isUsed(for: .drafts) else { return .success(plain) }
        do throws(Assistant.Failure) {
            let sentences = try await assistant.draft(asked.text, articles: texts, language: first.1.language)
            return .success(Draft(text: sentences.map(\.text).joined(separator: " "), isWritten: true, articles: articles))
        } catch {
            return .success(plain)
        }
    }

    /// What was said so far, notes left out; nil when there is no such conversation.
    package func summary(of id: ConversationID) async throws -> Result<Summary, Refusal>? {
        guard let detail = try await store.conversation(id) else { return nil }
        guard let assistant, assistant.isUsed(for: .summaries) else { return .failure(.notSetUp) }
        let said = detail.messages.filter { $0.direction != "note" && !$0.isDeleted }.suffix(Self.mostMessages)
        guard !said.isEmpty else { return .failure(.nothingFits) }
        let messages = Array(said)
        do throws(Assistant.Failure) {
            let sentences = try await assistant.summarise(messages.map { ($0.authorKind, $0.text) }, language: detail.listing.row.state.language ?? "en")
            return .success(Summary(sentences: sentences.map { ($0.text, $0.messages.map { messages[$0].id }) }))
        } catch {
            return .failure(.noText)
        }
    }
}

extension Match.Decision {
    /// Not a greeting, a thank-you or a wish for a person.
    fileprivate var isAboutSomething: Bool {
        switch self {
        case .answer, .which, .unsure: true
        default: false
        }
    }
}
