import Dispatch
import Synchronization

/// Two threads for what takes a tenth of a second and 32 MiB each: an event loop must not wait for it, and a flood of sign-ins must not take
/// more memory than that.
final class PasswordWorkers: Sendable {
    /// Too many wait already: try again in a second or two.
    struct Busy: Error {}

    static let shared = PasswordWorkers()

    private let queues = [DispatchQueue(label: "passwords-1"), DispatchQueue(label: "passwords-2")]
    private let counts = Mutex([0, 0])
    private let most: Int

    /// `most`: who waits and who works together; 64 are about three seconds' worth.
    init(most: Int = 64) {
        self.most = most
    }

    /// How many wait or work.
    var inside: Int { counts.withLock { $0[0] + $0[1] } }

    func run<Result: Sendable>(_ work: @escaping @Sendable () -> Result) async throws -> Result {
        let index: Int? = counts.withLock { counts in
            guard counts[0] + counts[1] < most else { return nil }
            let index = counts[0] <= counts[1] ? 0 : 1
            counts[index] += 1
            return index
        }
        guard let index else { throw Busy() }
        return await withCheckedContinuation { continuation in
            queues[index].async {
                let result = work()
                self.counts.withLock { $0[index] -= 1 }
                continuation.resume(returning: result)
            }
        }
    }
}
