/// Questions about bytes that the parsers share; RFC 9110 section 5.6 and RFC 3986.
extension UInt8 {
    static let cr = UInt8(ascii: "\r")
    static let lf = UInt8(ascii: "\n")
    static let space = UInt8(ascii: " ")
    static let tab = UInt8(ascii: "\t")
    static let colon = UInt8(ascii: ":")
    static let slash = UInt8(ascii: "/")
    static let percent = UInt8(ascii: "%")

    @inline(__always)
    var isDigit: Bool { self &- 48 < 10 }

    @inline(__always)
    var isAlphanumeric: Bool { self &- 48 < 10 || (self | 0x20) &- 97 < 26 }

    /// tchar
    @inline(__always)
    var isToken: Bool {
        if isAlphanumeric { return true }
        switch self {
        case 0x21, 0x23...0x27, 0x2A, 0x2B, 0x2D, 0x2E, 0x5E...0x60, 0x7C, 0x7E: return true
        default: return false
        }
    }

    /// What a field's value may hold: visible ASCII, space, tab and obs-text.
    @inline(__always)
    var isFieldContent: Bool { self >= 0x20 && self != 0x7F || self == .tab }

    @inline(__always)
    var lowercased: UInt8 { self &- 65 < 26 ? self | 0x20 : self }

    var hexValue: UInt8? {
        switch self {
        case 48...57: self - 48
        case 65...70: self - 55
        case 97...102: self - 87
        default: nil
        }
    }
}

extension Collection<UInt8> {
    /// `text` is lower-case ASCII.
    func equalsIgnoringCase(_ text: StaticString) -> Bool {
        guard count == text.utf8CodeUnitCount else { return false }
        return text.withUTF8Buffer { expected in
            var index = 0
            for byte in self {
                if byte.lowercased != expected[index] { return false }
                index += 1
            }
            return true
        }
    }
}

enum Percent {
    /// Percent-decodes; nil for a broken escape or for what is not UTF-8. `plus` = a plus sign is a space, as in queries.
    static func decode(_ bytes: some Collection<UInt8>, plus: Bool = false) -> String? {
        var decoded: [UInt8] = []
        decoded.reserveCapacity(bytes.count)
        var index = bytes.startIndex
        while index != bytes.endIndex {
            let byte = bytes[index]
            bytes.formIndex(after: &index)
            if byte == .percent {
                guard index != bytes.endIndex, let high = bytes[index].hexValue else { return nil }
                bytes.formIndex(after: &index)
                guard index != bytes.endIndex, let low = bytes[index].hexValue else { return nil }
                bytes.formIndex(after: &index)
                decoded.append(high << 4 | low)
            } else {
                decoded.append(plus && byte == UInt8(ascii: "+") ? .space : byte)
            }
        }
        return String(validating: decoded, as: UTF8.self)
    }
}
