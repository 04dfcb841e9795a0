/// Base64 as encoded words hold it: what is not of the alphabet is skipped, a missing end is no error. For everything that must
/// have one spelling there is `Base64` of Messages.
enum LenientBase64 {
    /// The body of a part: as below, but only the alphabet of RFC 2045.
    static func body(_ bytes: UnsafeRawBufferPointer) -> [UInt8] {
        let letters = letters
        return [UInt8](unsafeUninitializedCapacity: bytes.count / 4 * 3 + 3) { output, count in
            var group: UInt32 = 0
            var bits = 0
            var index = 0
            while index < bytes.count {
                // Four letters at a time, where they begin together: nearly always.
                while bits == 0, index + 4 <= bytes.count {
                    let (a, b, c, d) = (letters[Int(bytes[index])], letters[Int(bytes[index + 1])], letters[Int(bytes[index + 2])], letters[Int(bytes[index + 3])])
                    guard a | b | c | d < 64 else { break }
                    let word = UInt32(a) << 18 | UInt32(b) << 12 | UInt32(c) << 6 | UInt32(d)
                    output[count] = UInt8(truncatingIfNeeded: word >> 16)
                    output[count + 1] = UInt8(truncatingIfNeeded: word >> 8)
                    output[count + 2] = UInt8(truncatingIfNeeded: word)
                    count += 3
                    index += 4
                }
                guard index < bytes.count else { break }
                let byte = bytes[index]
                index += 1
                if byte == UInt8(ascii: "=") { bits = 0 }
                guard letters[Int(byte)] < 64 else { continue }
                group = group << 6 | UInt32(letters[Int(byte)])
                bits += 6
                if bits >= 8 {
                    bits -= 8
                    output[count] = UInt8(truncatingIfNeeded: group >> UInt32(bits))
                    count += 1
                }
            }
        }
    }

    /// What each octet stands for; 255 for what is not of the alphabet.
    private static let letters: [UInt8] = {
        var table = [UInt8](repeating: 255, count: 256)
        for (value, letter) in "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8.enumerated() { table[Int(letter)] = UInt8(value) }
        return table
    }()

    static func decode(_ bytes: some Sequence<UInt8>) -> [UInt8] {
        var output: [UInt8] = []
        var group: UInt32 = 0
        var bits = 0
        for byte in bytes {
            let value: UInt32
            switch byte {
            case 0x41...0x5A: value = UInt32(byte - 0x41)
            case 0x61...0x7A: value = UInt32(byte - 0x61 + 26)
            case 0x30...0x39: value = UInt32(byte - 0x30 + 52)
            case UInt8(ascii: "+"), UInt8(ascii: "-"): value = 62
            case UInt8(ascii: "/"), UInt8(ascii: "_"): value = 63
            // A word in several Base64 pieces: each begins anew behind its padding.
            case UInt8(ascii: "="):
                bits = 0
                continue
            default: continue
            }
            group = group << 6 | value
            bits += 6
            if bits >= 8 {
                bits -= 8
                output.append(UInt8(truncatingIfNeeded: group >> UInt32(bits)))
            }
        }
        return output
    }
}
