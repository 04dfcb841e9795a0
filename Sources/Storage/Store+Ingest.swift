package import Conversations
package import Messages

/// An event that a channel offers, with the bytes it was read from.
package struct Arrival: Sendable {
    package enum Raw: Sendable {
        case bytes([UInt8])
        /// A file in the `ContentFolder`, synced and held: for inputs too large for a row.
        case file(String)
    }

    package var channel: String
    package var channelKind: String
    package var event: InboundEvent
    package var raw: Raw
    /// What the message brought along, in the `ContentFolder`, synced and held.
    package var files: [StoredFile]
    /// What the knowledge base makes of it; nil leaves the answer due.
    package var considered: Consideration?

    package init(channel: String, channelKind: String, event: InboundEvent, raw: Raw, files: [StoredFile] = [], considered: Consideration?) {
        self.channel = channel
        self.channelKind = channelKind
        self.event = event
        self.raw = raw
        self.files = files
        self.considered = considered
    }
}

package enum IngestResult: Sendable {
    /// Stored before: nothing was added.
    case duplicate
    /// Stored; `claimed` are the replies that were decided in the same transaction.
    case stored(ConversationChange?, claimed: [ClaimedDelivery], answerDue: Bool)
}

extension Store {
    /// Stores one event for good: refuses a repeat, finds the identity, finds or opens the conversation, appends the fact, and either
    /// lets the bot speak or leaves the answer due.
    package func ingest(_ arrival: Arrival) async throws -> IngestResult {
        try await database.write { connection in
            try ingest(arrival, connection)
        }
    }

    private func ingest(_ arrival: Arrival, _ connection: any SQLConnection) throws -> IngestResult {
        let now = now()
        let event = arrival.event
        let message = MessageID.make(at: now)
        var dedupID = event.dedupID ?? message.text
        if Sabotage.isPlanted(.noUniqueKey) { dedupID += message.text }
        var raw = SQLValue.null
        var rawFile = SQLValue.null
        switch arrival.raw {
        case .bytes(let bytes): raw = .blob(bytes)
        case .file(let name): rawFile = .text(name)
        }
        let fresh = try connection.run(
            """
            INSERT INTO inbound (channel, dedup_id, kind, raw, raw_file, message, received_at) VALUES ($1, $2, $3, $4, $5, $6, $7)
            ON CONFLICT (channel, dedup_id) DO NOTHING
            """,
            [
                .text(arrival.channel), .text(dedupID), .text(event.kind.rawValue), raw, rawFile, .text(message.text), .integer(now.microseconds),
            ])
        guard fresh > 0 else { return .duplicate }

        switch event.kind {
        case .message, .button:
            return try ingestMessage(message, arrival, connection, now)
        case .edit, .delete:
            return try ingestChange(arrival, connection, now)
        case .status, .reaction:
            // Kept as it came; neither moves a conversation.
            return .stored(nil, claimed: [], answerDue: false)
        }
    }

