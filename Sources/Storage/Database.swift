/// A database behind the store: what a driver must be. One text of SQL runs on every driver.
///
/// A transaction is one closure. Its connection is valid only inside the closure.
package protocol Database: Sendable {
    /// Runs `body` in a transaction and returns once the transaction is synced to disk.
    ///
    /// Bodies that wait while another commit is being synced share the next commit (group commit), each in a savepoint of its own:
    /// one that throws undoes only itself. A body may run again from the start, so it must not have effects outside the transaction.
    func write<Result: Sendable>(_ body: @escaping @Sendable (any SQLConnection) throws -> Result) async throws -> Result

    /// Runs `body` on a consistent snapshot, beside the writer.
    func read<Result: Sendable>(_ body: @escaping @Sendable (any SQLConnection) throws -> Result) async throws -> Result

    /// How many bodies wait for the next commit: what admission looks at.
    var waiting: Int { get }

    /// Commits since the start, and the bodies that were in them.
    var written: (commits: Int, bodies: Int) { get }

    /// Damage that the database itself finds, a line each; none when it is sound.
    func integrityProblems() async throws -> [String]

    /// Writes a consistent copy to a new file while everything goes on.
    func backup(to path: String) async throws
}

package protocol SQLConnection {
    /// Runs one statement and returns the number of rows it changed.
    @discardableResult
    func run(_ sql: String, _ values: [SQLValue]) throws -> Int

    /// Runs one statement and returns its rows. What a query may return is bounded by its own LIMIT.
    func rows(_ sql: String, _ values: [SQLValue]) throws -> [SQLRow]

    /// Runs one query and hands its rows over one by one, for results of any length.
    func forEach(_ sql: String, _ values: [SQLValue], _ row: (SQLRow) throws -> Void) throws

    /// `FOR UPDATE SKIP LOCKED` where rows are claimed by several writers, else nothing.
    var lock: String { get }
}

extension SQLConnection {
    package func first(_ sql: String, _ values: [SQLValue]) throws -> SQLRow? { try rows(sql, values).first }
}

/// What goes into a statement and comes out of it.
package enum SQLValue: Sendable, Hashable {
    case null
    case integer(Int64)
    case text(String)
    case blob([UInt8])

    package init(_ text: String?) { self = text.map(SQLValue.text) ?? .null }
    package init(_ integer: Int64?) { self = integer.map(SQLValue.integer) ?? .null }
}

package struct SQLRow: Sendable {
    package let values: [SQLValue]

    package init(_ values: [SQLValue]) { self.values = values }

    package func isNull(_ index: Int) -> Bool { values[index] == .null }

    /// The text of a column, empty for NULL.
    package func text(_ index: Int) -> String { optionalText(index) ?? "" }

    package func optionalText(_ index: Int) -> String? {
        if case .text(let value) = values[index] { value } else { nil }
    }

    /// The number in a column, 0 for NULL.
    package func integer(_ index: Int) -> Int64 { optionalInteger(index) ?? 0 }

    package func optionalInteger(_ index: Int) -> Int64? {
        if case .integer(let value) = values[index] { value } else { nil }
    }

    package func blob(_ index: Int) -> [UInt8] {
        if case .blob(let value) = values[index] { value } else { [] }
    }
}

/// What the store could not do.
package enum StorageFailure: Error, Sendable, Hashable {
    /// No room on the disk: nothing was stored, everything stored before is safe.
    case diskFull(String)
    /// More is waiting than the store takes on: nothing was stored, try again.
    case busy(String)
    /// The database said no, for a reason that a message cannot mend.
    case failed(String)

    package var explanation: String {
        switch self {
        case .diskFull(let text), .busy(let text), .failed(let text): text
        }
    }
}
