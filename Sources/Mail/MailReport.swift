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
        private var diagnostic: [UInt8]?
        var recipients: [String] = []
        var originalMessageID: String?
        var disposition: String?
        var feedbackType: String?

        init(_ bytes: UnsafeRawBufferPointer) {
            var worst = -1
            var blockRecipient: [UInt8]?
            for line in Self.unfolded(bytes.prefix(65_536)) {
                guard let colon = line.firstIndex(of: UInt8(ascii: ":")) else {
                    blockRecipient = nil
                    continue
                }
                let value = line[(colon + 1)...].trimmed()
                switch String(decoding: Stems.lower(line[..<colon]), as: UTF8.self) {
                case "final-recipient", "original-recipient":
                    // `rfc822; user@example.com`
                    let address = (value.firstIndex(of: UInt8(ascii: ";")).map { value[($0 + 1)...].trimmed() } ?? value).filter(Self.isNoBracket)
                    if blockRecipient == nil, !address.isEmpty, recipients.count < 20 {
                        let recipient = String(decoding: address, as: UTF8.self)
                        if !recipients.contains(recipient) { recipients.append(recipient) }
                    }
                    blockRecipient = address
                case "action":
                    let word = String(decoding: value.prefix(while: \.isLetter).map(\.lowercased), as: UTF8.self)
                    let rank = ["failed": 3, "delayed": 2, "delivered": 1, "relayed": 1, "expanded": 1][word] ?? 0
                    if rank > worst {
                        worst = rank
                        action = word
                    }
                case "status":
                    if status == nil || status?.hasPrefix("2") == true { status = StatusCode.first(in: value, onlyMarked: false) ?? status }
                case "diagnostic-code": diagnostic = diagnostic ?? Array(value.prefix(1000))
                case "original-message-id": originalMessageID = MailMessage.identifiers(value, limit: 1).first
                case "disposition": disposition = String(decoding: value.prefix(200), as: UTF8.self)
                case "feedback-type": feedbackType = String(decoding: value.prefix(40), as: UTF8.self)
                case "original-rcpt-to": if recipients.count < 20 { recipients.append(String(decoding: value.filter(Self.isNoBracket), as: UTF8.self)) }
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

        private static func isNoBracket(_ byte: UInt8) -> Bool { byte != UInt8(ascii: "<") && byte != UInt8(ascii: ">") }

        /// At most 2,000 lines, those of folding put together.
        private static func unfolded(_ bytes: Slice<UnsafeRawBufferPointer>) -> [ArraySlice<UInt8>] {
            var lines: [ArraySlice<UInt8>] = []
            for line in Array(bytes).split(separator: 0x0A, maxSplits: 2000, omittingEmptySubsequences: false).prefix(2000) {
                let line = line.last == 0x0D ? line.dropLast() : line
                if line.first == 0x20 || line.first == 0x09, let last = lines.last, !last.isEmpty {
                    lines[lines.count - 1] = last + [0x20] + line.drop(while: \.isWhiteSpace)
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
    static func first(in text: some Collection<UInt8>, onlyMarked: Bool) -> String? {
        let bytes = Array(text.prefix(65_536))
        func isDigit(_ index: Int) -> Bool { index >= 0 && index < bytes.count && bytes[index].isDigit }
        var index = 0
        while index + 4 < bytes.count {
            defer { index += 1 }
            guard bytes[index + 1] == UInt8(ascii: "."), bytes[index] == 0x32 || bytes[index] == 0x34 || bytes[index] == 0x35, !isDigit(index - 1),
                index == 0 || bytes[index - 1] != UInt8(ascii: ".")
            else {
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
