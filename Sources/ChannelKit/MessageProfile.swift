public import Messages

/// The shape of a message in the bodies of our own webhooks, whatever envelope they come in.
///
/// `data { id, conversation_id, text, author { id, name?, email?, locale? }, attachments [{ url, name, content_type }]?, in_reply_to? }`
public enum MessageProfile {
    /// The end of an event's `type` that says what happened.
    public enum Happening: String, Sendable, CaseIterable {
        case created = "message.created"
        case updated = "message.updated"
        case deleted = "message.deleted"
        case reactionAdded = "reaction.added"
        case reactionRemoved = "reaction.removed"
        case deliveryUpdated = "delivery.updated"
    }

    /// Names and identifiers are short; a longer one is a mistake or an attack, and would be a key in the store.
    public static let longestName = 512
    public static let mostAttachments = 100

    /// Reads `data`.
    ///
    /// - Throws: `WebhookRejection` 400 that names the first field that is missing or of the wrong type.
    public static func read(_ data: JSON, _ happening: Happening, dedupID: String, sentAt: Timestamp?) throws(WebhookRejection) -> InboundEvent {
        guard data.members != nil else { throw invalid("data", "must be an object") }
        if data.repeatedName != nil { throw invalid("data", "has a name twice in one object") }
        let author = data["author"]
        guard author?.members != nil else { throw invalid("data.author", "must be an object") }
        var event = InboundEvent(
            kind: kind(of: happening), dedupID: dedupID, externalMessageID: try name("id", of: data, "data.id"),
            externalConversationID: try name("conversation_id", of: data, "data.conversation_id"),
            sender: Sender(
                id: try name("id", of: author, "data.author.id"), name: try optionalName("name", of: author, "data.author.name"),
                email: try optionalName("email", of: author, "data.author.email"), locale: try optionalName("locale", of: author, "data.author.locale")),
            text: "", sentAt: sentAt, inReplyTo: try optionalName("in_reply_to", of: data, "data.in_reply_to"))
        switch happening {
        case .created, .updated:
            event.text = try text(of: data)
            event.attachments = try attachments(of: data)
        case .deleted: break
        case .reactionAdded, .reactionRemoved:
            var reaction: JSON = ["emoji": .string(try name("emoji", of: data, "data.emoji"))]
            if happening == .reactionRemoved, case .object(let members) = reaction { reaction = .object(members + [JSON.Member("removed", true)]) }
            event.extras.append(JSON.Member("reaction", reaction))
        case .deliveryUpdated:
            event.extras.append(JSON.Member("status", .string(try name("status", of: data, "data.status"))))
        }
        return event
    }

    /// The `data` of a reply, the same on every try.
    public static func write(_ message: OutboundMessage) -> JSON {
        var author: [JSON.Member] = [JSON.Member("id", .string(message.author.rawValue))]
        if let name = message.authorName { author.append(JSON.Member("name", .string(name))) }
        var data: [JSON.Member] = [
            JSON.Member("id", .string(message.id.text)), JSON.Member("conversation_id", .string(message.externalConversationID)),
            JSON.Member("text", .string(message.text)), JSON.Member("author", .object(author)),
        ]
        if let inReplyTo = message.inReplyTo { data.append(JSON.Member("in_reply_to", .string(inReplyTo))) }
        return .object(data)
    }

    private static func kind(of happening: Happening) -> InboundEvent.Kind {
        switch happening {
        case .created: .message
        case .updated: .edit
        case .deleted: .delete
        case .reactionAdded, .reactionRemoved: .reaction
        case .deliveryUpdated: .status
        }
    }

    private static func text(of data: JSON) throws(WebhookRejection) -> String {
        guard let value = data["text"], !value.isNull else { return "" }
        guard let text = value.string else { throw invalid("data.text", "must be a text") }
        return text
    }

    private static func attachments(of data: JSON) throws(WebhookRejection) -> [Attachment] {
        guard let value = data["attachments"], !value.isNull else { return [] }
        guard let items = value.array, items.count <= mostAttachments else {
            throw invalid("data.attachments", "must be a list of at most \(mostAttachments)")
        }
        var attachments: [Attachment] = []
        for (index, item) in items.enumerated() {
            let place = "data.attachments[\(index)]"
            guard item.members != nil else { throw invalid(place, "must be an object") }
            let mime = try optionalName("content_type", of: item, place + ".content_type")
            guard let url = item["url"]?.string, !url.isEmpty, url.utf8.count <= 4096 else { throw invalid(place + ".url", "must be a text of 1 to 4096 bytes") }
            attachments.append(
                Attachment(kind: Attachment.kind(ofMediaType: mime), mime: mime, name: try optionalName("name", of: item, place + ".name"), reference: url))
        }
        return attachments
    }

    private static func name(_ name: String, of object: JSON?, _ place: String) throws(WebhookRejection) -> String {
        guard let text = object?[name]?.string, !text.isEmpty, text.utf8.count <= longestName else {
            throw invalid(place, "must be a text of 1 to \(longestName) bytes")
        }
        return text
    }

    /// Nil when absent, null or empty.
    private static func optionalName(_ name: String, of object: JSON?, _ place: String) throws(WebhookRejection) -> String? {
        guard let value = object?[name], !value.isNull else { return nil }
        guard let text = value.string, text.utf8.count <= longestName else { throw invalid(place, "must be a text of at most \(longestName) bytes") }
        return text.isEmpty ? nil : text
    }

    private static func invalid(_ place: String, _ what: String) -> WebhookRejection {
        WebhookRejection(400, "invalid-field", "\(place) \(what)")
    }
}
