import Messages

extension DKIM {
    /// A `DKIM-Signature` field, read (RFC 6376 §3.5).
    struct Signature: Sendable {
        var isEd25519: Bool
        var headerForm: DKIMCanonical
        var bodyForm: DKIMCanonical
        /// In lower case.
        var domain: String
        var selector: String
        /// The domain of `i=`, which is `domain` or below it.
        var identityDomain: String
        /// Names in lower case, in their order.
        var names: [String]
        var bodyHash: [UInt8]
        var octets: [UInt8]
        var bodyLength: Int?
        var expires: Int64?

        private static let mostNames = 500

        init(_ value: ArraySlice<UInt8>) throws(Refusal) {
            guard let tags = TagList(value) else { throw Refusal(domain: "", reason: "the signature is no list of tags") }
            let said = tags["d"]?.lowercased() ?? ""
            guard MailAddress.isDomain(Array(said.utf8)[...], allowsUTF8: false), said.utf8.count <= 253, said.contains(".") else {
                throw Refusal(domain: "", reason: "the signature names no domain")
            }
            func refusal(_ reason: String) -> Refusal { Refusal(domain: said, reason: reason) }
            domain = said
            guard tags["v"] == "1" else { throw refusal("the signature is of another version") }
            switch tags["a"]?.lowercased() {
            case "rsa-sha256": isEd25519 = false
            case "ed25519-sha256": isEd25519 = true
            // RFC 8301 §3.1: SHA-1 proves nothing any more.
            default: throw refusal("the signature is made in a way that is not taken")
            }
            guard let selector = tags["s"]?.lowercased(), MailAddress.isDomain(Array(selector.utf8)[...], allowsUTF8: false) else {
                throw refusal("the signature names no selector")
            }
            self.selector = selector
            let forms = (tags.compact("c") ?? "simple/simple").lowercased().split(separator: "/", omittingEmptySubsequences: false)
            guard forms.count <= 2, let headerForm = DKIMCanonical(rawValue: String(forms[0])),
                let bodyForm = DKIMCanonical(rawValue: forms.count > 1 ? String(forms[1]) : "simple")
            else {
                throw refusal("the signature has a form that is not known")
            }
            self.headerForm = headerForm
            self.bodyForm = bodyForm
            if let methods = tags.compact("q"), !methods.split(separator: ":").contains("dns/txt") { throw refusal("the key is not in the domain name system") }
            identityDomain = said
            if let identity = tags["i"] {
                guard let at = identity.lastIndex(of: "@") else { throw refusal("the signature is for nobody") }
                identityDomain = identity[identity.index(after: at)...].lowercased()
                guard identityDomain == said || identityDomain.hasSuffix(".\(said)") else { throw refusal("the signature is for another domain") }
            }
            names = (tags.compact("h") ?? "").lowercased().split(separator: ":").map(String.init)
            guard names.contains("from") else { throw refusal("the signature leaves the From field out") }
            guard names.count <= Self.mostNames else { throw refusal("the signature is over too many fields") }
            guard let hash = tags.compact("bh").flatMap({ Base64.decode($0) }), hash.count == 32 else { throw refusal("the signature has no hash of the text") }
            bodyHash = hash
            guard let octets = tags.compact("b").flatMap({ Base64.decode($0) }), !octets.isEmpty, octets.count <= 2048 else { throw refusal("the signature is empty") }
            self.octets = octets
            if let length = tags["l"] {
                guard length.utf8.count <= 18, !length.isEmpty, length.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let number = Int(length) else {
                    throw refusal("the length of the text is no number")
                }
                bodyLength = number
            }
            func time(_ name: String) throws(Refusal) -> Int64? {
                guard let text = tags[name] else { return nil }
                guard text.utf8.count <= 12, !text.isEmpty, text.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let number = Int64(text) else {
                    throw refusal("a time is no number")
                }
                return number
            }
            let made = try time("t")
            expires = try time("x")
            if let made, let expires, expires < made { throw refusal("the signature ended before it was made") }
        }

        /// What the signature is over: the fields that it names, each name taking the next one from below, and itself without its value of `b=`.
        func signedOctets(of header: MailHeader, itself: MailHeader.Field) -> [UInt8] {
            DKIM.signedOctets(names, of: header, form: headerForm, signature: Self.withoutValue(itself.raw))
        }

        /// The field with the value of `b=` emptied.
        static func withoutValue(_ raw: ArraySlice<UInt8>) -> [UInt8] {
            guard let colon = raw.firstIndex(of: UInt8(ascii: ":")) else { return Array(raw) }
            var output = Array(raw[...colon])
            for (index, piece) in raw[(colon + 1)...].split(separator: UInt8(ascii: ";"), omittingEmptySubsequences: false).enumerated() {
                if index > 0 { output.append(UInt8(ascii: ";")) }
                if let equals = piece.firstIndex(of: UInt8(ascii: "=")), TagList.trimmed(piece[..<equals]).elementsEqual([UInt8(ascii: "b")]) {
                    output += piece[...equals]
                } else {
                    output += piece
                }
            }
            return output
        }
    }

    static func signedOctets(_ names: [String], of header: MailHeader, form: DKIMCanonical, signature: [UInt8]) -> [UInt8] {
        var left: [String: [MailHeader.Field]] = [:]
        let wanted = Set(names)
        for field in header.fields where wanted.contains(field.name) { left[field.name, default: []].append(field) }
        var output: [UInt8] = []
        for name in names {
            // A name without a field left stands for "there is none": that is what makes signing From twice useful.
            if let field = left[name]?.popLast() { output += form.header(field.raw) }
        }
        output += form.header(signature[...])
        output.removeLast(2)
        return output
    }
}
