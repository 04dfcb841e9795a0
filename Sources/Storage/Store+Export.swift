package import Messages

/// What `store export` writes.
package enum ExportKind: Sendable {
    case messages, conversations, events, articles
}

extension Store {
    /// Hands over every row as one JSON object, from one consistent snapshot, in the order of making.
    package func export(_ kind: ExportKind, _ line: @escaping @Sendable (JSON) throws -> Void) async throws {
        try await database.read { connection in
            switch kind {
            case .messages:
                try connection.forEach(
                    """
                    SELECT m.id, m.conversation, c.customer, m.channel, m.direction, m.author, m.external_id, m.text, d.state, d.attempts, m.created_at,
                      m.seq, m.author_kind, m.author_name, m.details, d.external_id, d.explanation, m.edited_at, m.deleted_at, m.sent_at
                    FROM messages m JOIN conversations c ON c.id = m.conversation LEFT JOIN deliveries d ON d.message = m.id ORDER BY m.id
                    """, []
                ) { row in
                    try line([
                        "id": .string(row.text(0)), "conversation": .string(row.text(1)), "customer": .string(row.text(2)), "channel": .string(row.text(3)),
                        "direction": .string(row.text(4)), "author": .string(row.text(5)), "external_id": .text(row.optionalText(6) ?? row.optionalText(15)),
                        "text": .string(row.text(7)), "state": .string(row.optionalText(8) ?? (row.text(4) == "in" ? "received" : "noted")),
                        "attempts": .integer(row.integer(9)), "created_at": .string(Timestamp(microseconds: row.integer(10)).rfc3339), "seq": .integer(row.integer(11)),
                        "author_kind": .string(row.text(12)), "author_name": .text(row.optionalText(13)),
                        "details": try row.optionalText(14).map(JSON.stored) ?? .null, "explanation": .text(row.optionalText(16)),
                        "edited": .bool(!row.isNull(17)), "deleted": .bool(!row.isNull(18)),
                        "sent_at": .text(row.optionalInteger(19).map { Timestamp(microseconds: $0).rfc3339 }),
                    ])
                }
            case .conversations:
                try connection.forEach(
                    """
                    SELECT c.id, c.customer, c.owner, c.agent, c.channel, c.channel_kind, c.thread, c.subject, c.language, c.last_seq, c.answer_due,
                      c.waiting_since, c.promised_at, c.handoff, c.created_at, c.updated_at FROM conversations c ORDER BY c.id
                    """, []
                ) { row in
                    func moment(_ index: Int) -> JSON { .text(row.optionalInteger(index).map { Timestamp(microseconds: $0).rfc3339 }) }
                    try line([
                        "id": .string(row.text(0)), "customer": .string(row.text(1)), "owner": .string(row.text(2)), "agent": .text(row.optionalText(3)),
                        "status": .string(row.text(2) == "nobody" ? "closed" : "open"), "channel": .string(row.text(4)), "channel_kind": .string(row.text(5)),
                        "external_id": .string(row.text(6)), "subject": .text(row.optionalText(7)), "language": .text(row.optionalText(8)),
                        "events": .integer(row.integer(9)), "answer_due": row.optionalInteger(10).map(JSON.integer) ?? .null, "waiting_since": moment(11),
                        "promised_at": moment(12), "handoff": try row.optionalText(13).map(JSON.stored) ?? .null, "created_at": moment(14), "updated_at": moment(15),
                    ])
                }
            case .articles:
                try connection.forEach(
                    """
                    SELECT v.id, v.language, v.version, v.title, v.status, v.author_kind, v.author, v.author_name, v.note, v.created_at, v.text, a.live, a.draft
                    FROM article_versions v LEFT JOIN articles a ON a.id = v.id AND a.language = v.language ORDER BY v.created_at, v.id, v.language, v.version
                    """, []
                ) { row in
                    try line([
                        "id": .string(row.text(0)), "language": .string(row.text(1)), "version": .string(row.text(2)), "title": .string(row.text(3)),
                        "status": .string(row.text(4)), "author_kind": .string(row.text(5)), "author": .text(row.optionalText(6)), "author_name": .text(row.optionalText(7)),
                        "note": .text(row.optionalText(8)), "created_at": .string(Timestamp(microseconds: row.integer(9)).rfc3339), "text": .string(row.text(10)),
                        "is_live": .bool(row.optionalText(11) == row.text(2)), "is_draft": .bool(row.optionalText(12) == row.text(2)),
                    ])
                }
            case .events:
                try connection.forEach("SELECT conversation, seq, kind, message, body, at FROM events ORDER BY conversation, seq", []) { row in
                    try line([
                        "conversation": .string(row.text(0)), "seq": .integer(row.integer(1)), "kind": .string(row.text(2)), "message": .text(row.optionalText(3)),
                        "body": try row.optionalText(4).map(JSON.stored) ?? .null, "at": .string(Timestamp(microseconds: row.integer(5)).rfc3339),
                    ])
                }
            }
        }
    }
}
