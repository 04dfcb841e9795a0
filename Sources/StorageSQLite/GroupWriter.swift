import Dispatch
import GRDB
import GRDBSQLite
import Glibc
import Messages
import Storage
import Synchronization

/// Commits in groups: while one commit is being synced, bodies gather; then all of them run as one transaction, each in a savepoint, and are told
/// together once the commit is synced.
///
/// One thread writes. A sync that fails ends the process: the kernel may have dropped the pages, a second fsync would claim success, and whether
/// the commit survived is only known to the next process that opens the file.
final class GroupWriter: @unchecked Sendable {
    // SAFETY: `pending` and `gathering` are only touched under `mutex`; the rest is constant after init, or atomic.
    private struct Body {
        var run: (SQLiteConnection) throws -> Void
        var done: ((any Error)?) -> Void
    }

    /// More bodies than this in one transaction make the first wait for the last without saving a sync worth mentioning.
    private static let largestGroup = 128
    /// Bodies that may wait. Beyond it new work is refused, never work that was taken on.
    private static let longestQueue = 10_000
    /// A checkpoint starts when the log has grown by this many pages (4 KiB each).
    private static let checkpointPages = 2_000

    private let pool: DatabasePool
    private let ends: @Sendable (String) -> Never
    private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
    private let wakeUp = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)
    private var pending: [Body] = []
    /// The number of waiting bodies at which the writer wants to be woken.
    private var gathering = 1
    private let depth = Atomic<Int>(0)
    private let commits = Atomic<Int>(0)
    private let bodies = Atomic<Int>(0)
    private let logPages = Atomic<Int>(0)
    private let checkpointing = Atomic<Bool>(false)
    private let checkpointer: DatabaseQueue
    private let checkpoints = DispatchQueue(label: "store.checkpoints")

    init(pool: DatabasePool, ends: @escaping @Sendable (String) -> Never) throws {
        self.pool = pool
        self.ends = ends
        checkpointer = try DatabaseQueue(path: pool.path)
        pthread_mutex_init(mutex, nil)
        pthread_cond_init(wakeUp, nil)
        watchLog()
        var thread = pthread_t()
        let context = Unmanaged.passRetained(self)
        let started = pthread_create(
            &thread, nil,
            { raw in
                guard let raw else { return nil }
                Unmanaged<GroupWriter>.fromOpaque(raw).takeRetainedValue().loop()
                return nil
            }, context.toOpaque())
        precondition(started == 0, "no thread for the writer")
        pthread_detach(thread)
    }

    var written: (commits: Int, bodies: Int) { (commits.load(ordering: .relaxed), bodies.load(ordering: .relaxed)) }
    var waiting: Int { depth.load(ordering: .relaxed) }

    func write<Result: Sendable>(_ body: @escaping @Sendable (any SQLConnection) throws -> Result) async throws -> Result {
        guard depth.load(ordering: .relaxed) < Self.longestQueue else {
            throw StorageFailure.busy("\(Self.longestQueue) messages wait for the disk already")
        }
        return try await withCheckedThrowingContinuation { continuation in
            let box = ResultBox<Result>()
            enqueue(
                Body(
                    run: { box.value = try body($0) },
                    done: { error in
                        if let error {
                            continuation.resume(throwing: (error as? DatabaseError).map { StorageFailure($0) } ?? error)
                        } else if let value = box.value {
                            continuation.resume(returning: value)
                        } else {
                            continuation.resume(throwing: StorageFailure.failed("a transaction ended without a result"))
                        }
                    }))
        }
    }

    private func enqueue(_ body: Body) {
        depth.add(1, ordering: .relaxed)
        pthread_mutex_lock(mutex)
        pending.append(body)
        let enough = pending.count == gathering
        pthread_mutex_unlock(mutex)
        if enough { pthread_cond_signal(wakeUp) }
    }

    /// Under load the next group is worth a short wait: every group writes the same handful of pages once more and syncs once. Alone, a body never waits.
    private static let smallestGroupToWaitFor = 4
    private static let longestGathering: Int = 1_000_000  // nanoseconds

    private func loop() {
        var last = 0
        while true {
            pthread_mutex_lock(mutex)
            while pending.isEmpty { pthread_cond_wait(wakeUp, mutex) }
            if last >= Self.smallestGroupToWaitFor, pending.count < last { gather(last) }
            let group = Array(pending.prefix(Self.largestGroup))
            pending.removeFirst(group.count)
            pthread_mutex_unlock(mutex)
            last = group.count
            commits.add(1, ordering: .relaxed)
            bodies.add(group.count, ordering: .relaxed)
            commit(group)
            depth.subtract(group.count, ordering: .relaxed)
        }
    }

    /// Waits, with the mutex held, until as many bodies are there as last time, for a millisecond at most.
    private func gather(_ wanted: Int) {
        var end = timespec()
        clock_gettime(CLOCK_REALTIME, &end)
        end.tv_nsec += Self.longestGathering
        if end.tv_nsec >= 1_000_000_000 {
            end.tv_sec += 1
            end.tv_nsec -= 1_000_000_000
        }
        gathering = min(wanted, Self.largestGroup)
        while pending.count < gathering, pthread_cond_timedwait(wakeUp, mutex, &end) == 0 {}
        gathering = 1
    }

    /// Runs the bodies of one group as one transaction and tells each how it ended, only after the sync.
    ///
    /// First without savepoints: each would make SQLite copy every page it touches once more. Only when a body throws is everything undone and run
    /// again, each body in a savepoint of its own.
    private func commit(_ group: [Body]) {
        var outcomes = [(any Error)?](repeating: nil, count: group.count)
        do {
            try pool.writeWithoutTransaction { db in
                let connection = SQLiteConnection(db)
                try connection.run("BEGIN IMMEDIATE", [])
                do {
                    for body in group { try body.run(connection) }
                } catch {
                    try startOver(connection, db)
                    try runApart(group, &outcomes, connection, db)
                }
                CrashPoint.pass(.beforeCommit)
                do {
                    try connection.run("COMMIT", [])
                } catch {
                    endUnlessItMayPass(error)
                    if sqlite3_get_autocommit(db.sqliteConnection) == 0 { try connection.run("ROLLBACK", []) }
                    throw error
                }
                CrashPoint.pass(.afterCommit)
            }
        } catch {
            // The transaction is gone: every body is told so, whatever became of it before.
            for body in group { body.done(error) }
            return
        }
        for (body, outcome) in zip(group, outcomes) { body.done(outcome) }
        checkpointIfDue()
    }

    /// Undoes what there is of the transaction (an error may have undone it already) and begins it again.
    private func startOver(_ connection: SQLiteConnection, _ db: GRDB.Database) throws {
        if sqlite3_get_autocommit(db.sqliteConnection) == 0 { try connection.run("ROLLBACK", []) }
        try connection.run("BEGIN IMMEDIATE", [])
    }

    /// Runs each body in a savepoint: one that throws undoes only itself.
    private func runApart(_ group: [Body], _ outcomes: inout [(any Error)?], _ connection: SQLiteConnection, _ db: GRDB.Database) throws {
        for (index, body) in group.enumerated() {
            do {
                try connection.run("SAVEPOINT body", [])
                try body.run(connection)
                try connection.run("RELEASE body", [])
            } catch {
                outcomes[index] = error
                // A full disk or an I/O error may have rolled everything back already: then nobody's body stands.
                guard sqlite3_get_autocommit(db.sqliteConnection) == 0 else { throw error }
                try connection.run("ROLLBACK TO body", [])
                try connection.run("RELEASE body", [])
            }
        }
    }

    /// Pages that could not be written for want of room were not part of a commit: the transaction is undone and the next one may work.
    /// After any other error of a commit nobody knows what is on the disk.
    private func endUnlessItMayPass(_ error: any Error) {
        guard let error = error as? DatabaseError else { return }
        if error.resultCode == .SQLITE_FULL || error.resultCode == .SQLITE_BUSY { return }
        ends(
            "the store could not be synced to disk (\(error.message ?? "SQLite error") [\(error.extendedResultCode.rawValue)]); stopping, because a second sync would not tell the truth"
        )
    }

    /// Keeps the log short. A passive checkpoint on a connection of its own moves synced pages into the database while commits go on;
    /// under unbroken load it never catches up with the last page, so past a second bound the writer itself moves the few that are left
    /// and the log starts over.
    private func checkpointIfDue() {
        let pages = logPages.load(ordering: .relaxed)
        if pages >= Self.checkpointPages, checkpointing.compareExchange(expected: false, desired: true, ordering: .relaxed).exchanged {
            checkpoints.async { [self] in
                checkpoint { try checkpointer.writeWithoutTransaction { _ = try $0.checkpoint(.passive) } }
                checkpointing.store(false, ordering: .relaxed)
            }
        }
        if pages >= 4 * Self.checkpointPages, !checkpointing.load(ordering: .relaxed) {
            checkpoint { try pool.writeWithoutTransaction { _ = try $0.checkpoint(.passive) } }
        }
    }

    private func checkpoint(_ run: () throws -> Void) {
        do {
            try run()
        } catch {
            endUnlessItMayPass(error)
        }
    }

    /// SQLite tells after each commit how many pages the log holds.
    private func watchLog() {
        pool.writeWithoutTransaction { db in
            _ = sqlite3_wal_hook(
                db.sqliteConnection,
                { context, _, _, pages in
                    guard let context else { return SQLITE_OK }
                    Unmanaged<GroupWriter>.fromOpaque(context).takeUnretainedValue().logPages.store(Int(pages), ordering: .relaxed)
                    return SQLITE_OK
                }, Unmanaged.passUnretained(self).toOpaque())
        }
    }
}

/// Where a body leaves its result for the continuation.
private final class ResultBox<Value>: @unchecked Sendable {
    // SAFETY: written by the writer's thread before `done`, read by it in `done`; never shared in between.
    var value: Value?
}