    private func ingestMessage(_ id: MessageID, _ arrival: Arrival, _ connection: any SQLConnection, _ now: Timestamp) throws -> IngestResult {
        var event = arrival.event
        let (identity, customer) = try findIdentity(arrival, connection, now)
        let belonging =
            try provenConversation(arrival, customer, connection)
            ?? Belonging(row: try findConversation(arrival, identity, customer, connection, now), part: .customer)
        var row = belonging.row
        var isCustomers = true
        var isOutsider = false
        switch belonging.part {
        case .customer: break
        case .outsider: (isCustomers, isOutsider) = (false, true)
        case .participant, .reporter: isCustomers = false
        }
        var deleted = false
        if let external = event.externalMessageID {
            if isCustomers { row.replyTo = external }
            // What was said of a message before it came counts now.
            if let change = try connection.first(
                "DELETE FROM early_changes WHERE channel = $1 AND external_id = $2 AND author = $3 RETURNING kind, text",
                [.text(arrival.channel), .text(external), .text(event.sender.id)])
            {
                event.text = change.text(1)
                deleted = change.text(0) == "delete"
            }
        }
        // Replies go on from what the customer has, never from what somebody else wrote.
        if isCustomers, !event.references.isEmpty || event.inReplyTo != nil || event.externalMessageID != nil {
            row.references = Self.thread(event)
        }
        if row.subject == nil { row.subject = event.subject }
        // A message behind one that waits for its answer waits too: the bot's replies keep the order of the questions.
        let considered = row.answerDue == nil && !deleted ? arrival.considered : nil
        let language = isCustomers ? considered?.language ?? event.sender.locale : nil
        let message = CustomerMessage(id: id, text: event.text, language: language)
        var events: [ConversationEvent]
        if let forPeople = try factsForPeople(message, arrival, belonging, connection, now) {
            events = forPeople
            // People see all that is there; what the bot had not considered yet is theirs too.
            if events.contains(where: { $0.kind == "handoff" }) { row.answerDue = nil }
        } else {
            do throws(Refusal) {
                events = try row.state.decide(.customerWrote(message, considered: considered), decisionContext(now))
            } catch {
                throw StorageFailure.failed(error.explanation)
            }
            events = try sparing(events, in: row, goal: event.text, connection, now)
            let ownerAfter = row.state.owner == .nobody ? Owner.bot : row.state.owner
            if considered == nil, ownerAfter == .bot, row.answerDue == nil, !event.isAutomatic, !deleted { row.answerDue = row.lastSeq + 1 }
        }
        let appended = try append(events, to: &row, from: event, isFromOutside: isOutsider, connection, at: now)
        try insert(arrival.files, of: id, connection)
        if deleted {
            try connection.run("UPDATE messages SET deleted_at = $2 WHERE id = $1", [.text(id.text), .integer(now.microseconds)])
        }
        return .stored(
            ConversationChange(conversation: row.id, seq: row.lastSeq, owner: row.state.owner, effects: appended.effects), claimed: appended.claimed,
            answerDue: row.answerDue != nil)
    }

    /// The ids of the thread that a reply names: at most the first and the last nineteen, as RFC 5322 §3.6.4 allows to shorten.
    private static func thread(_ event: InboundEvent) -> [String] {
        var ids = event.references.isEmpty ? [event.inReplyTo].compactMap(\.self) : event.references
        if let own = event.externalMessageID, !ids.contains(own) { ids.append(own) }
        return ids.count <= 20 ? ids : [ids[0]] + ids.suffix(19)
    }

    private func findIdentity(_ arrival: Arrival, _ connection: any SQLConnection, _ now: Timestamp) throws -> (IdentityID, CustomerID) {
        let sender = arrival.event.sender
        let find = "SELECT id, customer, strength FROM identities WHERE channel = $1 AND address = $2"
        if let row = try connection.first(find, [.text(arrival.channel), .text(sender.id)]) {
            // What was shown once stays shown; a message that shows nothing says so itself.
            if let proof = sender.verification, proof.verdict == .verified, row.text(2) != "verified" {
                try connection.run(
                    "UPDATE identities SET evidence = $2, strength = 'verified' WHERE id = $1", [.text(row.text(0)), .text(proof.explanation)])
            }
            return (IdentityID(row.text(0)), CustomerID(row.text(1)))
        }
        let customer = CustomerID.make(at: now)
        let identity = IdentityID.make(at: now)
        try connection.run(
            "INSERT INTO customers (id, name, email, language, created_at) VALUES ($1, $2, $3, $4, $5)",
            [.text(customer.text), SQLValue(sender.name), SQLValue(sender.email), SQLValue(sender.locale), .integer(now.microseconds)])
        try connection.run(
            "INSERT INTO identities (id, customer, channel, address, name, evidence, strength, created_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
            [
                .text(identity.text), .text(customer.text), .text(arrival.channel), .text(sender.id), SQLValue(sender.name),
                .text(sender.verification?.explanation ?? "the channel says so"), .text(Self.strength(sender.verification)), .integer(now.microseconds),
            ])
        return (identity, customer)
    }

    /// What an identity rests on: the channel's word, a claim in a message, or a proof.
    private static func strength(_ verification: Verification?) -> String {
        switch verification?.verdict {
        case nil: "channel"
        case .verified?: "verified"
        case .unverified?, .failed?: "claimed"
        }
    }

