package import ChannelKit
package import Logging
package import Mail
import Messages

/// Receives mail for all mail channels: one listener, which finds the channel by the recipient.
///
/// A message is answered 250 only after every channel among its recipients has stored it. A client that breaks off before it hears
/// that will send it again; the repeat is told from the first by its Message-ID and body, and answered 250 as well.
package struct SMTPListener: Sendable {
    /// The addresses that lead to one channel.
    package struct Route: Sendable {
        package var channel: String
        package var addresses: [MailAddress]
        package var inbox: any Inbox
        /// How the channel's reply addresses and Message-IDs are told; nil where none are given out.
        package var marks: ReplyMarks?

        package init(channel: String, addresses: [MailAddress], inbox: any Inbox, marks: ReplyMarks? = nil) {
            self.channel = channel
            self.addresses = addresses
            self.inbox = inbox
            self.marks = marks
        }

        package init(adapter: EmailAdapter, inbox: any Inbox) {
            self.init(channel: adapter.channel, addresses: adapter.addresses, inbox: inbox, marks: adapter.marks)
        }
    }

    package struct Limits: Sendable {
        package var messageBytes: Int
        /// From one answer of ours to the next whole command (RFC 5321 §4.5.3.2.7: at least five minutes).
        package var commandTime: Duration
        /// For the whole text of one message.
        package var dataTime: Duration
        /// How long the greeting is kept back: programs that send spam do not wait for it.
        package var greetingDelay: Duration

        package init(
            messageBytes: Int = 10_485_760, commandTime: Duration = .seconds(300), dataTime: Duration = .seconds(600), greetingDelay: Duration = .zero
        ) {
            self.messageBytes = messageBytes
            self.commandTime = commandTime
            self.dataTime = dataTime
            self.greetingDelay = greetingDelay
        }
    }

    /// Who the clients are, as far as the settings tell, and what is asked about the others.
    package struct Checks: Sendable {
        /// Whether a client is a proxy that says who it speaks for (PROXY protocol); then it must.
        package var isProxy: @Sendable (_ address: String) -> Bool
        /// Whether a client is a machine of ours: SPF says nothing of it, rates do not count, and the `Authentication-Results` of `authservID` are believed.
        package var isOurs: @Sendable (_ address: String) -> Bool
        /// SPF, DKIM and DMARC; nil leaves senders unchecked.
        package var sender: SenderCheck?
        package var suffixes: @Sendable () -> PublicSuffixes
        package var authservID: String?
        /// Whether mail whose sender's domain disowns it is refused (550) instead of shown as failed.
        package var refusesFailed: Bool
        package var rates: SMTPRates?
        /// For all questions about one message.
        package var patience: Duration

        package init(
            isProxy: @escaping @Sendable (String) -> Bool = { _ in false }, isOurs: @escaping @Sendable (String) -> Bool = { _ in true }, sender: SenderCheck? = nil,
            suffixes: @escaping @Sendable () -> PublicSuffixes = { PublicSuffixes() }, authservID: String? = nil, refusesFailed: Bool = false, rates: SMTPRates? = nil,
            patience: Duration = .seconds(15)
        ) {
            self.isProxy = isProxy
            self.isOurs = isOurs
            self.sender = sender
            self.suffixes = suffixes
            self.authservID = authservID
            self.refusesFailed = refusesFailed
            self.rates = rates
            self.patience = patience
        }
    }

    private let hostname: String
    private let limits: Limits
    let checks: Checks
    private let logger: Logger
    private let directory: Directory

    /// Which addresses are ours, and whose.
    private struct Directory: Sendable {
        var routes: [Route]
        var routeByAddress: [String: Int] = [:]
        var domains: Set<String> = []
        var keys: Set<String> = []

        /// The route of an address; a plus-address (RFC 5233) goes where the address before the plus does, whatever stands behind it.
        func route(of address: MailAddress) -> Int? { routeByAddress[address.key] ?? routeByAddress[address.withoutDetail.key] }

        func decide(_ address: MailAddress) -> SMTPSession.RecipientDecision {
            if route(of: address) != nil { return .accepted }
            return domains.contains(address.domain) ? .unknown : .relaying
        }
    }

    /// - Throws: when two channels have the same address.
    package init(hostname: String, routes: [Route], limits: Limits = Limits(), checks: Checks = Checks(), logger: Logger) throws(ConfigurationProblem) {
        self.hostname = hostname
        self.limits = limits
        self.checks = checks
        self.logger = logger
        var directory = Directory(routes: routes)
        for (index, route) in routes.enumerated() {
            for address in route.addresses {
                if let other = directory.routeByAddress.updateValue(index, forKey: address.key), other != index {
                    throw ConfigurationProblem("settings.address", "the channels \(routes[other].channel) and \(route.channel) have the same address")
                }
                directory.domains.insert(address.domain)
                directory.keys.insert(address.key)
            }
        }
        self.directory = directory
    }

    private static let piece = 65_536

    /// Talks with one client until the end and closes the connection.
    package func serve(_ connection: any ByteChannel, dialect: SMTPSession.Dialect = .smtp) async {
        defer { connection.close() }
        do throws(NetworkFailure) {
            guard let client = try await client(of: connection, dialect) else {
                logger.debug("smtp connection ended", metadata: ["cause": "proxy header"])
                return
            }
            let directory = directory
            let checks = checks
            var session = SMTPSession(
                hostname: hostname, limits: SMTPSession.Limits(messageBytes: limits.messageBytes), offersTLS: connection.canAcceptTLS, isEncrypted: connection.isEncrypted,
                dialect: dialect,
                sender: { sender in
                    guard let rates = checks.rates, !client.isOurs, !rates.take(peer: client.address, sender: sender?.key) else { return nil }
                    return "451 4.7.1 Too many messages from you in this minute, try again later"
                },
                recipient: { directory.decide($0) })
            try await converse(&session, connection, client)
        } catch {
            // Clients come and go; only what is stored matters, and that was answered for.
            logger.debug("smtp connection ended", metadata: ["cause": "\(Self.word(error))"])
        }
    }

    /// Who is at the other end.
    struct Client: Sendable {
        var address: String
        var isOurs: Bool
        /// It spoke before it was greeted, behind what its proxy said.
        var spokeEarly = false
    }

    /// Asks a proxy for the client's address; nil when it does not say it as it should.
    private func client(of connection: any ByteChannel, _ dialect: SMTPSession.Dialect) async throws(NetworkFailure) -> Client? {
        let peer = connection.peerAddress
        // Only a mail server of ours speaks LMTP to us.
        guard checks.isProxy(peer) else { return Client(address: peer, isOurs: dialect == .lmtp || checks.isOurs(peer)) }
        var input: [UInt8] = []
        let end = ContinuousClock.now + .seconds(5)
        while true {
            switch ProxyHeader.read(input) {
            case .invalid: return nil
            case .found(let client, let length):
                let address = client ?? peer
                return Client(address: address, isOurs: dialect == .lmtp || checks.isOurs(address), spokeEarly: length < input.count)
            case .incomplete:
                let left = end - ContinuousClock.now
                guard left > .zero else { return nil }
                let piece = try await connection.read(upTo: 256, within: left)
                if piece.isEmpty { return nil }
                input += piece
            }
        }
    }

    private func converse(_ session: inout SMTPSession, _ connection: any ByteChannel, _ client: Client) async throws(NetworkFailure) {
        var step: SMTPSession.Step = .input
        var isEarly = client.spokeEarly
        if !isEarly { isEarly = await speaksFirst(connection) }
        if isEarly { step = session.refuseEarlyTalk() } else { session.greet() }
        var deadline = ContinuousClock.now + limits.commandTime
        var wasInData = false
        var acknowledges = false
        while true {
            let replies = session.takeReplies()
            if !replies.isEmpty { try await connection.write(replies, within: limits.commandTime) }
            if acknowledges { CrashPoint.pass(.afterAcknowledgement) }
            acknowledges = false
            if !replies.isEmpty || session.isReceivingData != wasInData {
                wasInData = session.isReceivingData
                deadline = ContinuousClock.now + (wasInData ? limits.dataTime : limits.commandTime)
            }
            switch step {
            case .input:
                let left = deadline - ContinuousClock.now
                guard left > .zero else {
                    step = session.timeOut()
                    continue
                }
                let input: [UInt8]
                do {
                    input = try await connection.read(upTo: Self.piece, within: left)
                } catch .timedOut {
                    step = session.timeOut()
                    continue
                } catch {
                    throw error
                }
                // The end in the middle of a message: nothing is stored, the client knows that it heard no 250.
                if input.isEmpty { return }
                step = session.receive(input)
            case .message(let envelope):
                let settlements = await store(envelope, client)
                step = session.settle { settlements[$0.key] ?? .busy }
                acknowledges = true
            case .startTLS:
                try await connection.acceptTLS(within: .seconds(30))
                session.tlsBegan()
                deadline = ContinuousClock.now + limits.commandTime
                step = .input
            case .close(let draining):
                if draining { await drain(connection) }
                return
            }
        }
    }

    /// Whether the client sent something before it was greeted. Without a delay nothing is waited for: whoever is that early is early enough.
    private func speaksFirst(_ connection: any ByteChannel) async -> Bool {
        guard !connection.isEncrypted else { return false }
        // A time-out is the usual case; any other failure shows at the next write.
        guard let early = try? await connection.read(upTo: 1, within: limits.greetingDelay) else { return false }
        return !early.isEmpty
    }

    /// Reads on for a moment, so that a client in the middle of sending gets to read our last words.
    private func drain(_ connection: any ByteChannel) async {
        let end = ContinuousClock.now + .seconds(5)
        var left = 33_554_432
        while left > 0, ContinuousClock.now < end {
            guard let input = try? await connection.read(upTo: Self.piece, within: .milliseconds(500)), !input.isEmpty else { return }
            left -= input.count
        }
    }

    /// Hands a message to each channel among its recipients, once; what became of it, by the recipient's key.
    private func store(_ envelope: SMTPSession.Envelope, _ client: Client) async -> [String: SMTPSession.Settlement] {
        var byRoute: [(route: Int, recipients: [MailAddress])] = []
        var settlements: [String: SMTPSession.Settlement] = [:]
        for recipient in envelope.recipients {
            guard let route = directory.route(of: recipient) else { continue }
            if let at = byRoute.firstIndex(where: { $0.route == route }) { byRoute[at].recipients.append(recipient) } else { byRoute.append((route, [recipient])) }
        }
        let findings = await verification(of: envelope, client)
        if checks.refusesFailed, findings?.verification.verdict == .failed {
            logger.info("mail refused: its sender's domain disowns it")
            for recipient in envelope.recipients { settlements[recipient.key] = .refused("550 5.7.1 The domain in From says that this mail is not from it (DMARC)") }
            return settlements
        }
        for (index, recipients) in byRoute {
            let route = directory.routes[index]
            let reading = EmailEvent.Reading(ownAddresses: directory.keys, marks: route.marks, now: { Timestamp.now() })
            var event = EmailEvent.make(envelope, recipients: recipients, reading)
            if let findings { findings.note(in: &event) }
            var settlement = SMTPSession.Settlement.accepted
            do {
                let acceptance = try await route.inbox.accept(event, raw: envelope.data)
                logger.debug("mail received", metadata: ["channel": "\(route.channel)", "bytes": "\(envelope.data.count)", "repeat": "\(acceptance == .duplicate)"])
            } catch {
                // What another channel has stored already will be refused there as a repeat when the client tries again.
                logger.warning("mail not stored, the sender will try again", metadata: ["channel": "\(route.channel)"])
                settlement = (error as? IntakeFailure)?.cause == .diskFull ? .full : .busy
            }
            for recipient in recipients { settlements[recipient.key] = settlement }
        }
        return settlements
    }

    private static func word(_ failure: NetworkFailure) -> String {
        switch failure {
        case .timedOut: "timeout"
        case .closed: "closed"
        case .unreachable: "unreachable"
        case .forbidden: "forbidden"
        case .insecure: "tls"
        case .cancelled: "stopping"
        }
    }
}
