package import Messages

/// What `centralino mail parse` prints about a message.
package enum MailParseReport {
    /// One object with the keys of the contract. A forwarded message is content: `reply` then holds all of the text, and `forwarded` says what
    /// was passed on. `html` is sanitised.
    package static func json(raw: [UInt8], envelopeFrom: String?) -> JSON {
        let mail = MailMessage.read(raw, envelopeFrom: envelopeFrom, digests: true)
        let reading = mail.reading
        let from: JSON =
            switch mail.senders.count {
            case 0: .null
            case 1: mailbox(mail.senders[0])
            default: .array(mail.senders.map(mailbox))
            }
        return [
            "subject": .text(mail.subject),
            "from": from,
            "to": .array(mail.to.map(mailbox)),
            "cc": .array(mail.cc.map(mailbox)),
            "date": mail.date.map { .integer($0.seconds) } ?? .null,
            "message_id": .text(mail.messageID),
            "in_reply_to": .array(mail.inReplyTo.map(JSON.string)),
            "references": .array(mail.references.map(JSON.string)),
            "text": .string(mail.text),
            "reply": .string(reading.reply),
            "forwarded": reading.forwarded.map(forwarded) ?? .null,
            "html": .string(mail.page.map { HTMLSanitizer().sanitize($0).html } ?? ""),
            "attachments": .array(mail.attachments.map(attachment)),
            "auto": .string(mail.automatic.rawValue),
            "status": .text(mail.status),
            "report": mail.report.map(report) ?? .null,
            "notes": .array((mail.notes + (reading.note.map { [$0] } ?? [])).map(JSON.string)),
        ]
    }

    private static func mailbox(_ mailbox: Mailbox) -> JSON {
        ["name": .string(mailbox.name ?? ""), "address": .string(mailbox.address)]
    }

    private static func forwarded(_ message: ForwardedMessage) -> JSON {
        ["from": message.from.map(mailbox) ?? .null, "subject": .text(message.subject), "text": .string(message.text), "message": .text(message.message)]
    }

    private static func report(_ report: MailReport) -> JSON {
        [
            "outcome": .string(report.outcome.rawValue), "status": .text(report.status), "recipients": .array(report.recipients.map(JSON.string)),
            "message_id": .text(report.originalMessageID),
        ]
    }

    private static func attachment(_ part: MailMessage.Part) -> JSON {
        [
            "name": .text(part.name), "mime": .string(part.mime), "size": part.size.map { .integer(Int64($0)) } ?? .null, "sha256": .text(part.digest),
            "content_id": .text(part.contentID),
        ]
    }
}
