/// Where a mail was sent to, by every field that says so: reply addresses of ours may stand in any of them.
package enum MailRoute {
    private static let names: Set<String> = ["to", "cc", "delivered-to", "x-original-to", "envelope-to", "x-envelope-to", "x-delivered-to"]

    /// At most 100 addresses, each once.
    package static func recipients(of raw: [UInt8]) -> [MailAddress] {
        var found: [MailAddress] = []
        for field in HeaderFields(raw).fields {
            guard found.count < 100, names.contains(String(decoding: raw[field.name], as: UTF8.self).lowercased()) else { continue }
            for mailbox in MailboxList(raw[field.value].prefix(MailMessage.Limit.headerBytes)).mailboxes {
                if found.count < 100, let address = MailAddress(mailbox.address), !found.contains(where: { $0.key == address.key }) { found.append(address) }
            }
        }
        return found
    }

    /// The name that we gave the envelope of a mail which a delivery report is about (RFC 3464 §2.2.1), in lower case; nil where it has none.
    package static func envelopeID(of raw: [UInt8]) -> String? {
        for line in raw.split(whereSeparator: { $0 == 0x0A || $0 == 0x0D }) where line.count < 200 && line.first.map({ $0 | 0x20 == UInt8(ascii: "o") }) == true {
            let text = String(decoding: line, as: UTF8.self).lowercased()
            if text.hasPrefix("original-envelope-id:") { return String(text.dropFirst(21).filter { !$0.isWhitespace }) }
        }
        return nil
    }
}

extension MailMessage {
    /// Whether the writer's address says itself that nobody reads what comes to it: `noreply@…`.
    package var isFromNobodyWhoReads: Bool {
        guard let address = from?.address, let at = address.lastIndex(of: "@") else { return false }
        let name = address[..<at].lowercased().filter { $0.isLetter }
        return ["noreply", "donotreply", "dontreply", "nonrispondere", "neantworten", "nepasrepondre", "noresponder"].contains { name.hasPrefix($0) || name.hasSuffix($0) }
    }

    /// Whether the sender's program asks that no machine answers (`X-Auto-Response-Suppress: All` or `AutoReply`). Its other values are about
    /// receipts and out-of-office notes, and people behind Exchange send them with every mail.
    package static func refusesAutomaticAnswers(_ raw: [UInt8]) -> Bool {
        HeaderFields(raw).fields.contains { field in
            guard String(decoding: raw[field.name], as: UTF8.self).lowercased() == "x-auto-response-suppress" else { return false }
            let wishes = String(decoding: raw[field.value].prefix(500), as: UTF8.self).lowercased().split { $0 == "," || $0 == ";" || $0.isWhitespace }
            return wishes.contains("all") || wishes.contains("autoreply")
        }
    }
}
