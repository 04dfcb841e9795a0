import COpenSSL
import Messages

/// Secrets that the console hands out once, and the digests by which the store knows them again.
enum Secrets {
    /// 256 bits that nobody can guess, as 43 letters of base64url (RFC 4648 §5, without padding).
    static func make() -> String { Base64URL.encode(randomBytes(32)) }

    /// Whether a text could be one of `make()`: what cannot be is refused without asking the store, the empty text first of all.
    static func isPlausible(_ text: String) -> Bool { text.utf8.count == 43 && Base64URL.decode(text)?.count == 32 }

    /// SHA-256 of a secret in lower-case hexadecimal: all that is ever stored of it.
    static func digest(_ secret: String) -> String { Hex.encode(sha256(Array(secret.utf8))) }

    static func sha256(_ bytes: [UInt8]) -> [UInt8] {
        [UInt8](unsafeUninitializedCapacity: 32) { buffer, filled in
            _ = COpenSSL.SHA256(bytes, bytes.count, buffer.baseAddress)
            filled = 32
        }
    }

    /// Whether both are the same, in a time that depends on the lengths only.
    static func areEqual(_ left: [UInt8], _ right: [UInt8]) -> Bool {
        left.count == right.count && CRYPTO_memcmp(left, right, left.count) == 0
    }

    static func areEqual(_ left: String, _ right: String) -> Bool { areEqual(Array(left.utf8), Array(right.utf8)) }

    static func randomBytes(_ count: Int) -> [UInt8] {
        [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
            // A generator that cannot be seeded must stop the program: a guessable session is worse than none.
            precondition(RAND_bytes(buffer.baseAddress, Int32(count)) == 1, "no randomness to be had")
            filled = count
        }
    }
}

/// RFC 4648 §5 without padding: for what stands in cookies, fragments and queries.
enum Base64URL {
    static func encode(_ bytes: [UInt8]) -> String {
        String(
            decoding: Base64.encode(bytes).utf8.compactMap { letter -> UInt8? in
                switch letter {
                case UInt8(ascii: "+"): UInt8(ascii: "-")
                case UInt8(ascii: "/"): UInt8(ascii: "_")
                case UInt8(ascii: "="): nil
                default: letter
                }
            }, as: UTF8.self)
    }

    /// Nil for anything but the one spelling that `encode` gives.
    static func decode(_ text: String) -> [UInt8]? {
        var letters: [UInt8] = []
        for letter in text.utf8 {
            switch letter {
            case UInt8(ascii: "-"): letters.append(UInt8(ascii: "+"))
            case UInt8(ascii: "_"): letters.append(UInt8(ascii: "/"))
            case UInt8(ascii: "+"), UInt8(ascii: "/"), UInt8(ascii: "="): return nil
            default: letters.append(letter)
            }
        }
        while !letters.count.isMultiple(of: 4) { letters.append(UInt8(ascii: "=")) }
        return Base64.decode(String(decoding: letters, as: UTF8.self))
    }
}
