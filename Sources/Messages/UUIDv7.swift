import Glibc
import Synchronization

/// UUIDs that sort by time (RFC 9562 §5.7), strictly rising within this process even inside one millisecond.
enum UUIDv7 {
    private struct Last: Sendable {
        var milliseconds: UInt64 = 0
        var counter: UInt16 = 0
        /// Random words drawn in advance: one system call for many identifiers.
        var words: [UInt64] = []

        mutating func word() -> UInt64 {
            if words.isEmpty {
                words = [UInt64](repeating: 0, count: 32)
                let drawn = words.withUnsafeMutableBytes { getentropy($0.baseAddress, $0.count) }
                precondition(drawn == 0, "the system has no random numbers")
            }
            return words.removeLast()
        }
    }

    private static let last = Mutex(Last())

    static func make(milliseconds: UInt64) -> String {
        let (time, counter, tail) = last.withLock { last -> (UInt64, UInt16, UInt64) in
            if milliseconds > last.milliseconds {
                last.milliseconds = milliseconds
                // The upper bit stays clear, so that the counter has room to rise before it carries into the time.
                last.counter = UInt16(truncatingIfNeeded: last.word() & 0x7FF)
            } else if last.counter < 0xFFF {
                last.counter += 1
            } else {
                last.milliseconds += 1
                last.counter = 0
            }
            return (last.milliseconds, last.counter, last.word())
        }
        let high = time << 16 | 0x7000 | UInt64(counter)
        let low = tail & 0x3FFF_FFFF_FFFF_FFFF | 0x8000_0000_0000_0000
        return String(unsafeUninitializedCapacity: 36) { buffer in
            var at = 0
            for (word, dashes) in [(high, [8, 12]), (low, [0, 4])] {
                for nibble in 0..<16 {
                    if dashes.contains(nibble) {
                        if at > 0 { buffer[at] = UInt8(ascii: "-"); at += 1 }
                    }
                    let digit = UInt8(truncatingIfNeeded: word >> (60 - 4 * UInt64(nibble)) & 0xF)
                    buffer[at] = digit < 10 ? 0x30 + digit : 0x57 + digit
                    at += 1
                }
            }
            return at
        }
    }
}
