package import Messages

/// Signatures of domains over messages: DomainKeys Identified Mail (RFC 6376, RFC 8301, RFC 8463).
package enum DKIM {
    /// Signatures of one message that are looked at; the others count as not there.
    static let mostSignatures = 8

    /// What one signature came to.
    package struct Result: Sendable, Hashable {
        package enum Status: String, Sendable, Hashable {
            case pass, fail
            /// Not to be judged: a form that is wrong, a key that is not there.
            case permerror
            /// The domain name system did not answer.
            case temperror
        }

        package var status: Status
        /// The domain that signed, in lower case; empty when the signature does not name one.
        package var domain: String
        package var selector: String
        package var reason: String
        /// It does not cover all that is read (`l=`): anybody may have added something, so it proves nothing.
        package var isWeak = false
    }

    /// Checks every signature of a message, topmost first.
    ///
    /// - Parameter raw: the message as it came, with CRLF line ends.
    package static func verify(_ raw: [UInt8], at now: Timestamp, names: any NameSystem) async -> [Result] {
        let header = MailHeader(raw)
        let signatures = header.all("dkim-signature").prefix(mostSignatures)
        guard !signatures.isEmpty else { return [] }
        var bodies: [DKIMCanonical: [UInt8]] = [:]
        var results: [Result] = []
        for field in signatures {
            do throws(Refusal) {
                let signature = try Signature(field.value)
                results.append(await verify(signature, field, header, &bodies, now, names))
            } catch {
                results.append(Result(status: .permerror, domain: error.domain, selector: "", reason: error.reason))
            }
        }
        return results
    }

    private static func verify(
        _ signature: Signature, _ field: MailHeader.Field, _ header: MailHeader, _ bodies: inout [DKIMCanonical: [UInt8]], _ now: Timestamp, _ names: any NameSystem
    ) async -> Result {
        func result(_ status: Result.Status, _ reason: String) -> Result {
            Result(status: status, domain: signature.domain, selector: signature.selector, reason: reason)
        }
        if let expiry = signature.expires, expiry < now.seconds { return result(.fail, "the signature has expired") }
        let body = bodies[signature.bodyForm] ?? signature.bodyForm.body(header.body)
        bodies[signature.bodyForm] = body
        var isWeak = false
        var covered = body
        if let length = signature.bodyLength {
            guard length <= body.count else { return result(.permerror, "the signature is over a longer text") }
            isWeak = length < body.count
            covered = Array(body.prefix(length))
        }
        guard DKIMCrypto.sha256(covered) == signature.bodyHash else { return result(.fail, "the text was changed") }
        let key: Key
        switch await Key.find(signature, names) {
        case .key(let found): key = found
        case .missing(let why): return result(.permerror, why)
        case .unknown(let why): return result(.temperror, why)
        }
        let message = signature.signedOctets(of: header, itself: field)
        switch key.publicKey.check(signature.octets, of: message) {
        case .invalid: return result(.fail, "the signature does not fit")
        case .unusable(let why): return result(.permerror, why)
        case .valid:
            var passed = result(.pass, "")
            passed.isWeak = isWeak
            return passed
        }
    }

    /// Why a signature is not looked at.
    struct Refusal: Error {
        var domain: String
        var reason: String
    }

    /// A key record (RFC 6376 §3.6.1).
    private struct Key {
        enum Finding {
            case key(Key)
            case missing(String)
            case unknown(String)
        }

        var publicKey: DKIMPublicKey

        static func find(_ signature: Signature, _ names: any NameSystem) async -> Finding {
            let records: [NameRecord]
            do throws(NameFailure) {
                records = try await names.records(.txt, of: "\(signature.selector)._domainkey.\(signature.domain)")
            } catch {
                return .unknown("the key could not be asked for: \(error.explanation)")
            }
            var last = Finding.missing("there is no key")
            // Several records are undefined (§3.6.2.2): the first that can be used counts.
            for case .text(let text) in records.prefix(5) {
                last = read(text, signature)
                if case .key = last { return last }
            }
            return last
        }

        private static func read(_ text: [UInt8], _ signature: Signature) -> Finding {
            guard let tags = TagList(text) else { return .missing("the key record is no list of tags") }
            if let version = tags["v"], version != "DKIM1" || tags.first != "v" { return .missing("the key record is of another version") }
            if let hashes = tags.compact("h"), !hashes.split(separator: ":").contains("sha256") { return .missing("the key is not for SHA-256") }
            if let services = tags.compact("s"), !services.split(separator: ":").contains(where: { $0 == "*" || $0 == "email" }) { return .missing("the key is not for mail") }
            if tags.compact("t")?.split(separator: ":").contains("s") == true, signature.identityDomain != signature.domain {
                return .missing("the key is not for subdomains")
            }
            guard let coded = tags.compact("p") else { return .missing("the key record has no key") }
            if coded.isEmpty { return .missing("the key was revoked") }
            guard (tags["k"] ?? "rsa") == (signature.isEd25519 ? "ed25519" : "rsa") else { return .missing("the key is of another kind") }
            guard let octets = Base64.decode(coded) else { return .missing("the key is not base64") }
            return .key(Key(publicKey: signature.isEd25519 ? .ed25519(octets) : .rsa(octets)))
        }
    }
}
