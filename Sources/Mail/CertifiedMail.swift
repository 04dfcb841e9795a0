/// Italian certified mail (PEC, DM 2 November 2005, technical rules): the provider puts the real mail as `postacert.eml` into an envelope
/// of its own, and sends receipts about every step. The envelope's signature is not checked here, so it proves nothing.
enum CertifiedMail {
    /// The values of `X-Ricevuta`.
    static let receipts: Set<String> = [
        "accettazione", "non-accettazione", "presa-in-carico", "avvenuta-consegna", "errore-consegna", "preavviso-errore-consegna", "rilevazione-virus",
    ]

    static func isFailure(_ receipt: String) -> Bool {
        ["non-accettazione", "errore-consegna", "preavviso-errore-consegna", "rilevazione-virus"].contains(receipt)
    }

    static func outcome(_ receipt: String) -> MailReport.Outcome {
        switch receipt {
        case "accettazione", "presa-in-carico", "preavviso-errore-consegna": .delayed
        case "avvenuta-consegna": .delivered
        default: .failed
        }
    }

    /// What `daticert.xml` says, as far as it is needed.
    struct Data: Equatable {
        var kind: String
        var error: String
        var sender: String
        var messageID: String?
    }

    /// Reads `daticert.xml` strictly: UTF-8 or Latin letters of ASCII, no document type, no entities but the five, elements that match. Nil for
    /// anything else.
    static func data(_ bytes: [UInt8]) -> Data? {
        guard bytes.count <= 262_144, let text = String(validating: bytes, as: UTF8.self) else { return nil }
        var path: [String] = []
        var values: [String: String] = [:]
        var attributes: [String: String] = [:]
        var rest = text[...]
        if rest.unicodeScalars.first == "\u{FEFF}" { rest = rest.dropFirst() }
        var hasRoot = false
        while let open = rest.firstIndex(of: "<") {
            let words = rest[..<open]
            if let place = path.last {
                guard let read = unescaped(words) else { return nil }
                values[place, default: ""] += read
            } else if words.contains(where: { !$0.isWhitespace }) {
                return nil
            }
            guard let end = rest[open...].firstIndex(of: ">") else { return nil }
            let tag = rest[rest.index(after: open)..<end]
            rest = rest[rest.index(after: end)...]
            if tag.hasPrefix("?") {
                guard path.isEmpty, !hasRoot else { return nil }
            } else if tag.hasPrefix("!") {
                return nil
            } else if tag.hasPrefix("/") {
                guard let last = path.popLast(), last == tag.dropFirst().filter({ !$0.isWhitespace }) else { return nil }
            } else {
                guard path.count < 10, !hasRoot || !path.isEmpty else { return nil }
                let name = String(tag.prefix { !$0.isWhitespace && $0 != "/" })
                guard !name.isEmpty, name.utf8.allSatisfy({ (0x61...0x7A).contains($0) || $0 == UInt8(ascii: "-") || (0x30...0x39).contains($0) }) else { return nil }
                if path.isEmpty {
                    guard name == "postacert" else { return nil }
                    hasRoot = true
                    attributes = self.attributes(tag.dropFirst(name.count))
                }
                // Of an element that comes twice, the first counts.
                if values[name] == nil || path.isEmpty { values[name] = "" } else { values[name, default: ""] += "\n" }
                if !tag.hasSuffix("/") { path.append(name) }
            }
        }
        guard hasRoot, path.isEmpty, rest.allSatisfy(\.isWhitespace), let kind = attributes["tipo"] else { return nil }
        func value(_ name: String) -> String? {
            values[name]?.split(separator: "\n").first.map { String($0.trimming()) }.flatMap { $0.isEmpty ? nil : $0 }
        }
        guard let sender = value("mittente") else { return nil }
        return Data(
            kind: kind, error: attributes["errore"] ?? "nessuno", sender: sender, messageID: value("msgid").flatMap { MailMessage.identifiers(Array($0.utf8)[...], limit: 1).first }
        )
    }

    private static func attributes(_ text: Substring) -> [String: String] {
        var found: [String: String] = [:]
        var rest = text
        while let equals = rest.firstIndex(of: "="), found.count < 10 {
            let name = rest[..<equals].filter { !$0.isWhitespace }
            let after = rest[rest.index(after: equals)...].drop { $0.isWhitespace }
            guard let quote = after.first, quote == "\"" || quote == "'", let end = after.dropFirst().firstIndex(of: quote) else { return found }
            found[String(name)] = String(after[after.index(after: after.startIndex)..<end])
            rest = after[after.index(after: end)...]
        }
        return found
    }

    private static func unescaped(_ text: Substring) -> String? {
        guard text.contains("&") else { return String(text) }
        var output = ""
        var rest = text
        while let amp = rest.firstIndex(of: "&") {
            output += rest[..<amp]
            guard let end = rest[amp...].prefix(8).firstIndex(of: ";") else { return nil }
            switch rest[rest.index(after: amp)..<end] {
            case "amp": output += "&"
            case "lt": output += "<"
            case "gt": output += ">"
            case "quot": output += "\""
            case "apos": output += "'"
            default: return nil
            }
            rest = rest[rest.index(after: end)...]
        }
        return output + rest
    }
}
