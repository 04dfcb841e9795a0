import ChannelKit
import Mail
import Messages

/// Makes the one shape of an event out of a mail that was handed over for a channel.
enum EmailEvent {
    /// Among the facts: the mail lay inside of an envelope of certified mail.
    static let unwrapped = "unwrapped"

    /// Of a mail that came by SMTP.
    static func make(_ envelope: SMTPSession.Envelope, recipients: [MailAddress], _ reading: Reading) -> InboundEvent {
        let mail = MailMessage.read(envelope.data, envelopeFrom: envelope.from?.text ?? "", ownAddresses: reading.ownAddresses, digests: true, files: true)
        let extras = [JSON.Member("return_path", .string(envelope.from?.text ?? "")), JSON.Member("delivered_to", .array(recipients.map { .string($0.text) }))]
        // Who offers a mail again offers it under the same return path; under another it came another way, or came back.
        let identity = "\(MailDigest.identity(of: envelope.data, messageID: mail.messageID)) <\(envelope.from?.key ?? "")>"
        return make(mail, envelope.data, identity: identity, sender: envelope.from, recipients: recipients, extras: extras, reading)
    }

    /// Of a mail that lay in a mailbox.
    ///
    /// - Parameter excerptOf: the size of a mail of which only the header is here.
    static func make(_ raw: [UInt8], folder: String, excerptOf size: Int?, _ reading: Reading) -> InboundEvent {
        var mail = MailMessage.read(raw, envelopeFrom: nil, ownAddresses: reading.ownAddresses, digests: true, files: true)
        if let size { mail.notes.insert("the mail is \(size) bytes long, which is more than is taken; it was left in the folder \(folder)", at: 0) }
        let identity = MailDigest.identity(of: raw, messageID: mail.messageID)
        var event = make(mail, raw, identity: identity, sender: nil, recipients: [], extras: [JSON.Member("folder", .string(folder))], reading)
        // Only what the mailbox's own server says counts: any other such field may have been written by the sender.
        if let id = reading.authservID {
            let said = mail.from.flatMap { from in AuthenticationResults.trusted(raw, authservID: id)?.verification(of: from.address, suffixes: reading.suffixes()) }
            MailFindings(verification: said ?? Verification(.unverified, "\(id) said nothing about the sender")).note(in: &event)
        }
        return event
    }

    private static func make(
        _ mail: MailMessage, _ raw: [UInt8], identity: String, sender envelopeFrom: MailAddress?, recipients: [MailAddress], extras more: [JSON.Member], _ reading: Reading
    ) -> InboundEvent {
        var notes = mail.notes
        // The From field is what people see and answer to; the envelope is only better than nothing.
        let writer = mail.from.flatMap { $0.address.contains("@") ? $0 : nil }
        let address = writer.map { MailAddress.normal($0.address.lowercased()) } ?? envelopeFrom?.key
        if writer == nil, address != nil { notes.append("the sender is taken from the envelope") }
        if address == nil { notes.append("the mail names no sender") }
        let now = mail.reading
        if let note = now.note { notes.append(note) }
        var extras = more
        // What was cut away is one click away: quoted history, signatures.
        if let text = wholeText(mail, besides: now.reply) { extras.append(JSON.Member("full_text", .string(text))) }
        if mail.automatic != .none { extras.append(JSON.Member("auto", .string(mail.automatic.rawValue))) }
        if let status = mail.status { extras.append(JSON.Member("status", .string(status))) }
        if mail.isUnwrapped { extras.append(JSON.Member(unwrapped, true)) }
        let others = copied(mail, sender: address, reading)
        if !others.isEmpty { extras.append(JSON.Member("copied", .array(others.map(JSON.string)))) }
        // The original can be had later, found again under the name of the mail.
        if mail.html != nil { extras.append(JSON.Member("html", true)) }
        extras.append(JSON.Member("original", .string(identity)))
        var event = InboundEvent(
            dedupID: identity, externalMessageID: mail.messageID,
            externalConversationID: mail.references.first ?? mail.inReplyTo.first ?? mail.messageID ?? identity,
            sender: Sender(id: address ?? "unknown@invalid", name: mail.from?.name.map(Disguise.plain), email: address), text: now.reply.isEmpty ? mail.text : now.reply,
            attachments: mail.attachments.map {
                Attachment(
                    kind: Attachment.kind(ofMediaType: $0.mime), mime: $0.mime, name: $0.name, reference: $0.digest.map { "sha256:\($0)" }, size: $0.size, content: $0.content)
            },
            sentAt: mail.date, subject: mail.subject.map(Disguise.plain), inReplyTo: mail.inReplyTo.first, references: mail.references, notes: notes, extras: extras,
            isAutomatic: mail.automatic != .none)
        event.refusesAutomaticAnswers = mail.isFromNobodyWhoReads || mail.suppressesAutoReplies && MailMessage.refusesAutomaticAnswers(raw)
        thread(&event, mail, raw, recipients: recipients, reading)
        return event
    }

    /// The whole text, at most 64 KiB, when the reply is not all of it.
    private static func wholeText(_ mail: MailMessage, besides reply: String) -> String? {
        let text = mail.text
        guard !reply.isEmpty, !isSame(text, reply) else { return nil }
        let limit = 65_536
        return text.utf8.count <= limit ? text : String(decoding: text.utf8.prefix(limit), as: UTF8.self) + "…"
    }

    /// Whether two texts differ in blanks and ends of lines at most.
    private static func isSame(_ one: String, _ other: String) -> Bool {
        let (one, other) = (one.utf8.span, other.utf8.span)
        var (left, right) = (0, 0)
        while true {
            while left < one.count, one[left] <= 0x20 { left += 1 }
            while right < other.count, other[right] <= 0x20 { right += 1 }
            guard left < one.count, right < other.count else { return left == one.count && right == other.count }
            guard one[left] == other[right] else { return false }
            left += 1
            right += 1
        }
    }

    /// Who got the mail besides us: shown, and never written to. At most 50.
    private static func copied(_ mail: MailMessage, sender: String?, _ reading: Reading) -> [String] {
        var found: [String] = []
        for mailbox in mail.to + mail.cc {
            guard found.count < 50, let address = MailAddress(mailbox.address), !reading.ownAddresses.contains(address.withoutDetail.key) else { continue }
            if address.key != sender, !found.contains(address.key) { found.append(address.key) }
        }
        return found
    }
}
