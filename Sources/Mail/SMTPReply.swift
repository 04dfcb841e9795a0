/// One answer of a mail server: its code and its lines without the code.
struct SMTPReply: Sendable {
    var code: Int
    var lines: [String]

    var isPositive: Bool { (200..<300).contains(code) }

    /// Code and last line, shortened and without anything that a terminal would act on: for agents and logs.
    var line: String {
        let words = (lines.last ?? "").unicodeScalars.prefix(200).map { $0.value >= 0x20 && $0.value != 0x7F && !(0x80..<0xA0).contains($0.value) ? Character($0) : "?" }
        return words.isEmpty ? "\(code)" : "\(code) \(String(words))"
    }
}

/// Puts a mail server's octets together to answers (RFC 5321 §4.2). A line has at most 4,096 octets, an answer 128 lines.
struct SMTPReplyReader: Sendable {
    private var buffer: [UInt8] = []
    private var start = 0
    private var code = 0
    private var lines: [String] = []
    private(set) var isBroken = false

    /// False when the server says more than an answer can hold.
    mutating func add(_ input: [UInt8]) -> Bool {
        buffer.removeSubrange(..<start)
        start = 0
        buffer.append(contentsOf: input)
        return buffer.count <= 262_144
    }

    var isEmpty: Bool { start == buffer.count && lines.isEmpty }

    /// The next whole answer; nil when it is not there yet, or when `isBroken`.
    mutating func next() -> SMTPReply? {
        while !isBroken {
            guard let end = buffer[start...].firstIndex(of: 0x0A) else {
                isBroken = buffer.count - start > 4096
                return nil
            }
            var line = buffer[start..<end]
            start = end + 1
            if line.last == 0x0D { line.removeLast() }
            let digits = line.prefix(3)
            guard line.count <= 4096, digits.count == 3, digits.allSatisfy({ (0x30...0x39).contains($0) }), let said = Int(String(decoding: digits, as: UTF8.self)),
                (200..<600).contains(said), lines.isEmpty || said == code, lines.count < 128
            else { return fail() }
            let rest = line.dropFirst(3)
            guard rest.isEmpty || rest.first == 0x20 || rest.first == UInt8(ascii: "-") else { return fail() }
            code = said
            lines.append(String(decoding: rest.dropFirst(), as: UTF8.self))
            if rest.first != UInt8(ascii: "-") {
                defer { lines = [] }
                return SMTPReply(code: said, lines: lines)
            }
        }
        return nil
    }

    private mutating func fail() -> SMTPReply? {
        isBroken = true
        return nil
    }
}
