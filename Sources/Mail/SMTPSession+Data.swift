import Glibc

extension SMTPSession {
    /// Up to here a message grows by doubling; beyond, the whole limit is reserved at once: pages that are not written to
    /// cost nothing, while doubling would hold the old and the new copy together.
    static let smallMessage = 131_072
    /// What is read and thrown away behind a message that is too large, in multiples of the limit, before the connection ends.
    private static let patience = 8

    private enum Scan {
        /// All was used but the last `held` octets, whose meaning the next ones decide.
        case more(held: Int)
        case end(next: Int)
        case forbidden
    }

    /// Takes the text of a message out of the input, up to the line that is a dot.
    mutating func runData() -> Step? {
        let input = pending
        pending = []
        guard !input.isEmpty else { return .input }
        // SAFETY: `scan` and what it calls stay inside the bounds of the buffer, which outlives the call.
        switch input.withUnsafeBytes({ scan($0) }) {
        case .forbidden:
            return close("521 5.5.2 A CR, LF or NUL by itself is not allowed")
        case .more(let held):
            if held > 0 { pending = Array(input[(input.count - held)...]) }
            if isTooLarge, contentCount / Self.patience > limits.messageBytes { return close("552 5.3.4 At most \(limits.messageBytes) octets are taken") }
            return .input
        case .end(let next):
            pending = next < input.count ? Array(input[next...]) : []
            defer { forgetTransaction() }
            if isTooLarge {
                phase = .commands
                for _ in 0..<(dialect == .lmtp ? accepted.count : 1) { reply("552 5.3.4 At most \(limits.messageBytes) octets are taken") }
                return nil
            }
            phase = .settling
            return .message(Envelope(from: from, recipients: recipients, isUTF8: isUTF8, data: content, greeting: greeting))
        }
    }

    /// Goes from line end to line end; between them nothing but `memchr` looks at the octets.
    private mutating func scan(_ input: UnsafeRawBufferPointer) -> Scan {
        guard let base = input.baseAddress else { return .more(held: 0) }
        let count = input.count
        var at = 0
        // The first octet that is not in `content` yet.
        var first = 0
        while at < count {
            if isAtLineStart, input[at] == UInt8(ascii: ".") {
                if at + 1 == count { return keep(input, first, at) ? .more(held: 1) : .forbidden }
                if input[at + 1] == 0x0D {
                    if at + 2 == count { return keep(input, first, at) ? .more(held: 2) : .forbidden }
                    guard input[at + 2] == 0x0A else { return .forbidden }
                    return keep(input, first, at) ? .end(next: at + 3) : .forbidden
                }
                // RFC 5321 §4.5.2: a dot before anything else was added by the sender.
                guard keep(input, first, at) else { return .forbidden }
                at += 1
                first = at
            }
            isAtLineStart = false
            guard let found = memchr(base + at, 0x0A, count - at) else {
                if let lone = memchr(base + at, 0x0D, count - at) {
                    guard UnsafeRawPointer(lone) - base == count - 1 else { return .forbidden }
                    return keep(input, first, count - 1) ? .more(held: 1) : .forbidden
                }
                return keep(input, first, count) ? .more(held: 0) : .forbidden
            }
            let end = UnsafeRawPointer(found) - base
            guard end > at, input[end - 1] == 0x0D, memchr(base + at, 0x0D, end - 1 - at) == nil else { return .forbidden }
            at = end + 1
            isAtLineStart = true
        }
        return keep(input, first, count) ? .more(held: 0) : .forbidden
    }

    /// Adds a run of octets to the message; false when there is a NUL among them.
    private mutating func keep(_ input: UnsafeRawBufferPointer, _ first: Int, _ end: Int) -> Bool {
        guard end > first, let base = input.baseAddress else { return true }
        guard memchr(base + first, 0, end - first) == nil else { return false }
        contentCount += end - first
        if contentCount > limits.messageBytes {
            isTooLarge = true
            content = []
        }
        guard !isTooLarge else { return true }
        if contentCount > content.capacity, contentCount > Self.smallMessage { content.reserveCapacity(limits.messageBytes) }
        content.append(contentsOf: UnsafeRawBufferPointer(rebasing: input[first..<end]))
        return true
    }
}
