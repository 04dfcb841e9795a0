/// One address of a message's header, as far as it can be made out: what a stranger wrote, not an address to rely on.
package struct Mailbox: Sendable, Hashable {
    package var name: String?
    /// Without angle brackets and blanks; not checked.
    package var address: String

    package init(name: String?, address: String) {
        self.name = name
        self.address = address
    }
}

/// Reads address lists (RFC 5322 §3.4) as leniently as they are written: groups, comments, routes, names in encoded words, commas
/// and brackets in the wrong places. One pass without recursion, at most `limit` addresses.
struct MailboxList {
    static let limit = 500

    private(set) var mailboxes: [Mailbox] = []
    private(set) var isCut = false

    private var phrase: [UInt8] = []
    /// As `phrase`, with the quotes of quoted strings, for an address that stands without brackets.
    private var plain: [UInt8] = []
    private var bracketed: [UInt8]?

    init(_ raw: some Collection<UInt8>) {
        let bytes = Array(raw)
        var index = 0
        while index < bytes.count, !isCut {
            let byte = bytes[index]
            index += 1
            switch byte {
            case UInt8(ascii: "\""):
                plain.append(byte)
                while index < bytes.count, bytes[index] != UInt8(ascii: "\"") {
                    if bytes[index] == UInt8(ascii: "\\"), index + 1 < bytes.count { index += 1 }
                    phrase.append(bytes[index])
                    plain.append(bytes[index])
                    index += 1
                }
                plain.append(byte)
                index += 1
            case UInt8(ascii: "("):
                var depth = 1
                while index < bytes.count, depth > 0 {
                    let inner = bytes[index]
                    if inner == UInt8(ascii: "\\"), index + 1 < bytes.count {
                        index += 1
                    } else {
                        if inner == UInt8(ascii: "(") { depth += 1 }
                        if inner == UInt8(ascii: ")") { depth -= 1 }
                    }
                    index += 1
                }
            case UInt8(ascii: "<"):
                var address: [UInt8] = []
                var isQuoted = false
                while index < bytes.count, isQuoted || bytes[index] != UInt8(ascii: ">") {
                    if bytes[index] == UInt8(ascii: "\"") { isQuoted.toggle() }
                    // `Name <<a@b>>`
                    if isQuoted || bytes[index] != UInt8(ascii: "<") { address.append(bytes[index]) }
                    index += 1
                }
                index += 1
                if bracketed == nil { bracketed = address }
            case UInt8(ascii: ":"):
                // The name of a group, unless a route or `mailto:` brought the colon.
                phrase = []
                plain = []
            case UInt8(ascii: ","), UInt8(ascii: ";"):
                flush()
            // The second one of `<<a@b>>`.
            case UInt8(ascii: ">") where bracketed != nil: break
            default:
                phrase.append(byte)
                plain.append(byte)
            }
        }
        flush()
    }

    private mutating func flush() {
        defer {
            phrase = []
            plain = []
            bracketed = nil
        }
        var address = bracketed ?? plain
        var name = phrase
        if bracketed == nil {
            // A comment is no name (RFC 5322 §3.2.2), though programs of the last century wrote it so.
            name = []
            // `root` alone, as programs on one machine write it, is an address; several words are not.
            guard address.contains(UInt8(ascii: "@")) || address.split(separator: 0x20).count == 1 else { return }
            // `Name a@b` without brackets: the word with the @ is the address.
            let words = address.split(whereSeparator: { $0 == 0x20 || $0 == 0x09 || $0 == 0x0D || $0 == 0x0A })
            if words.count > 1, !address.contains(UInt8(ascii: "\"")), let word = words.last(where: { $0.contains(UInt8(ascii: "@")) && $0.count > 2 }) { address = Array(word) }
        }
        // A source route of the last century: `@a,@b:user@host`.
        if address.first == UInt8(ascii: "@"), let colon = address.firstIndex(of: UInt8(ascii: ":")) { address.removeSubrange(...colon) }
        if !address.contains(UInt8(ascii: "\"")) { address.removeAll { $0 <= 0x20 } }
        let text = EncodedWords.tidy(EncodedWords.raw8Bit(address))
        guard !text.isEmpty else { return }
        guard mailboxes.count < Self.limit else {
            isCut = true
            return
        }
        let shown = EncodedWords.decode(name)
        mailboxes.append(Mailbox(name: shown.isEmpty ? nil : shown, address: text))
    }
}
