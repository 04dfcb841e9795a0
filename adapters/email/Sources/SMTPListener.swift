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

        package init(messageBytes: Int = 10_485_760, commandTime: Duration = .seconds(300), dataTime: Duration = .seconds(600)) {
            self.messageBytes = messageBytes
            self.commandTime = commandTime
            self.dataTime = dataTime
        }
    }

    private let hostname: String
    private let limits: Limits
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
    package init(hostname: String, routes: [Route], limits: Limits = Limits(), logger: Logger) throws(ConfigurationProblem) {
        self.hostname = hostname
        self.limits = limits
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
    package func serve(_ connection: any ByteChannel) async {
        defer { connection.close() }
        let directory = directory
        var session = SMTPSession(
            hostname: hostname, limits: SMTPSession.Limits(messageBytes: limits.messageBytes), offersTLS: connection.canAcceptTLS, isEncrypted: connection.isEncrypted,
            recipient: { directory.decide($0) })
        do throws(NetworkFailure) {
            try await converse(&session, connection)
        } catch {
            // Clients come and go; only what is stored matters, and that was answered for.
            logger.debug("smtp connection ended", metadata: ["cause": "\(Self.word(error))"])
        }
    }

    private func converse(_ session: inout SMTPSession, _ connection: any ByteChannel) async throws(NetworkFailure) {
        var step: SMTPSession.Step = .input
        if await speaksFirst(connection) { step = session.refuseEarlyTalk() } else { session.greet() }
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
                step = session.settle(await store(envelope))
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

    /// Whether the client sent something before it was greeted. Nothing is waited for: whoever is that early is early enough.
    private func speaksFirst(_ connection: any ByteChannel) async -> Bool {
        guard !connection.isEncrypted else { return false }
        // A time-out is the usual case; any other failure shows at the next write.
        guard let early = try? await connection.read(upTo: 1, within: .zero) else { return false }
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

    /// Hands a message to each channel among its recipients, once.
    private func store(_ envelope: SMTPSession.Envelope) async -> SMTPSession.Settlement {
        var byRoute: [(route: Int, recipients: [MailAddress])] = []
        for recipient in envelope.recipients {
            guard let route = directory.route(of: recipient) else { continue }
            if let at = byRoute.firstIndex(where: { $0.route == route }) { byRoute[at].recipients.append(recipient) } else { byRoute.append((route, [recipient])) }
        }
        for (index, recipients) in byRoute {
            let route = directory.routes[index]
            let reading = EmailEvent.Reading(ownAddresses: directory.keys, marks: route.marks, now: { Timestamp.now() })
            let event = EmailEvent.make(envelope, recipients: recipients, reading)
            do {
                let acceptance = try await route.inbox.accept(event, raw: envelope.data)
                logger.debug("mail received", metadata: ["channel": "\(route.channel)", "bytes": "\(envelope.data.count)", "repeat": "\(acceptance == .duplicate)"])
            } catch {
                // What another channel has stored already will be refused there as a repeat when the client tries again.
                logger.warning("mail not stored, the sender will try again", metadata: ["channel": "\(route.channel)"])
                return (error as? IntakeFailure)?.cause == .diskFull ? .full : .busy
            }
        }
        return .accepted
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
