package import Conversations
package import Knowledge
import Messages
import Synchronization

/// The live knowledge base. Replaced as a whole, so that a question is answered from one consistent set of articles.
package final class Library: Sendable {
    /// Articles that are offered where the answer was not what was meant.
    private static let mostAlternatives = 3

    private let current: Mutex<(base: KnowledgeBase, number: Int)>
    /// What the settings say of each action, by name.
    private let actions: [String: Consideration.ActionFacts]

    package init(_ base: KnowledgeBase, actions: [Action] = []) {
        current = Mutex((base, 0))
        self.actions = Dictionary(uniqueKeysWithValues: actions.map { ($0.name, Consideration.ActionFacts(changes: $0.changes)) })
    }

    package var base: KnowledgeBase { current.withLock { $0.base } }

    /// The same with its number, for what is made of it once: another one has another number.
    package var numbered: (base: KnowledgeBase, number: Int) { current.withLock { $0 } }

    package func replace(_ base: KnowledgeBase) {
        current.withLock { $0 = (base, $0.number + 1) }
    }

    /// The live articles that call an action which the settings do not know: their dialogues go to people.
    package static func unknownActions(of base: KnowledgeBase, actions: [Action]) -> [(article: Article, action: String)] {
        base.articles.compactMap { article in
            guard let call = article.script?.call, !actions.contains(where: { $0.name == call.action }) else { return nil }
            return (article, call.action)
        }
    }

    /// What the knowledge base makes of a customer's message.
    ///
    /// - Parameter asksForPerson: the channel says so itself (`/human`).
    package func consider(_ message: ConsideredMessage) -> Consideration {
        let base = base
        let text = message.text
        guard !message.isAutomatic else { return Consideration(finding: .silence, text: text, language: message.language) }
        let kind = message.channelKind
        func considered(_ finding: Consideration.Finding, _ language: String?, whole: Match? = nil, correction: String? = nil, isAngry: Bool = false) -> Consideration {
            Consideration(
                finding: finding, text: text, language: language, facts: message.facts, correction: correction, isAngry: isAngry,
                article: { [self] id, wanted in article(id, language: wanted ?? language, channelKind: kind, in: base) },
                continuation: { asked in
                    // Also for what was read without a greeting before it: the whole says the same.
                    guard let whole else { return nil }
                    let query = Query(text: text, language: language, channelKind: kind, channel: message.channel)
                    let before = AskedBefore(question: asked.question, articleID: asked.article, language: asked.language)
                    return base.followUp(query, after: before, alone: whole).map { found in
                        .init(
                            article: found.candidate.articleID, confidence: found.candidate.confidence, reading: found.reading,
                            quote: found.passages.isEmpty ? nil : found.passages.joined(separator: "\n"))
                    }
                },
                alternatives: { asked in
                    let query = Query(text: asked.question, language: asked.language, channelKind: kind, channel: message.channel)
                    return base.match(query).candidates.filter { $0.articleID != asked.article }.prefix(Self.mostAlternatives)
                        .map { ArticleChoice(article: $0.articleID, title: $0.title) }
                },
                takers: { wanted in
                    guard let spoken = base.languages.first(where: { $0 == wanted?.primarySubtag }) ?? base.languages.first else { return [] }
                    let setting = SlotReading.Setting(now: .now(), utcOffset: .zero, language: spoken)
                    return base.articles(for: Query(text: text, channelKind: kind, channel: message.channel), language: spoken)
                        .filter { $0.script?.slots.contains { SlotReading.mentioned(in: text, $0, setting) != nil } == true }
                        .prefix(Self.mostAlternatives).map { ArticleChoice(article: $0.id, title: $0.title) }
                })
        }
        if message.asksForPerson { return considered(.wantsPerson, message.language) }
        guard text.utf8.contains(where: { $0 > 0x20 }), !text.utf8.allSatisfy({ $0 < 0x30 }) else { return considered(.unreadable, message.language) }
        let tone = MessageTone(text)
        var query = Query(text: text, language: message.language, channelKind: message.channelKind, channel: message.channel, audience: [])
        let whole = base.match(query)
        var match = whole
        let language = match.language ?? message.language
        if match.decision == .wantsPerson { return considered(.wantsPerson, language) }
        if let matter = tone.matter { return considered(.urgent(matter.rawValue), language) }
        // "No, I meant …": what comes after it counts, where it says more than the whole.
        let correction = Correction.rest(of: text)
        if let correction {
            query.text = correction
            query.language = language
            let meant = base.match(query)
            if case .answer = meant.decision { match = meant }
            query.text = text
        }
        if correction == nil, let matter = Courtesies.matter(of: text) {
            query.text = matter
            query.language = language
            let meant = base.match(query)
            switch (match.decision, meant.decision) {
            case (_, .unsure): break
            case (.unsure, _), (.which, .answer): match = meant
            // The name below thanks is no question.
            case (.answer, .thanks), (.answer, .helped), (.answer, .notHelped), (.which, .thanks), (.which, .helped), (.which, .notHelped): match = meant
            default: break
            }
            query.text = text
        }
        let parts = correction == nil ? base.parts(of: query, whole: match) : []
        let finding: Consideration.Finding =
            parts.isEmpty
            ? Self.finding(match, in: base, channelKind: kind)
            : .several(
                parts.map { part in
                    .init(
                        text: part.text,
                        answer: part.answer.map { TriedArticle(article: $0.articleID, title: $0.title, confidence: $0.confidence, version: $0.version) })
                })
        return considered(finding, language, whole: whole, correction: correction, isAngry: tone.isAngry)
    }

    private static func finding(_ match: Match, in base: KnowledgeBase, channelKind: String?) -> Consideration.Finding {
        switch match.decision {
        case .answer(let candidate):
            base.answerText(for: candidate, channelKind: channelKind).map {
                .answer(article: candidate.articleID, title: candidate.title, version: candidate.version, confidence: candidate.confidence, text: $0)
            } ?? .unsure(nearest: [])
        case .which(let candidates): .which(candidates.map { ArticleChoice(article: $0.articleID, title: $0.title) })
        case .unsure: .unsure(nearest: match.candidates.prefix(3).map { TriedArticle(article: $0.articleID, title: $0.title, confidence: $0.confidence) })
        case .wantsPerson: .wantsPerson
        case .thanks: .thanks
        case .greeting: .greeting
        case .helped: .helped
        case .notHelped: .notHelped
        case .asksIfMachine: .asksIfMachine
        }
    }

    /// A live article as it is said on that kind of channel, in that language if there is one; nil when it is not live any more.
    package func article(_ id: String, language: String?, channelKind: String?) -> Consideration.ArticleText? {
        article(id, language: language, channelKind: channelKind, in: base)
    }

    private func article(_ id: String, language: String?, channelKind: String?, in base: KnowledgeBase) -> Consideration.ArticleText? {
        func find(_ id: String) -> Article? {
            language.flatMap { base.article(id, language: $0) } ?? base.languages.lazy.compactMap { base.article(id, language: $0) }.first
        }
        guard let article = find(id) else { return nil }
        return Consideration.ArticleText(
            title: article.title, version: article.version, text: article.answer(forChannelKind: channelKind), language: article.language, script: article.script,
            action: article.script?.call.flatMap { actions[$0.action] },
            followUps: article.followUps.compactMap { id in find(id).map { ArticleChoice(article: $0.id, title: $0.title) } })
    }
}

/// What is considered of a message, however it came.
package struct ConsideredMessage: Sendable {
    package var text: String
    package var language: String?
    package var channel: String
    package var channelKind: String
    package var isAutomatic: Bool
    package var asksForPerson: Bool
    package var facts: [Handoff.Fact]

    package init(text: String, language: String?, channel: String, channelKind: String, isAutomatic: Bool = false, asksForPerson: Bool = false, facts: [Handoff.Fact] = []) {
        self.text = text
        self.language = language
        self.channel = channel
        self.channelKind = channelKind
        self.isAutomatic = isAutomatic
        self.asksForPerson = asksForPerson
        self.facts = facts
    }
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
