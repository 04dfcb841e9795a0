package import ChannelKit
import Conversations
package import Logging
import Messages
package import Storage
import Synchronization

/// Makes the calls that dialogues ask for, and lets the conversation go on with what came of them.
///
/// A call is a row before it is made, and its name is fixed in that row: whatever dies, it is made, and made again only where a repeat does no harm.
package final class Caller: Sendable {
    /// Calls on their way at the same time. What is beyond it waits in the store.
    private static let mostAtOnce = 16
    private static let longestWait = Duration.seconds(5)
    private static let longestPause = Duration.seconds(30)

    private let store: Store
    private let library: Library
    private let actions: [String: Action]
    private let http: any HTTPSender
    private let courier: Courier
    private let feed: LiveFeed
    private let metrics: Metrics
    private let logger: Logger
    private let firstPause: Duration
    private let wake = WakeUp()
    private let stopping = Atomic<Bool>(false)
    private let inHand = Atomic<Int>(0)

    /// - Parameter firstPause: before the second try; doubles with each.
    package init(
        store: Store, library: Library, actions: [Action], http: any HTTPSender, courier: Courier, feed: LiveFeed, metrics: Metrics, logger: Logger,
        firstPause: Duration = .seconds(1)
    ) {
        self.store = store
        self.library = library
        self.actions = Dictionary(uniqueKeysWithValues: actions.map { ($0.name, $0) })
        self.http = http
        self.courier = courier
        self.feed = feed
        self.metrics = metrics
        self.logger = logger
        self.firstPause = firstPause
    }

    package func wakeUp() { wake.ring() }

    package func stop() {
        stopping.store(true, ordering: .relaxed)
        wake.ring()
    }

    /// Runs until `stop()`; calls in hand are finished.
    package func run() async {
        await recover()
        await withDiscardingTaskGroup { group in
            while !stopping.load(ordering: .relaxed), !Task.isCancelled {
                var wait = Self.longestWait
                do {
                    let room = Self.mostAtOnce - inHand.load(ordering: .relaxed)
                    // Looked up before it is claimed: an idle program writes nothing.
                    if room > 0, let next = try await store.nextCallDue() {
                        let time = next - Timestamp.now()
                        if time <= .zero {
                            for call in try await store.claimCalls(limit: room) {
                                inHand.add(1, ordering: .relaxed)
                                group.addTask {
                                    await self.make(call)
                                    self.inHand.subtract(1, ordering: .relaxed)
                                    self.wake.ring()
                                }
                            }
                            continue
                        }
                        wait = min(wait, max(.milliseconds(5), time))
                    }
                } catch {
                    logger.warning("calls to company systems could not be looked up; trying again", metadata: ["error": "\(error)"])
                }
                await wake.wait(atMost: wait)
            }
        }
    }

    /// What an earlier run left in the middle.
    private func recover() async {
        do {
            let found = try await store.recoverCalls(repeatable: Set(actions.values.filter(\.isRepeatable).map(\.name)))
            if found.again + found.lost.count > 0 {
                logger.notice("calls were left in the middle by an earlier run", metadata: ["again": "\(found.again)", "unknown": "\(found.lost.count)"])
            }
            for call in found.lost { await end(call, .unknown("the program was stopped in the middle of the call")) }
        } catch {
            logger.error("calls that an earlier run left in the middle could not be looked up", metadata: ["error": "\(error)"])
        }
    }

    private func make(_ call: DueCall) async {
        guard let action = actions[call.call.action] else {
            let gone = CallOutcome.failed("the action is not in the settings any more")
            return await end(call, call.mayBeDone ? gone.doubted : gone)
        }
        // What only looks something up may be asked again and again.
        let isDoubtful = action.changes && call.mayBeDone
        let request: HTTPCall
        do throws(Action.Mismatch) {
            request = try action.request(call.call.arguments, id: call.id.text)
        } catch {
            let unfit = CallOutcome.failed(error.explanation)
            return await end(call, isDoubtful ? unfit.doubted : unfit)
        }
        let verdict: Action.Verdict
        do throws(HTTPCallFailure) {
            verdict = action.verdict(try await http.send(request), now: Timestamp.now(), language: call.language)
        } catch {
            verdict = action.verdict(error)
        }
        switch verdict {
        case .ended(let outcome):
            await end(call, isDoubtful ? outcome.doubted : outcome)
        case .again(let why, let after, let mayBeDone):
            let mayBeDone = mayBeDone || isDoubtful
            guard call.attempt <= action.retries else {
                let all = CallOutcome.failed("\(why); given up after \(call.attempt) tries")
                return await end(call, mayBeDone ? all.doubted : all)
            }
            metrics.count("centralino_calls_total", "outcome=\"again\"")
            let doubled = firstPause * (1 << min(call.attempt - 1, 10))
            let pause = min(max(doubled + doubled / 100 * Int.random(in: 0...20), after ?? .zero), Self.longestPause)
            do {
                try await store.callAgain(call, at: Timestamp.now() + pause, why, mayBeDone: mayBeDone)
            } catch {
                // It stays claimed; the next run of the program finds it.
                logger.error("a call to a company system could not be put off", metadata: ["action": "\(action.name)", "error": "\(error)"])
            }
        }
    }

    /// Notes the end and says what follows. Repeated until the store takes it: the call is claimed meanwhile, so it is not made twice.
    private func end(_ call: DueCall, _ outcome: CallOutcome) async {
        metrics.count("centralino_calls_total", "outcome=\"\(outcome.name)\"")
        if case .answered = outcome {
        } else {
            logger.warning("a company system did not do what an article asked for", metadata: ["action": "\(call.call.action)", "outcome": "\(outcome.name)"])
        }
        var pause = Duration.milliseconds(100)
        while true {
            do {
                let library = library
                if let result = try await store.callEnded(call, outcome, article: { library.article(call.article, language: call.language, channelKind: $0) }) {
                    feed.publish(result.change)
                    courier.dispatch(result.claimed)
                }
                return
            } catch {
                logger.warning("the end of a call could not be noted; trying again", metadata: ["action": "\(call.call.action)", "error": "\(error)"])
                // Ends with the program: the call is then found claimed by a run that is gone.
                guard (try? await Task.sleep(for: pause)) != nil else { return }
                pause = min(pause * 2, .seconds(10))
            }
        }
    }
}

extension CallOutcome {
    /// The same after an earlier try that may have done its work: a refusal says nothing of that one.
    fileprivate var doubted: CallOutcome {
        switch self {
        case .answered, .unknown: self
        case .notFound: .unknown("at last the company system knew nothing of that name")
        case .failed(let why): .unknown(why)
        }
    }
}
