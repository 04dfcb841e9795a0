/// The one pass over a document's bytes. A webhook of 1 KB takes it a few microseconds, which is why it works on memory directly.
// SAFETY: `start` is valid for `end` bytes as long as the reader lives (the caller's closure); every read is behind a check of `at < end`.
struct JSONReader {
    private let start: UnsafePointer<UInt8>
    private let end: Int
    private var at = 0
    private var depthLeft: Int
    private var valuesLeft: Int
    private let refusesRepeatedNames: Bool

    /// Longer ones are not written by anything that counts; the bound keeps conversion cheap.
    private static let longestNumber = 512
    /// Up to so many members are compared one with another; more go into a set.
    private static let membersToCompare = 16

    init(start: UnsafePointer<UInt8>, end: Int, limits: JSONLimits) {
        self.start = start
        self.end = end
        depthLeft = limits.depth
        valuesLeft = limits.values
        refusesRepeatedNames = limits.repeatedNames == .refused
    }

    mutating func document() throws(JSONProblem) -> JSON {
        if end >= 3, start[0] == 0xEF, start[1] == 0xBB, start[2] == 0xBF { throw JSONProblem(.byteOrderMark, at: 0) }
        let value = try value()
        skipBlanks()
        guard at == end else { throw JSONProblem(.moreAfterTheEnd, at: at) }
        return value
    }

    private mutating func value() throws(JSONProblem) -> JSON {
        skipBlanks()
        guard at < end else { throw JSONProblem(.endsTooEarly, at: at) }
        guard valuesLeft > 0 else { throw JSONProblem(.tooManyValues, at: at) }
        valuesLeft -= 1
        switch start[at] {
        case UInt8(ascii: "\""): return .string(try text())
        case UInt8(ascii: "{"): return try object()
        case UInt8(ascii: "["): return try array()
        case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): return try number()
        case UInt8(ascii: "t"): return try literal("true", .bool(true))
        case UInt8(ascii: "f"): return try literal("false", .bool(false))
        case UInt8(ascii: "n"): return try literal("null", .null)
        default: throw JSONProblem(.valueExpected, at: at)
        }
    }

    @inline(__always)
    private mutating func skipBlanks() {
        while at < end {
            let byte = start[at]
            guard byte <= 0x20, byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 else { return }
            at += 1
        }
    }

    private mutating func literal(_ word: StaticString, _ value: JSON) throws(JSONProblem) -> JSON {
        guard end - at >= word.utf8CodeUnitCount else { throw JSONProblem(.valueExpected, at: at) }
        for index in 0..<word.utf8CodeUnitCount where start[at + index] != word.utf8Start[index] {
            throw JSONProblem(.valueExpected, at: at)
        }
        at += word.utf8CodeUnitCount
        return value
    }

    // MARK: Containers

    private mutating func object() throws(JSONProblem) -> JSON {
        guard depthLeft > 0 else { throw JSONProblem(.tooDeep, at: at) }
        depthLeft -= 1
        defer { depthLeft += 1 }
        at += 1
        skipBlanks()
        if at < end, start[at] == UInt8(ascii: "}") {
            at += 1
            return .object([])
        }
        var members: [JSON.Member] = []
        members.reserveCapacity(8)
        var names: Set<String> = []
        while true {
            skipBlanks()
            guard at < end else { throw JSONProblem(.endsTooEarly, at: at) }
            guard start[at] == UInt8(ascii: "\"") else { throw JSONProblem(.nameExpected, at: at) }
            let place = at
            let name = try text()
            if refusesRepeatedNames, Self.contains(name, members, &names) { throw JSONProblem(.repeatedName, at: place) }
            skipBlanks()
            guard at < end else { throw JSONProblem(.endsTooEarly, at: at) }
            guard start[at] == UInt8(ascii: ":") else { throw JSONProblem(.colonExpected, at: at) }
            at += 1
            members.append(JSON.Member(name, try value()))
            if try closes(with: UInt8(ascii: "}")) { return .object(members) }
        }
    }

    private mutating func array() throws(JSONProblem) -> JSON {
        guard depthLeft > 0 else { throw JSONProblem(.tooDeep, at: at) }
        depthLeft -= 1
        defer { depthLeft += 1 }
        at += 1
        skipBlanks()
        if at < end, start[at] == UInt8(ascii: "]") {
            at += 1
            return .array([])
        }
        var items: [JSON] = []
        while true {
            items.append(try value())
            if try closes(with: UInt8(ascii: "]")) { return .array(items) }
        }
    }

    /// Reads what must follow a value inside a container: true for its end, false for a comma.
    @inline(__always)
    private mutating func closes(with bracket: UInt8) throws(JSONProblem) -> Bool {
        skipBlanks()
        guard at < end else { throw JSONProblem(.endsTooEarly, at: at) }
        let byte = start[at]
        guard byte == bracket || byte == UInt8(ascii: ",") else { throw JSONProblem(.commaOrEndExpected, at: at) }
        at += 1
        return byte == bracket
    }

    @inline(__always)
    private static func contains(_ name: String, _ members: [JSON.Member], _ names: inout Set<String>) -> Bool {
        if members.count < membersToCompare {
            for member in members where member.name == name { return true }
            return false
        }
        if names.isEmpty { for member in members { names.insert(member.name) } }
        return !names.insert(name).inserted
    }

    // MARK: Numbers

    private mutating func number() throws(JSONProblem) -> JSON {
        let first = at
        let negative = start[at] == UInt8(ascii: "-")
        if negative { at += 1 }
        // Below zero the magnitude is counted downwards, so that Int64.min fits.
        var whole: Int64 = 0
        var fits = true
        let digits = at
        while at < end, let digit = Self.digit(start[at]) {
            let (times, over) = whole.multipliedReportingOverflow(by: 10)
            let (sum, more) = negative ? times.subtractingReportingOverflow(digit) : times.addingReportingOverflow(digit)
            if over || more { fits = false }
            whole = sum
            at += 1
        }
        guard at > digits, at == digits + 1 || start[digits] != UInt8(ascii: "0") else { throw JSONProblem(.number, at: first) }
        var isWhole = true
        if at < end, start[at] == UInt8(ascii: ".") {
            isWhole = false
            at += 1
            try skipDigits(of: first)
        }
        if at < end, start[at] | 0x20 == UInt8(ascii: "e") {
            isWhole = false
            at += 1
            if at < end, start[at] == UInt8(ascii: "+") || start[at] == UInt8(ascii: "-") { at += 1 }
            try skipDigits(of: first)
        }
        if isWhole, fits { return .integer(whole) }
        guard at - first <= Self.longestNumber else { throw JSONProblem(.numberTooLarge, at: first) }
        let written = String(decoding: UnsafeBufferPointer(start: start + first, count: at - first), as: UTF8.self)
        guard let value = Double(written), value.isFinite else { throw JSONProblem(.numberTooLarge, at: first) }
        return .number(value)
    }

    private mutating func skipDigits(of number: Int) throws(JSONProblem) {
        let first = at
        while at < end, Self.digit(start[at]) != nil { at += 1 }
        guard at > first else { throw JSONProblem(.number, at: number) }
    }

    @inline(__always)
    private static func digit(_ byte: UInt8) -> Int64? {
        let value = byte &- UInt8(ascii: "0")
        return value < 10 ? Int64(value) : nil
    }
}

// MARK: Texts

extension JSONReader {
    /// Reads a text from its opening quote to behind its closing one.
    private mutating func text() throws(JSONProblem) -> String {
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
