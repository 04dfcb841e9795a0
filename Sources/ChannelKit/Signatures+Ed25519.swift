import COpenSSL

extension Signatures {
    /// Whether `signature` (64 bytes) is `message`'s by the holder of `publicKey` (32 bytes): pure Ed25519, RFC 8032 §5.1.7. False for other lengths.
    public static func verifyEd25519(publicKey: [UInt8], signature: [UInt8], message: [UInt8]) -> Bool {
        guard publicKey.count == 32, signature.count == 64, let key = EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, nil, publicKey, 32) else {
            ERR_clear_error()
            return false
        }
        defer { EVP_PKEY_free(key) }
        let context = EVP_MD_CTX_new()
        defer { EVP_MD_CTX_free(context) }
        let verified =
            EVP_DigestVerifyInit(context, nil, nil, nil, key) == 1 && EVP_DigestVerify(context, signature, signature.count, message, message.count) == 1
        // A wrong signature leaves a word in this thread's error queue, where the next TLS call on the thread would find it.
        if !verified { ERR_clear_error() }
        return verified
    }

    /// Signs with the private key made of `seed` (32 bytes): RFC 8032 §5.1.6. Nil for another length.
    public static func signEd25519(seed: [UInt8], message: [UInt8]) -> [UInt8]? {
        guard let key = privateKey(seed) else { return nil }
        defer { EVP_PKEY_free(key) }
        let context = EVP_MD_CTX_new()
        defer { EVP_MD_CTX_free(context) }
        var signature = [UInt8](repeating: 0, count: 64)
        var length = signature.count
        guard EVP_DigestSignInit(context, nil, nil, nil, key) == 1, EVP_DigestSign(context, &signature, &length, message, message.count) == 1, length == 64 else {
            ERR_clear_error()
            return nil
        }
        return signature
    }

    /// The public key (32 bytes) of the private key made of `seed`. Nil for a seed that is not 32 bytes long.
    public static func ed25519PublicKey(seed: [UInt8]) -> [UInt8]? {
        guard let key = privateKey(seed) else { return nil }
        defer { EVP_PKEY_free(key) }
        var publicKey = [UInt8](repeating: 0, count: 32)
        var length = publicKey.count
        return EVP_PKEY_get_raw_public_key(key, &publicKey, &length) == 1 && length == 32 ? publicKey : nil
    }

    private static func privateKey(_ seed: [UInt8]) -> OpaquePointer? {
        guard seed.count == 32, let key = EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, nil, seed, 32) else {
            ERR_clear_error()
            return nil
        }
        return key
    }
}
