package import Conversations
package import Messages

/// What a person said of a customer's message: which article is right, or that none is.
package struct AnswerReview: Sendable, Hashable {
    /// The customer's message.
    package var message: MessageID
    package var conversation: ConversationID
    package var article: String?
    /// The article that the bot gave to it, if it gave one.
    package var given: String?
    package var agent: AgentRef
    package var at: Timestamp
}

/// A message with what was said before it.
package struct SaidMessage: Sendable {
    package var message: MessageID
    package var text: String
    package var direction: String
    package var authorKind: String
    package var language: String?
    /// For an agent's reply: the customer's messages that it answers, oldest first.
    package var questions: [String]
}

extension Store {
    /// Notes the right article of a message, which may be the customer's or the bot's answer to it. Said again, the last word counts.
    ///
    /// - Returns: nil when the conversation has no such message, or when it answers nothing.
    package func review(_ message: MessageID, in conversation: ConversationID, article: String?, by agent: AgentRef) async throws -> AnswerReview? {
        try await database.write { connection -> AnswerReview? in
            let now = now()
            guard
                let named = try connection.first(
                    "SELECT seq, direction FROM messages WHERE id = $1 AND conversation = $2", [.text(message.text), .text(conversation.text)])
            else { return nil }
            let order = named.text(1) == "in" ? "seq = $2" : "seq < $2"
            guard
                let asked = try connection.first(
                    "SELECT message, seq FROM events WHERE conversation = $1 AND \(order) AND kind = 'customer.wrote' ORDER BY seq DESC LIMIT 1",
                    [.text(conversation.text), .integer(named.integer(0))])
            else { return nil }
            // What the bot said to it, before the customer spoke again.
            let answer = try connection.first(
                """
                SELECT kind, body FROM events WHERE conversation = $1 AND seq > $2 AND kind IN ('bot.answered', 'customer.wrote') ORDER BY seq LIMIT 1
                """, [.text(conversation.text), .integer(asked.integer(1))])
            let given = answer?.text(0) == "bot.answered" ? try answer?.optionalText(1).map(JSON.stored)?["article"]?.string : nil
            try connection.run(
                """
                INSERT INTO reviews (message, conversation, article, given, agent, agent_name, created_at) VALUES ($1, $2, $3, $4, $5, $6, $7)
                ON CONFLICT (message) DO UPDATE SET article = excluded.article, given = excluded.given, agent = excluded.agent, agent_name = excluded.agent_name,
                  created_at = excluded.created_at
                """,
                [
                    .text(asked.text(0)), .text(conversation.text), SQLValue(article), SQLValue(given), .text(agent.id.text), .text(agent.name), .integer(now.microseconds),
                ])
            return AnswerReview(message: MessageID(asked.text(0)), conversation: conversation, article: article, given: given, agent: agent, at: now)
        }
    }

    /// The messages that people judged, oldest first, the last `limit` of them: what the confidence is fitted to.
    package func reviewedAnswers(limit: Int) async throws -> [(text: String, language: String?, article: String?)] {
        try await database.read { connection in
            try connection.rows(
                """
                SELECT m.text, c.language, r.article FROM reviews r JOIN messages m ON m.id = r.message JOIN conversations c ON c.id = m.conversation
                WHERE m.deleted_at IS NULL AND m.text <> '' ORDER BY r.created_at DESC, r.message LIMIT $1
                """, [.integer(Int64(limit))]
            ).reversed().map { ($0.text(0), $0.optionalText(1), $0.optionalText(2)) }
        }
    }

    /// Changes with every review.
    package func reviewRevision() async throws -> Int64 {
        try await database.read { connection in try connection.first("SELECT MAX(created_at) FROM reviews", [])?.integer(0) ?? 0 }
    }

    /// One message, with the customer's messages since the last answer before it.
    package func said(_ message: MessageID, in conversation: ConversationID) async throws -> SaidMessage? {
        try await database.read { connection in
            guard
                let row = try connection.first(
                    """
                    SELECT m.text, m.direction, m.author_kind, c.language, m.seq FROM messages m JOIN conversations c ON c.id = m.conversation
                    WHERE m.id = $1 AND m.conversation = $2 AND m.deleted_at IS NULL
                    """, [.text(message.text), .text(conversation.text)])
            else { return nil }
            var questions: [String] = []
            for event in try connection.rows(
                """
                SELECT e.kind, m.text, m.deleted_at FROM events e LEFT JOIN messages m ON m.id = e.message WHERE e.conversation = $1 AND e.seq < $2 AND e.kind IN
                  ('customer.wrote', 'bot.answered', 'agent.replied') ORDER BY e.seq DESC LIMIT 10
                """, [.text(conversation.text), .integer(row.integer(4))])
            {
                if event.text(0) != "customer.wrote", !questions.isEmpty { break }
                // A command, such as /human, asks nothing.
                if event.text(0) == "customer.wrote", event.isNull(2), !event.text(1).isEmpty, !event.text(1).hasPrefix("/") { questions.append(event.text(1)) }
            }
            return SaidMessage(
                message: message, text: row.text(0), direction: row.text(1), authorKind: row.text(2), language: row.optionalText(3), questions: questions.reversed())
        }
    }
}
