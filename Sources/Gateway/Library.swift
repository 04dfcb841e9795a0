import Conversations
package import Knowledge
import Messages
import Synchronization

/// The live knowledge base. Replaced as a whole, so that a question is answered from one consistent set of articles.
package final class Library: Sendable {
    private let current: Mutex<KnowledgeBase>

    package init(_ base: KnowledgeBase) {
        current = Mutex(base)
    }

    package var base: KnowledgeBase { current.withLock { $0 } }

    package func replace(_ base: KnowledgeBase) {
        current.withLock { $0 = base }
    }

    /// What the knowledge base makes of a customer's message.
    ///
    /// - Parameter asksForPerson: the channel says so itself (`/human`).
    func consider(_ message: ConsideredMessage) -> Consideration {
        let base = base
        let text = message.text
        guard !message.isAutomatic else { return Consideration(finding: .silence, text: text, language: message.language) }
        if message.asksForPerson { return Consideration(finding: .wantsPerson, text: text, language: message.language, facts: message.facts) }
        guard text.utf8.contains(where: { $0 > 0x20 }), !text.utf8.allSatisfy({ $0 < 0x30 }) else {
            return Consideration(finding: .unreadable, text: text, language: message.language, facts: message.facts)
        }
        let match = base.match(Query(text: text, language: message.language, channelKind: message.channelKind, channel: message.channel, audience: []))
        let language = match.language ?? message.language
        let finding: Consideration.Finding =
            switch match.decision {
            case .answer(let candidate):
                base.answerText(for: candidate, channelKind: message.channelKind).map {
                    .answer(article: candidate.articleID, title: candidate.title, version: candidate.version, confidence: candidate.confidence, text: $0)
                } ?? .unsure(nearest: [])
            case .which(let candidates): .which(candidates.map { ArticleChoice(article: $0.articleID, title: $0.title) })
            case .unsure: .unsure(nearest: match.candidates.prefix(3).map { TriedArticle(article: $0.articleID, title: $0.title, confidence: $0.confidence) })
            case .wantsPerson: .wantsPerson
            case .thanks: .thanks
            case .greeting: .greeting
            case .helped: .helped
            case .notHelped: .notHelped
            }
        let kind = message.channelKind
        return Consideration(finding: finding, text: text, language: language, facts: message.facts) { id, wanted in
            let article = (wanted ?? language).flatMap { base.article(id, language: $0) } ?? base.languages.lazy.compactMap { base.article(id, language: $0) }.first
            return article.map {
                Consideration.ArticleText(title: $0.title, version: $0.version, text: $0.answer(forChannelKind: kind), language: $0.language, script: $0.script)
            }
        }
    }
}

/// What is considered of a message, however it came.
struct ConsideredMessage: Sendable {
    var text: String
    var language: String?
    var channel: String
    var channelKind: String
    var isAutomatic: Bool
    var asksForPerson: Bool
    var facts: [Handoff.Fact]
}

extension ConsideredMessage {
    init(_ event: InboundEvent, channel: Channel) {
        var facts: [Handoff.Fact] = [Handoff.Fact("channel", channel.name)]
        if let name = event.sender.name { facts.append(Handoff.Fact("name", name)) }
        if let email = event.sender.email { facts.append(Handoff.Fact("email", email)) }
        if let subject = event.subject { facts.append(Handoff.Fact("subject", subject)) }
        facts += event.notes.prefix(3).map { Handoff.Fact("note", $0) }
        if let verification = event.sender.verification, verification.verdict == .failed { facts.append(Handoff.Fact("sender", verification.explanation)) }
        self.init(
            text: event.text, language: event.sender.locale, channel: channel.name, channelKind: channel.kind, isAutomatic: event.isAutomatic,
            // Who is perhaps somebody else gets no answer of the bot: a person decides.
            asksForPerson: event.sender.verification?.verdict == .failed || event.extras.contains { $0.name == "command" && $0.value == "human" }, facts: facts)
    }
}
