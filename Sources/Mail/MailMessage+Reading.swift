import CGMime
import Messages

extension MailMessage {
    /// `g_mime_init` may run only once; a lazy static does it at the first mail, on one thread.
    private static let library: Void = g_mime_init()

    /// Reads a message.
    ///
    /// - Parameters:
    ///   - envelopeFrom: the return path of the envelope; empty for the null path, nil when it is not known.
    ///   - ownAddresses: keys of our own addresses (`MailAddress.key`): mail from them is a loop.
    ///   - digests: whether attachments get a SHA-256.
    package static func read(_ raw: [UInt8], envelopeFrom: String?, ownAddresses: Set<String> = [], digests: Bool = false) -> MailMessage {
        _ = library
        var mail = MailMessage()
        guard raw.count <= Limit.messageBytes else {
            mail.note("the message is larger than \(Limit.messageBytes) bytes and was not read")
            return mail
        }
        guard let message = parse(raw, &mail) else {
            mail.note("this is not a mail: no header could be read")
            let decoded = Charset.decode(Array(raw.prefix(Limit.textBytes)), declared: nil)
            mail.text = lines(decoded.text)
            return mail
        }
        defer { g_object_unref(message) }
        mail.readHeader(message)
        var walk = PartWalk(digests: digests)
        walk.visit(g_mime_message_get_mime_part(message), depth: 0)
        walk.finish(into: &mail)
        mail.automatic = mail.judgeAutomatic(envelopeFrom: envelopeFrom, ownAddresses: ownAddresses)
        return mail
    }

    /// GMime refuses a message whose first line is no header line; blank lines and other junk before the header are then skipped.
    private static func parse(_ raw: [UInt8], _ mail: inout MailMessage) -> UnsafeMutablePointer<GMimeMessage>? {
        raw.withUnsafeBytes { bytes in
            guard let base = bytes.baseAddress?.assumingMemoryBound(to: CChar.self) else { return nil }
            if let message = cgmime_parse(base, bytes.count) { return message }
            var start = 0
            for _ in 0..<50 {
                guard let end = bytes[start...].firstIndex(of: 0x0A) else { return nil }
                start = end + 1
                guard start < bytes.count else { return nil }
                if isField(bytes[start...]), let message = cgmime_parse(base + start, bytes.count - start) {
                    mail.note("the lines before the header were skipped")
                    return message
                }
            }
            return nil
        }
    }

    private static func isField(_ bytes: Slice<UnsafeRawBufferPointer>) -> Bool {
        for (offset, byte) in bytes.prefix(80).enumerated() {
            if byte == UInt8(ascii: ":") { return offset > 0 }
            if byte <= 0x20 || byte >= 0x7F { return false }
        }
        return false
    }

    private mutating func readHeader(_ message: UnsafeMutablePointer<GMimeMessage>) {
        guard let list = g_mime_object_get_header_list(cgmime_message_object(message)) else { return }
        var seen: Set<String> = []
        for index in 0..<min(g_mime_header_list_get_count(list), 2000) {
            guard let header = g_mime_header_list_get_header_at(list, index), let namePointer = g_mime_header_get_name(header) else { continue }
            let name = String(cString: namePointer).lowercased()
            guard Self.known.contains(name) else { continue }
            var value: [UInt8] = []
            if let pointer = g_mime_header_get_raw_value(header) {
                let count = strlen(pointer)
                // SAFETY: the octets up to the NUL, as long as the header list lives; they are copied here.
                value = Array(UnsafeRawBufferPointer(start: pointer, count: min(Int(count), Limit.headerBytes)))
                if count > Limit.headerBytes { note("a header field is longer than \(Limit.headerBytes) bytes and was cut") }
            }
            read(name, value, isFirst: seen.insert(name).inserted)
        }
    }

    private static let known: Set<String> = [
        "subject", "from", "to", "cc", "date", "message-id", "in-reply-to", "references", "auto-submitted", "precedence", "list-id", "list-post",
        "list-unsubscribe", "x-auto-response-suppress", "x-autoreply", "x-autorespond", "x-autoresponder", "x-auto-reply", "x-failed-recipients", "return-path",
        "received", "x-loop",
    ]

