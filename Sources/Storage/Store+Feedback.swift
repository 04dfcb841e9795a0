import Conversations
package import Messages

/// What customers said of one text of an article.
package struct AnswerFeedback: Sendable, Hashable {
    package var article: String
    package var version: String
    package var helped: Int
    package var notHelped: Int
    package var lastAt: Timestamp
}

extension Store {
    /// How often customers said that an answer helped or did not, by article and version; the newest first. `article` nil means all.
    package func answerFeedback(article: String? = nil, since: Timestamp = Timestamp(microseconds: 0), limit: Int = 1_000) async throws -> [AnswerFeedback] {
        try await database.read { connection in
            try connection.rows(
                """
                SELECT article, version, helped, not_helped, last_at FROM answer_feedback
                WHERE last_at >= $1 AND ($2 = '' OR article = $2) ORDER BY last_at DESC, article, version LIMIT $3
                """, [.integer(since.microseconds), .text(article ?? ""), .integer(Int64(limit))]
            ).map {
                AnswerFeedback(
                    article: $0.text(0), version: $0.text(1), helped: Int($0.integer(2)), notHelped: Int($0.integer(3)), lastAt: Timestamp(microseconds: $0.integer(4)))
            }
        }
    }

    /// Counts a remark about an answer; what is about none counts nothing.
    func count(_ remark: BotRemark, _ connection: any SQLConnection, _ now: Timestamp) throws {
        guard let about = remark.about else { return }
        let helped: Int64
        switch remark.kind {
        case .helped: helped = 1
        case .notHelped, .sameAgain: helped = 0
        case .greeting, .thanks, .machine, .cancelled, .waiting: return
        }
        try connection.run(
            """
            INSERT INTO answer_feedback (article, version, helped, not_helped, last_at) VALUES ($1, $2, $3, $4, $5)
            ON CONFLICT (article, version) DO UPDATE SET helped = answer_feedback.helped + excluded.helped,
              not_helped = answer_feedback.not_helped + excluded.not_helped, last_at = excluded.last_at
            """, [.text(about.article), .text(about.version), .integer(helped), .integer(1 - helped), .integer(now.microseconds)])
    }
}
