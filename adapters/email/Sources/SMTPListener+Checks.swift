import ChannelKit
import Mail
import Messages

/// What was found out about the sender of a mail: the verdict, and a line of details.
struct MailFindings: Sendable, Hashable {
    var verification: Verification
    /// `spf=pass (a.test), dkim=…`; nil when another server did the checking.
    var details: String?

    init(verification: Verification, details: String? = nil) {
        self.verification = verification
        self.details = details
    }

    /// Says in the event what was found out. A mail that its sender's domain disowns has a conversation of its own, since whoever forged it may
    /// have a mail of ours in hand, and gets no answer of the bot, which would go to the one who was forged.
    func note(in event: inout InboundEvent) {
        // The envelope of certified mail is its provider's: that it is genuine says nothing about who wrote what lies in it.
        let isWrapped = event.extras.contains { $0.name == EmailEvent.unwrapped }
        event.sender.verification =
            isWrapped && verification.verdict == .verified
            ? Verification(.unverified, "certified mail: what was checked is the envelope, not the writer inside of it") : verification
        if let details { event.extras.append(JSON.Member("authentication", .string(details))) }
        guard verification.verdict == .failed else { return }
        event.externalConversationID = event.dedupID ?? event.externalConversationID
        event.refusesAutomaticAnswers = true
        // A report about a mail of ours is signed by what it names.
        if event.report == nil { event.answers = [] }
    }
}

extension SMTPListener {
    /// Who a mail is from, as far as can be found out within the time there is; nil when senders are not checked. Never a reason to lose a mail.
    func verification(of envelope: SMTPSession.Envelope, _ client: Client) async -> MailFindings? {
        guard let check = checks.sender else { return nil }
        let writer = MailHeader(envelope.data).soleWriter
        if client.isOurs, let id = checks.authservID {
            guard let writer, let results = AuthenticationResults.trusted(envelope.data, authservID: id) else {
                return MailFindings(verification: Verification(.unverified, "\(id) said nothing about the sender"))
            }
            return MailFindings(verification: results.verification(of: writer, suffixes: checks.suffixes()))
        }
        let domain = writer.flatMap { $0.split(separator: "@").last.map(String.init) }
        let patience = checks.patience
        return await withTaskGroup(of: SenderCheck.Findings?.self) { group in
            group.addTask {
                await check.check(
                    envelope.data, peer: client.isOurs ? nil : client.address, envelopeFrom: envelope.from, greeting: envelope.greeting, from: domain, at: Timestamp.now())
            }
            group.addTask {
                try? await Task.sleep(for: patience)  // ends early when the findings are there
                return nil
            }
            let first = await group.next() ?? nil
            group.cancelAll()
            guard let first else { return MailFindings(verification: Verification(.unverified, "the name system does not answer in time")) }
            return MailFindings(verification: first.verification, details: first.summary)
        }
    }
}
