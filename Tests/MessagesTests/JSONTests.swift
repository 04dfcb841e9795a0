import Messages
import Testing

@Suite struct JSONTests {
    static func parse(_ text: String, _ limits: JSONLimits = .standard) throws -> JSON { try JSON(parsing: Array(text.utf8), limits: limits) }

    @Test func `Numbers are integers where they fit and doubles otherwise`() throws {
        let written = "[0,-1,9223372036854775807,-9223372036854775808,9223372036854775808,1.5,1e3,-0.25,1E-2,123456789012345678901234567890]"
        let read: [JSON] = [
            .integer(0), .integer(-1), .integer(.max), .integer(.min), .number(9_223_372_036_854_775_808), .number(1.5), .number(1000), .number(-0.25), .number(0.01),
            .number(1.2345678901234568e29),
        ]
        #expect(try Self.parse(written) == .array(read))
    }

    @Test(arguments: [0.1, .leastNonzeroMagnitude, 1.7976931348623157e308, 1e16, 123456.789, -2.5e-7, 100, 0.30000000000000004])
    func `A double survives writing and reading`(value: Double) throws {
        #expect(try Self.parse(JSON.number(value).text) == .number(value))
    }

    @Test(arguments: [Double.infinity, -.infinity, .nan])
    func `What JSON cannot say is written as null`(value: Double) {
        #expect(JSON.number(value).text == "null")
    }

