import Messages

/// The client's side of sending one message to one recipient (RFC 5321) as a state machine without I/O.
///
/// The owner reads from the connection, hands the octets to `receive` and does what the `Step` says. When the connection breaks or
/// times out, `broken` tells what is certain: before the final dot the message was not sent, after it nobody knows.
package struct SMTPDelivery: Sendable {
    /// How the relay is to be spoken to.
    package struct Manner: Sendable {
        /// What we call ourselves in EHLO.
        package var ownName: String
        /// STARTTLS must work, or nothing is sent.
        package var requiresTLS: Bool
        /// TLS where it is offered.
        package var prefersTLS: Bool
        package var user: String?
        package var password: String?
        /// Whether a password may go out over a connection that is not encrypted.
        package var allowsPlainPassword: Bool

        package init(ownName: String, requiresTLS: Bool, prefersTLS: Bool = false, user: String? = nil, password: String? = nil, allowsPlainPassword: Bool = false) {
            self.ownName = ownName
            self.requiresTLS = requiresTLS
            self.prefersTLS = prefersTLS
            self.user = user
            self.password = password
            self.allowsPlainPassword = allowsPlainPassword
        }
    }

    /// One message and its envelope.
    package struct Mail: Sendable {
        /// The return path; nil for the null path.
        package var from: MailAddress?
        package var recipient: MailAddress
        package var data: [UInt8]
        /// What a report about this message is to call it (RFC 3461 §4.4); nil asks for no reports.
        package var envelopeID: String?

        package init(from: MailAddress?, recipient: MailAddress, data: [UInt8], envelopeID: String? = nil) {
            self.from = from
            self.recipient = recipient
            self.data = data
            self.envelopeID = envelopeID
        }
    }

    package enum Outcome: Sendable, Hashable {
        /// The relay has taken the message over; its last line.
        case delivered(String)
        /// It never will.
        case refused(String)
        /// Certainly not sent, may be tried again.
        case notSent(String)
        /// May be out.
        case unknown(String)
    }

    package enum Step: Sendable {
        /// Wait for the relay.
        case read
        case write([UInt8])
        /// Write `text`; once all of it is out, call `contentWritten` and write what that returns.
        case content(text: [UInt8])
        /// Begin TLS as a client, then call `secured`.
        case startTLS
        /// Say `goodbye` if there is time, and close.
        case finished(Outcome)
    }

    private enum Phase {
        case banner, ehlo, helo, startTLS, handshake, plain, login, loginUser, loginPassword, mail, rcpt, data, content, final, over
    }

    package static let goodbye: [UInt8] = Array("QUIT\r\n".utf8)

    private let manner: Manner
    private let mail: Mail
    private var isEncrypted: Bool
    private var phase = Phase.banner
    private var reader = SMTPReplyReader()
    private var extensions: [String: String] = [:]
    /// The answer to MAIL or RCPT that decided, while answers to commands sent in the same go are still to come.
    private var verdict: Outcome?

    /// - Parameter isEncrypted: TLS from the first octet.
    package init(_ mail: Mail, manner: Manner, isEncrypted: Bool) {
        self.mail = mail
        self.manner = manner
        self.isEncrypted = isEncrypted
    }

    package mutating func receive(_ input: [UInt8]) -> Step {
        guard reader.add(input) else { return finish(uncertain("the relay's answer is too long or is no SMTP")) }
        return proceed()
    }

    /// TLS stands: what the relay said before does not count any more.
    package mutating func secured() -> Step {
        precondition(phase == .handshake, "TLS was not asked for")
        isEncrypted = true
        extensions = [:]
        reader = SMTPReplyReader()
        return ask("EHLO \(manner.ownName)", .ehlo)
    }

    /// All of the text is with the kernel; the line that ends it comes last, because from then on the message may be out.
    package mutating func contentWritten() -> [UInt8] {
        precondition(phase == .content, "no text was to be written")
        phase = .final
        return Array(".\r\n".utf8)
    }

    /// The connection broke, timed out, or a write failed.
    package mutating func broken(_ why: String) -> Outcome {
        defer { phase = .over }
        return verdict ?? uncertain(why)
    }

    private func uncertain(_ why: String) -> Outcome {
        phase == .final ? .unknown(why) : .notSent(why)
    }

    private mutating func finish(_ outcome: Outcome) -> Step {
        phase = .over
        return .finished(outcome)
    }

    private mutating func ask(_ command: String, _ next: Phase) -> Step {
        phase = next
        return .write(Array("\(command)\r\n".utf8))
    }

    private mutating func proceed() -> Step {
        while let reply = reader.next() {
            if let step = answer(reply) { return step }
        }
        return reader.isBroken ? finish(uncertain("the relay's answer is no SMTP")) : .read
    }

    /// What one answer leads to; nil when the next answer is to be looked at.
    private mutating func answer(_ reply: SMTPReply) -> Step? {
        switch phase {
        case .banner:
            // A relay that does not want us today (421, 554) has not judged the message: that is for later.
            guard reply.isPositive else { return finish(.notSent("the relay's greeting: \(reply.line)")) }
            return ask("EHLO \(manner.ownName)", .ehlo)
        case .ehlo:
            guard reply.isPositive else {
                if manner.requiresTLS, !isEncrypted { return finish(.notSent("the relay does not offer STARTTLS: \(reply.line)")) }
                guard reply.code >= 500 else { return finish(.notSent("EHLO: \(reply.line)")) }
                return ask("HELO \(manner.ownName)", .helo)
            }
            for line in reply.lines.dropFirst() {
                let words = line.split(separator: " ", maxSplits: 1)
                guard let name = words.first else { continue }
                // `AUTH=PLAIN` is how some relays wrote it before RFC 4954.
                if name.uppercased().hasPrefix("AUTH=") { extensions["AUTH", default: ""] += " " + name.dropFirst(5) }
                extensions[name.uppercased(), default: ""] += words.count > 1 ? " " + words[1].uppercased() : ""
            }
            return afterHello()
        case .helo:
            guard reply.isPositive else { return finish(.notSent("HELO: \(reply.line)")) }
            return afterHello()
        case .startTLS:
            guard reply.code == 220 else { return finish(.notSent("STARTTLS: \(reply.line)")) }
            // Octets behind the 220 were injected before the encryption (CVE-2011-0411).
            guard reader.isEmpty else { return finish(.notSent("the relay spoke before TLS began")) }
            phase = .handshake
            return .startTLS
        case .login:
            guard reply.code == 334 else { return finish(.notSent("the relay does not take the password: \(reply.line)")) }
            return ask(encoded(manner.user ?? ""), .loginUser)
        case .loginUser:
            guard reply.code == 334 else { return finish(.notSent("the relay does not take the password: \(reply.line)")) }
            return ask(encoded(manner.password ?? ""), .loginPassword)
        case .plain, .loginPassword:
            // A wrong password is ours to mend, not the customer's loss: the message waits.
            guard reply.code == 235 else { return finish(.notSent("the relay does not take the password: \(reply.line)")) }
            return envelope()
        case .mail:
            if !reply.isPositive { verdict = judged("MAIL", reply) }
            return isPipelining ? following(.rcpt) : verdict.map { finish($0) } ?? ask(recipientCommand, .rcpt)
        case .rcpt:
            if verdict == nil, !reply.isPositive { verdict = judged("RCPT", reply) }
            return isPipelining ? following(.data) : verdict.map { finish($0) } ?? ask("DATA", .data)
        case .data:
            // Should the relay say 354 although it refused the envelope, the connection is closed without a message.
            if let verdict { return finish(verdict) }
            guard reply.code == 354 else { return finish(judged("DATA", reply)) }
            phase = .content
            return .content(text: Self.stuffed(mail.data))
        case .final:
            return finish(reply.isPositive ? .delivered(reply.line) : judged("the message", reply))
        case .content:
            // Nothing is due before the dot: the relay gives up on us.
            return finish(reply.code >= 500 ? .refused("while sending: \(reply.line)") : .notSent("while sending: \(reply.line)"))
        case .handshake, .over:
            return finish(.notSent("the relay spoke out of turn"))
        }
    }

    private mutating func following(_ next: Phase) -> Step? {
        phase = next
        return nil
    }

    private func judged(_ what: String, _ reply: SMTPReply) -> Outcome {
        reply.code >= 500 ? .refused("\(what): \(reply.line)") : .notSent("\(what): \(reply.line)")
    }

    private mutating func afterHello() -> Step {
        if manner.requiresTLS || manner.prefersTLS && extensions["STARTTLS"] != nil, !isEncrypted {
            guard extensions["STARTTLS"] != nil else { return finish(.notSent("the relay does not offer STARTTLS")) }
            return ask("STARTTLS", .startTLS)
        }
        guard let user = manner.user, let password = manner.password else { return envelope() }
        guard isEncrypted || manner.allowsPlainPassword else { return finish(.notSent("the password is only sent over TLS")) }
        let offered = (extensions["AUTH"] ?? "").split(separator: " ")
        if offered.contains("PLAIN") { return ask("AUTH PLAIN \(encoded("\0\(user)\0\(password)"))", .plain) }
        if offered.contains("LOGIN") { return ask("AUTH LOGIN", .login) }
        return finish(.notSent("the relay offers neither AUTH PLAIN nor AUTH LOGIN"))
    }

    private func encoded(_ text: String) -> String { Base64.encode(Array(text.utf8)) }

    private var isPipelining: Bool { extensions["PIPELINING"] != nil }

    /// To the null path no report can go.
    private var wantsReports: Bool { extensions["DSN"] != nil && mail.envelopeID != nil && mail.from != nil }

    private var recipientCommand: String {
        let command = "RCPT TO:<\(mail.recipient.text)>"
        guard wantsReports, mail.recipient.isASCII else { return command }
        return "\(command) NOTIFY=FAILURE ORCPT=rfc822;\(Self.xtext(mail.recipient.text))"
    }

    /// RFC 3461 §4.
    static func xtext(_ text: String) -> String {
        let digits = Array("0123456789ABCDEF")
        return text.utf8.map { octet in
            let isPlain = octet > 0x20 && octet < 0x7F && octet != UInt8(ascii: "+") && octet != UInt8(ascii: "=")
            return isPlain ? String(UnicodeScalar(octet)) : "+\(digits[Int(octet >> 4)])\(digits[Int(octet & 15)])"
        }.joined()
    }

    private mutating func envelope() -> Step {
        var command = "MAIL FROM:<\(mail.from?.text ?? "")>"
        if let said = extensions["SIZE"] {
            if let limit = Int(said.drop { $0 == " " }), limit > 0, mail.data.count > limit { return finish(.refused("the message is larger than the relay takes")) }
            command += " SIZE=\(mail.data.count)"
        }
        if mail.data.contains(where: { $0 >= 0x80 }) {
            guard extensions["8BITMIME"] != nil else { return finish(.refused("the relay does not take 8BITMIME")) }
            command += " BODY=8BITMIME"
        }
        if !(mail.from?.isASCII ?? true) || !mail.recipient.isASCII {
            guard extensions["SMTPUTF8"] != nil else { return finish(.refused("the relay does not take SMTPUTF8")) }
            command += " SMTPUTF8"
        }
        if wantsReports, let id = mail.envelopeID { command += " RET=HDRS ENVID=\(Self.xtext(id))" }
        guard isPipelining else { return ask(command, .mail) }
        return ask("\(command)\r\n\(recipientCommand)\r\nDATA", .mail)
    }

    /// The text as it goes over the wire: every line ends in CRLF, no CR or LF by itself, a dot before every dot that begins a
    /// line (RFC 5321 §4.5.2). The line that ends it is not there.
    static func stuffed(_ data: [UInt8]) -> [UInt8] {
        var output: [UInt8] = []
        output.reserveCapacity(data.count + data.count / 64 + 8)
        var isLineStart = true
        var index = 0
        while index < data.count {
            let byte = data[index]
            if byte == 0x0D || byte == 0x0A {
                if byte == 0x0D, index + 1 < data.count, data[index + 1] == 0x0A { index += 1 }
                output.append(0x0D)
                output.append(0x0A)
                isLineStart = true
            } else {
                if isLineStart, byte == UInt8(ascii: ".") { output.append(byte) }
                output.append(byte)
                isLineStart = false
            }
            index += 1
        }
        if !isLineStart { output.append(contentsOf: [0x0D, 0x0A]) }
        return output
    }
}
