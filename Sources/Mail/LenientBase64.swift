/// Base64 as encoded words hold it: what is not of the alphabet is skipped, a missing end is no error. For everything that must
/// have one spelling there is `Base64` of Messages.
enum LenientBase64 {
    /// The body of a part: as below, but only the alphabet of RFC 2045.
    static func body(_ bytes: UnsafeRawBufferPointer) -> [UInt8] {
        [UInt8](unsafeUninitializedCapacity: bytes.count / 4 * 3 + 3) { output, count in
            var group: UInt32 = 0
            var bits = 0
            for byte in bytes {
                let value: UInt32
                switch byte {
                case 0x41...0x5A: value = UInt32(byte &- 0x41)
                case 0x61...0x7A: value = UInt32(byte &- 0x61 &+ 26)
                case 0x30...0x39: value = UInt32(byte &- 0x30 &+ 52)
                case UInt8(ascii: "+"): value = 62
                case UInt8(ascii: "/"): value = 63
                case UInt8(ascii: "="):
                    bits = 0
                    continue
                default: continue
                }
                group = group << 6 | value
                bits += 6
                if bits >= 8 {
                    bits -= 8
                    output[count] = UInt8(truncatingIfNeeded: group >> UInt32(bits))
                    count += 1
                }
            }
        }
    }

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
