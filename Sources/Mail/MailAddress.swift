/// One mailbox in the strict form of an SMTP path (RFC 5321 §4.1.2, RFC 6531 §3.3): no source route, no comment, no blank.
///
/// Two addresses with the same `key` are the same mailbox to us. `local` is without its quotes, `domain` in lower case; a domain
/// may be an address literal in brackets.
package struct MailAddress: Sendable, Hashable, CustomStringConvertible {
    package let local: String
    package let domain: String

    /// - Parameter allowsUTF8: whether letters outside ASCII may stand in it (SMTPUTF8).
    package init?(_ text: some StringProtocol, allowsUTF8: Bool = true) {
        self.init(bytes: Array(text.utf8), allowsUTF8: allowsUTF8)
    }

    init?(bytes: [UInt8], allowsUTF8: Bool) {
        // RFC 5321 §4.5.3.1.3: a path has at most 256 octets, and two of them are its angle brackets.
        guard bytes.count <= 254 else { return nil }
        var local: [UInt8] = []
        var index = 0
        if bytes.first == UInt8(ascii: "\"") {
            index = 1
            while index < bytes.count, bytes[index] != UInt8(ascii: "\"") {
                if bytes[index] == UInt8(ascii: "\\") { index += 1 }
                guard index < bytes.count, bytes[index] >= 0x20, bytes[index] != 0x7F, allowsUTF8 || bytes[index] < 0x80 else { return nil }
                local.append(bytes[index])
                index += 1
            }
            guard index < bytes.count else { return nil }
            index += 1
        } else {
            var isDotAllowed = false
            while index < bytes.count, bytes[index] != UInt8(ascii: "@") {
                let byte = bytes[index]
                if byte == UInt8(ascii: ".") {
                    guard isDotAllowed else { return nil }
                    isDotAllowed = false
                } else {
                    guard Self.isAtom(byte, allowsUTF8: allowsUTF8) else { return nil }
                    isDotAllowed = true
                }
                local.append(byte)
                index += 1
            }
            guard isDotAllowed else { return nil }
        }
        guard !local.isEmpty, index < bytes.count, bytes[index] == UInt8(ascii: "@") else { return nil }
        let domain = bytes[(index + 1)...]
        guard Self.isDomain(domain, allowsUTF8: allowsUTF8), let localText = String(validating: local, as: UTF8.self),
            let domainText = String(validating: domain, as: UTF8.self)
        else { return nil }
        self.local = Self.normal(localText)
        self.domain = Self.normal(domainText.lowercased())
    }

    init(local: String, domain: String) {
        self.local = local
        self.domain = domain
    }

    /// What two addresses of ours are compared by: all in lower case, the domain in ASCII.
    package var key: String { "\(local.lowercased())@\(withASCIIDomain.domain)" }

    /// As it stands in a path or a header: the local part in quotes where it needs them.
    package var text: String {
        let bytes = Array(local.utf8)
        let isPlain =
            bytes.allSatisfy { Self.isAtom($0, allowsUTF8: true) || $0 == UInt8(ascii: ".") }
            && bytes.first != UInt8(ascii: ".") && bytes.last != UInt8(ascii: ".") && !local.contains("..")
        if isPlain { return "\(local)@\(domain)" }
        var quoted = ""
        for character in local.unicodeScalars {
            if character == "\"" || character == "\\" { quoted.append("\\") }
            quoted.unicodeScalars.append(character)
        }
        return "\"\(quoted)\"@\(domain)"
    }

    package var description: String { text }

    package var isASCII: Bool { text.utf8.allSatisfy { $0 < 0x80 } }

    /// What stands after the first `+` of the local part (RFC 5233); nil without one.
    package var detail: String? {
        guard let plus = local.firstIndex(of: "+"), plus > local.startIndex else { return nil }
        return String(local[local.index(after: plus)...])
    }

    /// The address that a plus-address belongs to.
    package var withoutDetail: MailAddress {
        guard let plus = local.firstIndex(of: "+"), plus > local.startIndex else { return self }
        return MailAddress(local: String(local[..<plus]), domain: domain)
    }

    /// atext of RFC 5322 §3.2.3.
    static func isAtom(_ byte: UInt8, allowsUTF8: Bool) -> Bool {
        switch byte {
        case 0x30...0x39, 0x41...0x5A, 0x61...0x7A: true
        case UInt8(ascii: "!"), UInt8(ascii: "#"), UInt8(ascii: "$"), UInt8(ascii: "%"), UInt8(ascii: "&"), UInt8(ascii: "'"), UInt8(ascii: "*"),
            UInt8(ascii: "+"), UInt8(ascii: "-"), UInt8(ascii: "/"), UInt8(ascii: "="), UInt8(ascii: "?"), UInt8(ascii: "^"), UInt8(ascii: "_"),
            UInt8(ascii: "`"), UInt8(ascii: "{"), UInt8(ascii: "|"), UInt8(ascii: "}"), UInt8(ascii: "~"):
            true
        default: allowsUTF8 && byte >= 0x80
        }
    }

    /// Labels of letters, digits and hyphens (and the underscore that real host names have), or an address literal.
    static func isDomain(_ bytes: ArraySlice<UInt8>, allowsUTF8: Bool) -> Bool {
        if bytes.first == UInt8(ascii: "[") {
            guard bytes.count > 2, bytes.last == UInt8(ascii: "]") else { return false }
            return bytes.dropFirst().dropLast().allSatisfy { byte in
                switch byte {
                case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, UInt8(ascii: "."), UInt8(ascii: ":"), UInt8(ascii: "-"): true
                default: false
                }
            }
        }
        for label in bytes.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false) {
            guard (1...63).contains(label.count), label.first != UInt8(ascii: "-"), label.last != UInt8(ascii: "-") else { return false }
            for byte in label {
                switch byte {
                case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, UInt8(ascii: "-"), UInt8(ascii: "_"): continue
                default: guard allowsUTF8, byte >= 0x80 else { return false }
                }
            }
        }
        return !bytes.isEmpty
    }
}
