/// The one pass over a document's bytes. A webhook of 1 KB takes it a few microseconds, which is why it works on memory directly.
// SAFETY: `start` is valid for `end` bytes as long as the reader lives (the caller's closure); every read is behind a check of `at < end`.
struct JSONReader {
    let start: UnsafePointer<UInt8>
    let end: Int
    var at = 0
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
