import Conversations
package import Logging
import Messages
package import Storage
import Synchronization

/// Gives the answers that are due: to messages that were taken in while the store was busy, or before the program was stopped.
package final class Responder: Sendable {
    private static let batch = 32
    private static let rushPause = Duration.milliseconds(200)
    /// A message that could not be considered is looked at again after this long, so that it never stands in its neighbours' way.
    private static let parking = Duration.seconds(60)

    private let store: Store
    private let library: Library
    private let courier: Courier
    private let feed: LiveFeed
    private let caller: Caller?
    private let metrics: Metrics?
    private let assistant: Assistant?
    private let logger: Logger
    private let wake = WakeUp()
    let pressure = Pressure()
    private let stopping = Atomic<Bool>(false)

    package init(store: Store, library: Library, courier: Courier, feed: LiveFeed, caller: Caller? = nil, assistant: Assistant? = nil, metrics: Metrics? = nil, logger: Logger) {
        self.store = store
        self.library = library
        self.courier = courier
        self.feed = feed
        self.caller = caller
        self.metrics = metrics
        self.assistant = assistant
        self.logger = logger
    }

    /// Whether messages are only stored on their way in, and answered from here: in a rush, and where a language model has to be waited for.
    var answersLater: Bool { pressure.isHigh || assistant?.isUsed(for: .answers) == true }

    package func wakeUp() { wake.ring() }

    /// Tells those who wait for it what a commit changed: the live views, the caller, the counters.
    func follow(_ change: ConversationChange) {
        feed.publish(change)
        if change.effects.contains(.callDue) { caller?.wakeUp() }
        if change.effects.contains(.helped) { metrics?.count("centralino_answer_feedback_total", "outcome=\"helped\"") }
        if change.effects.contains(.notHelped) { metrics?.count("centralino_answer_feedback_total", "outcome=\"not-helped\"") }
    }

    package func stop() {
        stopping.store(true, ordering: .relaxed)
        wake.ring()
    }

    /// Runs until `stop()`; the batch in hand is finished.
    package func run() async {
        var parked: [String: ContinuousClock.Instant] = [:]
        while !stopping.load(ordering: .relaxed), !Task.isCancelled {
            let worked: Bool
            do {
                worked = try await answer(&parked)
            } catch {
                logger.warning("answers could not be looked up; trying again", metadata: ["error": "\(error)"])
                worked = false
            }
            if !worked {
                await wake.wait(atMost: .seconds(2))
            } else if pressure.isHigh {
                // A batch at a time keeps the answers coming during a rush.
                await wake.pause(Self.rushPause)
            }
        }
    }

    /// Considers a batch; false when nothing was due.
    private func answer(_ parked: inout [String: ContinuousClock.Instant]) async throws -> Bool {
        let now = ContinuousClock.now
        parked = parked.filter { $0.value > now }
        let due = try await store.dueAnswers(limit: Self.batch + parked.count).filter { parked[$0.conversation.text] == nil }
        guard !due.isEmpty else { return false }
        // Together, so that they share a commit; different conversations, so that they cannot get in each other's way.
        let failed = await withTaskGroup(of: String?.self) { group in
            for item in due.prefix(Self.batch) { group.addTask { await self.answer(item) } }
            return await group.reduce(into: [String]()) { if let id = $1 { $0.append(id) } }
        }
        for id in failed { parked[id] = now + Self.parking }
        return failed.count < due.count
    }

    /// Considers one message; its conversation when that failed.
    private func answer(_ due: DueAnswer) async -> String? {
        let notes = due.details?["notes"]?.array?.compactMap(\.string) ?? []
        var facts = [Handoff.Fact("channel", due.channel)]
        if let name = due.senderName { facts.append(Handoff.Fact("name", name)) }
        facts += notes.prefix(3).map { Handoff.Fact("note", $0) }
        let message = ConsideredMessage(
            text: due.text, language: due.language, channel: due.channel, channelKind: due.channelKind,
            isAutomatic: due.details?["automatic"]?.bool ?? false,
            asksForPerson: due.details?["extras"]?["command"] == "human" || due.details?["verification"]?["verdict"] == "failed", facts: facts)
        do {
            var consideration = library.consider(message)
            if let assistant { consideration = await assistant.reword(consideration) }
            if let result = try await store.considered(due, consideration) {
                follow(result.change)
                courier.dispatch(result.claimed)
            }
            return nil
        } catch {
            logger.error("an answer could not be given; it is tried again in a minute", metadata: ["conversation": "\(due.conversation)", "error": "\(error)"])
            return due.conversation.text
        }
    }
}
