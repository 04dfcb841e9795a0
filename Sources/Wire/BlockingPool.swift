import CLinux
import Glibc

/// A few threads for calls that block and cannot be made otherwise (getaddrinfo). Threads start when work waits, and stay.
// SAFETY: `waiting`, `threads` and `idle` are touched only while `lock` is held.
package final class BlockingPool: TaskExecutor, @unchecked Sendable {
    private enum Item {
        case job(UnownedJob)
        case work(@Sendable () -> Void)
    }

    private let lock = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
    private let condition = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)
    private let limit: Int
    private var waiting: [Item] = []
    private var threads = 0
    private var idle = 0

    /// The one that `Connector` and the HTTP client share.
    package static let shared = BlockingPool(threads: 4)

    /// Lives as long as the program.
    package init(threads limit: Int) {
        self.limit = limit
        pthread_mutex_init(lock, nil)
        pthread_cond_init(condition, nil)
    }

    package func enqueue(_ job: consuming ExecutorJob) {
        add(.job(UnownedJob(job)))
    }

    package func execute(_ work: @escaping @Sendable () -> Void) {
        add(.work(work))
    }

    private func add(_ item: Item) {
        pthread_mutex_lock(lock)
        waiting.append(item)
        let mustStart = idle < waiting.count && threads < limit
        if mustStart { threads += 1 }
        pthread_cond_signal(condition)
        pthread_mutex_unlock(lock)
        if mustStart { start() }
    }

    private func start() {
        var thread = pthread_t()
        let result = pthread_create(
            &thread, nil,
            { argument in
                guard let argument else { return nil }
                let pool = Unmanaged<BlockingPool>.fromOpaque(argument).takeRetainedValue()
                c_name_thread("blocking")
                pool.work()
            }, Unmanaged.passRetained(self).toOpaque())
        precondition(result == 0, "no thread for blocking calls")
        pthread_detach(thread)
    }

    private func work() -> Never {
        while true {
            pthread_mutex_lock(lock)
            idle += 1
            while waiting.isEmpty { pthread_cond_wait(condition, lock) }
            idle -= 1
            let item = waiting.removeFirst()
            pthread_mutex_unlock(lock)
            switch item {
            case .job(let job): job.runSynchronously(on: asUnownedTaskExecutor())
            case .work(let work): work()
            }
        }
    }
}
