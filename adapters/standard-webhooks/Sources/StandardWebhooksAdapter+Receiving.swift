package import ChannelKit
import Messages

extension StandardWebhooksAdapter {
    /// One listed signature costs a verification per key, so a header may not list more of them than a rotation needs.
    private static let mostSignatures = 8

    package func authenticate(_ request: WebhookRequest) throws(WebhookRejection) {
        guard request.method == "POST" else { throw WebhookRejection(405, "method-not-allowed", "this channel takes POST only") }
        guard request.body.count <= Self.largestBody else { throw WebhookRejection(413, "body-too-large", "the body is longer than \(Self.largestBody) bytes") }
        guard let prefix = prefixes.first(where: { request.header($0 + "-id") != nil }), let id = request.header(prefix + "-id"),
            let timestamp = request.header(prefix + "-timestamp"), let signatures = request.header(prefix + "-signature")
        else { throw WebhookRejection(401, "missing-signature", "webhook-id, webhook-timestamp and webhook-signature are needed, each once") }
        guard !id.isEmpty, id.utf8.count <= 256, !id.utf8.contains(UInt8(ascii: ".")) else {
            throw WebhookRejection(401, "invalid-id", "webhook-id must have 1 to 256 bytes and no dot")
        }
        guard let seconds = Self.seconds(timestamp) else { throw WebhookRejection(401, "invalid-timestamp", "webhook-timestamp must be whole seconds since 1970 in digits") }
        guard abs(request.now.seconds - seconds) <= Self.tolerance else {
            throw WebhookRejection(401, "timestamp-outside-window", "webhook-timestamp is more than \(Self.tolerance) seconds off")
        }
        // The text of the timestamp is what was signed: leading zeros and all.
        guard matches(signatures, prefix: Array("\(id).\(timestamp).".utf8), request.body) else {
            throw WebhookRejection(401, "signature-mismatch", "no signature was made over these bytes with a key of this channel")
        }
    }

    package func read(_ request: WebhookRequest) throws(WebhookRejection) -> WebhookContent {
        let event = try Self.parse(request.body)
        guard let members = event.members else { throw WebhookRejection(400, "invalid-body", "the body must be a JSON object") }
        if JSON.repeatedName(in: members) != nil { throw WebhookRejection(400, "invalid-body", "a name occurs twice in the event") }
        guard let type = event["type"]?.string, !type.isEmpty else { throw WebhookRejection(400, "invalid-field", "type must be a text that is not empty") }
        let answer = WebhookResponse(status: 204)
        guard let happening = MessageProfile.Happening(rawValue: type) else {
            return WebhookContent(events: [], response: answer, ignored: "an event of a type that this channel does not use")
        }
        guard let data = event["data"], let id = prefixes.lazy.compactMap({ request.header($0 + "-id") }).first else {
            throw WebhookRejection(400, "invalid-field", "data must be an object")
        }
        let sentAt = event["timestamp"]?.string.flatMap { Timestamp(rfc3339: $0) }
        return WebhookContent(events: [try MessageProfile.read(data, happening, dedupID: id, sentAt: sentAt)], response: answer)
    }

    /// Strict, but for names that occur twice: whether they matter depends on whether the event concerns us, and RFC 8259 allows them.
    private static func parse(_ body: [UInt8]) throws(WebhookRejection) -> JSON {
        do {
            return try JSON(parsing: body, limits: JSONLimits(repeatedNames: .kept))
        } catch {
            throw WebhookRejection(400, "invalid-body", error.description)
        }
    }

    /// Digits only: `+5`, `1e9`, `1.0` and blanks are not what a signer writes.
    private static func seconds(_ text: String) -> Int64? {
        guard (1...12).contains(text.utf8.count), text.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
        return Int64(text)
    }

    private func matches(_ list: String, prefix: [UInt8], _ body: [UInt8]) -> Bool {
        // Made once each and only when needed, whatever the list holds.
        lazy var expected = sharedKeys.map { Signatures.hmacSHA256(key: $0, message: prefix, body) }
        lazy var message = prefix + body
        for entry in list.split(separator: " ", maxSplits: Self.mostSignatures).prefix(Self.mostSignatures) {
            // A comma separates version and signature; entries that are broken or of an unknown version are passed over.
            guard let comma = entry.firstIndex(of: ","), let signature = Base64.decode(entry[entry.index(after: comma)...]) else { continue }
            switch entry[..<comma] {
            case "v1":
                for mac in expected where Signatures.constantTimeEqual(mac, signature) { return true }
            case "v1a":
                for key in publicKeys where Signatures.verifyEd25519(publicKey: key, signature: signature, message: message) { return true }
            default: continue
            }
        }
        return false
    }
}
