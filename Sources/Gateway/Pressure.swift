import Synchronization

/// How much is being taken in right now. While it is much, taking in comes first: messages are stored with their answers due, and the answers
/// follow at a measured pace until the rush is over.
final class Pressure: Sendable {
    /// Messages taken in at the same time from which on it is a rush: with fewer, answering at once delays nobody.
    private static let rush = 8

    private let accepting = Atomic<Int>(0)

    var isHigh: Bool { accepting.load(ordering: .relaxed) >= Self.rush }

    func begin() { accepting.add(1, ordering: .relaxed) }
    func end() { accepting.subtract(1, ordering: .relaxed) }
}
