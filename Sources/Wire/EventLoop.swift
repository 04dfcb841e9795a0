import CLinux
import Glibc
import Synchronization

/// One thread that waits for sockets and runs the tasks that use them, so that a connection's work never changes threads.
///
/// It is a task executor (`Task(executorPreference: loop)`, which also carries the default actors that the task calls); `isolation` is the serial
/// executor for an actor that pins itself to it. Two objects, because jobs of the one kind that are run as the other's make the runtime put every
/// task back in the queue at each call (seen with strace: an `epoll_wait` between `recv` and the wait for its event).
///
/// Nothing that blocks may run on it: files, name resolution and databases have executors of their own.
///
/// Measured on two cores: a job enqueued from the loop's own thread costs an array append; one from another thread a lock and, only when the
/// loop sleeps, one write to an eventfd.
// SAFETY: everything that changes after `init` is touched only by the loop's own thread, except `shared` (a Mutex) and `turn` (an Atomic).
package final class EventLoop: TaskExecutor, @unchecked Sendable {
    enum Item {
        case job(UnownedJob)
        /// A job of an actor that is pinned to the loop.
        case isolated(UnownedJob)
        case work(@Sendable () -> Void)
    }

    private struct Shared {
        var inbox: [Item] = []
        /// True from just before `epoll_wait` until somebody has written to the eventfd.
        var isAsleep = false
        var isStopping = false
    }

    private let shared = Mutex(Shared())
    private let turn = Atomic<UInt64>(0)
    private let epoll: Int32
    private let alarm: Int32
    private lazy var isolation = LoopIsolation(self)
    private var thread = pthread_t()
    private var own: [Item] = []

    /// By descriptor number. A closed one leaves nil; `Descriptor.token` tells a late event for the number's previous holder from one for the new.
    var descriptors: [Descriptor?] = []
    var generation: UInt32 = 0
    var deadlines = DeadlineHeap()
    var timers: [UInt64: @Sendable () -> Void] = [:]
    var nextTimer: UInt64 = 0

    /// Where bytes are received, one for all connections of the loop: an idle connection holds no buffer. Valid only between a read's return
    /// and the next `await` of the task that read.
    package let scratch = UnsafeMutableRawBufferPointer.allocate(byteCount: 65_536, alignment: 16)

    init(name: String) {
        epoll = epoll_create1(Int32(EPOLL_CLOEXEC))
        alarm = eventfd(0, Int32(EFD_CLOEXEC) | Int32(EFD_NONBLOCK))
        precondition(epoll >= 0 && alarm >= 0, "no descriptors left for an event loop")
        var event = epoll_event(events: EPOLLIN.rawValue, data: epoll_data_t(u64: .max))
        epoll_ctl(epoll, EPOLL_CTL_ADD, alarm, &event)
        turn.store(MonotonicTime.now.nanoseconds, ordering: .relaxed)
        _ = isolation  // made here, on one thread, and only read afterwards
        let started = StartGate()
        let box = Unmanaged.passRetained(Start(loop: self, name: name, gate: started))
        let result = pthread_create(
            &thread, nil,
            { argument in
                guard let argument else { return nil }
                let start = Unmanaged<Start>.fromOpaque(argument).takeRetainedValue()
                c_name_thread(start.name)
                start.gate.wait()  // until `thread` is written: `isCurrent` reads it
                start.loop.turnUntilStopped()
                return nil
            }, box.toOpaque())
        precondition(result == 0, "no thread for an event loop")
        started.open()
    }

    deinit {
        scratch.deallocate()
        Glibc.close(epoll)
        Glibc.close(alarm)
    }

    /// Whether the caller runs on this loop's thread.
    package var isCurrent: Bool { pthread_equal(pthread_self(), thread) != 0 }

    /// When the loop last went round; one that is idle goes round each second, so an older value means that something blocks it.
    package var lastTurn: MonotonicTime { MonotonicTime(nanoseconds: turn.load(ordering: .relaxed)) }

    package func enqueue(_ job: consuming ExecutorJob) {
        add(.job(UnownedJob(job)))
    }

    /// Runs `work` on the loop's thread, later: never before this call returns, even when called there.
    package func execute(_ work: @escaping @Sendable () -> Void) {
        add(.work(work))
    }

    /// For an actor's `unownedExecutor`; the actor keeps the loop.
    package func asUnownedSerialExecutor() -> UnownedSerialExecutor { isolation.asUnownedSerialExecutor() }

    fileprivate func add(_ item: Item) {
        if isCurrent {
            own.append(item)
            return
        }
        let mustWake = shared.withLock { shared in
            shared.inbox.append(item)
            defer { shared.isAsleep = false }
            return shared.isAsleep
        }
        if mustWake { ring() }
    }

    private func ring() {
        var one: UInt64 = 1
        _ = Glibc.write(alarm, &one, 8)
    }

    func stop() {
        let mustWake = shared.withLock { shared in
            shared.isStopping = true
            return shared.isAsleep
        }
        if mustWake { ring() }
        if !isCurrent { pthread_join(thread, nil) }
    }

    // MARK: The thread

    private func turnUntilStopped() {
        var events = [epoll_event](repeating: epoll_event(), count: 256)
        var batch: [Item] = []
        while true {
            turn.store(MonotonicTime.now.nanoseconds, ordering: .relaxed)
            // What jobs enqueue is run before the sockets are looked at again, but not for ever.
            for _ in 0..<16 where !own.isEmpty {
                swap(&batch, &own)
                run(&batch)
            }
            let isBusy = !own.isEmpty
            let stopping = shared.withLock { shared in
                if !shared.inbox.isEmpty { swap(&batch, &shared.inbox) }
                shared.isAsleep = batch.isEmpty && !isBusy && !shared.isStopping
                return shared.isStopping
            }
            if stopping && batch.isEmpty && !isBusy { return }
            let wait: Int32 = batch.isEmpty && !isBusy ? deadlines.millisecondsToNext(atMost: 1000) : 0
            let count = epoll_wait(epoll, &events, Int32(events.count), wait)
            // From here on nobody needs to ring: the inbox is looked at before the next sleep.
            shared.withLock { $0.isAsleep = false }
            for index in 0..<max(0, Int(count)) {
                handle(events[index])
            }
            passDeadlines()
            run(&batch)
        }
    }

    private func run(_ batch: inout [Item]) {
        for item in batch {
            switch item {
            case .job(let job): job.runSynchronously(on: asUnownedTaskExecutor())
            case .isolated(let job): job.runSynchronously(isolatedTo: isolation.asUnownedSerialExecutor(), taskExecutor: asUnownedTaskExecutor())
            case .work(let work): work()
            }
        }
        batch.removeAll(keepingCapacity: batch.count <= 4096)
    }

    private func handle(_ event: epoll_event) {
        let token = event.data.u64
        if token == .max {
            var count: UInt64 = 0
            _ = Glibc.read(alarm, &count, 8)
            return
        }
        descriptor(for: token)?.becameReady(event.events)
    }

    func descriptor(for token: UInt64) -> Descriptor? {
        let number = Int(truncatingIfNeeded: token & 0xFFFF_FFFF)
        guard number < descriptors.count, let found = descriptors[number], found.token == token else { return nil }
        return found
    }

    /// Takes a descriptor into the epoll set. Edge-triggered and for everything at once, so that waiting costs no system call.
    func watch(_ descriptor: Descriptor, number: Int32) -> Bool {
        generation = (generation &+ 1) & 0x7FFF_FFFF
        let token = UInt64(generation) << 32 | UInt64(UInt32(bitPattern: number))
        if descriptors.count <= Int(number) {
            descriptors.append(contentsOf: repeatElement(nil, count: max(Int(number) + 1 - descriptors.count, 64)))
        }
        descriptor.token = token
        var event = epoll_event(events: EPOLLIN.rawValue | EPOLLOUT.rawValue | EPOLLRDHUP.rawValue | EPOLLET.rawValue, data: epoll_data_t(u64: token))
        guard epoll_ctl(epoll, EPOLL_CTL_ADD, number, &event) == 0 else { return false }
        descriptors[Int(number)] = descriptor
        return true
    }

    /// Closing the number takes it out of the epoll set. One that never joined is nothing to forget.
    func forget(_ descriptor: Descriptor) {
        let number = Int(descriptor.number)
        if number < descriptors.count, descriptors[number] === descriptor { descriptors[number] = nil }
    }
}

