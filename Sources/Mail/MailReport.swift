/// What a machine says about a mail that was sent: that it failed, waits, arrived, was read or complained about.
package struct MailReport: Sendable, Hashable {
    package enum Outcome: String, Sendable, Hashable {
        case failed
        /// The server that says so goes on trying (RFC 3464 §2.3.3).
        case delayed
        /// Also: handed on to a server that sends no reports, or to a list.
        case delivered
        /// The recipient called it spam (RFC 5965).
        case complaint
        /// Shown to the recipient, or deleted (RFC 8098).
        case read
    }

    package var outcome: Outcome
    /// The enhanced status code (RFC 3463).
    package var status: String?
    /// At most 20, as written.
    package var recipients: [String] = []
    /// Without angle brackets, of the mail it is about.
    package var originalMessageID: String?

    /// The fields of a `message/delivery-status`, of a `message/disposition-notification` or of a `message/feedback-report` (all: blocks of
    /// header fields, RFC 3464 §2.1.1). Of several recipients the worst counts.
    struct Fields {
        var action: String?
        var status: String?
        var diagnostic: String?
        var recipients: [String] = []
        var originalMessageID: String?
        var disposition: String?
        var feedbackType: String?

        init(_ bytes: UnsafeRawBufferPointer) {
            var worst = -1
            var blockRecipient: String?
            for line in Self.unfolded(String(decoding: bytes.prefix(65_536), as: UTF8.self)) {
                guard let colon = line.firstIndex(of: ":") else {
                    blockRecipient = nil
                    continue
                }
                let name = line[..<colon].lowercased()
                let value = Self.trimmed(line[line.index(after: colon)...])
                switch name {
                case "final-recipient", "original-recipient":
                    // `rfc822; user@example.com`
                    let address = Self.trimmed(value.split(separator: ";", maxSplits: 1).last ?? "").filter { $0 != "<" && $0 != ">" }
                    if blockRecipient == nil, !address.isEmpty, recipients.count < 20, !recipients.contains(address) { recipients.append(address) }
                    blockRecipient = address
                case "action":
                    let word = String(value.lowercased().prefix { $0.isLetter })
                    let rank = ["failed": 3, "delayed": 2, "delivered": 1, "relayed": 1, "expanded": 1][word] ?? 0
                    if rank > worst {
                        worst = rank
                        action = word
                    }
                case "status":
                    if status == nil || status?.hasPrefix("2") == true { status = StatusCode.first(in: value, onlyMarked: false) ?? status }
                case "diagnostic-code": diagnostic = diagnostic ?? String(value.prefix(1000))
                case "original-message-id": originalMessageID = MailMessage.identifiers(Array(value.utf8), limit: 1).first
                case "disposition": disposition = String(value.prefix(200))
                case "feedback-type": feedbackType = String(value.prefix(40))
                case "original-rcpt-to": if recipients.count < 20 { recipients.append(value.filter { $0 != "<" && $0 != ">" }) }
                default: break
                }
            }
            // `5.0.0` says nothing; the server's own words often do.
            if let general = status, general.hasSuffix(".0.0"), let diagnostic, let exact = StatusCode.first(in: diagnostic, onlyMarked: false),
                exact.prefix(1) == general.prefix(1)
            {
                status = exact
            }
            if status == nil, let diagnostic { status = StatusCode.first(in: diagnostic, onlyMarked: false) }
        }

        static func trimmed(_ text: Substring) -> String {
            String(text.drop { $0.isWhitespace }.reversed().drop { $0.isWhitespace }.reversed())
        }

        private static func unfolded(_ text: String) -> [Substring] {
            var lines: [Substring] = []
            for line in text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).prefix(2000) {
                if let first = line.first, first == " " || first == "\t", let last = lines.last, !last.isEmpty {
                    lines[lines.count - 1] = Substring(last + " " + line.drop { $0.isWhitespace })
                } else {
                    lines.append(line)
                }
            }
            return lines
        }
    }
}

/// Enhanced status codes in text (RFC 3463 §2): class 2, 4 or 5, and two numbers of at most three digits.
enum StatusCode {
    /// - Parameter onlyMarked: only behind a reply code of SMTP, a `#` or an opening bracket, as free text holds versions and dates too.
    static func first(in text: some StringProtocol, onlyMarked: Bool) -> String? {
        let bytes = Array(text.utf8.prefix(65_536))
        func isDigit(_ index: Int) -> Bool { index >= 0 && index < bytes.count && (0x30...0x39).contains(bytes[index]) }
        var index = 0
        while index + 4 < bytes.count {
            defer { index += 1 }
            guard bytes[index + 1] == UInt8(ascii: "."), [0x32, 0x34, 0x35].contains(bytes[index]), !isDigit(index - 1), index == 0 || bytes[index - 1] != UInt8(ascii: ".") else {
                continue
            }
            var end = index + 2
            while isDigit(end), end < index + 5 { end += 1 }
            guard end > index + 2, end < bytes.count, bytes[end] == UInt8(ascii: ".") else { continue }
            let last = end + 1
            end = last
            while isDigit(end), end < last + 3 { end += 1 }
            // `5.1.1.2` is an address or a version.
            guard end > last, !isDigit(end), !(end + 1 < bytes.count && bytes[end] == UInt8(ascii: ".") && isDigit(end + 1)) else { continue }
            if onlyMarked {
                var before = index - 1
                while before >= 0, bytes[before] == 0x20 || bytes[before] == UInt8(ascii: "-") { before -= 1 }
                let isMarked =
                    before >= 0 && (bytes[before] == UInt8(ascii: "#") || bytes[before] == UInt8(ascii: "("))
                    || isDigit(before) && isDigit(before - 1) && before >= 2 && (bytes[before - 2] == 0x34 || bytes[before - 2] == 0x35) && !isDigit(before - 3)
                guard isMarked else { continue }
            }
            return String(decoding: bytes[index..<end], as: UTF8.self)
        }
        return nil
    }
}
