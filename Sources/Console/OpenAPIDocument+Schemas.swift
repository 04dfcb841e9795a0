import Messages

extension OpenAPIDocument {
    static var schemas: JSON {
        .object(coreSchemas + articleSchemas + knowledgeSchemas)
    }

    private static var coreSchemas: [JSON.Member] {
        [
            .init("Error", object([("error", object([("code", text), ("message", text)]))])),
            .init("SignIn", object([("email", text), ("password", limited(1, 256))], closed: true)),
            .init("Acceptance", object([("token", text), ("name", limited(1, 100)), ("password", limited(12, 256))], closed: true)),
            .init("NewAgent", object([("email", limited(3, 254)), ("name", limited(1, 100)), ("role", role)], closed: true)),
            .init("Text", object([("text", limited(1, 65_536))], closed: true)),
            .init("Reply", optional([("text", limited(1, 65_536)), ("files", nullable(list(id)))], needed: ["text"])),
            .init("Upload", object([("id", id), ("name", text), ("mime", text), ("size", count), ("sha256", text)])),
            .init("Nothing", object([], closed: true)),
            .init("Taking", optional([("from", nullable(text))], needed: [])),
            .init(
                "Session",
                object([
                    ("agent", object([("id", id), ("email", text), ("name", text), ("role", role)])), ("csrf", nullable(text)),
                    ("advice", list(oneOf("answers", "drafts", "summaries"))),
                ])),
            .init("Agent", object([("id", id), ("email", nullable(text)), ("name", text), ("role", role), ("status", oneOf("active", "invited", "disabled"))])),
            .init("Agents", object([("agents", list(of: "Agent"))])),
            .init("Invitation", object([("agent", ref("Agent")), ("invitation", object([("link", text)]))])),
            .init("Conversation", conversation),
            .init("Conversations", object([("conversations", list(of: "Conversation")), ("next", nullable(text))])),
            .init("Channels", object([("channels", list(channel))])),
            .init("Handoff", handoff),
            .init("Message", message),
            .init("ConversationDetail", detail),
            .init(
                "Draft",
                object([
                    ("text", text), ("source", oneOf("model", "article")),
                    ("articles", list(object([("id", text), ("title", text), ("version", text), ("confidence", share)]))),
                ])),
            .init("Summary", object([("sentences", list(object([("text", text), ("messages", list(id))])))])),
            .init(
                "Welcome",
                object([
                    ("console_url", text), ("smtp", nullable(text)), ("line", nullable(text)), ("mail_address", nullable(text)), ("webhook_url", nullable(text)),
                    ("webhook_key", nullable(text)), ("demo", flag),
                ])),
            .init("Document", ["type": "object"]),
            .init("EventStream", text), .init("Page", text), .init("File", ["type": "string", "format": "binary"]),
            .init("Line", text),
            .init("Anything", .object([])),
        ]
    }

    private static var conversation: JSON {
        object([
            ("id", id), ("subject", nullable(text)), ("channel", text), ("channel_kind", text), ("customer", object([("id", id), ("name", nullable(text))])),
            (
                "owner",
                object([("kind", oneOf("bot", "queue", "agent", "nobody")), ("agent", nullable(object([("id", id), ("name", nullable(text))])))])
            ),
            ("status", oneOf("open", "closed")), ("language", nullable(text)),
            ("last_message", nullable(object([("text", text), ("direction", oneOf("in", "out")), ("created_at", moment)]))),
            ("waiting_since", nullable(moment)), ("promised_at", nullable(moment)), ("created_at", moment), ("updated_at", moment),
        ])
    }

    private static var channel: JSON {
        let connection = object([
            ("name", text), ("problem", nullable(text)), ("connected_since", nullable(moment)), ("last_event_at", nullable(moment)), ("set_aside", count),
        ])
        return object([("name", text), ("kind", text), ("problem", nullable(text)), ("connections", list(connection))])
    }

    private static var handoff: JSON {
        object([
            ("reason", oneOf("asked", "unsure", "unhelpful", "unreadable", "urgent", "upset", "incomplete", "call-failed", "other-writer", "undelivered", "no-automatic-answers")),
            ("goal", text), ("language", nullable(text)),
            ("facts", list(object([("name", text), ("value", text)]))), ("tried", list(object([("article", text), ("title", text), ("confidence", share)]))),
            ("promised_at", moment), ("created_at", nullable(moment)),
        ])
    }

