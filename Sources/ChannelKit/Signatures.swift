import COpenSSL

/// The cryptography that channels ask for, by OpenSSL. Nothing here keeps a secret beyond the call.
public enum Signatures {
    /// SHA-256 (FIPS 180-4) of the parts one behind the other.
    public static func sha256(_ parts: [UInt8]...) -> [UInt8] {
        let digest = Digest()
        digest.begin()
        for part in parts { digest.add(part) }
        return digest.end()
    }

    /// HMAC-SHA-256 (RFC 2104) of the parts one behind the other, so that a large body is not copied behind its prefix.
    public static func hmacSHA256(key: [UInt8], message parts: [UInt8]...) -> [UInt8] {
        hmacSHA256(key: key, parts: parts)
    }

    /// The same for parts that are already in an array.
    public static func hmacSHA256(key: [UInt8], parts: [[UInt8]]) -> [UInt8] {
        // By hand over one digest: OpenSSL 3.0's HMAC() looks its algorithm up by name on every call, which costs more than the hash.
        let digest = Digest()
        var block = key.count > 64 ? digest.whole(key) : key
        block += [UInt8](repeating: 0, count: 64 - block.count)
        digest.begin()
        digest.add(block.map { $0 ^ 0x36 })
        for part in parts { digest.add(part) }
        let inner = digest.end()
        digest.begin()
        digest.add(block.map { $0 ^ 0x5C })
        digest.add(inner)
        return digest.end()
    }

    /// Whether both are the same, in a time that depends on the lengths only.
    public static func constantTimeEqual(_ left: [UInt8], _ right: [UInt8]) -> Bool {
        left.count == right.count && CRYPTO_memcmp(left, right, left.count) == 0
    }

    /// Bytes from OpenSSL's generator that nobody can guess.
    public static func randomBytes(_ count: Int) -> [UInt8] {
        [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
            // A generator that cannot be seeded must stop the program: a guessable token is worse than none.
            precondition(count == 0 || RAND_bytes(buffer.baseAddress, Int32(count)) == 1, "no randomness to be had")
            filled = count
        }
    }
}

/// One SHA-256 state that may be used again and again.
// SAFETY: the context belongs to this object alone, which no caller shares between tasks; it is freed once, at the end of its life.
private final class Digest {
    // SAFETY: fetched once, never changed or freed; OpenSSL's algorithm objects may be used from every thread (EVP_MD_fetch(3)).
    nonisolated(unsafe) private static let algorithm = EVP_MD_fetch(nil, "SHA256", nil)

    private let context = EVP_MD_CTX_new()

    deinit { EVP_MD_CTX_free(context) }

    func begin() {
        precondition(EVP_DigestInit_ex2(context, Self.algorithm, nil) == 1, "SHA-256 is missing from OpenSSL")
    }

    func add(_ bytes: [UInt8]) {
        precondition(EVP_DigestUpdate(context, bytes, bytes.count) == 1)
    }

    func end() -> [UInt8] {
        [UInt8](unsafeUninitializedCapacity: 32) { buffer, filled in
            precondition(EVP_DigestFinal_ex(context, buffer.baseAddress, nil) == 1)
            filled = 32
        }
    }

    func whole(_ bytes: [UInt8]) -> [UInt8] {
        begin()
        add(bytes)
        return end()
    }
}
