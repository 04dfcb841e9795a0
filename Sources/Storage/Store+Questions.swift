import Conversations
package import Messages

/// Something a customer asked.
package struct AskedQuestion: Sendable, Hashable {
    package var message: MessageID
    package var conversation: ConversationID
    package var seq: Int64
    package var customer: CustomerID
    package var text: String
    package var language: String?
    package var channel: String
    package var channelKind: String
    package var at: Timestamp
}

/// What came of a question.
package enum QuestionOutcome: Sendable, Hashable {
    case answered(article: String, version: String)
    /// Asked back, or said something short.
    case talked
    case handedOff(reason: String)
    case people
    case none
}

/// A question that the bot had no good answer to.
package struct MissedQuestion: Sendable, Hashable {
    package var question: AskedQuestion
    /// `unsure`, `unhelpful` or `wrong` (a person said so).
    package var reason: String
    /// The articles that were given, with their versions where they are known.
    package var given: [String: String?]
    /// The right article, where a person said so.
    package var right: String?
}

/// An answer that was given from an article.
package struct GivenAnswer: Sendable, Hashable {
    package var message: MessageID
    package var conversation: ConversationID
    package var article: String
    package var version: String
    package var confidence: Double?
    package var at: Timestamp
}

/// Looking back at what customers asked. Messages are found by their ids, which begin with the time of making; nothing is written for it on a message's path.
extension Store {
    private static let question = """
        SELECT m.id, m.conversation, m.seq, c.customer, m.text, c.language, m.channel, c.channel_kind, m.created_at, m.details
        FROM messages m JOIN conversations c ON c.id = m.conversation
        """

    private static func question(_ row: SQLRow) -> AskedQuestion {
        AskedQuestion(
            message: MessageID(row.text(0)), conversation: ConversationID(row.text(1)), seq: row.integer(2), customer: CustomerID(row.text(3)), text: row.text(4),
            language: row.optionalText(5), channel: row.text(6), channelKind: row.text(7), at: Timestamp(microseconds: row.integer(8)))
    }

    /// The last questions of customers, latest first; messages of machines and deleted ones are left out.
    package func questions(since: Timestamp, limit: Int) async throws -> [AskedQuestion] {
        try await database.read { connection in
            try connection.rows(
                "\(Self.question) WHERE m.id >= $1 AND m.direction = 'in' AND m.deleted_at IS NULL AND m.text <> '' ORDER BY m.id DESC LIMIT $2",
                [.text(MessageID.earliest(at: since)), .integer(Int64(limit))]
            ).compactMap { row in
                if let details = try row.optionalText(9).map(JSON.stored), details["automatic"]?.bool == true { return nil }
                return Self.question(row)
            }
        }
    }

    /// The customer's message that is meant by itself or by the bot's answer to it; nil when there is none.
    package func question(behind message: MessageID, in conversation: ConversationID) async throws -> AskedQuestion? {
        try await database.read { connection in
            guard let (asked, _) = try question(behind: message, in: conversation, connection) else { return nil }
            return try connection.first("\(Self.question) WHERE m.id = $1 AND m.deleted_at IS NULL", [.text(asked.text)]).map(Self.question)
        }
    }

    /// What came of each question, in their order.
    package func outcomes(of questions: [AskedQuestion]) async throws -> [QuestionOutcome] {
        try await database.read { connection in
            try questions.map { question in
                let next = try connection.first(
                    """
                    SELECT kind, body FROM events WHERE conversation = $1 AND seq > $2 AND kind IN
                      ('bot.answered', 'bot.asked', 'bot.said', 'handoff', 'taken', 'agent.replied', 'customer.wrote') ORDER BY seq LIMIT 1
                    """, [.text(question.conversation.text), .integer(question.seq)])
                guard let next else { return .none }
                let body = try next.optionalText(1).map(JSON.stored)
                switch next.text(0) {
                case "bot.answered": return .answered(article: body?["article"]?.string ?? "", version: body?["version"]?.string ?? "")
                case "bot.asked", "bot.said": return .talked
                case "handoff": return .handedOff(reason: body?["reason"]?.string ?? "")
                case "taken", "agent.replied": return .people
                default: return .none
                }
            }
        }
    }

