extension JSON {
    /// The document as compact UTF-8. Members keep their order; only what must be escaped is.
    ///
    /// A double is written with the fewest digits that read back as the same double; one that JSON cannot say (infinity, NaN) as `null`.
    public var bytes: [UInt8] {
        var out: [UInt8] = []
        out.reserveCapacity(256)
        append(to: &out)
        return out
    }

    /// `bytes` as a text.
    public var text: String { String(decoding: bytes, as: UTF8.self) }

    /// Writes the document behind what is already in `out`.
    public func append(to out: inout [UInt8]) {
        switch self {
        case .null: out.append(contentsOf: "null".utf8)
        case .bool(let value): out.append(contentsOf: value ? "true".utf8 : "false".utf8)
        case .integer(let value): out.append(contentsOf: String(value).utf8)
        case .number(let value): out.append(contentsOf: value.isFinite ? value.description.utf8 : "null".utf8)
        case .string(let value): Self.append(quoted: value, to: &out)
        case .array(let items):
            out.append(UInt8(ascii: "["))
            var isFirst = true
            for item in items {
                if !isFirst { out.append(UInt8(ascii: ",")) }
                isFirst = false
                item.append(to: &out)
            }
            out.append(UInt8(ascii: "]"))
        case .object(let members):
            out.append(UInt8(ascii: "{"))
            var isFirst = true
            for member in members {
                if !isFirst { out.append(UInt8(ascii: ",")) }
                isFirst = false
                Self.append(quoted: member.name, to: &out)
                out.append(UInt8(ascii: ":"))
                member.value.append(to: &out)
            }
            out.append(UInt8(ascii: "}"))
        }
    }

    private static func append(quoted text: String, to out: inout [UInt8]) {
        out.append(UInt8(ascii: "\""))
        let whole: Void? = text.utf8.withContiguousStorageIfAvailable { append(escaping: $0, to: &out) }
        if whole == nil { Array(text.utf8).withUnsafeBufferPointer { append(escaping: $0, to: &out) } }
        out.append(UInt8(ascii: "\""))
    }

    private static func append(escaping bytes: UnsafeBufferPointer<UInt8>, to out: inout [UInt8]) {
        var plain = 0
        for index in bytes.indices {
            let byte = bytes[index]
            guard byte < 0x20 || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") else { continue }
            out.append(contentsOf: bytes[plain..<index])
            plain = index + 1
            out.append(UInt8(ascii: "\\"))
            switch byte {
            case UInt8(ascii: "\""), UInt8(ascii: "\\"): out.append(byte)
            case 0x0A: out.append(UInt8(ascii: "n"))
            case 0x0D: out.append(UInt8(ascii: "r"))
            case 0x09: out.append(UInt8(ascii: "t"))
            case 0x08: out.append(UInt8(ascii: "b"))
            case 0x0C: out.append(UInt8(ascii: "f"))
            default: out.append(contentsOf: [UInt8(ascii: "u"), UInt8(ascii: "0"), UInt8(ascii: "0"), Hex.digit(byte >> 4), Hex.digit(byte & 15)])
            }
        }
        out.append(contentsOf: bytes[plain...])
    }
}
