/// Something that arrived on a channel, in the one shape that every adapter makes of it.
public struct InboundEvent: Sendable, Hashable {
    public enum Kind: String, Sendable, Hashable {
        case message, edit, delete, status, reaction, button
    }

    public var kind: Kind
    /// Refuses repeats: unique per channel. Nil where the protocol offers none; the event is then always new.
    public var dedupID: String?
    /// The message that the event is about, as the channel names it.
    public var externalMessageID: String?
    /// The thread, room or address on the customer's side that replies go back to.
    public var externalConversationID: String
    public var sender: Sender
    /// As written by the customer, code point for code point.
    public var text: String
    public var attachments: [Attachment]
    /// When the customer's side says it was written; nil when it does not say.
    public var sentAt: Timestamp?
    public var subject: String?
    public var inReplyTo: String?
    /// Message-IDs of the thread, oldest first, where the channel has them.
    public var references: [String]
    /// What could not be read, in words for an agent. A message that could not be read at all is an empty text with a note.
    public var notes: [String]
    /// Facts of this channel that have no field here, by the names of the channel's page.
    public var extras: [JSON.Member]
    /// A machine wrote it (auto-reply, bounce, list): it is kept and shown, never answered by the bot.
    public var isAutomatic: Bool
    /// What of ours it answers or is about, as the channel can prove it, the surest first.
    public var answers: [OwnReference] = []
    /// What it reports of the messages that it names in `answers`; nil for everything that is no delivery report.
    public var report: DeliveryReport?
    /// The sender's program asks for no automatic answers: people see the message, the bot does not answer it.
    public var refusesAutomaticAnswers = false

    public init(
        kind: Kind = .message, dedupID: String?, externalMessageID: String?, externalConversationID: String, sender: Sender, text: String,
        attachments: [Attachment] = [], sentAt: Timestamp? = nil, subject: String? = nil, inReplyTo: String? = nil, references: [String] = [],
        notes: [String] = [], extras: [JSON.Member] = [], isAutomatic: Bool = false
    ) {
        self.kind = kind
        self.dedupID = dedupID
        self.externalMessageID = externalMessageID
        self.externalConversationID = externalConversationID
        self.sender = sender
        self.text = text
        self.attachments = attachments
        self.sentAt = sentAt
        self.subject = subject
        self.inReplyTo = inReplyTo
        self.references = references
        self.notes = notes
        self.extras = extras
        self.isAutomatic = isAutomatic
    }
}

/// Who wrote, as far as the channel knows.
public struct Sender: Sendable, Hashable {
    /// The address of this person on this channel; what an identity is made of.
    public var id: String
    public var name: String?
    public var email: String?
    /// BCP 47, as the channel says it.
    public var locale: String?
    /// Whether it is them, where the channel can tell by message; nil where the channel vouches for everybody.
    public var verification: Verification?

    public init(id: String, name: String? = nil, email: String? = nil, locale: String? = nil, verification: Verification? = nil) {
        self.id = id
        self.name = name
        self.email = email
        self.locale = locale
        self.verification = verification
    }
}

public struct Attachment: Sendable, Hashable {
    public enum Kind: String, Sendable, Hashable {
        case image, video, audio, voice, file, sticker, location, contact, link, unknown
    }

    public var kind: Kind
    public var mime: String?
    public var name: String?
    /// Where it can be had: a URL, a provider's id, `geo:` or `tel:`; nil when it came with the message.
    public var reference: String?
    public var size: Int?
    /// The bytes, where they came with the message: they are kept once by their content.
    public var content: [UInt8]?

    public init(kind: Kind, mime: String? = nil, name: String? = nil, reference: String? = nil, size: Int? = nil, content: [UInt8]? = nil) {
        self.kind = kind
        self.mime = mime
        self.name = name
        self.reference = reference
        self.size = size
        self.content = content
    }

    /// What a media type says of the kind: `image/*`, `video/*`, `audio/*`, else a file.
    public static func kind(ofMediaType mime: String?) -> Kind {
        guard let mime = mime?.lowercased() else { return .unknown }
        if mime.hasPrefix("image/") { return .image }
        if mime.hasPrefix("video/") { return .video }
        if mime.hasPrefix("audio/") { return .audio }
        return .file
    }
}
