package import Messages

/// One `Authentication-Results` field (RFC 8601): what a mail server found out about a message before it passed it on.
package struct AuthenticationResults: Sendable, Hashable {
    package struct Method: Sendable, Hashable {
        /// In lower case: `dkim`, `spf`, `dmarc`.
        package var name: String
        /// In lower case: `pass`, `fail`, `none`.
        package var result: String
        /// `header.d`, `smtp.mailfrom` …, in lower case, and their values.
        package var properties: [String: String] = [:]
        /// Without their parentheses; some servers say only there what the domain wants (`p=none`).
        package var comments: [String] = []
    }

    package var authservID: String
    package var methods: [Method]

    private static let most = 50

    /// The topmost field of the message, when it is the one of the server that is believed; all others may have been written by the sender.
    ///
    /// - Parameter authservID: how that server names itself, from the settings; letter case is ignored.
    package static func trusted(_ raw: [UInt8], authservID: String) -> AuthenticationResults? {
        let head = HeaderFields(raw)
        guard let field = head.fields.first(where: { String(decoding: raw[$0.name], as: UTF8.self).lowercased() == "authentication-results" }), field.value.count <= 16_384,
            let results = AuthenticationResults(Array(raw[field.value])), results.authservID.lowercased() == authservID.lowercased()
        else { return nil }
        return results
    }

    /// What it says about the mailbox of the From field. A domain's owner who asks for nothing to be done about forgeries
    /// (`p=none`) does not make a failure of one.
    package func verification(of from: String, suffixes: PublicSuffixes) -> Verification {
        guard let domain = from.split(separator: "@").last.map({ $0.lowercased() }), from.contains("@") else { return Verification(.unverified, "the sender has no domain") }
        let dmarc = methods.first { $0.name == "dmarc" && ($0.properties["header.from"].map { $0.lowercased() == domain } ?? true) }
        let policy = (dmarc.map { [$0.properties["policy.dmarc"] ?? "", $0.properties["policy.published-domain-policy"] ?? ""] + $0.comments } ?? []).joined(separator: " ")
            .lowercased()
        if dmarc?.result == "pass" { return Verification(.verified, "DMARC pass for \(domain), says \(authservID)") }
        for method in methods where method.name == "dkim" && method.result == "pass" {
            let signer = method.properties["header.d"] ?? method.properties["header.i"]?.split(separator: "@").last.map(String.init) ?? ""
            if dmarc?.result != "fail", suffixes.areAligned(signer.lowercased(), domain) { return Verification(.verified, "DKIM of \(signer.lowercased()), says \(authservID)") }
        }
        if dmarc?.result == "fail" {
            let isTolerated = policy.contains("none") && !policy.contains("p=reject") && !policy.contains("p=quarantine")
            return Verification(isTolerated ? .unverified : .failed, "DMARC fail for \(domain), says \(authservID)")
        }
        return Verification(.unverified, "\(authservID) found no proof for \(domain)")
    }

    /// Nil when it is no such field. What is behind a part that cannot be read is left out.
    init?(_ value: [UInt8]) {
        var reader = Reader(value)
        reader.skip()
        guard let id = reader.word(until: ";") else { return nil }
        authservID = id
        methods = []
        reader.skip()
        // The version, which is 1.
        if !reader.isAtEnd, !reader.take(";") {
            guard reader.word(until: ";") != nil else { return nil }
            reader.skip()
            guard reader.isAtEnd || reader.take(";") else { return nil }
        }
        while !reader.isAtEnd, methods.count < Self.most {
            reader.skip()
            guard let name = reader.word(until: "=/;")?.lowercased() else { break }
            reader.skip()
            if reader.take("/") {
                reader.skip()
                _ = reader.word(until: "=;")
                reader.skip()
            }
            guard reader.take("=") else {
                // `none` alone: nothing was checked.
                reader.skip()
                if reader.take(";") { continue }
                break
            }
            reader.skip()
            guard let result = reader.word(until: ";")?.lowercased() else { break }
            var method = Method(name: name, result: result)
            reader.comments = []
            reader.skip()
            while !reader.isAtEnd, !reader.take(";") {
                guard let property = reader.word(until: "=;")?.lowercased() else { break }
                reader.skip()
                guard reader.take("=") else { break }
                reader.skip()
                guard let value = reader.word(until: ";") else { break }
                if method.properties.count < Self.most, method.properties[property] == nil { method.properties[property] = value }
                reader.skip()
            }
            method.comments = reader.comments
            methods.append(method)
            // What could not be read makes the rest unsafe to read.
            if !reader.isAtEnd, !reader.wasSeparated { break }
        }
    }

    /// Words, quoted strings and comments of a structured field.
    private struct Reader {
        private let bytes: [UInt8]
        private var index = 0
        var comments: [String] = []
        /// Whether the last octet taken was a separator.
        private(set) var wasSeparated = false

        init(_ bytes: [UInt8]) { self.bytes = bytes }

        var isAtEnd: Bool { index >= bytes.count }

        mutating func take(_ character: UnicodeScalar) -> Bool {
            guard index < bytes.count, bytes[index] == UInt8(ascii: character) else { return false }
            index += 1
            wasSeparated = character == ";"
            return true
        }

        /// Passes over blanks and comments.
        mutating func skip() {
            while index < bytes.count {
                switch bytes[index] {
                case 0x20, 0x09, 0x0D, 0x0A: index += 1
                case UInt8(ascii: "("):
                    var depth = 0
                    let start = index + 1
                    repeat {
                        if bytes[index] == UInt8(ascii: "(") { depth += 1 }
                        if bytes[index] == UInt8(ascii: ")") { depth -= 1 }
                        if bytes[index] == UInt8(ascii: "\\") { index += 1 }
                        index += 1
                    } while index < bytes.count && depth > 0
                    if comments.count < AuthenticationResults.most, index <= bytes.count, start < index {
                        comments.append(String(decoding: bytes[start..<max(start, min(index, bytes.count) - 1)].prefix(200), as: UTF8.self))
                    }
                default: return
                }
            }
        }

        /// One token or quoted string; nil when there is none.
        mutating func word(until stops: String) -> String? {
            wasSeparated = false
            var output: [UInt8] = []
            if index < bytes.count, bytes[index] == UInt8(ascii: "\"") {
                index += 1
                while index < bytes.count, bytes[index] != UInt8(ascii: "\"") {
                    if bytes[index] == UInt8(ascii: "\\"), index + 1 < bytes.count { index += 1 }
                    output.append(bytes[index])
                    index += 1
                }
                guard index < bytes.count else { return nil }
                index += 1
            } else {
                while index < bytes.count, bytes[index] > 0x20, bytes[index] != UInt8(ascii: "("), !stops.utf8.contains(bytes[index]) {
                    output.append(bytes[index])
                    index += 1
                }
            }
            guard !output.isEmpty, output.count <= 512, output.allSatisfy({ $0 >= 0x20 && $0 != 0x7F }) else { return nil }
            return String(decoding: output, as: UTF8.self)
        }
    }
}
