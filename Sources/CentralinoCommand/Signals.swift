import Dispatch
import Glibc
import Synchronization

/// SIGTERM and SIGINT ask for a stop, SIGHUP for reading the certificates again. A second request to stop ends the process at once.
final class Signals: Sendable {
    private struct State {
        var stopped = false
        var waiter: CheckedContinuation<Void, Never>?
        var reload: @Sendable () -> Void = {}
    }

    private let state = Mutex(State())

    init() {
        // Blocked in this thread and so in every thread made after it: one thread of ours takes them by sigwait.
        var set = sigset_t()
        sigemptyset(&set)
        for number in [SIGTERM, SIGINT, SIGHUP] { sigaddset(&set, number) }
        pthread_sigmask(SIG_BLOCK, &set, nil)
        let blocked = set
        Thread.detach { [self] in
            var set = blocked
            while true {
                var number: Int32 = 0
                guard sigwait(&set, &number) == 0 else { continue }
                if number == SIGHUP { state.withLock { $0.reload }() } else { stop() }
            }
        }
    }

    func onReload(_ reload: @escaping @Sendable () -> Void) {
        state.withLock { $0.reload = reload }
    }

    func stopRequested() async {
        await withCheckedContinuation { continuation in
            let now = state.withLock { state -> Bool in
                if state.stopped { return true }
                state.waiter = continuation
                return false
            }
            if now { continuation.resume() }
        }
    }

    private func stop() {
        let waiter = state.withLock { state -> CheckedContinuation<Void, Never>? in
            if state.stopped { _exit(130) }
            state.stopped = true
            return state.waiter
        }
        waiter?.resume()
    }
}

/// A thread that lasts as long as the process.
private enum Thread {
    static func detach(_ body: @escaping @Sendable () -> Void) {
        final class Box: Sendable {
            let body: @Sendable () -> Void
            init(_ body: @escaping @Sendable () -> Void) { self.body = body }
        }
        var thread = pthread_t()
        pthread_create(&thread, nil, { raw in
            if let raw { Unmanaged<Box>.fromOpaque(raw).takeRetainedValue().body() }
            return nil
        }, Unmanaged.passRetained(Box(body)).toOpaque())
        pthread_detach(thread)
    }
}
