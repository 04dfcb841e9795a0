import ChannelKit
package import Logging
import Messages
package import Storage
import Synchronization

/// Brings replies out: tries a delivery, notes what became of it, and tries again where that is allowed.
package final class Courier: Sendable {
    /// Deliveries on their way at the same time. What is beyond it stays in the store.
    private static let mostInFlight = 256
    private static let batch = 64
    private static let settlementPause = Duration.milliseconds(20)
    /// The longest wait before the store is looked at again, should a wake-up have been lost.
    private static let longestWait = Duration.seconds(5)

    private let channels: Mutex<[String: Channel]> = Mutex([:])
    private let store: Mutex<Store?> = Mutex(nil)
    /// Where the files of replies lie; nil where none have any.
    private let contents: Mutex<ContentFolder?> = Mutex(nil)
    private let feed: LiveFeed
    private let metrics: Metrics
    private let logger: Logger
    private let wake = WakeUp()
    private let inFlight = Atomic<Int>(0)
    private let stopping = Atomic<Bool>(false)
    private let claimed: AsyncStream<ClaimedDelivery>
    private let claim: AsyncStream<ClaimedDelivery>.Continuation

    package init(feed: LiveFeed, metrics: Metrics, logger: Logger) {
        self.feed = feed
        self.metrics = metrics
        self.logger = logger
        // Bounded by `hasRoom`, which the store asks before it claims.
        (claimed, claim) = AsyncStream.makeStream()
    }

    /// Given once, before `run`: channels and store need the courier to be made.
    package func serve(_ channels: [Channel], from store: Store, contents: ContentFolder? = nil) {
        self.channels.withLock { $0 = Dictionary(uniqueKeysWithValues: channels.map { ($0.name, $0) }) }
        self.store.withLock { $0 = store }
        self.contents.withLock { $0 = contents }
    }

    /// Whether a reply may be claimed right now.
    package var hasRoom: Bool { inFlight.load(ordering: .relaxed) < Self.mostInFlight }
    package var onTheWay: Int { inFlight.load(ordering: .relaxed) }

    /// Why no reply can leave by a channel; nil where it can.
    package func refusal(of channel: String) -> String? { channels.withLock { $0[channel] }?.capabilities.repliesRefused }

    package func answersSparingly(on channel: String) -> Bool { channels.withLock { $0[channel] }?.capabilities.answersSparingly ?? false }

    package func mostFileBytes(on channel: String) -> Int { channels.withLock { $0[channel] }?.capabilities.maximumFileBytes ?? 0 }

    /// The content of a reply's file; nil when it is not there.
    func content(of file: Attachment) async -> [UInt8]? {
        guard let name = file.reference, name.hasPrefix("sha256:"), let folder = contents.withLock({ $0 }) else { return nil }
        return await folder.content(String(name.dropFirst(7)))
    }

    /// Takes deliveries that the store has claimed for this run.
    package func dispatch(_ deliveries: [ClaimedDelivery]) {
        for delivery in deliveries {
            inFlight.add(1, ordering: .relaxed)
            claim.yield(delivery)
        }
    }

    /// Tries a delivery in the caller's task; what became of it is noted behind its back.
    func deliverNow(_ delivery: ClaimedDelivery) async {
        guard let channel = channels.withLock({ $0[delivery.channel] }) else { return dispatch([delivery]) }
        CrashPoint.pass(.beforeSend)
        let outcome = await attempt(delivery, channel)
        CrashPoint.pass(.afterRemoteAccept)
        inFlight.add(1, ordering: .relaxed)
        settlements.continuation.yield(Settlement(delivery: delivery, channel: channel, outcome: outcome))
    }

    package func reachable(_ recipient: String, on channel: String) async {
        do {
            try await store.withLock { $0 }?.reachable(recipient, on: channel)
            wake.ring()
        } catch {
            logger.warning("replies that wait for a customer stay waiting until the next sign of life", metadata: ["channel": "\(channel)", "error": "\(error)"])
        }
    }

    /// Runs until `stop()`, then waits for what is on its way.
    package func run() async {
        guard let store = store.withLock({ $0 }) else { return }
        await withDiscardingTaskGroup { group in
            group.addTask { await self.claimDue(store) }
            group.addTask {
                await withDiscardingTaskGroup { settling in
                    for await settlement in self.settlements.stream {
                        settling.addTask {
                            // What was delivered on the spot is noted a moment later, together with its neighbours: the customer has the reply, and the
                            // disk is free for the next question. A stop waits for it; a crash in between means that the reply is said again after /resume.
                            if !self.stopping.load(ordering: .relaxed) { await self.wake.pause(Self.settlementPause) }
                            await self.settle(settlement, store)
                        }
                    }
                }
            }
            for await delivery in claimed {
                group.addTask { await self.carry(delivery, store) }
            }
            settlements.continuation.finish()
        }
    }

    /// Ends `run` once everything on its way has been tried.
    package func stop() {
        stopping.store(true, ordering: .relaxed)
        claim.finish()
        wake.ring()
    }

    /// Looks for deliveries that are due: retries, what waited for its turn, what an earlier run left.
    private func claimDue(_ store: Store) async {
        while !stopping.load(ordering: .relaxed), !Task.isCancelled {
            var wait = Self.longestWait
            do {
                if hasRoom {
                    let due = try await store.claimDeliveries(limit: Self.batch)
                    dispatch(due)
                    if due.count == Self.batch { continue }
                }
                if let next = try await store.nextDeliveryDue() { wait = min(wait, max(.milliseconds(20), next - Timestamp.now())) }
            } catch {
                logger.warning("deliveries could not be looked up; trying again", metadata: ["error": "\(error)"])
            }
            await wake.wait(atMost: wait)
        }
    }

    private func carry(_ delivery: ClaimedDelivery, _ store: Store) async {
        guard let channel = channels.withLock({ $0[delivery.channel] }) else {
            await settle(Settlement(delivery: delivery, channel: nil, outcome: .refused("the channel \(delivery.channel) is not configured any more")), store)
            return
        }
        let outcome = await channel.turnstile.pass {
            CrashPoint.pass(.beforeSend)
            let outcome = await attempt(delivery, channel)
            CrashPoint.pass(.afterRemoteAccept)
            return outcome
        }
        await settle(Settlement(delivery: delivery, channel: channel, outcome: outcome), store)
    }

    private func settle(_ settlement: Settlement, _ store: Store) async {
        defer { inFlight.subtract(1, ordering: .relaxed) }
        let message = settlement.delivery.message
        metrics.count("centralino_deliveries_total", "adapter=\"\(settlement.channel?.kind ?? "none")\",outcome=\"\(settlement.outcome.label)\"")
        // A note that cannot be written now is written later: the delivery stays claimed meanwhile, so nothing is sent twice.
        var pause = Duration.milliseconds(100)
        while true {
            do {
                let result = try await store.settle(message.id, in: message.conversation, attempt: message.attempt, settlement.outcome)
                CrashPoint.pass(.afterSettle)
                if let change = result.change { feed.publish(change) }
                if result.next || settlement.outcome.isAgain { wake.ring() }
                return
            } catch {
                logger.warning("the result of a delivery could not be noted; trying again", metadata: ["message": "\(message.id)", "error": "\(error)"])
                // Ends with the program: the delivery is then found claimed by a run that is gone.
                guard (try? await Task.sleep(for: pause)) != nil else { return }
                pause = min(pause * 2, .seconds(10))
            }
        }
    }

    private let settlements = AsyncStream<Settlement>.makeStream()

    private struct Settlement: Sendable {
        var delivery: ClaimedDelivery
        var channel: Channel?
        var outcome: DeliveryOutcome
    }
}
