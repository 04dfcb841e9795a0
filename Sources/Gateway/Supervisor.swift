import ChannelKit
package import Logging
import Messages
import Storage
import Synchronization

/// Keeps everything running that runs by itself: the courier, the responder, and the connections of channels that hold one.
package final class Supervisor: Sendable {
    private let courier: Courier
    private let responder: Responder
    private let caller: Caller?
    private let intake: Intake
    private let channels: [Channel]
    private let logger: Logger
    /// What is wrong with a channel right now; absent when nothing is.
    private let problems = Mutex<[String: String]>([:])

    package init(courier: Courier, responder: Responder, caller: Caller? = nil, intake: Intake, channels: [Channel], logger: Logger) {
        self.courier = courier
        self.responder = responder
        self.caller = caller
        self.intake = intake
        self.channels = channels
        self.logger = logger
    }

    package var channelProblems: [String: String] {
        var found = problems.withLock { $0 }
        for channel in channels {
            guard found[channel.name] == nil, let holder = channel.adapter as? any ConnectionHolder else { continue }
            let broken = holder.connections.filter { $0.problem != nil }
            if !broken.isEmpty { found[channel.name] = broken.map { "\($0.name): \($0.problem ?? "")" }.joined(separator: "; ") }
        }
        return found
    }

    /// Every channel with the connections that it holds.
    package var channelStates: [ChannelState] {
        let found = channelProblems
        return channels.map { channel in
            ChannelState(
                name: channel.name, kind: channel.kind, problem: found[channel.name], connections: (channel.adapter as? any ConnectionHolder)?.connections ?? [])
        }
    }

    /// Runs until `stop()`; then what is on its way out is still tried and noted. Cancelling ends that at once.
    package func run() async {
        await withTaskGroup(of: Void.self) { group in
            for channel in channels {
                guard let holder = channel.adapter as? any ConnectionHolder, holder.holdsConnections else { continue }
                group.addTask { await self.hold(holder, of: channel) }
            }
            await withTaskGroup(of: Void.self) { work in
                work.addTask { await self.courier.run() }
                work.addTask { await self.responder.run() }
                if let caller = self.caller { work.addTask { await caller.run() } }
                await work.waitForAll()
            }
            group.cancelAll()
        }
    }

    /// Ends `run`. Nothing may be taken in any more when this is called.
    package func stop() {
        responder.stop()
        caller?.stop()
        courier.stop()
    }

    /// Connects again and again, with a pause that doubles up to a minute and starts over once a connection stands.
    private func hold(_ holder: any ConnectionHolder, of channel: Channel) async {
        var pause = Duration.seconds(1)
        while !Task.isCancelled {
            let inbox = HeldInbox(inner: intake.inbox(for: channel)) { [self] in
                problems.withLock { $0[channel.name] = nil }
            }
            do throws(ConnectionFailure) {
                try await holder.run(inbox)
            } catch {
                switch error {
                case .dropped(let why):
                    problems.withLock { $0[channel.name] = why }
                    logger.warning("a connection broke; connecting again", metadata: ["channel": "\(channel.name)", "why": "\(why)"])
                case .locked(let why):
                    problems.withLock { $0[channel.name] = why }
                    logger.error("a channel needs an operator; not connecting again", metadata: ["channel": "\(channel.name)", "why": "\(why)"])
                    return
                }
            }
            if inbox.stood { pause = .seconds(1) }
            // Cancelled while pausing: the loop's condition ends it.
            try? await Task.sleep(for: pause + pause / 100 * Int.random(in: 0...20))
            pause = min(pause * 2, .seconds(60))
        }
    }
}

/// Tells the supervisor when a connection stands.
private final class HeldInbox: Inbox {
    private let inner: any Inbox
    private let onConnected: @Sendable () -> Void
    private let connectedOnce = Atomic<Bool>(false)

    init(inner: any Inbox, onConnected: @escaping @Sendable () -> Void) {
        self.inner = inner
        self.onConnected = onConnected
    }

    var stood: Bool { connectedOnce.load(ordering: .relaxed) }

    func connected() async {
        connectedOnce.store(true, ordering: .relaxed)
        onConnected()
    }

    func accept(_ event: InboundEvent, raw: [UInt8]) async throws -> Acceptance { try await inner.accept(event, raw: raw) }

    func reachable(_ recipient: String) async { await inner.reachable(recipient) }
}
