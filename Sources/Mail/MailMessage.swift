package import Messages

/// What one mail says, read from its exact octets. Reading never fails: what cannot be read is a note, and the rest is there.
package struct MailMessage: Sendable {
    /// A part that is not the text of the message.
    package struct Part: Sendable, Hashable {
        package var name: String?
        package var mime: String
        /// In octets, the transfer encoding undone; nil for a message inside the message.
        package var size: Int?
        package var contentID: String?
        /// SHA-256 in hexadecimal; only when digests were asked for, never for a message inside the message.
        package var digest: String?
        /// The octets; only when files were asked for.
        package var content: [UInt8]?
    }

    /// Whether a machine wrote it (RFC 3834).
    package enum Automatic: String, Sendable, Hashable {
        case none
        case autoReply = "auto-reply"
        case bounce
        case list
        /// It came through us before.
        case loop
    }

    package var subject: String?
    /// The writer: nil unless there is exactly one From field with exactly one mailbox (RFC 5322 §3.6.2).
    package var from: Mailbox? { senders.count == 1 && !hasManyFroms ? senders[0] : nil }
    /// All that stands in the first From field.
    package var senders: [Mailbox] = []
    package var to: [Mailbox] = []
    package var cc: [Mailbox] = []
    package var date: Timestamp?
    /// Message-IDs are without their angle brackets.
    package var messageID: String?
    package var inReplyTo: [String] = []
    /// Oldest first, at most 100.
    package var references: [String] = []
    /// The whole text, line ends as LF; of several text parts, all of them.
    package var text = ""
    /// The HTML of the message as its writer sent it: hostile until `HTMLSanitizer` has been over it; nil when there is none.
    package var html: String? { page?.html }
    var page: HTMLPage?
    package var attachments: [Part] = []
    package var automatic = Automatic.none
    /// What a machine says about a mail that was sent; nil when this is not about another mail.
    package var report: MailReport?
    /// The enhanced status code (RFC 3463) of a bounce that names one.
    package var status: String? { report?.status }
    /// The mail stood inside of an envelope of certified mail (PEC). What was checked about the sender of the envelope says nothing about
    /// the writer.
    package var isUnwrapped = false
    /// In words for an agent.
    package var notes: [String] = []

    /// How the lines of `text` are meant (RFC 3676).
    enum Flow: Sendable, Hashable { case fixed, flowed(deletesBlank: Bool) }

    var flow = Flow.fixed
    /// What the markup of an HTML text says about each line of `text`; empty for plain text.
    var textMarks: [TextMark] = []
    /// Octets of parts that were asked for.
    var kept: [Kept] = []
    var hasManyFroms = false
    var fields = Fields()

    struct Kept: Sendable {
        /// The Content-ID.
        var name: String
        var bytes: [UInt8]
    }

    /// The few fields that decide on machine mail.
    struct Fields: Sendable {
        var autoSubmitted: String?
        var precedence: String?
        var isFromList = false
        var hasAutoReplyField = false
        var hasFailedRecipients = false
        var failedRecipients: [String] = []
        /// `From: MAILER-DAEMON <>`
        var isFromNobody = false
        /// Of the mail that came back.
        var returnedMessageID: String?
        /// PEC: the values of `X-Trasporto`, `X-Ricevuta` and `X-Riferimento-Message-ID`.
        var certifiedTransport: String?
        var certifiedReceipt: String?
        var certifiedReference: String?
        var suppresses = false
        var returnPath: String?
        var received = 0
        var loops: [String] = []
        var reportType: String?
        var isReport = false
        var hasDeliveryStatus = false
        var hasFeedbackReport = false
    }

    /// Bounds on what is read; a message beyond them is kept by the caller all the same.
    package enum Limit {
        package static let messageBytes = 52_428_800
        package static let headerBytes = 65_536
        package static let depth = 100
        package static let parts = 1000
        package static let references = 100
        /// Text beyond this is cut off, with a note.
        package static let textBytes = 2_097_152
    }

    mutating func note(_ text: String) {
        if notes.count < 20, !notes.contains(text) { notes.append(text) }
    }
}
