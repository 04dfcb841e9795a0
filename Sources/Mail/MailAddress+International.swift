import CGMime

/// Addresses in other letters than ASCII (RFC 6531, RFC 5891).
extension MailAddress {
    /// The same mailbox with its domain in ASCII (`xn--…`), which needs no SMTPUTF8 when the local part is ASCII too; as it is when the domain has
    /// no such form.
    package var withASCIIDomain: MailAddress {
        guard !domain.utf8.allSatisfy({ $0 < 0x80 }), let text = g_hostname_to_ascii(domain) else { return self }
        defer { g_free(text) }
        return MailAddress(local: local, domain: String(cString: text).lowercased())
    }

    /// The text in the normal form that addresses are compared in (NFC, RFC 6531 §3.1): an accent is the same however it was typed.
    package static func normal(_ text: String) -> String {
        guard text.utf8.contains(where: { $0 >= 0x80 }), let found = g_utf8_normalize(text, -1, G_NORMALIZE_DEFAULT_COMPOSE) else { return text }
        defer { g_free(found) }
        return String(cString: found)
    }
}
