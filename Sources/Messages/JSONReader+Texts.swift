extension JSONReader {
    /// Reads a text from its opening quote to behind its closing one.
    mutating func text() throws(JSONProblem) -> String {
        at += 1
        let first = at
        let isASCII = skipPlain()
        guard at < end else { throw JSONProblem(.endsTooEarly, at: at) }
        if start[at] == UInt8(ascii: "\"") {
            let text = try copy(first, at, isASCII)
            at += 1
            return text
        }
        return try escapedText(from: first)
    }

    /// Goes on to the next quote, backslash or control character, or to the end. False when there was a byte beyond ASCII.
    @inline(__always)
    private mutating func skipPlain() -> Bool {
        let ones: UInt64 = 0x0101_0101_0101_0101
        let tops: UInt64 = 0x8080_8080_8080_8080
        var beyond: UInt64 = 0
        // Eight bytes at a time: `(x - ones) & ~x & tops` is not zero when x has a zero byte, and only then.
        while at + 8 <= end {
            let word = UnsafeRawPointer(start + at).loadUnaligned(as: UInt64.self)
            let quote = word ^ (ones &* 0x22)
            let slash = word ^ (ones &* 0x5C)
            let control = (word &- ones &* 0x20) & ~word
            let stops = (((quote &- ones) & ~quote) | ((slash &- ones) & ~slash) | control) & tops
            if stops != 0 { break }
            beyond |= word
            at += 8
        }
        var high: UInt8 = 0
        while at < end {
            let byte = start[at]
            if byte == 0x22 || byte == 0x5C || byte < 0x20 { break }
            high |= byte
            at += 1
        }
        return (beyond & tops) == 0 && high < 0x80
    }

    private func copy(_ first: Int, _ last: Int, _ isASCII: Bool) throws(JSONProblem) -> String {
        let bytes = Span(_unsafeElements: UnsafeBufferPointer(start: start + first, count: last - first))
        if isASCII { return unsafe String(copying: UTF8Span(unchecked: bytes, isKnownASCII: true)) }
        do {
            return String(copying: try UTF8Span(validating: bytes))
        } catch {
            throw JSONProblem(.encoding, at: first + error.byteOffsets.lowerBound)
        }
    }

    /// A text that holds at least one backslash: `at` is on the first byte that is not plain.
    private mutating func escapedText(from first: Int) throws(JSONProblem) -> String {
        var last = at
        while last < end, start[last] != UInt8(ascii: "\"") {
            guard start[last] >= 0x20 else { throw JSONProblem(.controlCharacter, at: last) }
            last += start[last] == UInt8(ascii: "\\") ? 2 : 1
        }
        guard last < end else { throw JSONProblem(.endsTooEarly, at: end) }
        // Escapes are ASCII, so the whole is UTF-8 exactly when the plain parts are.
        do {
            _ = try UTF8Span(validating: Span(_unsafeElements: UnsafeBufferPointer(start: start + first, count: last - first)))
        } catch {
            throw JSONProblem(.encoding, at: first + error.byteOffsets.lowerBound)
        }
        var problem: JSONProblem?
        var plain = first
        // No escape is shorter than what it stands for, so the written length is enough room.
        let result = String(unsafeUninitializedCapacity: last - first) { out in
            var written = 0
            while true {
                for index in plain..<at { out[written + index - plain] = start[index] }
                written += at - plain
                if at >= last { return written }
                do throws(JSONProblem) {
                    for byte in try escape().utf8 {
                        out[written] = byte
                        written += 1
                    }
                } catch {
                    problem = error
                    return written
                }
                plain = at
                while at < last, start[at] != UInt8(ascii: "\\") { at += 1 }
            }
        }
        if let problem { throw problem }
        at += 1
        return result
    }
    private mutating func escape() throws(JSONProblem) -> Unicode.Scalar {
        let first = at
        guard at + 1 < end else { throw JSONProblem(.endsTooEarly, at: end) }
        let letter = start[at + 1]
        at += 2
        switch letter {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): return Unicode.Scalar(letter)
        case UInt8(ascii: "n"): return "\n"
        case UInt8(ascii: "r"): return "\r"
        case UInt8(ascii: "t"): return "\t"
        case UInt8(ascii: "b"): return "\u{8}"
        case UInt8(ascii: "f"): return "\u{C}"
        case UInt8(ascii: "u"): break
        default: throw JSONProblem(.escape, at: first)
        }
        let unit = try hexadecimal(first)
        if let scalar = Unicode.Scalar(unit) { return scalar }
        guard unit < 0xDC00, at + 1 < end, start[at] == UInt8(ascii: "\\"), start[at + 1] == UInt8(ascii: "u") else {
            throw JSONProblem(.surrogate, at: first)
        }
        at += 2
        let low = try hexadecimal(first)
        guard (0xDC00...0xDFFF).contains(low), let scalar = Unicode.Scalar(0x10000 + (unit - 0xD800) << 10 + (low - 0xDC00)) else {
            throw JSONProblem(.surrogate, at: first)
        }
        return scalar
    }

    private mutating func hexadecimal(_ escape: Int) throws(JSONProblem) -> UInt32 {
        guard at + 4 <= end else { throw JSONProblem(.endsTooEarly, at: end) }
        var unit: UInt32 = 0
        for _ in 0..<4 {
            guard let digit = Hex.value(of: start[at]) else { throw JSONProblem(.escape, at: escape) }
            unit = unit << 4 | UInt32(digit)
            at += 1
        }
        return unit
    }
}
