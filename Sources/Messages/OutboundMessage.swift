/// One message on its way to a customer through one channel.
///
/// Every try of a delivery carries the same values: what a channel uses to fold repeats (webhook-id, Message-ID) is made from
/// `id`, which was fixed when the message was stored.
public struct OutboundMessage: Sendable, Hashable {
    public enum Author: String, Sendable, Hashable {
        case bot, agent
    }

    public var id: MessageID
    public var conversation: ConversationID
    /// The address of the customer's identity on this channel.
    public var recipient: String
    /// The thread on the customer's side, as it came in.
    public var externalConversationID: String
    public var text: String
    public var author: Author
    /// The name shown to the customer: an agent's, or nil for the bot.
    public var authorName: String?
    public var subject: String?
    /// The external id of the customer's message that this answers.
    public var inReplyTo: String?
    public var references: [String]
    /// Files that go with the text, with their `content`.
    public var attachments: [Attachment] = []
    public var createdAt: Timestamp
    /// 1 for the first try.
    public var attempt: Int

    public init(
        id: MessageID, conversation: ConversationID, recipient: String, externalConversationID: String, text: String, author: Author,
        authorName: String? = nil, subject: String? = nil, inReplyTo: String? = nil, references: [String] = [], createdAt: Timestamp, attempt: Int = 1
    ) {
        self.id = id
        self.conversation = conversation
        self.recipient = recipient
        self.externalConversationID = externalConversationID
        self.text = text
        self.author = author
        self.authorName = authorName
        self.subject = subject
        self.inReplyTo = inReplyTo
        self.references = references
        self.createdAt = createdAt
        self.attempt = attempt
    }
}