    /// Questions since then that were handed over because no article was sure or two did not help, or whose answer a person called wrong; latest first.
    package func missedQuestions(since: Timestamp, limit: Int) async throws -> [MissedQuestion] {
        try await database.read { connection in
            let handed = try connection.rows(
                """
                SELECT e.conversation, e.seq, e.body FROM messages m JOIN events e ON e.conversation = m.conversation AND e.seq = m.seq
                WHERE m.id >= $1 AND m.direction = 'out' AND m.author_kind = 'bot' AND e.kind = 'handoff' ORDER BY m.id DESC LIMIT $2
                """, [.text(MessageID.earliest(at: since)), .integer(Int64(limit))])
            var missed: [MissedQuestion] = []
            for row in handed {
                guard let reason = try JSON.stored(row.text(2))["reason"]?.string, reason == "unsure" || reason == "unhelpful" else { continue }
                if let found = try missedQuestion(in: row.text(0), before: row.integer(1), reason, connection) { missed.append(found) }
            }
            let wrong = try connection.rows(
                """
                SELECT m.id, m.conversation, m.seq, c.customer, m.text, c.language, m.channel, c.channel_kind, m.created_at, m.details, r.article, r.given
                FROM reviews r JOIN messages m ON m.id = r.message JOIN conversations c ON c.id = m.conversation
                WHERE r.created_at >= $1 AND m.deleted_at IS NULL AND (r.given IS NULL OR r.article IS NULL OR r.article <> r.given)
                ORDER BY r.created_at DESC LIMIT $2
                """, [.integer(since.microseconds), .integer(Int64(limit))])
            let places = Dictionary(missed.enumerated().map { ($1.question.message, $0) }) { first, _ in first }
            for row in wrong {
                let question = Self.question(row)
                if let place = places[question.message] {
                    missed[place].right = row.optionalText(10)
                } else {
                    missed.append(MissedQuestion(question: question, reason: "wrong", given: row.optionalText(11).map { [$0: nil] } ?? [:], right: row.optionalText(10)))
                }
            }
            return missed
        }
    }

    /// The question behind a handover: for `unhelpful` the one that was answered first of those in a row, else the last message.
    private func missedQuestion(in conversation: String, before seq: Int64, _ reason: String, _ connection: any SQLConnection) throws -> MissedQuestion? {
        var given: [String: String?] = [:]
        var last: String?
        var answered: String?
        let events = try connection.rows(
            """
            SELECT kind, message, body FROM events WHERE conversation = $1 AND seq < $2 AND kind IN ('customer.wrote', 'bot.answered', 'returned', 'closed')
            ORDER BY seq DESC LIMIT 20
            """, [.text(conversation), .integer(seq)])
        for (number, event) in events.enumerated() {
            if event.text(0) == "returned" || event.text(0) == "closed" { break }
            if event.text(0) == "customer.wrote" {
                if last == nil { last = event.text(1) }
                continue
            }
            let body = try event.optionalText(2).map(JSON.stored)
            if let article = body?["article"]?.string { given[article] = body?["version"]?.string }
            // The message just before the answer is what was asked.
            if let asked = events[(number + 1)...].first(where: { $0.text(0) == "customer.wrote" }) { answered = asked.text(1) }
            if given.count == 2 { break }
        }
        guard let message = reason == "unhelpful" ? answered ?? last : last else { return nil }
        guard let row = try connection.first("\(Self.question) WHERE m.id = $1 AND m.deleted_at IS NULL AND m.text <> ''", [.text(message)]) else { return nil }
        return MissedQuestion(question: Self.question(row), reason: reason, given: reason == "unhelpful" ? given : [:], right: nil)
    }

    /// The answers that were given from an article since then, latest first.
    package func answersGiven(from article: String, since: Timestamp, limit: Int) async throws -> [GivenAnswer] {
        try await database.read { connection in
            var found: [GivenAnswer] = []
            try connection.forEach(
                """
                SELECT m.id, m.conversation, m.details, m.created_at FROM messages m
                WHERE m.id >= $1 AND m.direction = 'out' AND m.author_kind = 'bot' AND m.details LIKE $2 ORDER BY m.id DESC LIMIT $3
                """, [.text(MessageID.earliest(at: since)), .text("%\"article\":\"\(article)\"%"), .integer(Int64(limit))]
            ) { row in found += try Self.answers(row).filter { $0.article == article } }
            return found
        }
    }

    /// The articles that a message was made of, each with its exact version.
    package func answers(of message: MessageID) async throws -> [GivenAnswer] {
        try await database.read { connection in
            try connection.first("SELECT m.id, m.conversation, m.details, m.created_at FROM messages m WHERE m.id = $1", [.text(message.text)]).map(Self.answers) ?? []
        }
    }

    private static func answers(_ row: SQLRow) throws -> [GivenAnswer] {
        func gather(_ value: JSON) -> [GivenAnswer] {
            if let article = value["article"]?.string, let version = value["version"]?.string {
                return [
                    GivenAnswer(
                        message: MessageID(row.text(0)), conversation: ConversationID(row.text(1)), article: article, version: version,
                        confidence: value["confidence"]?.number, at: Timestamp(microseconds: row.integer(3)))
                ]
            }
            return (value.members ?? []).flatMap { gather($0.value) } + (value.array ?? []).flatMap(gather)
        }
        return try row.optionalText(2).map { gather(try JSON.stored($0)) } ?? []
    }
}

extension Identifier {
    /// No identifier of that moment or later sorts before it: the time is the first 48 bits (RFC 9562 §5.7).
    static func earliest(at time: Timestamp) -> String {
        let digits = String(UInt64(max(0, time.microseconds / 1000)) & 0xFFFF_FFFF_FFFF, radix: 16)
        let padded = String(repeating: "0", count: 12 - digits.utf8.count) + digits
        return "\(padded.prefix(8))-\(padded.suffix(4))"
    }
}
