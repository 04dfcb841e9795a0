package import Messages

/// Writes a reply as the octets of a mail (RFC 5322, MIME): CRLF line ends, no line over 998 octets, 7-bit throughout, so that
/// any relay takes it unchanged. The same values always give the same octets, which is what makes a repeat recognisable.
///
/// Whatever comes from outside (subjects, names, ids) is encoded or left out, never copied into a header as it is.
package struct MailWriter: Sendable {
    package var from: MailAddress
    package var fromName: String?
    package var to: MailAddress
    package var subject: String
    /// Without angle brackets; made once for a message and kept on every try.
    package var messageID: String
    package var inReplyTo: String?
    package var references: [String]
    package var replyTo: MailAddress?
    package var date: Timestamp
    /// The bot wrote it: marked as RFC 3834 wants it, so that no other program answers.
    package var isAutomatic: Bool
    package var text: String
    /// The same text with its looks; nil for a plain mail.
    package var html: String?
    package var files: [File] = []

    package init(
        from: MailAddress, fromName: String? = nil, to: MailAddress, subject: String, messageID: String, inReplyTo: String? = nil, references: [String] = [],
        replyTo: MailAddress? = nil, date: Timestamp, isAutomatic: Bool, text: String
    ) {
        self.from = from
        self.fromName = fromName
        self.to = to
        self.subject = subject
        self.messageID = messageID
        self.inReplyTo = inReplyTo
        self.references = references
        self.replyTo = replyTo
        self.date = date
        self.isAutomatic = isAutomatic
        self.text = text
    }

    /// `Re: ` before a subject that has none yet, and a subject for a mail that had none.
    package static func replySubject(_ subject: String?) -> String {
        let tidy = EncodedWords.tidy(subject ?? "")
        if tidy.isEmpty { return "Re: (no subject)" }
        return tidy.lowercased().hasPrefix("re:") ? tidy : "Re: \(tidy)"
    }

    package var bytes: [UInt8] {
        var output: [UInt8] = []
        output.reserveCapacity(text.utf8.count * 2 + 1024)
        func field(_ name: String, _ value: String) { output.append(contentsOf: "\(name): \(value)\r\n".utf8) }
        field("Date", Self.rfc5322(date))
        field("From", HeaderText.mailbox(fromName, from, after: 6))
        field("To", HeaderText.mailbox(nil, to, after: 4))
        if let replyTo { field("Reply-To", HeaderText.mailbox(nil, replyTo, after: 10)) }
        field("Subject", HeaderText.unstructured(subject, after: 9))
        if let id = HeaderText.identifier(messageID) { field("Message-ID", id) }
        if let id = inReplyTo.flatMap(HeaderText.identifier) { field("In-Reply-To", id) }
        let thread = HeaderText.thread(references, inReplyTo)
        if !thread.isEmpty { field("References", thread.joined(separator: "\r\n ")) }
        if isAutomatic {
            field("Auto-Submitted", "auto-replied")
            field("X-Auto-Response-Suppress", "OOF, AutoReply")
        }
        if from.isASCII { field("X-Loop", from.key) }
        field("MIME-Version", "1.0")
        let (fields, body) = content()
        for field in fields { output.append(contentsOf: "\(field)\r\n".utf8) }
        output.append(contentsOf: [0x0D, 0x0A])
        output.append(contentsOf: body)
        return output
    }

    /// `Mon, 02 Mar 2026 09:29:56 +0000` (RFC 5322 §3.3).
    static func rfc5322(_ time: Timestamp) -> String {
        let (year, month, day, hour, minute, second) = time.civil
        let days = (time.seconds >= 0 ? time.seconds : time.seconds - 86_399) / 86_400
        // 1970-01-01 was a Thursday.
        let weekday = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"][Int((days % 7 + 7) % 7)]
        let name = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"][Int(month) - 1]
        func two(_ number: Int64) -> String { number < 10 ? "0\(number)" : "\(number)" }
        return "\(weekday), \(two(day)) \(name) \(year) \(two(hour)):\(two(minute)):\(two(second)) +0000"
    }
}
