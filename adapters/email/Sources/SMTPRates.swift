import Synchronization

/// How many messages a client and a sender may hand over in a minute.
package final class SMTPRates: Sendable {
    private struct Window: Sendable {
        var begin: ContinuousClock.Instant
        var count: Int
    }

    private let perPeer: Int
    private let perSender: Int
    private let windows = Mutex<[String: Window]>([:])

    /// Keys that are remembered at most: whoever fills the table starts everybody's minute anew, which costs less than memory without end.
    private static let mostKeys = 20_000

    package init(perPeer: Int = 600, perSender: Int = 60) {
        self.perPeer = perPeer
        self.perSender = perSender
    }

    /// Counts a message; false when there were too many in this minute.
    func take(peer: String, sender: String?, at now: ContinuousClock.Instant = .now) -> Bool {
        windows.withLock { windows in
            if windows.count >= Self.mostKeys {
                windows = windows.filter { now - $0.value.begin < .seconds(60) }
                if windows.count >= Self.mostKeys { windows = [:] }
            }
            guard Self.count("p \(peer)", most: perPeer, &windows, now) else { return false }
            guard let sender else { return true }
            return Self.count("s \(sender)", most: perSender, &windows, now)
        }
    }

    private static func count(_ key: String, most: Int, _ windows: inout [String: Window], _ now: ContinuousClock.Instant) -> Bool {
        var window = windows[key] ?? Window(begin: now, count: 0)
        if now - window.begin >= .seconds(60) { window = Window(begin: now, count: 0) }
        window.count += 1
        windows[key] = window
        return window.count <= most
    }
}
