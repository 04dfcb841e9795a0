package import Conversations
package import Messages

/// Somebody whom an agent let take part in a conversation besides its customer.
package struct ParticipantView: Sendable {
    package var address: String
    package var name: String?
    /// The agent who did.
    package var acceptedBy: String?
    package var acceptedAt: Timestamp
}

extension Store {
    /// Lets the writer of a message take part: what they write from now on counts as said in the conversation, without a banner. They are not written to.
    /// Doing it again changes nothing.
    ///
    /// - Returns: what changed; nil when the message is none of this conversation, or its writer no outsider.
    package func acceptWriter(of message: MessageID, in id: ConversationID, by agent: AgentRef) async throws -> (change: ConversationChange?, isKnown: Bool) {
        try await database.write { connection in
            let now = now()
            guard var row = try conversationRow(id, connection),
                let writer = try connection.first(
                    """
                    SELECT i.customer, i.address, m.details FROM messages m JOIN identities i ON i.channel = m.channel AND i.address = m.author
                    WHERE m.id = $1 AND m.conversation = $2 AND m.direction = 'in' AND m.details IS NOT NULL
                    """, [.text(message.text), .text(id.text)]),
                writer.text(0) != row.customer.text, try JSON.stored(writer.text(2))["outsider"]?.string != nil
            else { return (nil, false) }
            let fresh = try connection.run(
                "INSERT INTO participants (conversation, customer, agent, created_at) VALUES ($1, $2, $3, $4) ON CONFLICT (conversation, customer) DO NOTHING",
                [.text(id.text), .text(writer.text(0)), .text(agent.id.text), .integer(now.microseconds)])
            guard fresh > 0 else { return (nil, true) }
            _ = try append([.writerAccepted(agent, customer: CustomerID(writer.text(0)), address: writer.text(1))], to: &row, connection, at: now)
            return (ConversationChange(conversation: row.id, seq: row.lastSeq, owner: row.state.owner), true)
        }
    }

    /// Whether this customer takes part in a conversation that is another's.
    func takesPart(_ customer: CustomerID, in conversation: ConversationID, _ connection: any SQLConnection) throws -> Bool {
        try connection.first("SELECT 1 FROM participants WHERE conversation = $1 AND customer = $2", [.text(conversation.text), .text(customer.text)]) != nil
    }

    /// At most 100.
    func participants(of conversation: ConversationID, _ channel: String, _ connection: any SQLConnection) throws -> [ParticipantView] {
        try connection.rows(
            """
            SELECT i.address, i.name, a.name, p.created_at FROM participants p JOIN identities i ON i.customer = p.customer AND i.channel = $2
            LEFT JOIN agents a ON a.id = p.agent WHERE p.conversation = $1 ORDER BY p.created_at, i.address LIMIT 100
            """, [.text(conversation.text), .text(channel)]
        ).map { ParticipantView(address: $0.text(0), name: $0.optionalText(1), acceptedBy: $0.optionalText(2), acceptedAt: Timestamp(microseconds: $0.integer(3))) }
    }
}
