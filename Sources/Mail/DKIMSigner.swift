package import Messages

/// Signs what we send, with one key or two: an RSA signature for everybody and an Ed25519 one for who knows it (RFC 8463).
package struct DKIMSigner: Sendable {
    package struct Key: Sendable {
        package var selector: String
        package var key: DKIMPrivateKey

        package init(selector: String, key: DKIMPrivateKey) {
            self.selector = selector
            self.key = key
        }
    }

    package let domain: String
    private let keys: [Key]

    package init(domain: String, keys: [Key]) {
        self.domain = domain
        self.keys = keys
    }

    /// Fields that are signed where they are there.
    private static let signed = [
        "from", "to", "cc", "subject", "date", "message-id", "reply-to", "in-reply-to", "references", "mime-version", "content-type", "content-transfer-encoding", "auto-submitted",
        "list-unsubscribe", "list-unsubscribe-post",
    ]
    /// Named once more than they are there, so that nobody can add another one: what people see, and what decides how the text is read.
    private static let sealed: Set<String> = ["from", "to", "cc", "subject", "date", "reply-to", "mime-version", "content-type"]

    /// The message with a `DKIM-Signature` above it for each key.
    ///
    /// - Parameter time: when the message was written: the same message gets the same signatures on every try.
    package func sign(_ message: [UInt8], at time: Timestamp) -> [UInt8] {
        let header = MailHeader(message)
        var names: [String] = []
        for name in Self.signed {
            let count = header.all(name).count + (Self.sealed.contains(name) ? 1 : 0)
            names += Array(repeating: name, count: count)
        }
        let hash = Base64.encode(DKIMCrypto.sha256(DKIMCanonical.relaxed.body(header.body)))
        var fields: [UInt8] = []
        for key in keys {
            let begin =
                "DKIM-Signature: v=1; a=\(key.key.algorithm); c=relaxed/relaxed;\r\n d=\(domain); s=\(key.selector);\r\n t=\(time.seconds);\r\n \(Self.folded(names));\r\n bh=\(hash);\r\n b="
            // A message that could not be signed goes out without: it may still arrive.
            guard let signature = key.key.sign(DKIM.signedOctets(names, of: header, form: .relaxed, signature: Array(begin.utf8))) else { continue }
            fields += Array(begin.utf8) + Self.folded(Base64.encode(signature)) + [0x0D, 0x0A]
        }
        return fields + message
    }

    /// `h=from:to:…` in lines of at most 76 octets.
    private static func folded(_ names: [String]) -> String {
        var output = "h="
        var column = 3
        for (index, name) in names.enumerated() {
            let word = index == names.count - 1 ? name : "\(name):"
            if column + word.utf8.count > 75 {
                output += "\r\n  "
                column = 2
            }
            output += word
            column += word.utf8.count
        }
        return output
    }

    private static func folded(_ base64: String) -> [UInt8] {
        var output: [UInt8] = []
        for (index, octet) in base64.utf8.enumerated() {
            if index > 0, index % 72 == 0 { output += [0x0D, 0x0A, 0x20] }
            output.append(octet)
        }
        return output
    }
}
