import Conversations
import Messages

/// What an appended fact leaves behind besides the log: messages, deliveries, and the conversation's row.
struct Appended {
    var claimed: [ClaimedDelivery] = []
    var effects: ConversationChange.Effects = []
}

extension Store {
    /// Adds facts to a conversation's log and brings its views up to date, within the transaction of `connection`.
    ///
    /// Replies become deliveries that are claimed by this run at once, so that they leave without another commit; where an earlier
    /// reply of the conversation is still on its way the new one waits for its turn.
    func append(
        _ events: [ConversationEvent], to row: inout ConversationRow, from inbound: InboundEvent? = nil, isFromOutside: Bool = false, files: [StoredFile] = [],
        _ connection: any SQLConnection,
        at now: Timestamp
    ) throws -> Appended {
        var appended = Appended()
        for event in events {
            row.lastSeq += 1
            row.state.apply(event)
            try connection.run(
                "INSERT INTO events (conversation, seq, kind, message, body, at) VALUES ($1, $2, $3, $4, $5, $6)",
                [.text(row.id.text), .integer(row.lastSeq), .text(event.kind), SQLValue(event.message?.text), SQLValue(event.body?.text), .integer(now.microseconds)])
            switch event {
            case .customerWrote(let message):
                try insertCustomerMessage(message, inbound, isFromOutside: isFromOutside, row, connection, now)
                row.lastText = message.text
                row.lastDirection = "in"
                row.lastAt = now
            case .botAnswered(let answer) where answer.isFurther:
                break
            case .botAnswered(let answer):
                try speak(answer.speech, by: .bot, details: answer.details, &row, &appended, connection, now)
            case .botAskedWhich(let question):
                try speak(question.speech, by: .bot, details: nil, &row, &appended, connection, now)
            case .botSaid(let remark):
                try speak(remark.speech, by: .bot, details: nil, &row, &appended, connection, now)
                try count(remark, connection, now)
                if remark.about != nil { appended.effects.insert(remark.kind == .helped ? .helped : .notHelped) }
            case .botPrompted(let prompt):
                if !prompt.isFurther { try speak(prompt.speech, by: .bot, details: nil, &row, &appended, connection, now) }
            case .callRequested(let requested):
                try insert(requested, row, connection, now)
                appended.effects.insert(.callDue)
            case .callEnded(let ended):
                if let note = ended.note { try insertMessage(note, direction: "note", author: .bot, details: nil, row, connection, now) }
            case .handedOff(let handoff, let notice):
                row.handoff = handoff.json
                row.handoff?["created_at"] = .string(now.rfc3339)
                row.waitingSince = now
                row.promisedAt = handoff.promisedAt
                if let notice { try speak(notice, by: .bot, details: nil, &row, &appended, connection, now) }
            case .agentReplied(let agent, let speech):
                try speak(speech, by: .agent(agent), details: nil, files: files, &row, &appended, connection, now)
                row.promisedAt = nil
            case .noted(let agent, let speech):
                try insertMessage(speech, direction: "note", author: .agent(agent), details: nil, row, connection, now)
            case .taken, .returnedToBot, .closed:
                row.waitingSince = nil
                if event.kind != "taken" { row.promisedAt = nil }
            case .customerEdited, .customerDeleted, .writerAccepted, .deliverySettled:
                break
            }
        }
        row.updatedAt = now
        try update(row, connection)
        return appended
    }

    enum Speaker {
        case bot
        case agent(AgentRef)
    }

    private func speak(
        _ speech: Speech, by speaker: Speaker, details: JSON?, files: [StoredFile] = [], _ row: inout ConversationRow, _ appended: inout Appended, _ connection: any SQLConnection,
        _ now: Timestamp
    ) throws {
        let attachments = files.map(\.attachment)
        let said = attachments.isEmpty ? details : .object((details?.members ?? []) + [.init("attachments", .array(attachments.map(\.json)))])
        try insertMessage(speech, direction: "out", author: speaker, details: said, row, connection, now)
        try insert(files, of: speech.id, connection)
        row.lastText = speech.text
        row.lastDirection = "out"
        row.lastAt = now
        let references = row.references.isEmpty ? nil : JSON.array(row.references.map(JSON.string)).text
        if let why = repliesRefused(row.channel) {
            try connection.run(
                """
                INSERT INTO deliveries (message, conversation, channel, recipient, thread, state, attempts, due_at, explanation, created_at, settled_at)
                VALUES ($1, $2, $3, $4, $5, 'refused', 0, $6, $7, $6, $6)
                """,
                [
                    .text(speech.id.text), .text(row.id.text), .text(row.channel), .text(row.recipient), .text(row.thread), .integer(now.microseconds), .text(why),
                ])
            return
        }
        // Claimed at once unless an earlier reply is still open: replies of a conversation leave in their order.
        let inserted = try connection.rows(
            """
            INSERT INTO deliveries (message, conversation, channel, recipient, thread, subject, reply_to, reply_references, state, attempts, due_at, claimed_by, created_at)
            SELECT $1, $2, $3, $4, $5, $6, $7, $8, CASE WHEN open THEN 'pending' ELSE 'sending' END, CASE WHEN open THEN 0 ELSE 1 END, $9, CASE WHEN open THEN NULL ELSE $10 END, $9
            FROM (SELECT EXISTS (SELECT 1 FROM deliveries WHERE conversation = $2 AND state IN ('pending', 'sending')) OR $11 = 0 AS open) AS earlier
            RETURNING state
            """,
            [
                .text(speech.id.text), .text(row.id.text), .text(row.channel), .text(row.recipient), .text(row.thread), SQLValue(row.subject), SQLValue(row.replyTo),
                SQLValue(references), .integer(now.microseconds), .text(node), .integer(claimsAtOnce() ? 1 : 0),
            ])
        guard inserted.first?.text(0) == "sending" else { return }
        var name: String?
        var author = OutboundMessage.Author.bot
        if case .agent(let agent) = speaker {
            author = .agent
            name = agent.name
        }
        var message = OutboundMessage(
            id: speech.id, conversation: row.id, recipient: row.recipient, externalConversationID: row.thread, text: speech.text, author: author, authorName: name,
            subject: row.subject, inReplyTo: row.replyTo, references: row.references, createdAt: now, attempt: 1)
        message.attachments = attachments
        appended.claimed.append(ClaimedDelivery(channel: row.channel, message: message))
    }