    private static var message: JSON {
        object([
            ("id", id), ("seq", count), ("direction", oneOf("in", "out", "note")),
            ("author", object([("kind", oneOf("customer", "bot", "agent")), ("name", nullable(text))])), ("text", text), ("full_text", nullable(text)), ("notes", list(text)),
            ("verification", nullable(object([("verdict", oneOf("verified", "unverified", "failed")), ("explanation", text)]))),
            ("outsider", nullable(text)), ("participant", nullable(text)), ("copied", list(text)),
            ("article", nullable(object([("id", text), ("title", text), ("version", text), ("confidence", share)]))),
            // The customer's message that can be judged here: under the answer, or under the question that was handed over for want of one.
            ("question", nullable(id)),
            ("review", nullable(object([("article", nullable(text)), ("title", nullable(text)), ("agent", object([("id", id), ("name", text)])), ("at", moment)]))),
            ("attachments", list(object([("name", nullable(text)), ("mime", nullable(text)), ("size", nullable(count)), ("sha256", nullable(text))]))), ("has_html", flag),
            ("has_original", flag),
            (
                "delivery",
                nullable(
                    object([
                        ("state", oneOf("pending", "sending", "delivered", "refused", "unknown")), ("attempts", count), ("explanation", nullable(text)),
                    ]))
            ), ("created_at", moment), ("edited", flag), ("deleted", flag),
        ])
    }

    private static var detail: JSON {
        let participant = object([("address", text), ("name", nullable(text)), ("accepted_by", nullable(text)), ("accepted_at", moment)])
        let identity = object([("channel", text), ("address", text), ("evidence", text), ("strength", oneOf("claimed", "channel", "verified"))])
        return object([
            ("conversation", ref("Conversation")), ("customer", object([("id", id), ("name", nullable(text)), ("identities", list(identity))])),
            ("handoff", nullable(ref("Handoff"))), ("participants", list(participant)), ("messages", list(of: "Message")),
        ])
    }

    // MARK: The parts of a schema (JSON Schema 2020-12)

    static let text: JSON = ["type": "string"]
    static let id: JSON = ["type": "string", "format": "uuid"]
    static let moment: JSON = ["type": "string", "format": "date-time"]
    static let flag: JSON = ["type": "boolean"]
    static let count: JSON = ["type": "integer", "minimum": 0]
    static let share: JSON = ["type": "number", "minimum": 0, "maximum": 1]
    static let role = oneOf("admin", "agent")

    static func limited(_ shortest: Int64, _ longest: Int64) -> JSON {
        ["type": "string", "minLength": .integer(shortest), "maxLength": .integer(longest)]
    }

    static func oneOf(_ words: String...) -> JSON { ["type": "string", "enum": .array(words.map(JSON.string))] }
    static func nullable(_ schema: JSON) -> JSON { ["anyOf": [schema, ["type": "null"]]] }
    static func list(_ items: JSON) -> JSON { ["type": "array", "items": items] }
    static func list(of name: String) -> JSON { list(ref(name)) }
    static func ref(_ name: String) -> JSON { Operation.reference(name) }

    /// A request's object of which some members may be missing.
    static func optional(_ properties: [(String, JSON)], needed: [String]) -> JSON {
        var members: [JSON.Member] = [.init("type", "object"), .init("properties", .object(properties.map { JSON.Member($0.0, $0.1) }))]
        if !needed.isEmpty { members.append(.init("required", .array(needed.map(JSON.string)))) }
        members.append(.init("additionalProperties", false))
        return .object(members)
    }

    /// All members are always there. `closed`: others are refused, which is so for requests.
    static func object(_ properties: [(String, JSON)], closed: Bool = false) -> JSON {
        var members: [JSON.Member] = [.init("type", "object"), .init("properties", .object(properties.map { JSON.Member($0.0, $0.1) }))]
        if !properties.isEmpty { members.append(.init("required", .array(properties.map { .string($0.0) }))) }
        if closed { members.append(.init("additionalProperties", false)) }
        return .object(members)
    }
}
