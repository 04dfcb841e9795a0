import ChannelKit
import Mail
import Messages

extension EmailEvent {
    /// What is known of the channel that a mail came for.
    struct Reading: Sendable {
        var ownAddresses: Set<String>
        var marks: ReplyMarks?
        /// How the server names itself whose Authentication-Results count, for mail out of a mailbox; nil where none do.
        var authservID: String?
        var suffixes: @Sendable () -> PublicSuffixes = { PublicSuffixes() }
        var now: @Sendable () -> Timestamp
    }

    /// Notes what of ours the mail answers or reports of: by a reply address of ours in any field that names recipients, then by the
    /// Message-IDs that we signed. Never by its subject.
    static func thread(_ event: inout InboundEvent, _ mail: MailMessage, _ raw: [UInt8], recipients: [MailAddress], _ reading: Reading) {
        guard let marks = reading.marks else { return }
        if report(&event, mail, raw, marks) { return }
        let now = reading.now()
        var spoiled: String?
        for address in recipients + MailRoute.recipients(of: raw) where reading.ownAddresses.contains(address.withoutDetail.key) {
            switch marks.read(address, now: now) {
            case .nothing: continue
            case .conversation(let id):
                let reference = OwnReference.conversation(id)
                if !event.answers.contains(reference) { event.answers.append(reference) }
            case .forged: spoiled = "the reply address is not one that we gave out: this is a conversation of its own"
            case .expired: spoiled = "the reply address has expired: this is a conversation of its own"
            }
        }
        if event.answers.isEmpty, let spoiled {
            event.notes.append(spoiled)
            // Nothing else of the mail is taken for a way into the old conversation.
            event.externalConversationID = event.externalMessageID ?? event.dedupID ?? event.externalConversationID
            return
        }
        // What is answered stands last.
        for id in mail.inReplyTo + mail.references.reversed() {
            guard let message = marks.recentMessage(id, now: now), !event.answers.contains(.message(message)) else { continue }
            event.answers.append(.message(message))
        }
    }

    /// Finds the mail of ours that a delivery report is about; false when it names none, and for what says nothing of a delivery (a complaint,
    /// a receipt).
    private static func report(_ event: inout InboundEvent, _ mail: MailMessage, _ raw: [UInt8], _ marks: ReplyMarks) -> Bool {
        guard let said = mail.report else { return false }
        let outcome: DeliveryReport.Outcome
        switch said.outcome {
        case .failed: outcome = .failed
        case .delayed: outcome = .delayed
        case .delivered, .complaint, .read: return false
        }
        // A report stands at the beginning; what it returns may be as long as a mail.
        let raw = Array(raw.prefix(1_048_576))
        var messages = [said.originalMessageID].compactMap { $0 }.compactMap(marks.message)
        if messages.isEmpty { messages = marks.messages(namedIn: raw) }
        if messages.isEmpty { messages = marks.messages(namedIn: Array(mail.text.utf8)) }
        // The envelope's name (RFC 3461 §4.4) is known to mail servers only, and as hard to guess as a key.
        if messages.isEmpty, let id = MailRoute.envelopeID(of: raw), id.utf8.count == 36 { messages = [MessageID(id)] }
        guard !messages.isEmpty else { return false }
        let status = (said.status ?? mail.status).map { " (\($0))" } ?? ""
        event.report = DeliveryReport(outcome, outcome == .failed ? "the mail came back\(status)" : "the mail is delayed on its way\(status); it is still being tried")
        event.answers = messages.map(OwnReference.message)
        return true
    }
}
