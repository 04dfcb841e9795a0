import Glibc
import Synchronization

/// Places where a test may end the process as if the power had gone: `CENTRALINO_CRASH_AT=after-commit:3` ends it at the third
/// pass, without any clean-up. Without the variable a pass costs one comparison.
package enum CrashPoint: String, CaseIterable, Sendable {
    /// Statements have run, nothing is committed.
    case beforeCommit = "before-commit"
    /// The commit returned, so it is synced; nobody has been told.
    case afterCommit = "after-commit"
    /// A file outside the database is written but not synced.
    case beforeSync = "before-sync"
    case afterSync = "after-sync"
    /// The message is stored; the acknowledgement is not written.
    case beforeAcknowledgement = "before-ack"
    /// The acknowledgement was handed to the kernel.
    case afterAcknowledgement = "after-ack"
    /// A delivery is claimed; nothing has left.
    case beforeSend = "before-send"
    /// The other side took the message over (250, 2xx); it is not settled.
    case afterRemoteAccept = "after-remote-accept"
    case afterSettle = "after-settle"

    private static let armed: (point: CrashPoint, pass: Int)? = {
        guard let value = getenv("CENTRALINO_CRASH_AT") else { return nil }
        let parts = String(cString: value).split(separator: ":")
        guard let name = parts.first, let point = CrashPoint(rawValue: String(name)) else { return nil }
        return (point, parts.count > 1 ? Int(parts[1]) ?? 1 : 1)
    }()

    private static let passes = Atomic<Int>(0)

    package static func pass(_ point: CrashPoint) {
        guard let armed, armed.point == point else { return }
        if passes.add(1, ordering: .relaxed).newValue == armed.pass { _exit(137) }
    }
}

/// Faults that a test plants to see that it would be found. Only debug builds know them.
package enum Sabotage: String, Sendable {
    case acknowledgeBeforeCommit = "ack-before-commit"
    case noUniqueKey = "no-unique-key"
    case messageIDAtSend = "message-id-at-send"

    #if DEBUG
        private static let planted = getenv("CENTRALINO_SABOTAGE").flatMap { Sabotage(rawValue: String(cString: $0)) }
        package static func isPlanted(_ fault: Sabotage) -> Bool { planted == fault }
    #else
        @inlinable package static func isPlanted(_ fault: Sabotage) -> Bool { false }
    #endif
}
