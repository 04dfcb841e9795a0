package import Conversations
package import Messages

/// A customer's message that nobody has considered yet.
package struct DueAnswer: Sendable {
    package var conversation: ConversationID
    package var seq: Int64
    package var channelKind: String
    package var channel: String
    package var language: String?
    package var text: String
    package var details: JSON?
    package var senderName: String?
    package var identity: String
}

extension Store {
    /// The answers that are due, longest waiting first.
    package func dueAnswers(limit: Int) async throws -> [DueAnswer] {
        try await database.read { connection in
            try connection.rows(
                """
                SELECT c.id, c.answer_due, c.channel_kind, c.channel, c.language, m.text, m.details, m.author_name, m.author
                FROM conversations c JOIN events e ON e.conversation = c.id AND e.seq = c.answer_due JOIN messages m ON m.id = e.message
                WHERE c.answer_due IS NOT NULL ORDER BY c.updated_at LIMIT $1
                """, [.integer(Int64(limit))]
            ).map { row in
                DueAnswer(
                    conversation: ConversationID(row.text(0)), seq: row.integer(1), channelKind: row.text(2), channel: row.text(3), language: row.optionalText(4),
                    text: row.text(5), details: try row.optionalText(6).map(JSON.stored), senderName: row.optionalText(7), identity: row.text(8))
            }
        }
    }

    /// The bot considered a due message. Nothing happens when somebody else did so first.
    package func considered(_ due: DueAnswer, _ consideration: Consideration) async throws -> (change: ConversationChange, claimed: [ClaimedDelivery])? {
        try await database.write { connection -> (change: ConversationChange, claimed: [ClaimedDelivery])? in
            let now = now()
            guard var row = try conversationRow(due.conversation, connection), row.answerDue == due.seq else { return nil }
            // The next of the customer's messages that is not considered yet, if there is one.
            row.answerDue = try connection.first(
                "SELECT MIN(seq) FROM events WHERE conversation = $1 AND kind = 'customer.wrote' AND seq > $2", [.text(row.id.text), .integer(due.seq)]
            ).flatMap { $0.optionalInteger(0) }
            var events: [ConversationEvent]
            do throws(Refusal) {
                events = try row.state.decide(.consider(consideration), decisionContext(now))
            } catch {
                throw StorageFailure.failed(error.explanation)
            }
            events = try sparing(events, in: row, goal: consideration.text, connection, now)
            if row.state.language == nil { row.state.language = consideration.language }
            let appended = try append(events, to: &row, connection, at: now)
            if row.state.owner != .bot, row.answerDue != nil {
                // People have it now; they see the rest themselves.
                row.answerDue = nil
                try connection.run("UPDATE conversations SET answer_due = NULL WHERE id = $1", [.text(row.id.text)])
            }
            return (ConversationChange(conversation: row.id, seq: row.lastSeq, owner: row.state.owner, effects: appended.effects), appended.claimed)
        }
    }
}
