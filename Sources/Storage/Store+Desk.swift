package import Conversations
package import Messages

/// Which conversations a list shows.
package enum ConversationFilter: Sendable, Hashable {
    /// Waiting for a person.
    case queue
    case mine(AgentID)
    case bot
    case open
    case closed
}

package struct CustomerView: Sendable {
    package var id: CustomerID
    package var name: String?
    package var identities: [IdentityView]
}

package struct IdentityView: Sendable {
    package var channel: String
    package var address: String
    package var evidence: String
    package var strength: String
}

package struct ConversationListing: Sendable {
    package var row: ConversationRow
    package var customerName: String?
    package var agentName: String?
}

/// One message with what became of it.
package struct MessageView: Sendable {
    package struct Delivery: Sendable {
        package var state: String
        package var attempts: Int
        package var explanation: String?
    }

    package var id: MessageID
    package var seq: Int64
    package var direction: String
    package var authorKind: String
    package var authorName: String?
    /// The address of the participant or outsider who wrote it; nil for everybody else.
    package var otherWriter: String?
    package var text: String
    /// Notes, attachments, the article of an answer: as stored.
    package var details: JSON?
    package var createdAt: Timestamp
    package var isEdited: Bool
    package var isDeleted: Bool
    package var delivery: Delivery?
    /// The customer's message that can be judged here, and what a person said of it.
    package var question: MessageID?
    package var review: MessageReview?
}

package struct ConversationDetail: Sendable {
    package var listing: ConversationListing
    package var customer: CustomerView
    package var messages: [MessageView]
    package var participants: [ParticipantView]
}

/// What an agent's command did.
package struct DeskResult: Sendable {
    package var change: ConversationChange?
    package var claimed: [ClaimedDelivery]
    /// The message that the command made, if it made one.
    package var message: MessageID?
}

extension Store {
    /// A page of conversations: those with people by their last change, the others by their beginning, latest first. `before` is the cursor
    /// that the page before it ended with.
    package func conversations(_ filter: ConversationFilter, limit: Int, before: (updatedAt: Int64, id: String)?) async throws -> [ConversationListing] {
        try await database.read { connection in
            var values: [SQLValue] = [.integer(Int64(limit))]
            var condition: String
            switch filter {
            case .queue: condition = "c.owner = 'queue'"
            case .mine(let agent):
                condition = "c.owner = 'agent' AND c.agent = $2"
                values.append(.text(agent.text))
            case .bot: condition = "c.owner = 'bot'"
            case .open: condition = "c.owner <> 'nobody'"
            case .closed: condition = "c.owner = 'nobody'"
            }
            let byChange: Bool
            switch filter {
            case .queue, .mine: byChange = true
            case .bot, .open, .closed: byChange = false
            }
            if let before {
                let n = values.count
                if byChange {
                    condition += " AND (c.updated_at < $\(n + 1) OR (c.updated_at = $\(n + 1) AND c.id < $\(n + 2)))"
                    values += [.integer(before.updatedAt), .text(before.id)]
                } else {
                    condition += " AND c.id < $\(n + 1)"
                    values.append(.text(before.id))
                }
            }
            let order = byChange ? "c.updated_at DESC, c.id DESC" : "c.id DESC"
            return try connection.rows("\(Self.listing) WHERE \(condition) ORDER BY \(order) LIMIT $1", values).map(Self.readListing)
        }
    }

