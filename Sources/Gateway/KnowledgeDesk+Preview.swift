import Dispatch
package import Knowledge
package import Messages
package import Storage
import Synchronization

/// What publishing would alter on the questions that customers really asked.
package struct ArticlePreview: Sendable {
    package enum Effect: String, Sendable, CaseIterable {
        /// Not answered before, answered then.
        case gained
        /// Answered before, not then.
        case lost
        /// Answered by another article, or in other words by this one.
        case changed
    }

    package struct Example: Sendable {
        package var effect: Effect
        package var question: AskedQuestion
        package var before: Candidate?
        package var after: Candidate?
    }

    package var since: Timestamp
    /// How many questions were looked at, and how many there were: fewer when the time was over.
    package var looked = 0
    package var questions = 0
    package var counts: [Effect: Int] = [:]
    /// The first of each effect, latest questions first.
    package var examples: [Example] = []
}

extension KnowledgeDesk {
    static let previewDays = 30
    static let previewQuestions = 2_000
    /// How long it may take; what was looked at until then is the answer.
    static let previewTime = Duration.seconds(4)
    static let previewExamples = 25

    /// What would be answered to the last thirty days' questions if that version were live, against what is live now.
    ///
    /// - Parameter version: nil for what putting the article aside would alter.
    package func preview(_ key: ArticleKey, version: String?, now: Timestamp = .now()) async throws -> ArticlePreview {
        let before = library.base
        var articles = before.articles.filter { ArticleKey($0) != key }
        if let version { articles.append(try ArticleText.read(try await self.version(key, version).text, status: .live).0) }
        return try await preview(articles, instead: before, now: now)
    }

    /// What would be answered to the last thirty days' questions if these articles were all that is live, against what another knowledge base answers.
    package func preview(_ articles: [Article], instead before: KnowledgeBase, now: Timestamp = .now()) async throws -> ArticlePreview {
        let since = now - .seconds(86_400 * Int64(Self.previewDays))
        let questions = try await store.questions(since: since, limit: Self.previewQuestions)
        return try await bench.run {
            let after: KnowledgeBase
            do throws(ArticleProblem) {
                after = try before.with(articles: articles, now: now)
            } catch {
                throw ArticleRefusal(error)
            }
            return Self.compare(before, after, questions, since)
        }
    }

    static func compare(_ before: KnowledgeBase, _ after: KnowledgeBase, _ questions: [AskedQuestion], _ since: Timestamp) -> ArticlePreview {
        var preview = ArticlePreview(since: since)
        preview.questions = questions.count
        let end = ContinuousClock.now + previewTime
        var (first, second) = (MatchWorkspace(), MatchWorkspace())
        for question in questions {
            if preview.looked % 16 == 0, ContinuousClock.now >= end { break }
            preview.looked += 1
            let query = Query(text: question.text, language: question.language, channelKind: question.channelKind, channel: question.channel, audience: [])
            let old = before.match(query, using: &first).answer
            let new = after.match(query, using: &second).answer
            let effect: ArticlePreview.Effect
            switch (old, new) {
            case (nil, nil): continue
            case (nil, _?): effect = .gained
            case (_?, nil): effect = .lost
            case (let old?, let new?):
                // Another version with the same words to the customer, say after a new question, alters nothing.
                let isOfOne = old.articleID == new.articleID && old.language == new.language
                if isOfOne, before.answerText(for: old, channelKind: question.channelKind) == after.answerText(for: new, channelKind: question.channelKind) { continue }
                effect = .changed
            }
            preview.counts[effect, default: 0] += 1
            if preview.counts[effect, default: 0] <= previewExamples {
                preview.examples.append(ArticlePreview.Example(effect: effect, question: question, before: old, after: new))
            }
        }
        return preview
    }
}

extension Match {
    /// The article that is given, if one is.
    var answer: Candidate? { if case .answer(let candidate) = decision { candidate } else { nil } }
}

/// A place for work that takes long of a processor: off the event loops, and one at a time.
final class Workbench: Sendable {
    private let isTaken = Atomic<Bool>(false)
    private let queue = DispatchQueue(label: "workbench", qos: .utility)

    /// - Parameter waits: for short work, which waits for its turn; else it is refused while somebody is at it.
    func run<Result: Sendable>(waits: Bool = false, _ work: @escaping @Sendable () throws -> Result) async throws -> Result {
        if !waits, isTaken.exchange(true, ordering: .acquiring) {
            throw ArticleRefusal(.busy, "somebody else looks at the questions of the last weeks at this moment; try again")
        }
        defer { if !waits { isTaken.store(false, ordering: .releasing) } }
        return try await withCheckedThrowingContinuation { continuation in
            queue.async { continuation.resume(with: Swift.Result { try work() }) }
        }
    }
}
