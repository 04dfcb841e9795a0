import Messages

/// Flood control: a token bucket. Lines beyond the burst are delayed, which stops the reading and so the sender; a sender that
/// keeps that up for too many lines in a row is sent away.
struct LineAllowance {
    static let burst = 20.0
    static let linesPerSecond = 5.0
    /// Delayed lines one behind the other: 40 seconds of flood.
    static let patience = 200

    private var tokens = burst
    private var last: Timestamp
    private var delayed = 0

    enum Verdict: Equatable {
        case go
        case wait(Duration)
        case enough
    }

    init(now: Timestamp) { last = now }

    /// Spends one line.
    mutating func spend(now: Timestamp) -> Verdict {
        // A clock that was set back must not take tokens away.
        let passed = max(0, Double(now.microseconds - last.microseconds) / 1_000_000)
        tokens = min(Self.burst, tokens + passed * Self.linesPerSecond)
        last = now
        tokens -= 1
        if tokens >= 0 {
            delayed = 0
            return .go
        }
        delayed += 1
        if delayed > Self.patience { return .enough }
        return .wait(.milliseconds(Int64(-tokens / Self.linesPerSecond * 1000) + 1))
    }
}
