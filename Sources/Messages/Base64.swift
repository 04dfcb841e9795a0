/// RFC 4648 §4, and nothing more lenient: one text for every run of bytes, so that a signature has one spelling.
public enum Base64 {
    private static let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
    private static let values: [UInt8] = {
        var values = [UInt8](repeating: 0xFF, count: 256)
        for (value, letter) in alphabet.enumerated() { values[Int(letter)] = UInt8(value) }
        return values
    }()

    public static func encode(_ bytes: [UInt8]) -> String {
        String(unsafeUninitializedCapacity: (bytes.count + 2) / 3 * 4) { out in
            var written = 0
            var index = 0
            while index < bytes.count {
                let left = bytes.count - index
                let group = UInt32(bytes[index]) << 16 | (left > 1 ? UInt32(bytes[index + 1]) << 8 : 0) | (left > 2 ? UInt32(bytes[index + 2]) : 0)
                out[written] = alphabet[Int(group >> 18)]
                out[written + 1] = alphabet[Int(group >> 12 & 63)]
                out[written + 2] = left > 1 ? alphabet[Int(group >> 6 & 63)] : UInt8(ascii: "=")
                out[written + 3] = left > 2 ? alphabet[Int(group & 63)] : UInt8(ascii: "=")
                written += 4
                index += 3
            }
            return written
        }
    }

    /// Nil for a wrong letter, a line break, missing or needless padding, or bits left over that are not zero (§3.5).
    public static func decode(_ text: some StringProtocol) -> [UInt8]? {
        var letters = Array(text.utf8)
        guard letters.count.isMultiple(of: 4) else { return nil }
        var padding = 0
        while padding < 2, letters.last == UInt8(ascii: "=") {
            letters.removeLast()
            padding += 1
        }
        var out: [UInt8] = []
        out.reserveCapacity(letters.count * 3 / 4)
        var group: UInt32 = 0
        var bits = 0
        for letter in letters {
            let value = values[Int(letter)]
            guard value != 0xFF else { return nil }
            group = group << 6 | UInt32(value)
            bits += 6
            if bits >= 8 {
                bits -= 8
                out.append(UInt8(truncatingIfNeeded: group >> UInt32(bits)))
                group &= 1 << UInt32(bits) - 1
            }
        }
        return group == 0 ? out : nil
    }
}

/// RFC 4648 §6 in lower case and without padding: for tokens that a person may type.
public enum Base32 {
    private static let alphabet = Array("abcdefghijklmnopqrstuvwxyz234567".utf8)

    public static func encode(_ bytes: [UInt8]) -> String {
        var out: [UInt8] = []
        var group: UInt32 = 0
        var bits = 0
        for byte in bytes {
            group = group << 8 | UInt32(byte)
            bits += 8
            while bits >= 5 {
                bits -= 5
                out.append(alphabet[Int(group >> UInt32(bits) & 31)])
            }
            group &= 1 << UInt32(bits) - 1
        }
        if bits > 0 { out.append(alphabet[Int(group << UInt32(5 - bits) & 31)]) }
        return String(decoding: out, as: UTF8.self)
    }

    public static func isLetter(_ byte: UInt8) -> Bool { alphabet.contains(byte) }
}
