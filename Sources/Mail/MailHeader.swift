/// The fields of a message that was handed over by SMTP, as their exact octets: what signatures are made over.
package struct MailHeader: Sendable {
    package struct Field: Sendable {
        /// In lower case.
        package var name: String
        /// Name, colon, value and the line ends of folding, without the last CRLF.
        package var raw: ArraySlice<UInt8>

        /// What stands behind the colon.
        package var value: ArraySlice<UInt8> {
            guard let colon = raw.firstIndex(of: UInt8(ascii: ":")) else { return [] }
            return raw[(colon + 1)...]
        }
    }

    package private(set) var fields: [Field] = []
    package private(set) var body: ArraySlice<UInt8> = []

    /// More fields than any mail has; what is behind them is not looked at.
    static let most = 2000

    package init(_ raw: [UInt8]) {
        var index = 0
        while index < raw.count {
            let newline = raw[index...].firstIndex(of: 0x0A) ?? raw.count
            let end = newline > index && newline < raw.count && raw[newline - 1] == 0x0D ? newline - 1 : newline
            let next = min(newline + 1, raw.count)
            if end == index {
                body = raw[next...]
                return
            }
            if raw[index] == 0x20 || raw[index] == 0x09 {
                if let last = fields.indices.last { fields[last].raw = raw[fields[last].raw.startIndex..<end] }
            } else if let colon = raw[index..<end].firstIndex(of: UInt8(ascii: ":")) {
                guard fields.count < Self.most else { return }
                var name = raw[index..<colon]
                while name.last == 0x20 || name.last == 0x09 { name.removeLast() }
                fields.append(Field(name: String(decoding: name, as: UTF8.self).lowercased(), raw: raw[index..<end]))
            } else {
                // No field: for a signature the message ends here.
                return
            }
            index = next
        }
    }

    package func all(_ name: String) -> [Field] { fields.filter { $0.name == name } }
}

extension MailHeader {
    /// The address of the one mailbox of the one From field (RFC 5322 §3.6.2); nil when it is not as simple as that.
    package var soleWriter: String? {
        let from = all("from")
        guard from.count == 1, from[0].value.count <= 65_536 else { return nil }
        let mailboxes = MailboxList(from[0].value).mailboxes
        guard mailboxes.count == 1, mailboxes[0].address.split(separator: "@", omittingEmptySubsequences: false).count == 2 else { return nil }
        return mailboxes[0].address
    }
}
