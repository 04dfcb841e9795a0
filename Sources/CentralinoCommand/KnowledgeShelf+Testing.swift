import Dispatch
import Gateway
import Knowledge
import Logging
import Synchronization

/// The golden questions and dialogues of the folder, on every change of the articles.
extension KnowledgeShelf {
    var health: KnowledgeHealth { ills.withLock { $0 } }

    private static let mostNamed = 20

    /// Runs `tests/` before and after a change, off every loop that answers, one change at a time, and says in the log what came of it.
    func test(_ before: KnowledgeBase?, _ after: KnowledgeBase) {
        guard KnowledgeFiles.isFolder("\(folder)/tests") else { return }
        testing.async { [self] in
            do {
                let tests = try GoldenTests(of: folder)
                let outcome = try tests.run(after, isStrict: false)
                guard outcome.checks > 0 else { return }
                let wrongBefore = Set(try before.map { try tests.run($0, isStrict: false).wrong } ?? [])
                let newly = outcome.wrong.filter { !wrongBefore.contains($0) }
                ills.withLock { $0.golden = KnowledgeHealth.Golden(checks: outcome.checks, right: outcome.right, newlyWrong: Array(newly.prefix(Self.mostNamed))) }
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
    fileprivate var wrong: [String] { failures.map(\.place) + failedDialogues.map { String($0.prefix { $0 != " " }) } }
}
