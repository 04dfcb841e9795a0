import Conversations
package import Messages

/// How a try of a delivery ended.
package enum DeliveryOutcome: Sendable {
    case delivered(externalID: String?)
    case refused(String)
    case unknown(String)
    /// Not out: tried again at that time.
    case again(at: Timestamp, String)
    /// Not out, and no try was spent: the recipient has to come back first.
    case waiting(String)
}

extension Store {
    /// A moment that never comes: for deliveries that wait for their recipient.
    private static let never = Timestamp(microseconds: Int64.max)

    /// Claims deliveries of these channels that are due, oldest first, one a conversation.
    package func claimDeliveries(limit: Int) async throws -> [ClaimedDelivery] {
        try await database.write { connection in
            let now = now()
            let rows = try connection.rows(
                """
                UPDATE deliveries SET state = 'sending', attempts = attempts + 1, claimed_by = $1
                WHERE message IN (
                  SELECT d.message FROM deliveries d WHERE d.state = 'pending' AND d.due_at <= $2
                  AND NOT EXISTS (SELECT 1 FROM deliveries e WHERE e.conversation = d.conversation AND e.state IN ('pending', 'sending') AND e.message < d.message)
                  ORDER BY d.due_at LIMIT $3 \(connection.lock))
                RETURNING message, conversation, channel, recipient, thread, subject, reply_to, reply_references, attempts, created_at
                """,
                [.text(node), .integer(now.microseconds), .integer(Int64(limit))])
            return try rows.map { row in
                guard let said = try connection.first("SELECT text, author_kind, author_name FROM messages WHERE id = $1", [.text(row.text(0))]) else {
                    throw StorageFailure.failed("delivery \(row.text(0)) has no message: run `centralino store check`")
                }
                var message = OutboundMessage(
                    id: MessageID(row.text(0)), conversation: ConversationID(row.text(1)), recipient: row.text(3), externalConversationID: row.text(4),
                    text: said.text(0), author: said.text(1) == "agent" ? .agent : .bot, authorName: said.optionalText(2), subject: row.optionalText(5),
                    inReplyTo: row.optionalText(6), references: try row.optionalText(7).map { try JSON.stored($0).array?.compactMap(\.string) ?? [] } ?? [],
                    createdAt: Timestamp(microseconds: row.integer(9)), attempt: Int(row.integer(8)))
                if message.author == .agent { message.attachments = try attachments(of: message.id, connection) }
                return ClaimedDelivery(channel: row.text(2), message: message)
            }.sorted { $0.message.id < $1.message.id }
        }
    }

    /// Notes how a try ended. Says whether a later reply of the same conversation waited for it, and when the next try is due.
    ///
    /// A claim that another run of the program has taken over meanwhile is left alone.
    package func settle(_ message: MessageID, in conversation: ConversationID, attempt: Int, _ outcome: DeliveryOutcome) async throws -> (change: ConversationChange?, next: Bool) {
        try await database.write { connection in
            let now = now()
            var externalID: String?
            var explanation: String?
            var attempts = attempt
            var due = now
            let state: String
            switch outcome {
            case .delivered(let id): (state, externalID) = ("delivered", id)
            case .refused(let why): (state, explanation) = ("refused", why)
            case .unknown(let why): (state, explanation) = ("unknown", why)
            case .again(let time, let why): (state, explanation, due) = ("pending", why, time)
            case .waiting(let why): (state, explanation, due, attempts) = ("pending", why, Self.never, attempt - 1)
            }
            let settled = state != "pending"
            let changed = try connection.run(
                """
                UPDATE deliveries SET state = $2, attempts = $3, due_at = $4, claimed_by = NULL, external_id = $5, explanation = $6, settled_at = $7
                WHERE message = $1 AND state = 'sending' AND claimed_by = $8
                """,
                [
                    .text(message.text), .text(state), .integer(Int64(attempts)), .integer(due.microseconds), SQLValue(externalID), SQLValue(explanation),
                    settled ? .integer(now.microseconds) : .null, .text(node),
                ])
            guard changed > 0 else { return (nil, false) }
            var change: ConversationChange?
            if state == "refused" || state == "unknown" {
                // What an agent must see is a fact of the conversation; that all went well is only the delivery's state.
                guard var row = try conversationRow(conversation, connection) else { throw StorageFailure.failed("delivery \(message) has no conversation") }
                _ = try append([.deliverySettled(message: message, state: state, attempts: attempts, explanation: explanation)], to: &row, connection, at: now)
                change = ConversationChange(conversation: row.id, seq: row.lastSeq, owner: row.state.owner)
            }
            guard settled else { return (change, false) }
            let next = try connection.first("SELECT 1 FROM deliveries WHERE conversation = $1 AND state = 'pending' LIMIT 1", [.text(conversation.text)]) != nil
            return (change, next)
        }
    }

    /// Deliveries that a run of the program before this one left in the middle: sent again where repeats are idempotent, otherwise
    /// their fate is unknown. Called once, before anything is claimed.
    package func recoverDeliveries(repeatable: Set<String>) async throws -> (again: Int, unknown: Int) {
        try await database.write { connection in
            let now = now()
            let left = try connection.rows("SELECT message, conversation, channel, attempts FROM deliveries WHERE state = 'sending' AND claimed_by <> $1", [.text(node)])
            var unknown = 0
            for row in left {
                if repeatable.contains(row.text(2)) {
                    try connection.run(
                        "UPDATE deliveries SET state = 'pending', due_at = $2, claimed_by = NULL WHERE message = $1", [.text(row.text(0)), .integer(now.microseconds)])
                } else {
                    let why = "the program stopped while this was being sent"
                    try connection.run(
                        "UPDATE deliveries SET state = 'unknown', claimed_by = NULL, explanation = $2, settled_at = $3 WHERE message = $1",
                        [.text(row.text(0)), .text(why), .integer(now.microseconds)])
                    guard var conversation = try conversationRow(ConversationID(row.text(1)), connection) else { continue }
                    _ = try append(
                        [.deliverySettled(message: MessageID(row.text(0)), state: "unknown", attempts: Int(row.integer(3)), explanation: why)], to: &conversation, connection,
                        at: now)
                    unknown += 1
                }
            }
            return (left.count - unknown, unknown)
        }
    }

    /// The recipient can be reached again: what waited for it is due now.
    package func reachable(_ recipient: String, on channel: String) async throws {
        _ = try await database.write { connection in
            try connection.run(
                "UPDATE deliveries SET due_at = $3 WHERE state = 'pending' AND channel = $1 AND recipient = $2", [.text(channel), .text(recipient), .integer(now().microseconds)])
        }
    }

    /// When the next pending delivery is due that does not wait for an earlier one of its conversation; nil when none is.
    package func nextDeliveryDue() async throws -> Timestamp? {
        try await database.read { connection in
            try connection.first(
                """
                SELECT d.due_at FROM deliveries d WHERE d.state = 'pending' AND d.due_at < $1 AND NOT EXISTS (
                  SELECT 1 FROM deliveries e WHERE e.conversation = d.conversation AND e.state IN ('pending', 'sending') AND e.message < d.message)
                ORDER BY d.due_at LIMIT 1
                """, [.integer(Self.never.microseconds)]
            ).flatMap { $0.optionalInteger(0) }.map(Timestamp.init(microseconds:))
        }
    }
}