    /// Takes one field. Of a field that may stand there only once, the first counts.
    private mutating func read(_ name: String, _ value: [UInt8], isFirst: Bool) {
        switch name {
        case "received": fields.received += 1
        case "x-loop": fields.loops.append(EncodedWords.decode(value).lowercased())
        case "list-id", "list-post", "list-unsubscribe": if name != "list-unsubscribe" { fields.isFromList = true }
        case "x-autoreply", "x-autorespond", "x-autoresponder", "x-auto-reply":
            if !["no", "none", "false", "0"].contains(EncodedWords.decode(value).lowercased()) { fields.hasAutoReplyField = true }
        case "x-failed-recipients": fields.hasFailedRecipients = true
        case "x-auto-response-suppress": fields.suppresses = true
        case "from" where !isFirst:
            hasManyFroms = true
            note("there is more than one From field: who wrote this is not certain")
        case "to", "cc":
            // A second To is against the rules, but dropping recipients helps nobody.
            let more = addresses(value)
            if name == "to" { to += more.prefix(MailboxList.limit - min(to.count, MailboxList.limit)) } else { cc += more.prefix(MailboxList.limit - min(cc.count, MailboxList.limit)) }
        case _ where !isFirst: note("the field \(name) stands there more than once; the first one counts")
        case "subject": subject = EncodedWords.decode(value)
        case "from":
            senders = addresses(value)
            if senders.isEmpty { note("the From field names no address") }
            if senders.count > 1 { note("the From field names \(senders.count) addresses: who wrote this is not certain") }
        case "date":
            var seconds: gint64 = 0
            let text = EncodedWords.decode(value)
            if cgmime_date(text, &seconds) != 0, (-62_135_596_800...253_402_300_799).contains(seconds) { date = Timestamp(seconds: Int64(seconds)) } else { note("the date cannot be read") }
        case "message-id": messageID = Self.identifiers(value, limit: 1).first
        case "in-reply-to": inReplyTo = Self.identifiers(value, limit: 10)
        case "references":
            references = Self.identifiers(value, limit: Limit.references)
        case "auto-submitted": fields.autoSubmitted = Self.firstWord(value)
        case "precedence": fields.precedence = Self.firstWord(value)
        case "return-path": fields.returnPath = EncodedWords.decode(value)
        default: break
        }
    }

    private mutating func addresses(_ value: [UInt8]) -> [Mailbox] {
        let list = MailboxList(value)
        if list.isCut { note("only the first \(MailboxList.limit) addresses of a field were read") }
        return list.mailboxes
    }

    /// The value without comment and parameters: `auto-replied (vacation); x=y` is `auto-replied`.
    private static func firstWord(_ value: [UInt8]) -> String {
        let text = EncodedWords.decode(value).lowercased()
        return String(text.prefix { $0 != ";" && $0 != "(" && $0 != " " })
    }

    /// Message-IDs: what stands in angle brackets, else the first word that could be one. Of too many, the first and the last count:
    /// the first names the thread, the last ones what is answered (RFC 5322 §3.6.4).
    static func identifiers(_ value: [UInt8], limit: Int) -> [String] {
        var found: [String] = []
        var current: [UInt8]?
        for byte in value {
            if byte == UInt8(ascii: "<") {
                current = []
            } else if byte == UInt8(ascii: ">") {
                if let id = current, let text = identifier(id) { found.append(text) }
                current = nil
            } else if byte > 0x20 {
                current?.append(byte)
            }
        }
        if found.isEmpty {
            let words = value.split(whereSeparator: { $0 <= 0x20 }).compactMap { identifier($0.filter { $0 != UInt8(ascii: "<") && $0 != UInt8(ascii: ">") }) }
            found = words.filter { $0.contains("@") }
            if found.isEmpty, let first = words.first { found = [first] }
        }
        if found.count > limit { found = [found[0]] + found.suffix(limit - 1) }
        return found
    }

    private static func identifier(_ bytes: some Collection<UInt8>) -> String? {
        guard !bytes.isEmpty, bytes.count <= 998 else { return nil }
        let text = EncodedWords.tidy(EncodedWords.raw8Bit(Array(bytes)))
        return text.isEmpty ? nil : text
    }

    /// CRLF and CR become LF.
    static func lines(_ text: String) -> String {
        guard text.utf8.contains(0x0D) else { return text }
        var output: [UInt8] = []
        output.reserveCapacity(text.utf8.count)
        var wasReturn = false
        for byte in text.utf8 {
            if byte == 0x0D {
                output.append(0x0A)
            } else if byte != 0x0A || !wasReturn {
                output.append(byte)
            }
            wasReturn = byte == 0x0D
        }
        return String(decoding: output, as: UTF8.self)
    }
}
