import Conversations
import Knowledge
package import Messages
package import Storage

/// A question that many ask and that no article answers well.
package struct KnowledgeGap: Sendable {
    package var language: String
    /// The question that stands for the others.
    package var question: String
    package var words: [String]
    /// Different customers.
    package var people: Int
    package var misses: [MissedQuestion]
    package var last: Timestamp
    /// The article that people named as the right one, where they agree.
    package var right: String?
}

extension KnowledgeDesk {
    static let gapDays = 30
    static let gapQuestions = 2_000

    /// What customers asked in the last days without getting a good answer, by meaning, what affects most people first. Left out is what
    /// the articles of today answer.
    package func gaps(days: Int = KnowledgeDesk.gapDays, limit: Int, now: Timestamp = .now()) async throws -> [KnowledgeGap] {
        let missed = try await store.missedQuestions(since: now - .seconds(86_400 * Int64(days)), limit: Self.gapQuestions)
        let base = library.base
        return try await bench.run {
            var workspace = MatchWorkspace()
            let open = missed.filter { !Self.isClosed($0, base, &workspace) }
            let questions = open.map {
                QuestionGroups.Question(text: $0.question.text, language: $0.question.language ?? base.languages.first ?? "en", customer: $0.question.customer.text)
            }
            return QuestionGroups.group(questions, beside: base.articles).prefix(limit).map { group in
                let misses = group.members.map { open[$0] }.sorted { $0.question.at > $1.question.at }
                let rights = Set(misses.compactMap(\.right))
                return KnowledgeGap(
                    language: group.language, question: group.representative, words: group.terms, people: group.people, misses: misses,
                    last: misses.first?.question.at ?? now, right: rights.count == 1 ? rights.first : nil)
            }
        }
    }

    /// Whether today's articles answer it: for an answer that was no help, with another article or another text than then.
    private static func isClosed(_ missed: MissedQuestion, _ base: KnowledgeBase, _ workspace: inout MatchWorkspace) -> Bool {
        let question = missed.question
        let query = Query(text: question.text, language: question.language, channelKind: question.channelKind, channel: question.channel, audience: [])
        guard let now = base.match(query, using: &workspace).answer else { return false }
        if let right = missed.right { return now.articleID == right }
        guard let given = missed.given[now.articleID] else { return missed.reason != "wrong" || missed.given[now.articleID] == nil && !missed.given.isEmpty }
        return given.map { $0 != now.version } ?? false
    }
}
