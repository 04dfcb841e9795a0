import Dispatch
import Synchronization

/// Work that is the same for many things and that a cold start waits for.
package enum SideBySide {
    /// The values for 0 up to `count`, in order; `body` runs on as many cores as there are.
    package static func map<Value: Sendable>(_ count: Int, _ body: @Sendable (Int) -> Value) -> [Value] {
        let found = Mutex<[Int: Value]>([:])
        DispatchQueue.concurrentPerform(iterations: count) { index in
            let value = body(index)
            found.withLock { $0[index] = value }
        }
        return found.withLock { found in (0..<count).compactMap { found[$0] } }
    }
}
