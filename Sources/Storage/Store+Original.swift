package import Messages

/// What a message was read from, exactly as it came.
package struct OriginalRow: Sendable {
    package enum Place: Sendable {
        case bytes([UInt8])
        /// The name of a file in the `ContentFolder`.
        case file(String)
    }

    package var channelKind: String
    package var place: Place
}

extension Store {
    /// The original of a message whose adapter said under which name it was kept (`original` among its facts). Nil when there is none, or
    /// when the customer took the message back.
    package func original(of message: MessageID, in conversation: ConversationID) async throws -> OriginalRow? {
        try await database.read { connection in
            guard
                let found = try connection.first(
                    """
                    SELECT m.channel, m.details, c.channel_kind FROM messages m JOIN conversations c ON c.id = m.conversation
                    WHERE m.id = $1 AND m.conversation = $2 AND m.direction = 'in' AND m.deleted_at IS NULL
                    """, [.text(message.text), .text(conversation.text)]),
                let details = try found.optionalText(1).map(JSON.stored), let name = details["extras"]?["original"]?.string,
                let row = try connection.first(
                    "SELECT raw, raw_file FROM inbound WHERE channel = $1 AND dedup_id = $2 AND message = $3", [.text(found.text(0)), .text(name), .text(message.text)])
            else { return nil }
            if let file = row.optionalText(1) { return OriginalRow(channelKind: found.text(2), place: .file(file)) }
            return row.isNull(0) ? nil : OriginalRow(channelKind: found.text(2), place: .bytes(row.blob(0)))
        }
    }
}
