extension MailMessage {
    /// Whether the sender's program asks for no automatic answers (`X-Auto-Response-Suppress`). That alone does not make a message
    /// machine mail: people behind Exchange send it too.
    package var suppressesAutoReplies: Bool { fields.suppresses }

    /// From the surest sign to the weakest. A list or `Precedence: bulk` only keeps the bot silent; nothing is ever dropped for it.
    func judgeAutomatic(envelopeFrom: String?, ownAddresses: Set<String>) -> Automatic {
        if fields.received > 50 { return .loop }
        if senders.contains(where: { ownAddresses.contains($0.address.lowercased()) }) || fields.loops.contains(where: { ownAddresses.contains($0) }) { return .loop }
        if hasDeliveryReport { return .bounce }
        let isNullPath = (envelopeFrom ?? fields.returnPath.map { $0.filter { $0 != "<" && $0 != ">" && $0 != " " } })?.isEmpty ?? false
        let isFromDaemon = senders.contains { ["mailer-daemon", "mail-daemon", "postmaster"].contains(Self.localPart($0.address)) }
        if fields.hasFailedRecipients || isFromDaemon && (isNullPath || Self.localPart(senders[0].address) != "postmaster" || hasBounceSubject) { return .bounce }
        if fields.isReport, fields.reportType == "disposition-notification" { return .autoReply }
        if let said = fields.autoSubmitted, said != "no", !said.isEmpty { return .autoReply }
        if fields.hasAutoReplyField || fields.precedence == "auto_reply" || hasAutoReplySubject { return .autoReply }
        if isNullPath { return .bounce }
        if fields.isFromList || ["list", "bulk", "junk"].contains(fields.precedence) { return .list }
        return .none
    }

    private var hasDeliveryReport: Bool {
        fields.hasDeliveryStatus && (fields.isReport || senders.isEmpty) || fields.hasFeedbackReport
            || fields.isReport && ["delivery-status", "feedback-report"].contains(fields.reportType)
    }

    private static func localPart(_ address: String) -> String {
        String(address.lowercased().prefix { $0 != "@" })
    }

    private var hasBounceSubject: Bool {
        let subject = (subject ?? "").lowercased()
        return ["undeliver", "delivery status notification", "returned mail", "failure notice", "mail delivery fail", "delivery fail"].contains { subject.contains($0) }
    }

    /// The subjects that Exchange and Gmail put on out-of-office answers, which have no other mark once a gateway took their fields off.
    private var hasAutoReplySubject: Bool {
        let subject = (subject ?? "").lowercased()
        return [
            "automatic reply:", "auto reply:", "auto-reply:", "autoreply:", "automatische antwort:", "risposta automatica:", "réponse automatique", "respuesta automática:",
            "automatisch antwoord:", "out of office:", "out of office reply:", "abwesenheitsnotiz:", "fuori sede:", "automatiskt svar:", "automatisk svar:",
            "odpowiedź automatyczna:", "resposta automática:",
        ].contains { subject.hasPrefix($0) }
    }
}
