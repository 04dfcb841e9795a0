package import ChannelKit
import Logging
package import Messages
import Synchronization

/// Lines of text over TCP: the channel that needs nothing but `nc`. Every line is a message, what is said back comes as lines.
///
/// The listener is the composition root's; it calls `serve` for each connection. The adapter knows which sessions are live and writes
/// replies to them; the answer is the acknowledgement of a line.
package final class LineAdapter: ChannelAdapter {
    package static let kind: AdapterKind = "line"

    package let capabilities = ChannelCapabilities(
        // A line that is read twice does less harm than one that never comes: what may not have arrived is said again after /resume.
        maximumTextBytes: 16_000, repeatsAreIdempotent: true, retrySchedule: [.seconds(1), .seconds(5), .seconds(30)], alwaysReachable: false,
        repliesAreAcknowledgements: true)

    /// How long a silent connection is kept.
    let idle: Duration
    /// Waits in flood control; given, so that a test need not.
    let pause: @Sendable (Duration) async throws -> Void
    let now: @Sendable () -> Timestamp
    let logger: Logger
    /// Live sessions by the address of the identity that they speak for. One address may have several.
    private let sessions = Mutex<[String: [LineSession]]>([:])

    package convenience init(_ context: AdapterContext) throws(ConfigurationProblem) {
        try self.init(context, pause: { try await Task.sleep(for: $0) })
    }

    package init(_ context: AdapterContext, pause: @escaping @Sendable (Duration) async throws -> Void) throws(ConfigurationProblem) {
        var settings = context.settings
        let seconds = settings.take("idle_seconds")
        guard let idleSeconds = (seconds ?? 600).integer, (1...86_400).contains(idleSeconds) else {
            throw ConfigurationProblem("settings.idle_seconds", "must be whole seconds from 1 to 86400")
        }
        try settings.finish()
        idle = .seconds(idleSeconds)
        now = context.now
        logger = context.logger
        self.pause = pause
    }

    /// Plays one connection to its end and closes it.
    package func serve(_ channel: any ByteChannel, inbox: any Inbox) async {
        let token = LineToken.make()
        let session = LineSession(channel: channel, address: token.address)
        enter(session, session.address)
        defer {
            leave(session)
            session.close()
        }
        var conversation = LineConversation(adapter: self, session: session, inbox: inbox)
        let ending = await conversation.run(greeting: LinePhrases.greeting(token))
        logger.debug("line session ended", metadata: ["why": "\(ending)"])
    }

    /// Writes a reply to every live session of its recipient.
    ///
    /// One that is away gets it when it resumes. A write that ran out of time may have been read in part, so its fate is unknown.
    package func deliver(_ message: OutboundMessage) async throws(DeliveryFailure) -> DeliveryReceipt {
        let bytes = LineText.lines(message)
        let live = sessions.withLock { $0[message.recipient] ?? [] }
        var delivered = false
        var isUncertain = false
        for session in live {
            do throws(NetworkFailure) {
                try await session.send(bytes)
                delivered = true
            } catch {
                // The reader of this session wakes up, sees the end and takes it out of the register.
                session.close()
                if error == .timedOut { isUncertain = true }
            }
        }
        if delivered { return DeliveryReceipt() }
        if isUncertain { throw DeliveryFailure(.unknown, "the other side stopped reading; part of the text may have arrived") }
        throw DeliveryFailure(.waiting, "not connected; sent when the session is resumed")
    }

    /// How many sessions are live.
    package var sessionCount: Int { sessions.withLock { $0.values.reduce(0) { $0 + $1.count } } }

    // MARK: The register

    func enter(_ session: LineSession, _ address: String) {
        sessions.withLock { $0[address, default: []].append(session) }
    }

    func leave(_ session: LineSession) {
        sessions.withLock { sessions in
            sessions[session.address]?.removeAll { $0 === session }
            if sessions[session.address]?.isEmpty == true { sessions[session.address] = nil }
        }
    }
}
