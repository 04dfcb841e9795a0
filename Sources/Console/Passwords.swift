import COpenSSL
import Messages

/// Passwords as they are kept: scrypt (RFC 7914) with a salt of their own, written `scrypt$15$8$1$salt$hash` (the exponent of N, r, p, base64).
package enum Passwords {
    /// Characters of a new password, at least; RFC 8265's advice and more would not help against what scrypt slows down.
    package static let shortest = 12
    /// UTF-8 bytes of a password, at most: what is longer is refused before it is hashed.
    package static let longest = 256

    struct Cost: Equatable {
        /// N = 2^exponent. With r = 8 one hashing takes 128 · N · r = 32 MiB and about a tenth of a second.
        var exponent: Int
        var r: Int
        var p: Int

        static let current = Cost(exponent: 15, r: 8, p: 1)
    }

    /// What is wrong with a password that somebody chooses; nil when it may be used.
    package static func check(_ password: String) -> String? {
        if password.unicodeScalars.count < shortest { return "the password needs at least \(shortest) characters" }
        if password.utf8.count > longest { return "the password is longer than \(longest) bytes" }
        return nil
    }

    /// Salts and stretches a password. Throws `PasswordWorkers.Busy` when too many wait for their turn.
    package static func hash(_ password: String) async throws -> String {
        try await PasswordWorkers.shared.run { encode(password, salt: Secrets.randomBytes(16), .current) }
    }

    /// Whether `password` is the one that `stored` was made of. With nothing stored it takes as long as with something and is false.
    static func verify(_ password: String, against stored: String?) async throws -> Bool {
        try await PasswordWorkers.shared.run {
            let isReal = stored.flatMap(Parsed.init) != nil
            guard let parsed = stored.flatMap(Parsed.init) ?? Parsed(decoy), password.utf8.count <= longest else { return false }
            return Secrets.areEqual(derive(password, salt: parsed.salt, parsed.cost), parsed.key) && isReal
        }
    }

    /// What a password is compared with when there is none: made of chance, so that nothing fits.
    private static let decoy = text(salt: Secrets.randomBytes(16), key: Secrets.randomBytes(32), .current)

    struct Parsed {
        var cost: Cost
        var salt: [UInt8]
        var key: [UInt8]

        /// Nil for a text that this program would not have written, or that would cost more than it can afford.
        init?(_ text: String) {
            let parts = text.split(separator: "$", omittingEmptySubsequences: false)
            guard parts.count == 6, parts[0] == "scrypt", let exponent = Int(parts[1]), let r = Int(parts[2]), let p = Int(parts[3]),
                (14...17).contains(exponent), r == 8, (1...4).contains(p), let salt = Base64.decode(parts[4]), let key = Base64.decode(parts[5]),
                salt.count >= 16, key.count == 32
            else { return nil }
            cost = Cost(exponent: exponent, r: r, p: p)
            self.salt = salt
            self.key = key
        }
    }

    static func encode(_ password: String, salt: [UInt8], _ cost: Cost) -> String {
        text(salt: salt, key: derive(password, salt: salt, cost), cost)
    }

    private static func text(salt: [UInt8], key: [UInt8], _ cost: Cost) -> String {
        "scrypt$\(cost.exponent)$\(cost.r)$\(cost.p)$\(Base64.encode(salt))$\(Base64.encode(key))"
    }

    private static func derive(_ password: String, salt: [UInt8], _ cost: Cost) -> [UInt8] {
        let bytes = Array(password.utf8)
        // OpenSSL's own bound is 32 MiB, which N = 2^15 with r = 8 just exceeds.
        let memory = UInt64(128 * cost.r) << UInt64(cost.exponent) + UInt64(1 << 20)
        return [UInt8](unsafeUninitializedCapacity: 32) { buffer, filled in
            let done = bytes.withUnsafeBytes { password in
                EVP_PBE_scrypt(
                    password.baseAddress?.assumingMemoryBound(to: CChar.self), password.count, salt, salt.count, UInt64(1) << UInt64(cost.exponent), UInt64(cost.r),
                    UInt64(cost.p), memory, buffer.baseAddress, 32)
            }
            // Only memory can be missing: the parameters are ours. A wrong key must not come out of it.
            precondition(done == 1, "scrypt had no memory to work with")
            filled = 32
        }
    }
}
