import Dispatch
import Synchronization

/// Two threads for what takes a tenth of a second and 32 MiB each: an event loop must not wait for it, and a flood of sign-ins must not take
/// more memory than that.
final class PasswordWorkers: Sendable {
    /// Too many wait already: try again in a second or two.
    struct Busy: Error {}

    static let shared = PasswordWorkers()

    /// Waiting and working together, about three seconds' worth.
    private static let most = 64

    private let queues = [DispatchQueue(label: "passwords-1"), DispatchQueue(label: "passwords-2")]
    private let counts = Mutex([0, 0])

    func run<Result: Sendable>(_ work: @escaping @Sendable () -> Result) async throws -> Result {
        let index: Int? = counts.withLock { counts in
            guard counts[0] + counts[1] < Self.most else { return nil }
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
