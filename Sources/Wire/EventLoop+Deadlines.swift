/// The deadlines of a loop, earliest first. Entries are not removed when they no longer matter: whoever they name looks again when they come up.
struct DeadlineHeap {
    struct Entry {
        var time: UInt64
        /// A descriptor's token, or a timer's number with the top bit set.
        var token: UInt64
    }

    private(set) var entries: [Entry] = []

    mutating func insert(_ entry: Entry) {
        entries.append(entry)
        var child = entries.count - 1
        while child > 0 {
            let parent = (child - 1) / 2
            if entries[parent].time <= entries[child].time { break }
            entries.swapAt(parent, child)
            child = parent
        }
    }

    /// Takes out the earliest entry if its time has come.
    mutating func popDue(at now: UInt64) -> Entry? {
        guard let first = entries.first, first.time <= now else { return nil }
        let last = entries.removeLast()
        if entries.isEmpty { return first }
        entries[0] = last
        var parent = 0
        while true {
            var least = parent
            let left = 2 * parent + 1
            if left < entries.count && entries[left].time < entries[least].time { least = left }
            if left + 1 < entries.count && entries[left + 1].time < entries[least].time { least = left + 1 }
            if least == parent { return first }
            entries.swapAt(parent, least)
            parent = least
        }
    }

    /// Rounded up, so that the loop does not turn several times in the last millisecond.
    func millisecondsToNext(atMost limit: Int32) -> Int32 {
        guard let first = entries.first else { return limit }
        let now = MonotonicTime.now.nanoseconds
        if first.time <= now { return 0 }
        return Int32(min(UInt64(limit), (first.time - now) / 1_000_000 + 1))
    }
}

extension EventLoop {
    static let timerBit: UInt64 = 1 << 63

    /// Runs `work` on the loop's thread at `time` at the earliest. Only on the loop's thread.
    private func startTimer(at time: MonotonicTime, _ work: @escaping @Sendable () -> Void) {
        nextTimer += 1
        timers[nextTimer] = work
        deadlines.insert(.init(time: time.nanoseconds, token: nextTimer | EventLoop.timerBit))
    }

    /// Waits on the loop's own clock: `Task.sleep` would go through Dispatch, whose timers need descriptors. Not ended by cancellation, so for short
    /// waits only. On the loop's thread only.
    func pause(for duration: Duration) async {
        await withUnsafeContinuation { continuation in
            startTimer(at: .after(duration)) { continuation.resume() }
        }
    }

    func passDeadlines() {
        if deadlines.entries.isEmpty { return }
        let now = MonotonicTime.now.nanoseconds
        while let entry = deadlines.popDue(at: now) {
            if entry.token & EventLoop.timerBit != 0 {
                timers.removeValue(forKey: entry.token & ~EventLoop.timerBit)?()
            } else {
                descriptor(for: entry.token)?.deadlineCame(entry.time, now: now)
            }
        }
    }
}
