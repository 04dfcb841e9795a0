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
        // A handler may hardly do anything, so it only writes the number into a pipe; a thread of ours reads it. (Blocking the signals for sigwait
        // would not do: threads of the runtime may be there already, without the mask.)
        guard Self.pipe.reading >= 0 else { return }
        for number in [SIGTERM, SIGINT, SIGHUP] {
            signal(number) { number in
                var byte = UInt8(truncatingIfNeeded: number)
                let before = errno
                _ = write(Signals.pipe.writing, &byte, 1)
                errno = before
            }
        }
        Thread.detach { [self] in
            var byte: UInt8 = 0
            while true {
                let count = read(Self.pipe.reading, &byte, 1)
                if count < 0 && errno == EINTR { continue }
                guard count == 1 else { return }
                if Int32(byte) == SIGHUP { state.withLock { $0.reload }() } else { stop() }
            }
        }
    }

    /// Made before the first handler is set, and never closed.
    private static let pipe: (reading: Int32, writing: Int32) = {
        var ends: [Int32] = [-1, -1]
        guard Glibc.pipe(&ends) == 0 else { return (-1, -1) }
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        return (ends[0], ends[1])
    }()

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
        pthread_create(
            &thread, nil,
            { raw in
                if let raw { Unmanaged<Box>.fromOpaque(raw).takeRetainedValue().body() }
                return nil
            }, Unmanaged.passRetained(Box(body)).toOpaque())
        pthread_detach(thread)
    }
}
