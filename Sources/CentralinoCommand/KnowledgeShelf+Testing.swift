import Dispatch
import Gateway
import Knowledge
import Logging
import Synchronization

/// The golden questions and dialogues of the folder, on every change of the articles.
extension KnowledgeShelf {
    var health: KnowledgeHealth { ills.withLock { $0 } }

    private static let mostNamed = 20

    /// Runs `tests/` before and after a change, off every loop that answers, and says in the log what came of it. Changes during a run are one change for the next.
    func test(_ before: KnowledgeBase?, _ after: KnowledgeBase) {
        let isAwaited = untested.withLock { change in
            defer { change = Change(before: change.map(\.before) ?? before, after: after) }
            return change != nil
        }
        if isAwaited { return }
        testing.async { [self] in
            guard let change = untested.withLock({ $0.take() }) else { return }
            var golden: KnowledgeHealth.Golden?
            defer {
                ills.withLock { $0.golden = golden }
                SpareMemory.giveBack()
            }
            do {
                let tests = try GoldenTests(of: folder)
                let outcome = try tests.run(change.after, isStrict: false)
                guard outcome.checks > 0 else { return }
                let wrongBefore = Set(try change.before.map { try tests.run($0, isStrict: false).wrong } ?? [])
                let newly = outcome.wrong.filter { !wrongBefore.contains($0) }
                golden = KnowledgeHealth.Golden(checks: outcome.checks, right: outcome.right, newlyWrong: Array(newly.prefix(Self.mostNamed)))
                let facts: Logger.Metadata = ["checks": "\(outcome.checks)", "right": "\(outcome.right)", "newly_wrong": "\(newly.prefix(Self.mostNamed).joined(separator: " "))"]
                if newly.isEmpty, outcome.isGood { logger.info("golden tests", metadata: facts) } else { logger.warning("golden tests go wrong", metadata: facts) }
            } catch {
                logger.warning("golden tests cannot be run", metadata: ["problem": "\(error)"])
            }
        }
    }
}

extension GoldenTests.Outcome {
    /// Where those stand that went wrong: a log names no question.
    fileprivate var wrong: [String] { (failures + failedDialogues).map(\.place) }
}
