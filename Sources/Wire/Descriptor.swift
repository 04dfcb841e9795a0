import CLinux
import Glibc

/// One non-blocking descriptor in a loop's epoll set, and who waits for it.
///
/// Edge-triggered: a caller tries its system call first and waits only after EAGAIN. Between the two the task may be put back in the loop's queue
/// (the concurrency runtime decides), and the loop may turn: an event that finds nobody waiting is remembered in `missed`.
// SAFETY: every stored property that changes is touched only on the loop's thread.
final class Descriptor: @unchecked Sendable {
    /// A stream has at most one reader and one writer at a time; a watcher waits for the peer to go away.
    enum Part: Int {
        case reader, writer, watcher
    }

    enum Wake {
        case ready, timedOut, cancelled, closed
    }

    private struct Waiter {
        var continuation: UnsafeContinuation<Wake, Never>
        var events: UInt32
        var deadline: UInt64
        var serial: UInt64
    }

    static let readable = EPOLLIN.rawValue
    static let writable = EPOLLOUT.rawValue
    static let hangup = EPOLLRDHUP.rawValue | EPOLLHUP.rawValue | EPOLLERR.rawValue

    let loop: EventLoop
    /// -1 once closed.
    private(set) var number: Int32
    var token: UInt64 = 0
    /// The peer has closed its side, or the connection is broken; what it sent before can still be read.
    private(set) var isPeerGone = false
    private var waiters: (Waiter?, Waiter?, Waiter?) = (nil, nil, nil)
    private var serial: UInt64 = 0
    /// Events that came while nobody waited for them, since the last try of the system call that they concern.
    var missed: UInt32 = 0
    /// The earliest entry for this descriptor in the loop's heap.
    private var scheduled = UInt64.max

    /// Takes over `number`, which must be non-blocking. `join()` follows on the loop's thread.
    init(number: Int32, loop: EventLoop) {
        self.number = number
        self.loop = loop
    }

    deinit {
        if number >= 0 { Glibc.close(number) }  // never joined: the loop keeps the others until they are closed
    }

    /// Enters the loop's epoll set; false when the kernel refuses, and then it is closed.
    func join() -> Bool {
        if number < 0 { return false }
        if loop.watch(self, number: number) { return true }
        Glibc.close(number)
        number = -1
        return false
    }

    /// Waits until one of `events` was reported. On the loop's thread only.
    func wait(_ part: Part, for events: UInt32, until deadline: MonotonicTime) async throws(WireError) {
        if number < 0 { throw .closed }
        precondition(loop.isCurrent, "a wait off its loop")
        serial += 1
        let serial = serial
        let wake = await withTaskCancellationHandler {
            await withUnsafeContinuation { (continuation: UnsafeContinuation<Wake, Never>) in
                // Looked at here, where nothing can come between this and the waiter's place.
                if Task.isCancelled {
                    continuation.resume(returning: .cancelled)
                } else if missed & events != 0 {
                    missed &= ~events
                    continuation.resume(returning: .ready)
                } else {
                    place(Waiter(continuation: continuation, events: events, deadline: deadline.nanoseconds, serial: serial), part)
                }
            }
        } onCancel: {
            // Always later and by serial number: the handler may run before the waiter is in place, and long after it has gone.
            self.loop.execute { self.cancel(part, serial) }
        }
        switch wake {
        case .ready: return
        case .timedOut: throw .timedOut
        case .cancelled: throw .cancelled
        case .closed: throw .closed
        }
    }

    private func place(_ waiter: Waiter, _ part: Part) {
        if number < 0 { return waiter.continuation.resume(returning: .closed) }
        switch part {
        case .reader:
            precondition(waiters.0 == nil, "two tasks read one stream")
            waiters.0 = waiter
        case .writer:
            precondition(waiters.1 == nil, "two tasks write one stream")
            waiters.1 = waiter
        case .watcher:
            precondition(waiters.2 == nil, "two tasks watch one stream")
            waiters.2 = waiter
        }
        if waiter.deadline < scheduled {
            scheduled = waiter.deadline
            loop.deadlines.insert(.init(time: waiter.deadline, token: token))
        }
    }

    private func cancel(_ part: Part, _ serial: UInt64) {
        let waiter =
            switch part {
            case .reader: waiters.0
            case .writer: waiters.1
            case .watcher: waiters.2
            }
        if waiter?.serial == serial { wake(part, .cancelled) }
    }

    private func wake(_ part: Part, _ wake: Wake) {
        switch part {
        case .reader: waiters.0.take()?.continuation.resume(returning: wake)
        case .writer: waiters.1.take()?.continuation.resume(returning: wake)
        case .watcher: waiters.2.take()?.continuation.resume(returning: wake)
        }
    }

    func becameReady(_ events: UInt32) {
        var events = events
        if events & Descriptor.hangup != 0 {
            isPeerGone = true
            events |= Descriptor.readable
            if events & (EPOLLHUP.rawValue | EPOLLERR.rawValue) != 0 { events |= Descriptor.writable }
        }
        missed |= events
        if let waiter = waiters.0, waiter.events & events != 0 {
            missed &= ~waiter.events
            wake(.reader, .ready)
        }
        if let waiter = waiters.1, waiter.events & events != 0 {
            missed &= ~waiter.events
            wake(.writer, .ready)
        }
        if let waiter = waiters.2, waiter.events & events != 0 { wake(.watcher, .ready) }
    }

    /// The heap's entry of `time` came up: wakes whom it concerns and enters the next deadline.
    func deadlineCame(_ time: UInt64, now: UInt64) {
        if time != scheduled { return }  // an older entry; the one that counts is still in the heap
        if let waiter = waiters.0, waiter.deadline <= now { wake(.reader, .timedOut) }
        if let waiter = waiters.1, waiter.deadline <= now { wake(.writer, .timedOut) }
        if let waiter = waiters.2, waiter.deadline <= now { wake(.watcher, .timedOut) }
        scheduled = min(waiters.0?.deadline ?? .max, waiters.1?.deadline ?? .max, waiters.2?.deadline ?? .max)
        if scheduled != .max { loop.deadlines.insert(.init(time: scheduled, token: token)) }
    }

    /// Closes and wakes everybody who waits. Twice is harmless. On the loop's thread only.
    func close() {
        if number < 0 { return }
        loop.forget(self)
        Glibc.close(number)
        number = -1
        wake(.reader, .closed)
        wake(.writer, .closed)
        wake(.watcher, .closed)
    }
}