/// The serial executor of a loop: its thread runs one thing at a time.
private final class LoopIsolation: SerialExecutor {
    private unowned let loop: EventLoop

    init(_ loop: EventLoop) { self.loop = loop }

    func enqueue(_ job: consuming ExecutorJob) {
        loop.add(.isolated(UnownedJob(job)))
    }

    func checkIsolated() {
        precondition(loop.isCurrent, "not on the event loop's thread")
    }

    func isIsolatingCurrentContext() -> Bool? { loop.isCurrent }
}

/// What a new thread needs, handed over through one pointer.
private final class Start: Sendable {
    let loop: EventLoop
    let name: String
    let gate: StartGate

    init(loop: EventLoop, name: String, gate: StartGate) {
        self.loop = loop
        self.name = name
        self.gate = gate
    }
}

/// A door that one thread opens once.
// SAFETY: a POSIX semaphore at a fixed address, made for use by several threads.
private final class StartGate: @unchecked Sendable {
    private let semaphore = UnsafeMutablePointer<sem_t>.allocate(capacity: 1)

    init() { sem_init(semaphore, 0, 0) }

    deinit {
        sem_destroy(semaphore)
        semaphore.deallocate()
    }

    func open() { sem_post(semaphore) }

    func wait() {
        while sem_wait(semaphore) != 0 {}  // EINTR
    }
}
