import COpenSSL

/// SHA-256 and the two kinds of keys that DKIM knows, by OpenSSL.
enum DKIMCrypto {
    static func sha256(_ bytes: [UInt8]) -> [UInt8] {
        [UInt8](unsafeUninitializedCapacity: 32) { buffer, filled in
            // A missing SHA-256 is a broken installation: without it nothing here can be told from a forgery.
            precondition(EVP_Digest(bytes, bytes.count, buffer.baseAddress, nil, EVP_sha256(), nil) == 1, "SHA-256 is missing from OpenSSL")
            filled = 32
        }
    }
}

/// A public key out of a DNS record.
package enum DKIMPublicKey: Sendable, Hashable {
    /// DER: a SubjectPublicKeyInfo, or an RSAPublicKey as some write it.
    case rsa([UInt8])
    case ed25519([UInt8])

    enum Finding: Sendable, Hashable {
        case valid, invalid
        /// Not a key, or one that proves nothing: fewer than 1,024 bits (RFC 8301 §3.2).
        case unusable(String)
    }

    /// Larger keys cost a sender nothing and us much.
    private static let mostBits: Int32 = 8192

    /// Whether `signature` is the one over `message`, the canonical octets.
    func check(_ signature: [UInt8], of message: [UInt8]) -> Finding {
        // What went wrong is left in this thread's error queue, where the next TLS call on the thread would find it.
        defer { ERR_clear_error() }
        switch self {
        case .ed25519(let octets):
            guard octets.count == 32, let key = EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, nil, octets, 32) else { return .unusable("the key is no Ed25519 key") }
            defer { EVP_PKEY_free(key) }
            // RFC 8463 §3: the signature is over the hash.
            let hash = DKIMCrypto.sha256(message)
            let context = EVP_MD_CTX_new()
            defer { EVP_MD_CTX_free(context) }
            guard signature.count == 64, EVP_DigestVerifyInit(context, nil, nil, nil, key) == 1 else { return .invalid }
            return EVP_DigestVerify(context, signature, signature.count, hash, hash.count) == 1 ? .valid : .invalid
        case .rsa(let der):
            guard der.count <= 4096, let key = Self.rsa(der) else { return .unusable("the key is no RSA key") }
            defer { EVP_PKEY_free(key) }
            let bits = EVP_PKEY_get_bits(key)
            guard bits >= 1024 else { return .unusable("the key has only \(bits) bits") }
            guard bits <= Self.mostBits else { return .unusable("the key has \(bits) bits") }
            let context = EVP_MD_CTX_new()
            defer { EVP_MD_CTX_free(context) }
            guard EVP_DigestVerifyInit(context, nil, EVP_sha256(), nil, key) == 1 else { return .unusable("the key is no RSA key") }
            return EVP_DigestVerify(context, signature, signature.count, message, message.count) == 1 ? .valid : .invalid
        }
    }

    private static func rsa(_ der: [UInt8]) -> OpaquePointer? {
        der.withUnsafeBufferPointer { buffer in
            // SAFETY: both calls read at most the given length.
            var place = buffer.baseAddress
            if let key = d2i_PUBKEY(nil, &place, buffer.count) {
                if EVP_PKEY_get_base_id(key) == EVP_PKEY_RSA { return key }
                EVP_PKEY_free(key)
                return nil
            }
            place = buffer.baseAddress
            return d2i_PublicKey(EVP_PKEY_RSA, nil, &place, buffer.count)
        }
    }
}

/// A private key for signing: RSA of at least 2,048 bits, or Ed25519.
// SAFETY: the key is never changed after it was read; OpenSSL allows signing with one key from many threads. It is freed once, at the end.
package final class DKIMPrivateKey: @unchecked Sendable {
    private let key: OpaquePointer
    package let isRSA: Bool

    /// - Parameter pem: PKCS#8 or the older RSA form, as `openssl genpkey` and `openssl genrsa` write them, without a passphrase.
    /// - Throws: what is wrong with it, in words that never hold the key.
    package init(pem: [UInt8]) throws(DKIMKeyProblem) {
        defer { ERR_clear_error() }
        guard pem.count <= 65_536 else { throw DKIMKeyProblem("is no key in PEM form") }
        // SAFETY: the reader of memory does not copy it, so it lives and dies inside the closure. An empty passphrase given here keeps OpenSSL from asking for
        // one at the terminal.
        let read = pem.withUnsafeBytes { bytes -> OpaquePointer? in
            guard let input = BIO_new_mem_buf(bytes.baseAddress, Int32(bytes.count)) else { return nil }
            defer { BIO_free(input) }
            var none: [CChar] = [0]
            return none.withUnsafeMutableBufferPointer { PEM_read_bio_PrivateKey(input, nil, nil, $0.baseAddress) }
        }
        guard let key = read else { throw DKIMKeyProblem("is no private key in PEM form without a passphrase") }
        switch EVP_PKEY_get_base_id(key) {
        case EVP_PKEY_ED25519: isRSA = false
        case EVP_PKEY_RSA:
            let bits = EVP_PKEY_get_bits(key)
            guard bits >= 2048 else {
                EVP_PKEY_free(key)
                throw DKIMKeyProblem("has only \(bits) bits: RSA needs 2048")
            }
            isRSA = true
        default:
            EVP_PKEY_free(key)
            throw DKIMKeyProblem("is neither an RSA nor an Ed25519 key")
        }
        self.key = key
    }

    deinit { EVP_PKEY_free(key) }

    /// The name of the algorithm in a signature's `a=`.
    var algorithm: String { isRSA ? "rsa-sha256" : "ed25519-sha256" }

    /// The signature over the canonical octets; nil when OpenSSL fails.
    func sign(_ message: [UInt8]) -> [UInt8]? {
        defer { ERR_clear_error() }
        let context = EVP_MD_CTX_new()
        defer { EVP_MD_CTX_free(context) }
        guard EVP_DigestSignInit(context, nil, isRSA ? EVP_sha256() : nil, nil, key) == 1 else { return nil }
        let octets = isRSA ? message : DKIMCrypto.sha256(message)
        var length = 0
        guard EVP_DigestSign(context, nil, &length, octets, octets.count) == 1, length <= 4096 else { return nil }
        var signature = [UInt8](repeating: 0, count: length)
        guard EVP_DigestSign(context, &signature, &length, octets, octets.count) == 1 else { return nil }
        return Array(signature.prefix(length))
    }
}

package struct DKIMKeyProblem: Error, Sendable, Hashable {
    package var explanation: String

    init(_ explanation: String) { self.explanation = explanation }
}
