import CLinux
import Glibc
import Synchronization

/// The loops of the program, one a core as a rule.
package final class EventLoopGroup: Sendable {
    package let loops: [EventLoop]
    private let turn = Atomic<Int>(0)

    /// Starts the threads. Also makes the process ignore SIGPIPE (OpenSSL writes to sockets without MSG_NOSIGNAL) and raises its limit of
    /// open descriptors as far as it is allowed.
    package init(count: Int = max(1, Int(sysconf(Int32(_SC_NPROCESSORS_ONLN))))) {
        signal(SIGPIPE, SIG_IGN)
        c_raise_descriptor_limit()
        EventLoopGroup.prepareTimers()
        loops = (0..<max(1, count)).map { EventLoop(name: "loop-\($0)") }
    }

    /// Makes Dispatch, which is behind `Task.sleep`, take the descriptors of its timers now: when it finds none left later, it ends the process (seen
    /// with a limit of 40 descriptors and 100 connections).
    private static func prepareTimers() {
        Task.detached {
            try? await Task.sleep(for: .nanoseconds(1))  // nobody cancels this
            try? await Task.sleep(nanoseconds: 1)
        }
    }

    /// The loops in turn.
    package func next() -> EventLoop {
        let number = turn.add(1, ordering: .relaxed).oldValue
        return loops[Int(UInt(bitPattern: number) % UInt(loops.count))]
    }

    /// Ends the threads and waits for them. Only once every task that prefers a loop has ended: a job enqueued later never runs.
    /// Not to be called on a loop.
    package func stop() {
        for loop in loops { loop.stop() }
    }
}