    /// One conversation whole: at most its last 500 messages.
    package func conversation(_ id: ConversationID) async throws -> ConversationDetail? {
        try await database.read { connection in
            guard let found = try connection.first("\(Self.listing) WHERE c.id = $1", [.text(id.text)]) else { return nil }
            let listing = try Self.readListing(found)
            let identities = try connection.rows(
                "SELECT channel, address, evidence, strength FROM identities WHERE customer = $1 ORDER BY id LIMIT 100", [.text(listing.row.customer.text)]
            ).map { IdentityView(channel: $0.text(0), address: $0.text(1), evidence: $0.text(2), strength: $0.text(3)) }
            let rows = try connection.rows(
                """
                SELECT m.id, m.seq, m.direction, m.author_kind, m.author_name, m.text, m.details, m.created_at, m.edited_at, m.deleted_at, d.state, d.attempts, d.explanation,
                  CASE WHEN m.direction = 'in' AND m.author <> $2 THEN m.author END, e.kind, e.body
                FROM events e JOIN messages m ON m.id = e.message AND m.seq = e.seq LEFT JOIN deliveries d ON d.message = m.id
                WHERE e.conversation = $1 ORDER BY e.seq DESC LIMIT 500
                """, [.text(id.text), .text(listing.row.recipient)]
            ).reversed()
            var messages = try rows.map { row in
                MessageView(
                    id: MessageID(row.text(0)), seq: row.integer(1), direction: row.text(2), authorKind: row.text(3), authorName: row.optionalText(4),
                    otherWriter: row.optionalText(13), text: row.text(5),
                    details: try row.optionalText(6).map(JSON.stored), createdAt: Timestamp(microseconds: row.integer(7)), isEdited: !row.isNull(8),
                    isDeleted: !row.isNull(9),
                    delivery: row.optionalText(10).map { MessageView.Delivery(state: $0, attempts: Int(row.integer(11)), explanation: row.optionalText(12)) })
            }
            messages.place(
                try rows.map { (kind: $0.text(14), body: try $0.optionalText(15).map(JSON.stored)) }, try reviews(of: id, language: listing.row.state.language, connection))
            return ConversationDetail(
                listing: listing, customer: CustomerView(id: listing.row.customer, name: listing.customerName, identities: identities), messages: messages,
                participants: try participants(of: id, listing.row.channel, connection))
        }
    }

    /// Lets an agent act; the rules decide. Nil when there is no such conversation.
    ///
    /// - Parameters:
    ///   - key: a repeat of the same request under the same key does nothing and names the message made the first time.
    ///   - uploads: files that go with a reply, in order; brought by the agent who replies.
    package func command(
        _ command: ConversationCommand, in id: ConversationID, key: (agent: AgentID, key: String, digest: String)? = nil, uploads: [String] = []
    ) async throws -> Result<
        DeskResult, Refusal
    >? {
        try await database.write { connection -> Result<DeskResult, Refusal>? in
            let now = now()
            guard var row = try conversationRow(id, connection) else { return nil }
            if let key, let seen = try connection.first("SELECT request_digest, message FROM idempotency WHERE agent = $1 AND key = $2", [.text(key.agent.text), .text(key.key)]) {
                guard seen.text(0) == key.digest else { return .failure(Refusal(.keyReused, "this Idempotency-Key was used for another request")) }
                return .success(DeskResult(change: nil, claimed: [], message: MessageID(seen.text(1))))
            }
            let events: [ConversationEvent]
            do throws(Refusal) {
                events = try row.state.decide(command, decisionContext(now))
            } catch {
                return .failure(error)
            }
            guard !events.isEmpty else { return .success(DeskResult(change: nil, claimed: [], message: nil)) }
            var files: [StoredFile] = []
            if case .reply(let agent, _) = command {
                switch try takeUploads(uploads, by: agent.id, for: row.channel, connection) {
                case .success(let found): files = found
                case .failure(let refusal): return .failure(refusal)
                }
            }
            // What the bot had not considered yet is for people from now on, and for nobody once the matter is closed.
            if row.state.owner == .bot { row.answerDue = nil }
            let appended = try append(events, to: &row, files: files, connection, at: now)
            if let key, let message = events.last?.message {
                try connection.run(
                    "INSERT INTO idempotency (agent, key, request_digest, message, created_at) VALUES ($1, $2, $3, $4, $5)",
                    [.text(key.agent.text), .text(key.key), .text(key.digest), .text(message.text), .integer(now.microseconds)])
                try connection.run("DELETE FROM idempotency WHERE created_at < $1", [.integer((now - .seconds(86_400)).microseconds)])
            }
            return .success(
                DeskResult(
                    change: ConversationChange(conversation: row.id, seq: row.lastSeq, owner: row.state.owner), claimed: appended.claimed, message: events.last?.message))
        }
    }

    private static let listing = """
        SELECT \(ConversationRow.columns), u.name, a.name FROM conversations c JOIN identities i ON i.id = c.identity JOIN customers u ON u.id = c.customer
        LEFT JOIN agents a ON a.id = c.agent
        """

    private static func readListing(_ row: SQLRow) throws -> ConversationListing {
        ConversationListing(row: try ConversationRow(row), customerName: row.optionalText(24), agentName: row.optionalText(25))
    }
}