    private func findConversation(_ arrival: Arrival, _ identity: IdentityID, _ customer: CustomerID, _ connection: any SQLConnection, _ now: Timestamp) throws -> ConversationRow {
        let event = arrival.event
        // The identity is part of the key: knowing a thread's name does not let anyone else into it.
        if let row = try connection.first(
            "SELECT \(ConversationRow.columns) FROM conversations c JOIN identities i ON i.id = c.identity WHERE c.channel = $1 AND c.thread = $2 AND c.identity = $3",
            [.text(arrival.channel), .text(event.externalConversationID), .text(identity.text)])
        {
            return try ConversationRow(row)
        }
        let row = ConversationRow(
            opening: ConversationID.make(at: now), customer: customer, identity: identity, channel: arrival.channel, channelKind: arrival.channelKind,
            thread: event.externalConversationID, subject: event.subject, recipient: event.sender.id, at: now)
        try connection.run(
            """
            INSERT INTO conversations (id, customer, identity, channel, channel_kind, thread, subject, owner, last_seq, created_at, updated_at)
            VALUES ($1, $2, $3, $4, $5, $6, $7, 'bot', 0, $8, $8)
            """,
            [
                .text(row.id.text), .text(customer.text), .text(identity.text), .text(row.channel), .text(row.channelKind), .text(row.thread), SQLValue(row.subject),
                .integer(now.microseconds),
            ])
        return row
    }

    /// An edit or a deletion: applied to the message it names, or kept until that message comes.
    private func ingestChange(_ arrival: Arrival, _ connection: any SQLConnection, _ now: Timestamp) throws -> IngestResult {
        let event = arrival.event
        guard let external = event.externalMessageID else { return .stored(nil, claimed: [], answerDue: false) }
        // Looked for in its own conversation: an index of all external ids would be written with every message, for the few that change.
        let found = try connection.first(
            """
            SELECT m.id, m.conversation, m.text FROM identities i JOIN conversations c ON c.channel = i.channel AND c.identity = i.id AND c.thread = $4
            JOIN events e ON e.conversation = c.id AND e.kind = 'customer.wrote' JOIN messages m ON m.id = e.message
            WHERE i.channel = $1 AND i.address = $3 AND m.external_id = $2 ORDER BY e.seq DESC LIMIT 1
            """,
            [.text(arrival.channel), .text(external), .text(event.sender.id), .text(event.externalConversationID)])
        guard let found else {
            try connection.run(
                """
                INSERT INTO early_changes (channel, external_id, author, kind, text, at) VALUES ($1, $2, $3, $4, $5, $6)
                ON CONFLICT (channel, external_id, author) DO UPDATE SET kind = excluded.kind, text = excluded.text, at = excluded.at
                """,
                [
                    .text(arrival.channel), .text(external), .text(event.sender.id), .text(event.kind.rawValue), .text(event.text), .integer(now.microseconds),
                ])
            return .stored(nil, claimed: [], answerDue: false)
        }
        guard var row = try conversationRow(ConversationID(found.text(1)), connection) else {
            throw StorageFailure.failed("message \(found.text(0)) has no conversation: run `centralino store check`")
        }
        let message = MessageID(found.text(0))
        let fact: ConversationEvent = event.kind == .edit ? .customerEdited(message: message, text: found.text(2)) : .customerDeleted(message: message)
        if event.kind == .edit {
            try connection.run("UPDATE messages SET text = $2, edited_at = $3 WHERE id = $1", [.text(message.text), .text(event.text), .integer(now.microseconds)])
        } else {
            try connection.run("UPDATE messages SET deleted_at = $2 WHERE id = $1", [.text(message.text), .integer(now.microseconds)])
        }
        _ = try append([fact], to: &row, connection, at: now)
        return .stored(ConversationChange(conversation: row.id, seq: row.lastSeq, owner: row.state.owner), claimed: [], answerDue: false)
    }

    func conversationRow(_ id: ConversationID, _ connection: any SQLConnection) throws -> ConversationRow? {
        try connection.first(
            "SELECT \(ConversationRow.columns) FROM conversations c JOIN identities i ON i.id = c.identity WHERE c.id = $1", [.text(id.text)]
        ).map { try ConversationRow($0) }
    }
}
