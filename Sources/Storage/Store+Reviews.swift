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

/// The same as it is shown beside the message.
package struct MessageReview: Sendable, Hashable {
    package var article: String?
    /// Of that article, in the conversation's language where it is there in that.
    package var title: String?
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
    /// Of the customer, and of whoever wrote it.
    package var names: [String]
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
            guard let (asked, given) = try question(behind: message, in: conversation, connection) else { return nil }
            try connection.run(
                """
                INSERT INTO reviews (message, conversation, article, given, agent, agent_name, created_at) VALUES ($1, $2, $3, $4, $5, $6, $7)
                ON CONFLICT (message) DO UPDATE SET article = excluded.article, given = excluded.given, agent = excluded.agent, agent_name = excluded.agent_name,
                  created_at = excluded.created_at
                """,
                [
                    .text(asked.text), .text(conversation.text), SQLValue(article), SQLValue(given), .text(agent.id.text), .text(agent.name), .integer(now.microseconds),
                ])
            return AnswerReview(message: asked, conversation: conversation, article: article, given: given, agent: agent, at: now)
        }
    }

    /// Takes back what was said of a message; false when nobody said anything.
    package func unreview(_ message: MessageID, in conversation: ConversationID) async throws -> Bool {
        try await database.write { connection in
            guard let (asked, _) = try question(behind: message, in: conversation, connection) else { return false }
            return try connection.first("DELETE FROM reviews WHERE message = $1 RETURNING message", [.text(asked.text)]) != nil
        }
    }

    /// The customer's message that is meant by itself or by the bot's answer to it, and the article that was given to it.
    func question(
        behind message: MessageID, in conversation: ConversationID, _ connection: any SQLConnection
    ) throws -> (message: MessageID, given: String?)? {
        guard
            let named = try connection.first("SELECT seq, direction FROM messages WHERE id = $1 AND conversation = $2", [.text(message.text), .text(conversation.text)])
        else { return nil }
        // Enough before and after it for the bot to have asked back some times.
        let facts =
            try connection.rows(
                "SELECT kind, message, body, seq FROM events WHERE conversation = $1 AND seq <= $2 AND kind IN \(QuestionTrail.kinds) ORDER BY seq DESC LIMIT 40",
                [.text(conversation.text), .integer(named.integer(0))]
            ).reversed()
            + connection.rows(
                "SELECT kind, message, body, seq FROM events WHERE conversation = $1 AND seq > $2 AND kind IN \(QuestionTrail.kinds) ORDER BY seq LIMIT 40",
                [.text(conversation.text), .integer(named.integer(0))])
        var trail = QuestionTrail()
        var asked: String? = named.text(1) == "in" ? message.text : nil
        for fact in facts {
            let body = try fact.optionalText(2).map(JSON.stored)
            let question = trail.follow(fact.text(0), message: fact.optionalText(1) ?? "", body: body)
            // What the bot says besides answers is about the last question too.
            if fact.integer(3) == named.integer(0), asked == nil { asked = question ?? trail.last }
            guard let asked, fact.text(0) == "bot.answered", question == asked, fact.integer(3) >= named.integer(0) || named.text(1) == "in" else { continue }
            return (MessageID(asked), body?["article"]?.string)
        }
        return asked.map { (MessageID($0), nil) }
    }

    /// What people said of the messages of a conversation; titles in its language where the articles are there in it.
    func reviews(of conversation: ConversationID, language: String?, _ connection: any SQLConnection) throws -> [MessageID: MessageReview] {
        let rows = try connection.rows(
            """
            SELECT r.message, r.article, r.agent, r.agent_name, r.created_at,
              (SELECT a.title FROM articles a WHERE a.id = r.article ORDER BY CASE WHEN a.language = $2 THEN 0 ELSE 1 END, a.language LIMIT 1)
            FROM reviews r WHERE r.conversation = $1
            """, [.text(conversation.text), .text(language ?? "")])
        return Dictionary(
            rows.map { row in
                let agent = AgentRef(id: AgentID(row.text(2)), name: row.text(3))
                return (
                    MessageID(row.text(0)),
                    MessageReview(article: row.optionalText(1), title: row.optionalText(5), agent: agent, at: Timestamp(microseconds: row.integer(4)))
                )
            }
        ) { first, _ in first }
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

    /// Changes with every review, and when one is taken back.
    package func reviewRevision() async throws -> Int64 {
        try await database.read { connection in try connection.first("SELECT COALESCE(MAX(created_at), 0) + COUNT(*) FROM reviews", [])?.integer(0) ?? 0 }
    }

    /// One message, with the customer's messages since the last answer before it.
    package func said(_ message: MessageID, in conversation: ConversationID) async throws -> SaidMessage? {
        try await database.read { connection in
            guard
                let row = try connection.first(
                    """
                    SELECT m.text, m.direction, m.author_kind, c.language, m.seq, u.name, m.author_name
                    FROM messages m JOIN conversations c ON c.id = m.conversation JOIN customers u ON u.id = c.customer
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
                message: message, text: row.text(0), direction: row.text(1), authorKind: row.text(2), language: row.optionalText(3),
                names: [row.optionalText(5), row.optionalText(6)].compactMap(\.self), questions: questions.reversed())
        }
    }
}
