import GRDB
import Glibc
import Messages
import Storage

/// Applies the migrations that a database lacks, each in a transaction together with its note.
struct Migrator {
    let pool: DatabasePool
    let path: String

    func run() throws {
        try pool.writeWithoutTransaction { db in
            try db.execute(sql: Schema.ledger)
            let applied = try Self.applied(db)
            try Self.refuseNewer(applied, path)
            let missing = Schema.migrations.filter { !applied.contains($0.name) }
            if !missing.isEmpty, !applied.isEmpty { try keepCopy(db, applied.count) }
            for migration in missing {
                try db.inTransaction(.immediate) {
                    for statement in migration.statements { try db.execute(sql: statement) }
                    try db.execute(sql: "INSERT INTO migrations (name, applied_at) VALUES (?, ?)", arguments: [migration.name, Timestamp.now().microseconds])
                    return .commit
                }
            }
        }
    }

    func requireCurrent() throws { try Self.requireCurrent(pool, path: path) }

    /// Throws unless the database has exactly the tables of this program.
    static func requireCurrent(_ reader: any DatabaseReader, path: String) throws {
        let names = try reader.read { db in
            guard try db.tableExists("migrations") else { throw StorageFailure.failed("\(path) is not a store of Centralino") }
            return try Self.applied(db)
        }
        try refuseNewer(names, path)
        if let missing = Schema.migrations.first(where: { !names.contains($0.name) }) {
            throw StorageFailure.failed("\(path) lacks the migration \(missing.name): start the server on it once")
        }
    }

    private static func applied(_ db: GRDB.Database) throws -> [String] {
        try String.fetchAll(db, sql: "SELECT name FROM migrations ORDER BY name")
    }

    private static func refuseNewer(_ applied: [String], _ path: String) throws {
        if let unknown = applied.first(where: { name in !Schema.migrations.contains { $0.name == name } }) {
            throw StorageFailure.failed("\(path) was written by a newer version (it has the migration \(unknown)): use that version")
        }
    }

    /// What was there before a migration, beside it: `store.sqlite.before-0002-…`, written once even if the migration is interrupted and starts again.
    private func keepCopy(_ db: GRDB.Database, _ count: Int) throws {
        let copy = "\(path).before-\(Schema.migrations[count].name)"
        if access(copy, F_OK) == 0 { return }
        let unfinished = copy + ".unfinished"
        unlink(unfinished)
        try db.execute(sql: "VACUUM INTO ?", arguments: [unfinished])
        try SyncedFile.sync(unfinished)
        guard rename(unfinished, copy) == 0 else { throw StorageFailure.failed("\(copy) could not be written: \(String(cString: strerror(errno)))") }
        try SyncedFile.syncFolder(of: copy)
    }
}
