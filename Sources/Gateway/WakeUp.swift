import Synchronization

/// Wakes one waiting task. What is to be done is always in the store; this only says "look now". A ring before anyone waits is kept.
final class WakeUp: Sendable {
    private struct State {
        var rung = false
        var waiter: CheckedContinuation<Void, Never>?
        var ticket = 0
    }

    private let state = Mutex(State())

    func ring() {
        let waiter = state.withLock { state -> CheckedContinuation<Void, Never>? in
            defer { state.waiter = nil }
            if state.waiter == nil { state.rung = true }
            return state.waiter
        }
        waiter?.resume()
    }

    /// Returns at the next ring, when the time is over, or when the task is cancelled.
    func wait(atMost duration: Duration) async {
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await self.wait() }
            group.addTask { try? await Task.sleep(for: duration) }  // Cancelled means that the other one rang: nothing to report.
            await group.next()
            group.cancelAll()
        }
    }

    /// Returns when the time is over or the task is cancelled, whoever rings.
    func pause(_ duration: Duration) async {
        try? await Task.sleep(for: duration)  // Cancelled: the caller's loop ends.
    }

    private func wait() async {
        let ticket = state.withLock { state -> Int in
            state.ticket += 1
            return state.ticket
        }
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let now = state.withLock { state -> Bool in
                    if state.rung || Task.isCancelled {
                        state.rung = false
                        return true
                    }
                    state.waiter = continuation
                    return false
                }
                if now { continuation.resume() }
            }
        } onCancel: {
            let waiter = state.withLock { state -> CheckedContinuation<Void, Never>? in
                guard state.ticket == ticket else { return nil }
                defer { state.waiter = nil }
                return state.waiter
            }
            waiter?.resume()
        }
    }
}
