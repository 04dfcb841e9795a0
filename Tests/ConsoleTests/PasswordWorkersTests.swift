import Dispatch
import Synchronization
import Testing

@testable import Console

@Suite(.timeLimit(.minutes(1)))
struct PasswordWorkersTests {
    private final class Tally: Sendable {
        private let counts = Mutex([0, 0])
        var most: Int { counts.withLock { $0[1] } }

        func begin() {
            counts.withLock { counts in
                counts[0] += 1
                counts[1] = max(counts[0], counts[1])
            }
        }

        func end() { counts.withLock { $0[0] -= 1 } }
    }

    @Test func `Two work at a time, and who finds no room is told to come again`() async throws {
        let workers = PasswordWorkers(most: 3)
        let gate = DispatchSemaphore(value: 0)
        let tally = Tally()
        let (begun, begin) = AsyncStream<Void>.makeStream()
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 1...3 {
                group.addTask {
                    try await workers.run {
                        tally.begin()
                        begin.yield()
                        gate.wait()
                        tally.end()
                    }
                }
            }
            var steps = begun.makeAsyncIterator()
            for _ in 1...2 { await steps.next() }
            while workers.inside < 3 { await Task.yield() }
            await #expect(throws: PasswordWorkers.Busy.self) { try await workers.run {} }
            for _ in 1...3 { gate.signal() }
            for try await _ in group {}
        }
        #expect(tally.most == 2)
        #expect(workers.inside == 0)
        #expect(try await workers.run { 7 } == 7)
    }
}
