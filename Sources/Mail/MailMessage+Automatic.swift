extension MailMessage {
    /// Whether the sender's program asks for no automatic answers (`X-Auto-Response-Suppress`). That alone does not make a message
    /// machine mail: people behind Exchange send it too.
    package var suppressesAutoReplies: Bool { fields.suppresses }

    /// From the surest sign to the weakest. A list or `Precedence: bulk` only keeps the bot silent; nothing is ever dropped for it.
    func judgeAutomatic(envelopeFrom: String?, ownAddresses: Set<String>) -> Automatic {
        if fields.received > 50 { return .loop }
        if senders.contains(where: { ownAddresses.contains($0.address.lowercased()) }) || fields.loops.contains(where: { ownAddresses.contains($0) }) { return .loop }
        if let receipt = fields.certifiedReceipt { return CertifiedMail.isFailure(receipt) ? .bounce : .autoReply }
        if hasDeliveryReport || isComplaintOfHotmail { return .bounce }
        let isNullPath = (envelopeFrom ?? fields.returnPath.map { $0.filter { $0 != "<" && $0 != ">" && $0 != " " } })?.isEmpty ?? false
        let isReceipt = fields.isReport && fields.reportType == "disposition-notification"
        if fields.hasFailedRecipients || isFromDaemon && !isReceipt && (isNullPath || !isFromPostmaster || hasBounceSubject || saysFailure) { return .bounce }
        if isReceipt { return .autoReply }
        // A report of a kind that is not named, under a subject of bounces.
        if fields.isReport, fields.reportType == nil, hasBounceSubject { return .bounce }
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

    /// What is known about the mail that this one is about; nil when it reports nothing.
    func judgeReport(status described: MailReport.Fields?) -> MailReport? {
        if let receipt = fields.certifiedReceipt {
            return MailReport(outcome: CertifiedMail.outcome(receipt), recipients: [], originalMessageID: fields.certifiedReference ?? inReplyTo.first)
        }
        guard automatic == .bounce || described?.disposition != nil else { return nil }
        let status = described?.status ?? (automatic == .bounce ? statusInText : nil)
        var outcome = MailReport.Outcome.failed
        switch described?.action {
        case "delayed": outcome = .delayed
        case "delivered", "relayed", "expanded": outcome = .delivered
        case nil where status?.hasPrefix("4") == true && says(MachineWords.waiting): outcome = .delayed
        default: break
        }
        if fields.hasFeedbackReport || described?.feedbackType != nil || isComplaintOfHotmail { outcome = .complaint }
        if described?.disposition != nil { outcome = .read }
        return MailReport(
            outcome: outcome, status: status, recipients: described?.recipients ?? fields.failedRecipients,
            originalMessageID: described?.originalMessageID ?? fields.returnedMessageID ?? quotedMessageID)
    }

    private static let daemons: Set<String> = [
        "mailer-daemon", "mail-daemon", "mailerdaemon", "mail.delivery.system", "mail-delivery-system", "mail.daemon", "mdaemon", "mail-delivery-subsystem",
        // The sender of all non-delivery reports of Exchange Online.
        "microsoftexchange329e71ec88ae4615bbc36ab6ce41109e",
    ]
    private static let postmasters: Set<String> = ["postmaster", "post_master", "post.master"]

    private var isFromDaemon: Bool {
        isFromPostmaster || fields.isFromNobody || senders.contains { Self.daemons.contains(Self.localPart($0.address)) }
    }

    private var isFromPostmaster: Bool { senders.contains { Self.postmasters.contains(Self.localPart($0.address)) } }

    private static func localPart(_ address: String) -> String {
        String(decoding: Stems.lower(address.utf8.prefix { $0 != UInt8(ascii: "@") }), as: UTF8.self)
    }

    private var lowerSubject: [UInt8] { Stems.lower((subject ?? "").utf8) }

    private var hasBounceSubject: Bool { MachineWords.bounceSubjects.areIn(lowerSubject) }

    /// Microsoft's complaints hold the mail and nothing else; subject and sender are the mark.
    private var isComplaintOfHotmail: Bool {
        attachments.contains { $0.mime == "message/rfc822" } && Self.complaint.areIn(lowerSubject)
    }

    private static let complaint = Stems(["complaint about message from"])

    private func says(_ phrases: Stems) -> Bool { phrases.areIn(Stems.lower(text.utf8.prefix(8000))) }

    /// Words of a server that could not deliver, or its reply: a line that begins with `5xx` or `4xx`.
    private var saysFailure: Bool {
        says(MachineWords.failures)
            || text.utf8.prefix(8000).split(separator: 0x0A).contains { line in
                let bytes = line.drop { $0 == 0x20 }.prefix(4)
                return bytes.count == 4 && (bytes.first == 0x34 || bytes.first == 0x35) && bytes.dropFirst().prefix(2).allSatisfy { (0x30...0x39).contains($0) }
                    && (bytes.last == 0x20 || bytes.last == UInt8(ascii: "-"))
            }
    }

    private var statusInText: String? {
        let beginning = Array(text.utf8.prefix(16_000))
        for line in beginning.split(separator: 0x0A) {
            let bare = line.drop { $0.isWhiteSpace || $0 == UInt8(ascii: ">") }
            if bare.beginsWith("status:".utf8), let code = StatusCode.first(in: bare.dropFirst(7), onlyMarked: false) { return code }
        }
        return StatusCode.first(in: beginning, onlyMarked: true)
    }

    /// The Message-ID of what a prose bounce quotes below its words.
    private var quotedMessageID: String? {
        for line in Array(text.utf8.prefix(65_536)).split(separator: 0x0A) {
            let bare = line.drop { $0.isWhiteSpace || $0 == UInt8(ascii: ">") }
            if bare.beginsWith("message-id:".utf8) { return Self.identifiers(bare.dropFirst(11), limit: 1).first }
        }
        return nil
    }

    /// The subjects that Exchange and Gmail put on out-of-office answers, which have no other mark once a gateway took their fields off.
    private var hasAutoReplySubject: Bool { MachineWords.isAutomaticAnswer(subject: lowerSubject) }
}
