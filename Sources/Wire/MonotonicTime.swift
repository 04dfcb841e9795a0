import Glibc

/// Nanoseconds on the clock that never jumps. The coarse clock (4 ms) would do for deadlines, but costs as much.
package struct MonotonicTime: Sendable, Hashable, Comparable {
    package var nanoseconds: UInt64

    package init(nanoseconds: UInt64) {
        self.nanoseconds = nanoseconds
    }

    package static var now: MonotonicTime {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return MonotonicTime(nanoseconds: UInt64(time.tv_sec) &* 1_000_000_000 &+ UInt64(time.tv_nsec))
    }

    /// A deadline that never comes.
    package static let never = MonotonicTime(nanoseconds: .max)

    /// The moment `duration` from now; a negative duration is now, one of centuries is never.
    package static func after(_ duration: Duration) -> MonotonicTime {
        let (seconds, attoseconds) = duration.components
        if seconds < 0 || attoseconds < 0 { return now }
        if seconds > 4_000_000_000 { return never }
        return MonotonicTime(nanoseconds: now.nanoseconds &+ UInt64(seconds) &* 1_000_000_000 &+ UInt64(attoseconds / 1_000_000_000))
    }

    package static func < (left: MonotonicTime, right: MonotonicTime) -> Bool {
        left.nanoseconds < right.nanoseconds
    }

    /// How long ago this was; zero when it is still to come.
    package var age: Duration {
        let now = MonotonicTime.now
        return .nanoseconds(Int64(now.nanoseconds > nanoseconds ? now.nanoseconds - nanoseconds : 0))
    }

    /// What is left until then; zero when it is past.
    package var remaining: Duration {
        let now = MonotonicTime.now
        return nanoseconds > now.nanoseconds ? .nanoseconds(Int64(min(nanoseconds - now.nanoseconds, UInt64(Int64.max)))) : .zero
    }
}