    private func insertMessage(
        _ speech: Speech, direction: String, author: Speaker, details: JSON?, _ row: ConversationRow, _ connection: any SQLConnection, _ now: Timestamp
    ) throws {
        let (kind, id, name): (String, String, String?) =
            switch author {
            case .bot: ("bot", "bot", nil)
            case .agent(let agent): ("agent", agent.id.text, agent.name)
            }
        try connection.run(
            """
            INSERT INTO messages (id, conversation, seq, channel, direction, author_kind, author, author_name, text, details, created_at)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
            """,
            [
                .text(speech.id.text), .text(row.id.text), .integer(row.lastSeq), .text(row.channel), .text(direction), .text(kind), .text(id), SQLValue(name),
                .text(speech.text), SQLValue(details?.text), .integer(now.microseconds),
            ])
    }

    private func insertCustomerMessage(
        _ message: CustomerMessage, _ inbound: InboundEvent?, isFromOutside: Bool, _ row: ConversationRow, _ connection: any SQLConnection, _ now: Timestamp
    ) throws {
        try connection.run(
            """
            INSERT INTO messages (id, conversation, seq, channel, direction, author_kind, author, author_name, external_id, text, details, sent_at, created_at)
            VALUES ($1, $2, $3, $4, 'in', 'customer', $5, $6, $7, $8, $9, $10, $11)
            """,
            [
                .text(message.id.text), .text(row.id.text), .integer(row.lastSeq), .text(row.channel), .text(inbound?.sender.id ?? row.recipient), SQLValue(inbound?.sender.name),
                SQLValue(inbound?.externalMessageID), .text(message.text), SQLValue(inbound?.details(isFromOutside: isFromOutside)?.text), SQLValue(inbound?.sentAt?.microseconds),
                .integer(now.microseconds),
            ])
    }

    private func update(_ row: ConversationRow, _ connection: any SQLConnection) throws {
        var agent: String?
        if case .agent(let id) = row.state.owner { agent = id.text }
        try connection.run(
            """
            UPDATE conversations SET subject = $2, language = $3, owner = $4, agent = $5, memory = $6, handoff = $7, last_seq = $8, answer_due = $9,
              waiting_since = $10, promised_at = $11, last_text = $12, last_direction = $13, last_at = $14, reply_to = $15, reply_references = $16, updated_at = $17
            WHERE id = $1
            """,
            [
                .text(row.id.text), SQLValue(row.subject), SQLValue(row.state.language), .text(row.state.owner.name), SQLValue(agent), SQLValue(row.state.memory?.text),
                SQLValue(row.handoff?.text), .integer(row.lastSeq), SQLValue(row.answerDue), SQLValue(row.waitingSince?.microseconds),
                SQLValue(row.promisedAt?.microseconds), SQLValue(row.lastText.map(Self.preview)), SQLValue(row.lastDirection), SQLValue(row.lastAt?.microseconds),
                SQLValue(row.replyTo), SQLValue(row.references.isEmpty ? nil : JSON.array(row.references.map(JSON.string)).text), .integer(row.updatedAt.microseconds),
            ])
    }

    /// The beginning of a text, for lists.
    private static func preview(_ text: String) -> String {
        text.utf8.count <= 200 ? text : String(text.prefix(200))
    }
}

extension InboundEvent {
    /// What a message says besides its text: notes, attachments, subject, facts of the channel. Nil when there is nothing.
    ///
    /// - Parameter isFromOutside: its writer is not part of the conversation.
    func details(isFromOutside: Bool) -> JSON? {
        var members: [JSON.Member] = []
        if !notes.isEmpty { members.append(.init("notes", .array(notes.map(JSON.string)))) }
        if !attachments.isEmpty { members.append(.init("attachments", .array(attachments.map(\.json)))) }
        if let subject { members.append(.init("subject", .string(subject))) }
        if isFromOutside { members.append(.init("outsider", .string(sender.email ?? sender.id))) }
        if isAutomatic { members.append(.init("automatic", true)) }
        if let verification = sender.verification { members.append(.init("verification", verification.json)) }
        if !extras.isEmpty { members.append(.init("extras", .object(extras))) }
        return members.isEmpty ? nil : .object(members)
    }
}

extension Verification {
    var json: JSON { ["verdict": .string(verdict.rawValue), "explanation": .string(explanation)] }
}

extension Attachment {
    var json: JSON {
        ["kind": .string(kind.rawValue), "mime": .text(mime), "name": .text(name), "ref": .text(reference), "size": size.map { .integer(Int64($0)) } ?? .null]
    }
}
