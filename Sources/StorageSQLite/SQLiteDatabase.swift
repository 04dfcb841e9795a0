import GRDB
import GRDBSQLite
import Glibc
import Messages
package import Storage

/// The store's database in one SQLite file: GRDB's pool for opening, snapshots and copies, and a writer thread of ours that commits in groups.
///
/// A commit is on disk when it returns: WAL mode with `synchronous=FULL`. GRDB sets NORMAL on a pool's writer by itself while it
/// opens (Database.setUpWALMode), which would lose acknowledged commits at a power cut; so FULL is set afterwards and read back.
package final class SQLiteDatabase: Storage.Database {
    private let pool: DatabasePool
    private let writer: GroupWriter

    /// Opens or creates the database and brings its tables up to date; before a migration changes an existing file, a copy is written beside it.
    ///
    /// - Parameter ends: called when a commit could not be synced. It must end the process: what the failed sync left behind is only known again
    ///   to the next process that opens the file.
    package static func open(at path: String, ends: @escaping @Sendable (String) -> Never) async throws -> SQLiteDatabase {
        let database = try await Self(path: path, migrating: true, ends: ends)
        return database
    }

    /// Opens an existing database as a second process does, beside a server that may be running: nothing is migrated.
    package static func attach(to path: String) async throws -> SQLiteDatabase {
        guard access(path, F_OK) == 0 else { throw StorageFailure.failed("there is no store at \(path)") }
        return try await Self(path: path, migrating: false) { problem in
            let line = "centralino: \(problem)\n"
            _ = line.withCString { Glibc.write(STDERR_FILENO, $0, strlen($0)) }
            exit(1)
        }
    }

    private init(path: String, migrating: Bool, ends: @escaping @Sendable (String) -> Never) async throws {
        var configuration = Configuration()
        configuration.label = "store"
        configuration.maximumReaderCount = 4
        configuration.busyMode = .timeout(10)
        configuration.foreignKeysEnabled = true
        configuration.prepareDatabase { db in
            // Checkpoints run beside the writer (GroupWriter), never inside somebody's commit.
            try db.execute(sql: "PRAGMA wal_autocheckpoint = 0")
            try db.execute(sql: "PRAGMA cache_size = -8192")
            // What SQLite keeps to undo a savepoint would otherwise go through a temporary file; nothing durable depends on it.
            try db.execute(sql: "PRAGMA temp_store = MEMORY")
        }
        do {
            pool = try DatabasePool(path: path, configuration: configuration)
            let level = try await pool.writeWithoutTransaction { db in
                try db.execute(sql: "PRAGMA synchronous = FULL")
                return try Int.fetchOne(db, sql: "PRAGMA synchronous")
            }
            guard level == 2 else {
                throw StorageFailure.failed("\(path): SQLite did not take synchronous=FULL (it reads back as \(level.map(String.init) ?? "nothing")); nothing would be safe")
            }
            if migrating { try Migrator(pool: pool, path: path).run() } else { try Migrator(pool: pool, path: path).requireCurrent() }
        } catch let error as DatabaseError {
            throw StorageFailure.failed("\(path): \(error.message ?? "SQLite error \(error.resultCode)")")
        }
        writer = try GroupWriter(pool: pool, ends: ends)
    }

    package var waiting: Int { writer.waiting }
    package var written: (commits: Int, bodies: Int) { writer.written }

    package func write<Result: Sendable>(_ body: @escaping @Sendable (any SQLConnection) throws -> Result) async throws -> Result {
        try await writer.write(body)
    }

    package func read<Result: Sendable>(_ body: @escaping @Sendable (any SQLConnection) throws -> Result) async throws -> Result {
        do {
            return try await pool.read { db in try body(SQLiteConnection(db)) }
        } catch let error as DatabaseError {
            throw StorageFailure(error)
        }
    }

    package func integrityProblems() async throws -> [String] {
        try await read { connection in
            let damage = try connection.rows("PRAGMA integrity_check(100)", []).map { $0.text(0) }.filter { $0 != "ok" }
            let orphans = try connection.rows("PRAGMA foreign_key_check", []).prefix(100).map {
                "row \($0.integer(1)) of \($0.text(0)) names a row of \($0.text(2)) that is not there"
            }
            return damage + orphans
        }
    }

    package func backup(to path: String) async throws {
        guard access(path, F_OK) != 0 else { throw StorageFailure.failed("\(path) is there already; a backup never overwrites") }
        do {
            // VACUUM INTO reads one snapshot while others write, and leaves a single compact file without a journal.
            let reader = try DatabaseQueue(path: pool.path)
            try await reader.writeWithoutTransaction { try $0.execute(sql: "VACUUM INTO ?", arguments: [path]) }
        } catch let error as DatabaseError {
            throw StorageFailure(error)
        }
        try SyncedFile.sync(path)
    }

    /// Puts a backup in the place of everything stored, as one transaction that a running server sees as a whole; a copy of what was there is
    /// written first, and its path returned.
    package func restore(from path: String, keeping copy: String) async throws {
        guard access(path, F_OK) == 0 else { throw StorageFailure.failed("there is no backup at \(path)") }
        do {
            var configuration = Configuration()
            configuration.readonly = true
            let source = try DatabaseQueue(path: path, configuration: configuration)
            try Migrator.requireCurrent(source, path: path)
            try await backup(to: copy)
            try await pool.writeWithoutTransaction { destination in
                try source.read { try $0.backup(to: destination) }
            }
        } catch let error as DatabaseError {
            throw StorageFailure(error)
        }
    }
}

extension StorageFailure {
    /// Says in our words what SQLite says, once, where it enters.
    init(_ error: DatabaseError) {
        let words = error.message ?? "SQLite error \(error.resultCode.rawValue)"
        switch error.resultCode {
        case .SQLITE_FULL: self = .diskFull("the disk is full")
        case .SQLITE_BUSY, .SQLITE_LOCKED: self = .busy("the database is locked by another process")
        default: self = .failed(words)
        }
    }
}
