import Glibc

extension SMTPSession {
    private enum Line {
        case whole(start: Int, end: Int, next: Int)
        case incomplete
        case tooLong(next: Int?)
        case forbidden
    }

    /// Takes command lines out of the input until one needs the owner, or the input is used up.
    mutating func runCommands() -> Step? {
        let input = pending
        pending = []
        var start = 0
        while true {
            if start == input.count { return .input }
            if let already = skipped {
                let next = Self.lineEnd(input, from: start)
                guard let next else {
                    let seen = already + input.count - start
                    skipped = seen
                    if seen > Self.endlessLine { return close("500 5.5.2 Line too long") }
                    return .input
                }
                skipped = nil
                start = next + 1
                if let step = refuse("500 5.5.2 Line too long") { return step }
                continue
            }
            // The first octets of a TLS handshake: there is nothing to say that would be understood.
            if input[start] == 0x16, !hasGreeted {
                phase = .over
                return .close(draining: false)
            }
            switch Self.line(input, from: start) {
            case .incomplete:
                pending = Array(input[start...])
                return .input
            case .tooLong(let next):
                if let next {
                    start = next
                    if let step = refuse("500 5.5.2 Line too long") { return step }
                } else {
                    let seen = input.count - start
                    skipped = seen
                    if seen > Self.endlessLine { return close("500 5.5.2 Line too long") }
                    return .input
                }
            case .forbidden:
                return close("521 5.5.2 A CR, LF or NUL by itself is not allowed")
            case .whole(let first, let end, let next):
                start = next
                let step = command(Array(input[first..<end]), isLast: next == input.count)
                if case .startTLS? = step { return step }
                if case .close? = step { return step }
                if phase == .data {
                    pending = Array(input[next...])
                    return nil
                }
            }
        }
    }

    private static func lineEnd(_ input: [UInt8], from start: Int) -> Int? {
        input.withUnsafeBytes { raw in
            // SAFETY: start is below the count, so the address and the length stay inside the array.
            guard let base = raw.baseAddress, let found = memchr(base + start, 0x0A, raw.count - start) else { return nil }
            return UnsafeRawPointer(found) - base
        }
    }

    private static func line(_ input: [UInt8], from start: Int) -> Line {
        let limit = allowance(input, from: start)
        let found = lineEnd(input, from: start)
        let end = found ?? input.count
        if end - start + 1 > limit { return .tooLong(next: found.map { $0 + 1 }) }
        var index = start
        while index < end {
            // A CR as the very last octet may have its LF in the next piece.
            if input[index] == 0 || input[index] == 0x0D && index + 1 != end { return .forbidden }
            index += 1
        }
        guard let found else { return .incomplete }
        guard found > start, input[found - 1] == 0x0D else { return .forbidden }
        return .whole(start: start, end: found - 1, next: found + 1)
    }

    /// How long the line that begins here may be, with its CRLF.
    private static func allowance(_ input: [UInt8], from start: Int) -> Int {
        guard input.count - start >= 5 else { return commandLine }
        for verb: StaticString in ["MAIL ", "RCPT "] {
            var isSame = true
            for index in 0..<5 where input[start + index] & 0xDF != verb.utf8Start[index] & 0xDF { isSame = false }
            if isSame { return pathLine }
        }
        return commandLine
    }
}
