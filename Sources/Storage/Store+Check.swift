import Conversations
import Messages

extension Store {
    /// Everything that must always hold, looked at row by row: a line for each violation, none when the store is sound.
    package func violations() async throws -> [String] {
        var found = try await database.integrityProblems()
        for (problem, query) in Self.mustBeEmpty {
            found += try await database.read { connection in
                try connection.rows("\(query) LIMIT 100", []).map { "\(problem): \($0.text(0))" }
            }
        }
        found += try await ownersThatDiffer()
        return found
    }

    /// Queries that return the identifier of each row that breaks a rule.
    private static let mustBeEmpty = [
        (
            "message without its event",
            "SELECT m.id FROM messages m LEFT JOIN events e ON e.conversation = m.conversation AND e.seq = m.seq AND e.message = m.id WHERE e.seq IS NULL"
        ),
        ("event about a message that is not there", "SELECT e.conversation FROM events e LEFT JOIN messages m ON m.id = e.message WHERE e.message IS NOT NULL AND m.id IS NULL"),
        ("reply without a delivery", "SELECT m.id FROM messages m LEFT JOIN deliveries d ON d.message = m.id WHERE m.direction = 'out' AND d.message IS NULL"),
        ("delivery of what is no reply", "SELECT d.message FROM deliveries d JOIN messages m ON m.id = d.message WHERE m.direction <> 'out'"),
        ("delivery in another conversation than its message", "SELECT d.message FROM deliveries d JOIN messages m ON m.id = d.message WHERE m.conversation <> d.conversation"),
        ("delivery claimed by nobody", "SELECT d.message FROM deliveries d WHERE d.state = 'sending' AND d.claimed_by IS NULL"),
        ("delivery settled without a time", "SELECT d.message FROM deliveries d WHERE d.state IN ('delivered', 'refused', 'unknown') AND d.settled_at IS NULL"),
        ("delivery with a state but no try", "SELECT d.message FROM deliveries d WHERE d.state IN ('sending', 'delivered') AND d.attempts < 1"),
        (
            "message accepted but not stored",
            "SELECT n.message FROM inbound n LEFT JOIN messages m ON m.id = n.message WHERE n.kind IN ('message', 'button') AND m.id IS NULL"
        ),
        (
            "customer's message without the bytes it was read from",
            "SELECT m.id FROM messages m LEFT JOIN inbound n ON n.message = m.id WHERE m.direction = 'in' AND (n.message IS NULL OR (n.raw IS NULL AND n.raw_file IS NULL))"
        ),
        (
            "the same event of a channel stored twice",
            """
            SELECT MIN(m.id) FROM messages m JOIN inbound n ON n.message = m.id WHERE m.direction = 'in' AND m.external_id IS NOT NULL AND m.deleted_at IS NULL
            GROUP BY m.channel, m.external_id, m.author, m.text HAVING COUNT(*) > COUNT(DISTINCT n.dedup_id)
            """
        ),
        (
            "gap in the events of a conversation",
            "SELECT c.id FROM conversations c LEFT JOIN events e ON e.conversation = c.id GROUP BY c.id, c.last_seq HAVING COUNT(e.seq) <> c.last_seq OR MAX(e.seq) <> c.last_seq OR MIN(e.seq) <> 1"
        ),
        ("waiting conversation that is not in the queue", "SELECT id FROM conversations WHERE waiting_since IS NOT NULL AND owner <> 'queue'"),
        ("queued conversation that does not wait", "SELECT id FROM conversations WHERE owner = 'queue' AND (waiting_since IS NULL OR handoff IS NULL)"),
        (
            "answer due to what is no message of the customer",
            "SELECT c.id FROM conversations c LEFT JOIN events e ON e.conversation = c.id AND e.seq = c.answer_due AND e.kind = 'customer.wrote' WHERE c.answer_due IS NOT NULL AND e.seq IS NULL"
        ),
        ("answer due although the bot does not speak", "SELECT id FROM conversations WHERE answer_due IS NOT NULL AND owner <> 'bot'"),
        (
            "call asked for in a conversation that no event speaks of",
            "SELECT c.id FROM calls c LEFT JOIN events e ON e.conversation = c.conversation AND e.kind = 'call.due' WHERE e.seq IS NULL"
        ),
        ("call settled without a time", "SELECT id FROM calls WHERE (state IN ('answered', 'not-found', 'failed', 'unknown')) <> (settled_at IS NOT NULL)"),
        ("call claimed by nobody", "SELECT id FROM calls WHERE state = 'calling' AND claimed_by IS NULL"),
        (
            "call that ended more than once",
            "SELECT e.conversation FROM events e WHERE e.kind = 'call.ended' GROUP BY e.conversation HAVING COUNT(*) > (SELECT COUNT(*) FROM calls c WHERE c.conversation = e.conversation)"
        ),
        ("gap in the log of articles", "SELECT MAX(seq) FROM article_log HAVING COUNT(*) <> MAX(seq)"),
        (
            "article that nothing is known to have happened to",
            "SELECT a.id FROM articles a WHERE NOT EXISTS (SELECT 1 FROM article_log l WHERE l.id = a.id AND l.language = a.language)"
        ),
        (
            "change of an article that names a text which is not kept",
            """
            SELECT l.id FROM article_log l LEFT JOIN article_versions v ON v.id = l.id AND v.language = l.language AND v.version = l.version
            WHERE l.version IS NOT NULL AND v.version IS NULL
            """
        ),
        (
            "live article whose text does not say live",
            "SELECT a.id FROM articles a JOIN article_versions v ON v.id = a.id AND v.language = a.language AND v.version = a.live WHERE v.status <> 'live'"
        ),
        ("review of what no customer said", "SELECT r.message FROM reviews r JOIN messages m ON m.id = r.message WHERE m.direction <> 'in' OR m.conversation <> r.conversation"),
        ("conversation of another customer's identity", "SELECT c.id FROM conversations c JOIN identities i ON i.id = c.identity WHERE i.customer <> c.customer"),
    ]

    /// Replays the log of every conversation: the owner in its row must be what its events say.
    private func ownersThatDiffer() async throws -> [String] {
        try await database.read { connection in
            var found: [String] = []
            var current: (id: String, owner: Owner, stored: String)?
            func finish() {
                if let last = current, last.stored != Self.describe(last.owner), found.count < 100 {
                    found.append("owner of conversation \(last.id) is \(last.stored), but its events say \(Self.describe(last.owner))")
                }
            }
            try connection.forEach(
                """
                SELECT c.id, c.owner, c.agent, e.kind, e.body FROM conversations c JOIN events e ON e.conversation = c.id
                WHERE e.kind IN ('customer.wrote', 'handoff', 'taken', 'returned', 'closed') ORDER BY c.id, e.seq
                """, []
            ) { row in
                if current?.id != row.text(0) {
                    finish()
                    current = (row.text(0), .bot, row.optionalText(2).map { "agent \($0)" } ?? row.text(1))
                }
                let agent = row.text(3) == "taken" ? try JSON.stored(row.text(4))["agent"]?.string : nil
                let before = current?.owner ?? .bot
                current?.owner = ConversationEvent.ownerAfter(kind: row.text(3), agent: agent, before: before)
            }
            finish()
            return found
        }
    }

    private static func describe(_ owner: Owner) -> String {
        if case .agent(let id) = owner { "agent \(id)" } else { owner.name }
    }
}