    @Test func `Escapes are read, and only what must be is escaped in writing`() throws {
        let value = try Self.parse(#""\"\\\/\b\f\n\r\t\u0041\u00e9\u20AC\ud83d\ude00\u0000 é€😀""#)
        #expect(value.string.map { Array($0.utf8) } == Array("\"\\/\u{8}\u{C}\n\r\tA\u{e9}€😀\u{0} é€😀".utf8))
        let written = JSON.string("\"\\/\u{8}\u{C}\n\r\t\u{1}\u{1F}\u{7F}<é😀\u{2028}").text
        #expect(written == #""\"\\/\b\f\n\r\t\u0001\u001f"# + "\u{7F}<é😀\u{2028}\"")
    }

    @Test(arguments: 0...40)
    func `A text of any length is read, whatever stands at its end`(length: Int) throws {
        let plain = String(repeating: "x", count: length)
        for (tail, read) in [("", ""), (#"\n"#, "\n"), ("é", "é"), (#"\u00e9"#, "é"), (#"\"y"#, "\"y")] {
            #expect(try Self.parse("\"\(plain)\(tail)\"") == .string(plain + read))
            #expect(throws: JSONProblem(.endsTooEarly, at: 1 + length + tail.utf8.count)) { try Self.parse("\"\(plain)\(tail)") }
            #expect(throws: JSONProblem(.controlCharacter, at: 1 + length + tail.utf8.count)) { try Self.parse("\"\(plain)\(tail)\u{1F}\"") }
        }
    }

    @Test(
        arguments: [
            ([0xC0, 0xAF], "overlong"), ([0xED, 0xA0, 0x80], "a surrogate"), ([0xF4, 0x90, 0x80, 0x80], "beyond Unicode"), ([0xC3], "cut off"), ([0x80], "a lone tail"),
            ([0xFF], "never used"),
        ] as [([UInt8], String)])
    func `Bytes that are not UTF-8 are refused, also beside an escape`(bytes: [UInt8], why: String) {
        for (before, after) in [("\"", "\""), ("\"\\n", "\""), ("\"", "\\n\""), ("{\"", "\":1}")] {
            #expect(throws: JSONProblem.self, "\(why)") { try JSON(parsing: Array(before.utf8) + bytes + Array(after.utf8)) }
        }
    }

    @Test(arguments: [#""\ud800""#, #""\ud800x""#, #""\ud800\n""#, #""\ud800\ud800""#, #""\udc00""#, #""\udc00\ud800""#, #""\ud83d\u""#, #""\ud83d\ude0""#])
    func `Half a surrogate pair is refused`(text: String) {
        #expect(throws: JSONProblem.self) { try Self.parse(text) }
    }

    @Test(arguments: [1, 2, 15, 16, 17, 18, 40])
    func `A name twice in one object is refused, however many there are`(count: Int) {
        let members = (0..<count).map { #""name\#($0)":\#($0)"# }.joined(separator: ",")
        #expect(throws: Never.self) { try Self.parse("{\(members)}") }
        #expect(throws: JSONProblem.self) { try Self.parse(#"{\#(members),"name0":1}"#) }
        #expect(throws: JSONProblem.self) { try Self.parse(#"[{\#(members),"name\#(count - 1)":1}]"#) }
        #expect(throws: JSONProblem.self) { try Self.parse(#"{\#(members),"n\u0061me0":1}"#) }
    }

    @Test func `Nesting and the number of values are bounded`() throws {
        func nested(_ depth: Int) -> String { String(repeating: "[", count: depth) + String(repeating: "]", count: depth) }
        #expect(throws: Never.self) { try Self.parse(nested(64)) }
        #expect(throws: JSONProblem(.tooDeep, at: 64)) { try Self.parse(nested(65)) }
        let siblings = "[" + Array(repeating: "[{}]", count: 100).joined(separator: ",") + "]"
        #expect(throws: Never.self) { try Self.parse(siblings, JSONLimits(depth: 3)) }
        #expect(throws: JSONProblem.self) { try Self.parse(siblings, JSONLimits(depth: 2)) }
        #expect(throws: Never.self) { try Self.parse("[1,2,3]", JSONLimits(values: 4)) }
        #expect(throws: JSONProblem(.tooManyValues, at: 5)) { try Self.parse("[1,2,3]", JSONLimits(values: 3)) }
    }

    @Test func `A number of a thousand digits is refused as too large`() {
        #expect(throws: JSONProblem(.numberTooLarge, at: 0)) { try Self.parse(String(repeating: "9", count: 1000)) }
        #expect(throws: JSONProblem(.numberTooLarge, at: 1)) { try Self.parse("[1e999]") }
    }

    @Test func `The shortest wrong documents say what is missing`() {
        #expect(throws: JSONProblem(.endsTooEarly, at: 0)) { try Self.parse("") }
        #expect(throws: JSONProblem(.valueExpected, at: 0)) { try Self.parse("nul") }
        #expect(throws: JSONProblem(.moreAfterTheEnd, at: 2)) { try Self.parse("1 2") }
        #expect(throws: JSONProblem(.byteOrderMark, at: 0)) { try Self.parse("\u{FEFF}1") }
        #expect(JSONProblem(.colonExpected, at: 7).description == "not JSON: a colon is expected (byte 7)")
    }

    @Test func `Members keep their order`() throws {
        let text = #"{"z":1,"a":{"y":[],"b":{}},"m":null}"#
        #expect(try Self.parse(text).text == text)
    }

    /// Thousands of mutations of one good document: each is read or refused, and what is read survives writing.
    @Test func `No damage to a document does more than make it unreadable`() throws {
        let good = Array(#"{"a":[1,-2.5e3,true,null,"x\n\u00e9😀"],"b":{"c":"\ud83d\ude00"},"d":[]}"#.utf8)
        var random = Sequence64(state: 20_261_121)
        for _ in 0..<20_000 {
            var bytes = good
            for _ in 0...(random.next() % 3) {
                let place = Int(random.next() % UInt64(bytes.count))
                switch random.next() % 3 {
                case 0: bytes[place] = UInt8(truncatingIfNeeded: random.next())
                case 1: bytes.remove(at: place)
                default: bytes.insert(good[Int(random.next() % UInt64(good.count))], at: place)
                }
            }
            if let value = try? JSON(parsing: bytes) { #expect(try JSON(parsing: value.bytes) == value) }
        }
    }
}

/// SplitMix64: the same numbers in every run.
struct Sequence64 {
    var state: UInt64
    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ z >> 30) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ z >> 27) &* 0x94D0_49BB_1331_11EB
        return z ^ z >> 31
    }
}
