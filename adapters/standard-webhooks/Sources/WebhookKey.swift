import ChannelKit
import Messages

/// One key of the Standard Webhooks specification, told apart by its prefix. A public key can never be taken for a shared secret.
enum WebhookKey: Sendable, Hashable {
    /// `whsec_`: HMAC-SHA-256 with the decoded bytes, 24 to 64 of them.
    case shared([UInt8])
    /// `whpk_`: the partner's Ed25519 public key, 32 bytes; verifies only.
    case verifying([UInt8])
    /// `whsk_`: our Ed25519 private key (its seed of 32 bytes); signs only.
    case signing([UInt8])

    /// - Parameter path: where the key stands in the settings, for the problem that is thrown. The problem never repeats the key.
    init(_ text: String, at path: String) throws(ConfigurationProblem) {
        guard let end = text.firstIndex(of: "_") else { throw ConfigurationProblem(path, "must begin with whsec_, whpk_ or whsk_") }
        guard let bytes = Base64.decode(text[text.index(after: end)...]) else { throw ConfigurationProblem(path, "must be Base64 with its padding after the prefix") }
        switch text[..<end] {
        case "whsec":
            guard (24...64).contains(bytes.count) else { throw ConfigurationProblem(path, "must hold 24 to 64 bytes, not \(bytes.count)") }
            self = .shared(bytes)
        case "whpk":
            guard bytes.count == 32 else { throw ConfigurationProblem(path, "must hold the 32 bytes of an Ed25519 public key, not \(bytes.count)") }
            self = .verifying(bytes)
        case "whsk":
            // Some tools write the seed alone, others the public key behind it.
            guard bytes.count == 32 || bytes.count == 64 else { throw ConfigurationProblem(path, "must hold the 32 bytes of an Ed25519 seed, not \(bytes.count)") }
            let seed = Array(bytes.prefix(32))
            guard bytes.count == 32 || Signatures.ed25519PublicKey(seed: seed) == Array(bytes.suffix(32)) else {
                throw ConfigurationProblem(path, "holds a seed and a public key that do not belong together")
            }
            self = .signing(seed)
        default: throw ConfigurationProblem(path, "must begin with whsec_, whpk_ or whsk_")
        }
    }

    /// One entry of `webhook-signature`; nil for a key that cannot sign.
    func signature(id: String, timestamp: Int64, body: [UInt8]) -> String? {
        let prefix = Array("\(id).\(timestamp).".utf8)
        switch self {
        case .shared(let key): return "v1," + Base64.encode(Signatures.hmacSHA256(key: key, message: prefix, body))
        case .signing(let seed): return Signatures.signEd25519(seed: seed, message: prefix + body).map { "v1a," + Base64.encode($0) }
        case .verifying: return nil
        }
    }
}
