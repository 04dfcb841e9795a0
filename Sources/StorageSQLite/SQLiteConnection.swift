import GRDB
import GRDBSQLite
import Storage

/// A connection inside one transaction. Statements are GRDB's cached ones, bound and stepped directly: on the path of a message GRDB's own binding
/// through existential arguments costs more than the statements themselves.
struct SQLiteConnection: SQLConnection {
    private let db: GRDB.Database

    init(_ db: GRDB.Database) {
        self.db = db
    }

    var lock: String { "" }

    @discardableResult
    func run(_ sql: String, _ values: [SQLValue]) throws -> Int {
        try step(sql, values) { _ in }
        return Int(sqlite3_changes(db.sqliteConnection))
    }

    func rows(_ sql: String, _ values: [SQLValue]) throws -> [SQLRow] {
        var found: [SQLRow] = []
        try step(sql, values) { found.append(Self.row($0)) }
        return found
    }

    func forEach(_ sql: String, _ values: [SQLValue], _ row: (SQLRow) throws -> Void) throws {
        try step(sql, values) { try row(Self.row($0)) }
    }

    private func step(_ sql: String, _ values: [SQLValue], _ row: (OpaquePointer) throws -> Void) throws {
        let statement = try db.cachedStatement(sql: sql).sqliteStatement
        defer {
            sqlite3_reset(statement)
            sqlite3_clear_bindings(statement)
        }
        // SQLite numbers named parameters by where they come first, so `$3` may have index 1: its name says which value it is.
        for at in 0..<sqlite3_bind_parameter_count(statement) {
            let at = at + 1
            guard let name = sqlite3_bind_parameter_name(statement, at), let number = Self.number(name), number <= values.count else {
                throw DatabaseError(resultCode: .SQLITE_MISUSE, message: "the statement has a parameter without a value", sql: sql)
            }
            let code =
                switch values[number - 1] {
                case .null: sqlite3_bind_null(statement, at)
                case .integer(let number): sqlite3_bind_int64(statement, at, number)
                // SQLite copies (SQLITE_TRANSIENT is the pointer -1), because the row's text may move before the statement is stepped.
                case .text(let text):
                    text.utf8.withContiguousStorageIfAvailable { bytes in
                        bytes.withMemoryRebound(to: CChar.self) { sqlite3_bind_text(statement, at, $0.baseAddress, Int32($0.count), Self.transient) }
                    } ?? sqlite3_bind_text(statement, at, text, -1, Self.transient)
                case .blob(let bytes):
                    bytes.withUnsafeBytes { buffer in
                        buffer.isEmpty ? sqlite3_bind_zeroblob(statement, at, 0) : sqlite3_bind_blob(statement, at, buffer.baseAddress, Int32(buffer.count), Self.transient)
                    }
                }
            guard code == SQLITE_OK else { throw failure(sql) }
        }
        while true {
            switch sqlite3_step(statement) {
            case SQLITE_ROW: try row(statement)
            case SQLITE_DONE: return
            default: throw failure(sql)
            }
        }
    }

    /// The number in `$12`.
    private static func number(_ name: UnsafePointer<CChar>) -> Int? {
        var number = 0
        var at = 1
        while name[at] != 0 {
            guard name[at] >= 0x30, name[at] <= 0x39 else { return nil }
            number = number * 10 + Int(name[at] - 0x30)
            at += 1
        }
        return number > 0 ? number : nil
    }

    // SAFETY: SQLite documents the value -1 as "make your own copy"; the pointer is never followed.
    private static var transient: sqlite3_destructor_type { unsafeBitCast(-1, to: sqlite3_destructor_type.self) }

    private func failure(_ sql: String) -> DatabaseError {
        DatabaseError(resultCode: ResultCode(rawValue: sqlite3_extended_errcode(db.sqliteConnection)), message: String(cString: sqlite3_errmsg(db.sqliteConnection)), sql: sql)
    }

    private static func row(_ statement: OpaquePointer) -> SQLRow {
        let count = sqlite3_column_count(statement)
        var values: [SQLValue] = []
        values.reserveCapacity(Int(count))
        for column in 0..<count {
            switch sqlite3_column_type(statement, column) {
            case SQLITE_INTEGER: values.append(.integer(sqlite3_column_int64(statement, column)))
            case SQLITE_TEXT:
                let bytes = UnsafeRawBufferPointer(start: sqlite3_column_text(statement, column), count: Int(sqlite3_column_bytes(statement, column)))
                values.append(.text(String(decoding: bytes, as: UTF8.self)))
            case SQLITE_BLOB:
                let bytes = UnsafeRawBufferPointer(start: sqlite3_column_blob(statement, column), count: Int(sqlite3_column_bytes(statement, column)))
                values.append(.blob(Array(bytes)))
            case SQLITE_FLOAT: values.append(.text(String(sqlite3_column_double(statement, column))))
            default: values.append(.null)
            }
        }
        return SQLRow(values)
    }
}
