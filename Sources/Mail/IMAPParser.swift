/// Reads one whole response: its lines and literals without the last line end.
struct IMAPParser {
    private let bytes: ArraySlice<UInt8>
    private let limits: IMAPReader.Limits
    private var index: Int
    private var values = 0

    init(bytes: ArraySlice<UInt8>, limits: IMAPReader.Limits) {
        self.bytes = bytes
        self.limits = limits
        index = bytes.startIndex
    }

    func response() throws(IMAPProblem) -> IMAPResponse {
        var copy = self
        return try copy.read()
    }

    private var byte: UInt8? { index < bytes.endIndex ? bytes[index] : nil }

    private mutating func read() throws(IMAPProblem) -> IMAPResponse {
        if byte == UInt8(ascii: "+") {
            index += 1
            skipBlanks()
            return .goOn(rest())
        }
        let tag = word()
        guard !tag.isEmpty, byte == 0x20 else { throw IMAPProblem("the server says something that is no IMAP response") }
        skipBlanks()
        let first = word()
        let upper = first.uppercased()
        if let said = IMAPStatus.Word(rawValue: upper) {
            guard byte == nil || byte == 0x20 else { throw IMAPProblem("the server says something that is no IMAP response") }
            skipBlanks()
            return .status(status(tag == "*" ? nil : tag, said))
        }
        guard tag == "*", !first.isEmpty else { throw IMAPProblem("the server answers a command with neither OK nor NO nor BAD") }
        var number: UInt32?
        var name = upper
        if first.utf8.allSatisfy({ $0 >= 0x30 && $0 <= 0x39 }) {
            guard let read = UInt32(first) else { throw IMAPProblem("the server counts beyond 32 bits") }
            number = read
            skipBlanks()
            name = word().uppercased()
            guard !name.isEmpty else { throw IMAPProblem("the server says a number and nothing of it") }
        }
        var found: [IMAPValue] = []
        while true {
            skipBlanks()
            guard byte != nil else { break }
            found.append(try value(depth: 0))
        }
        return .data(IMAPData(number: number, name: name, values: found))
    }

    private mutating func status(_ tag: String?, _ said: IMAPStatus.Word) -> IMAPStatus {
        var status = IMAPStatus(tag: tag, word: said, code: nil, argument: "", text: "")
        if byte == UInt8(ascii: "["), let close = bytes[index...].firstIndex(of: UInt8(ascii: "]")) {
            let inner = bytes[(index + 1)..<close]
            let space = inner.firstIndex(of: 0x20) ?? close
            status.code = String(decoding: inner[..<space], as: UTF8.self).uppercased()
            if space < close { status.argument = String(decoding: inner[(space + 1)...], as: UTF8.self) }
            index = close + 1
            skipBlanks()
        }
        status.text = rest()
        return status
    }

    /// The rest as visible ASCII: it goes into logs and onto screens.
    private func rest() -> String {
        String(decoding: bytes[index...].prefix(300).map { (0x20...0x7E).contains($0) ? $0 : UInt8(ascii: "?") }, as: UTF8.self)
    }

    private mutating func skipBlanks() {
        while byte == 0x20 { index += 1 }
    }

    /// A word: everything up to a blank, a bracket, a quote or the end. What stands in square brackets belongs to it (`BODY[HEADER.FIELDS (TO)]`).
    private mutating func word() -> String {
        let begin = index
        while let byte, byte > 0x20, byte != UInt8(ascii: "("), byte != UInt8(ascii: ")"), byte != UInt8(ascii: "\""), byte != UInt8(ascii: "{") {
            index += 1
            guard byte == UInt8(ascii: "["), let close = bytes[index...].prefix(1000).firstIndex(of: UInt8(ascii: "]")) else { continue }
            if !bytes[index..<close].contains(where: { $0 < 0x20 }) { index = close + 1 }
        }
        return String(decoding: bytes[begin..<index], as: UTF8.self)
    }

    private mutating func value(depth: Int) throws(IMAPProblem) -> IMAPValue {
        values += 1
        guard values <= limits.values else { throw IMAPProblem("the server's response has more than \(limits.values) values") }
        switch byte {
        case UInt8(ascii: "("):
            guard depth < limits.depth else { throw IMAPProblem("the server's lists are nested more than \(limits.depth) deep") }
            index += 1
            var items: [IMAPValue] = []
            while true {
                skipBlanks()
                guard let byte else { throw IMAPProblem("the server's list has no end") }
                if byte == UInt8(ascii: ")") {
                    index += 1
                    return .list(items)
                }
                items.append(try value(depth: depth + 1))
            }
        case UInt8(ascii: "\""): return .string(try quoted())
        case UInt8(ascii: "{"): return .string(try literal())
        case UInt8(ascii: "~") where index + 1 < bytes.endIndex && bytes[index + 1] == UInt8(ascii: "{"):
            index += 1
            return .string(try literal())
        default:
            let atom = word()
            guard !atom.isEmpty else { throw IMAPProblem("the server's response has a character where none may stand") }
            return atom.utf8.count == 3 && atom.uppercased() == "NIL" ? .none : .atom(atom)
        }
    }

    private mutating func quoted() throws(IMAPProblem) -> [UInt8] {
        index += 1
        var text: [UInt8] = []
        while let byte {
            index += 1
            switch byte {
            case UInt8(ascii: "\""): return text
            case UInt8(ascii: "\\"):
                guard let escaped = self.byte, escaped != 0x0D, escaped != 0x0A else { throw IMAPProblem("the server's quoted string has no end") }
                text.append(escaped)
                index += 1
            case 0x0D, 0x0A, 0: throw IMAPProblem("the server's quoted string has a line end in it")
            default: text.append(byte)
            }
        }
        throw IMAPProblem("the server's quoted string has no end")
    }

    /// `{n}`, a line end and n octets; that they are all there was seen to before.
    private mutating func literal() throws(IMAPProblem) -> [UInt8] {
        index += 1
        var length = 0
        while let byte, byte >= 0x30, byte <= 0x39 {
            length = length * 10 + Int(byte - 0x30)
            guard length <= limits.literalBytes else { throw IMAPProblem("the server sends \(length) bytes where at most \(limits.literalBytes) are taken") }
            index += 1
        }
        if byte == UInt8(ascii: "+") { index += 1 }
        guard bytes[index...].prefix(3).elementsEqual([UInt8(ascii: "}"), 0x0D, 0x0A]), bytes.endIndex - index - 3 >= length else {
            throw IMAPProblem("the server announces a literal in the middle of a line")
        }
        index += 3 + length
        return Array(bytes[(index - length)..<index])
    }
}
