/// The server's side of one SMTP dialogue (RFC 5321) as a state machine without I/O: octets in, replies and at most one thing to do out.
///
/// The owner writes `takeReplies()` after every call and then does what the `Step` says:
/// `receive` more input, store a message and `settle` it, begin TLS and say `tlsBegan`, or close. Input that came behind a message
/// waits inside. Extensions: PIPELINING, SIZE, 8BITMIME, SMTPUTF8, STARTTLS, ENHANCEDSTATUSCODES. As LMTP (RFC 2033) it greets with LHLO
/// and answers a message once for each recipient.
///
/// Only CRLF.CRLF ends a message. A CR or LF by itself, or a NUL, ends the dialogue with nothing stored: whoever sends one tries
/// to be read differently by two servers (SMTP smuggling, CVE-2023-51764), or is too broken to be read at all.
package struct SMTPSession: Sendable {
    package struct Limits: Sendable {
        /// The largest message in octets, announced as SIZE.
        package var messageBytes: Int
        /// RFC 5321 §4.5.3.1.8: at least 100 must be taken; beyond them 452.
        package var recipients: Int
        /// Refused commands and recipients until 421.
        package var badCommands: Int

        package init(messageBytes: Int = 10_485_760, recipients: Int = 100, badCommands: Int = 20) {
            self.messageBytes = messageBytes
            self.recipients = recipients
            self.badCommands = badCommands
        }
    }

    /// Whose an address is.
    package enum RecipientDecision: Sendable, Hashable {
        case accepted
        /// In a domain of ours, but nobody's (550 5.1.1).
        case unknown
        /// In somebody else's domain: we do not relay (550 5.7.1).
        case relaying
    }

    package enum Dialect: Sendable, Hashable {
        case smtp, lmtp
    }

    /// A message as it was handed over, with the envelope that is not in it.
    package struct Envelope: Sendable {
        /// The return path; nil for the null path `<>` of bounces.
        package var from: MailAddress?
        /// In the order given, each once.
        package var recipients: [MailAddress]
        package var isUTF8: Bool
        /// The message with CRLF line ends, dots unstuffed.
        package var data: [UInt8]
        /// What the client called itself.
        package var greeting = ""
    }

    package enum Step: Sendable {
        /// Wait for the client.
        case input
        /// Store it, then `settle`.
        case message(Envelope)
        /// The reply is on its way: begin TLS, then `tlsBegan`.
        case startTLS
        /// The dialogue is over. With `draining` the client may still be sending: read on for a moment, or closing would
        /// reset the connection and take the last reply with it.
        case close(draining: Bool)
    }

    /// What became of a message.
    package enum Settlement: Sendable, Hashable {
        /// Stored for good: from here on it is ours (RFC 5321 §6.1).
        case accepted
        /// Not stored, try again.
        case busy
        /// Not stored, no room; try again.
        case full
        /// Never to be stored; the words say why, in ASCII, with the code and the enhanced code in front.
        case refused(String)
    }

    enum Phase {
        case commands, data, settling, securing, over
    }

    static let commandLine = 512
    /// RFC 5321 §4.1.1.11 with the parameters of RFC 1870, 6152 and 6531, generously.
    static let pathLine = 4096
    /// A line that goes on for longer than this ends the connection.
    static let endlessLine = 65_536

    let hostname: String
    let limits: Limits
    let offersTLS: Bool
    let recipient: @Sendable (MailAddress) -> RecipientDecision
    /// Nil when the sender may hand over a message now, else the refusal.
    let sender: @Sendable (MailAddress?) -> String?
    let dialect: Dialect

    var phase = Phase.commands
    var isEncrypted: Bool
    /// Input that was not looked at yet: at most one piece as received.
    var pending: [UInt8] = []
    var replies: [UInt8] = []
    /// Octets of an over-long line that were thrown away so far; nil outside of one.
    var skipped: Int?
    var badCommands = 0
    var hasGreeted = false
    var isExtended = false

    var greeting = ""

    var hasSender = false
    var from: MailAddress?
    var isUTF8 = false
    var recipients: [MailAddress] = []
    /// Every RCPT that was answered 250, in order: LMTP answers each of them again (RFC 2033 §4.2).
    var accepted: [MailAddress] = []
    var declaredSize = 0

    var content: [UInt8] = []
    var isAtLineStart = true
    var isTooLarge = false
    var contentCount = 0

    /// - Parameters:
    ///   - offersTLS: the listener has a certificate.
    ///   - sender: refuses a return path for now (a whole reply line), as when it sends too much.
    ///   - recipient: decides on an address; letter case is for the decision to ignore.
    package init(
        hostname: String, limits: Limits = Limits(), offersTLS: Bool = false, isEncrypted: Bool = false, dialect: Dialect = .smtp,
        sender: @escaping @Sendable (MailAddress?) -> String? = { _ in nil }, recipient: @escaping @Sendable (MailAddress) -> RecipientDecision
    ) {
        self.hostname = hostname
        self.limits = limits
        self.offersTLS = offersTLS
        self.isEncrypted = isEncrypted
        self.dialect = dialect
        self.sender = sender
        self.recipient = recipient
    }

    /// Says the banner.
    package mutating func greet() {
        reply("220 \(hostname) \(dialect == .lmtp ? "LMTP" : "ESMTP") ready")
    }

    /// The client spoke before the banner (RFC 5321 §3.1 forbids it; only machines that do not listen do it).
    package mutating func refuseEarlyTalk() -> Step {
        close("554 5.5.1 You spoke before the greeting")
    }

    /// The client was silent, or in the middle of something, for too long.
    package mutating func timeOut() -> Step {
        close("421 4.4.2 \(hostname) timed out, closing the connection")
    }

    package var isReceivingData: Bool { phase == .data }

    /// What is to be written before anything else is done.
    package mutating func takeReplies() -> [UInt8] {
        defer { replies = [] }
        return replies
    }

    package mutating func receive(_ input: [UInt8]) -> Step {
        if pending.isEmpty { pending = input } else { pending.append(contentsOf: input) }
        return run()
    }

    /// Answers the message that the last step handed over and goes on with what came behind it.
    package mutating func settle(_ settlement: Settlement) -> Step {
        settle { _ in settlement }
    }

    /// The same with what became of it for each recipient. SMTP has one answer for all of them: the worst, since a message that is sent
    /// again is told from the first where it was stored.
    package mutating func settle(_ settlement: (MailAddress) -> Settlement) -> Step {
        precondition(phase == .settling, "only a message that was handed over can be settled")
        phase = .commands
        let settlements = accepted.map(settlement)
        accepted = []
        if dialect == .lmtp {
            for settlement in settlements { reply(Self.line(settlement)) }
        } else {
            reply(Self.line(settlements.first { $0 == .full } ?? settlements.first { $0 == .busy } ?? settlements.first { $0 == .accepted } ?? settlements.first ?? .busy))
        }
        return run()
    }

    private static func line(_ settlement: Settlement) -> String {
        switch settlement {
        case .accepted: "250 2.0.0 Taken over"
        case .busy: "451 4.3.0 Cannot store it now, try again later"
        case .full: "452 4.3.1 No room now, try again later"
        case .refused(let line): line
        }
    }

    /// TLS stands. All that was said before is forgotten (RFC 3207 §4.2).
    package mutating func tlsBegan() {
        precondition(phase == .securing, "TLS was not agreed on")
        phase = .commands
        isEncrypted = true
        hasGreeted = false
        isExtended = false
        pending = []
        forgetTransaction()
    }

    private mutating func run() -> Step {
        while true {
            let step: Step?
            switch phase {
            case .commands: step = runCommands()
            case .data: step = runData()
            case .settling, .securing: return .input
            case .over: return .close(draining: false)
            }
            if let step { return step }
        }
    }

    mutating func forgetTransaction() {
        hasSender = false
        from = nil
        isUTF8 = false
        recipients = []
        if phase != .settling { accepted = [] }
        declaredSize = 0
        content = []
    }

    mutating func reply(_ line: String) {
        replies.append(contentsOf: line.utf8)
        replies.append(0x0D)
        replies.append(0x0A)
    }

    /// Refuses a command; the dialogue goes on until there were too many.
    mutating func refuse(_ line: String) -> Step? {
        badCommands += 1
        guard badCommands < limits.badCommands else { return close("421 4.7.0 Too many errors, closing the connection") }
        reply(line)
        return nil
    }

    /// Says a last line and ends.
    mutating func close(_ line: String, draining: Bool = true) -> Step {
        reply(line)
        phase = .over
        pending = []
        content = []
        return .close(draining: draining)
    }
}
