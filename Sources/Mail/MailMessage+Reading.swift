import CGMime
import Glibc
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
    ///   - files: whether attachments come with their octets.
    package static func read(_ raw: [UInt8], envelopeFrom: String?, ownAddresses: Set<String> = [], digests: Bool = false, files: Bool = false) -> MailMessage {
        read(raw, envelopeFrom: envelopeFrom, ownAddresses: ownAddresses, digests: digests, isInner: false, wanted: files ? .files : .nothing)
    }

    static func read(_ raw: [UInt8], envelopeFrom: String?, ownAddresses: Set<String>, digests: Bool, isInner: Bool, wanted: Wanted) -> MailMessage {
        _ = library
        var mail = MailMessage()
        // Lines of old Macintoshes end in CR alone; a mail without any LF is one.
        let raw = raw.contains(0x0A) ? raw : raw.map { $0 == 0x0D ? 0x0A : $0 }
        guard raw.count <= Limit.messageBytes else {
            mail.note("the message is larger than \(Limit.messageBytes) bytes and was not read")
            return mail
        }
        let head = HeaderFields(raw)
        if head.isAfterJunk { mail.note("the lines before the header were skipped") }
        if head.isEmpty { mail.note("this is not a mail: no header could be read") }
        var content: [UInt8] = []
        var seen: Set<KnownField> = []
        for field in head.fields {
            let name = raw[field.name]
            let known = KnownField(name)
            let isContent = known == nil && (name.beginsWith("content-".utf8) || name.isWord("mime-version".utf8))
            guard isContent || known != nil else { continue }
            if field.value.count > Limit.headerBytes { mail.note("a header field is longer than \(Limit.headerBytes) bytes and was cut") }
            if let known {
                mail.read(known, raw[field.value].prefix(Limit.headerBytes), isFirst: seen.insert(known).inserted)
            } else if field.value.count <= Limit.headerBytes, !Self.isTypeWithoutSlash(name, raw[field.value]) {
                content += raw[field.name.lowerBound..<field.value.upperBound]
                content += [0x0D, 0x0A]
            }
        }
        if content.isEmpty { content = Array("MIME-Version: 1.0\r\n".utf8) }
        content += [0x0D, 0x0A]
        let body = Self.tamed(Self.withFewParts(raw[head.body...], &mail), &mail)
        let message = content.withUnsafeBytes { content in
            body.withUnsafeBytes { body in cgmime_parse(content.baseAddress, content.count, body.baseAddress, body.count) }
        }
        var walk = PartWalk(digests: digests, isCertified: mail.fields.certifiedTransport != nil, wanted: wanted, body: body)
        if let message {
            walk.visit(g_mime_message_get_mime_part(message), depth: 0)
            g_object_unref(message)
        } else {
            mail.note("the parts of the message could not be told apart")
        }
        walk.finish(into: &mail)
        if !isInner, let inside = walk.certifiedMail {
            return mail.unwrapped(inside, walk.certificate, envelopeFrom: envelopeFrom, ownAddresses: ownAddresses, digests: digests, wanted: wanted)
        }
        mail.automatic = mail.judgeAutomatic(envelopeFrom: envelopeFrom, ownAddresses: ownAddresses)
        mail.report = mail.judgeReport(status: walk.report)
        mail.noteDisguises()
        return mail
    }

    /// `Content-Type: text` of old programs says nothing: what it is about is plain text (RFC 2045 §5.2).
    private static func isTypeWithoutSlash(_ name: ArraySlice<UInt8>, _ value: ArraySlice<UInt8>) -> Bool {
        guard name.isWord("content-type".utf8) else { return false }
        return !value.prefix { $0 != UInt8(ascii: ";") }.contains(UInt8(ascii: "/"))
    }

    /// The mail inside of an envelope of certified mail, in place of the envelope.
    private func unwrapped(_ inside: [UInt8], _ certificate: [UInt8]?, envelopeFrom: String?, ownAddresses: Set<String>, digests: Bool, wanted: Wanted) -> MailMessage {
        var inner = Self.read(inside, envelopeFrom: envelopeFrom, ownAddresses: ownAddresses, digests: digests, isInner: true, wanted: wanted)
        inner.isUnwrapped = true
        // How often it was handed on is only on the envelope.
        if fields.received > 50 { inner.automatic = .loop }
        if fields.certifiedTransport == "errore" {
            inner.note("an ordinary mail that was sent to a certified mailbox (PEC): its sender is not certified")
        } else {
            inner.note("certified mail (PEC); the signature of the provider was not checked")
            switch certificate.map(CertifiedMail.data) {
            case nil: inner.note("the envelope of the certified mail holds no daticert.xml")
            case .some(nil): inner.note("daticert.xml of the certified mail cannot be read")
            case .some(.some(let data)):
                if data.sender.lowercased() != inner.from?.address.lowercased() {
                    inner.note("daticert.xml of the certified mail names another sender: \(EncodedWords.tidy(String(data.sender.prefix(254))))")
                }
            }
        }
        for problem in notes { inner.note(problem) }
        return inner
    }

    /// Names and subjects that are made to be taken for something else.
    private mutating func noteDisguises() {
        for sender in senders {
            guard let name = sender.name else { continue }
            if Disguise.mixesAlphabets(name) { note("the name of the sender mixes letters of several alphabets: they may be there to look like others") }
            if name.utf8.contains(UInt8(ascii: "@")), let word = name.split(whereSeparator: { " <>\"'(),;".contains($0) }).first(where: { $0.contains("@") && $0.contains(".") }),
                word.lowercased() != sender.address.lowercased()
            {
                note("the name of the sender looks like another address than the one it stands for")
            }
        }
        let hidden = "characters that are invisible or turn the direction of writing round; it is shown without them"
        if senders.contains(where: { $0.name.map(Disguise.isIn) ?? false }) { note("the name of the sender holds \(hidden)") }
        if subject.map(Disguise.isIn) ?? false { note("the subject holds \(hidden)") }
        if attachments.contains(where: { $0.name.map(Disguise.isIn) ?? false }) { note("the name of a file holds \(hidden)") }
    }

    /// GMime makes objects of all parts before anybody can count them: 200,000 cost a second and 260 MiB. Behind 20,000 lines that begin as a
    /// boundary does, the rest is left out; what is read of it is 1,000 parts at most.
    private static func withFewParts(_ body: ArraySlice<UInt8>, _ mail: inout MailMessage) -> ArraySlice<UInt8> {
        let most = 20_000
        let end = body.withUnsafeBytes { bytes -> Int? in
            guard let base = bytes.baseAddress else { return nil }
            var at = 0
            var count = 0
            // SAFETY: `at` stays at most at the count.
            while let found = memchr(base + at, 0x0A, bytes.count - at) {
                at = UnsafeRawPointer(found) - base + 1
                guard at + 1 < bytes.count, bytes[at] == UInt8(ascii: "-"), bytes[at + 1] == UInt8(ascii: "-") else { continue }
                count += 1
                if count > most { return at }
            }
            return nil
        }
        guard let end else { return body }
        mail.note("the message has more than \(most) lines that look like boundaries of parts; what is behind them was not read")
        return body.prefix(end)
    }

    /// GMime reads the header of a message inside the message at once, and looks through the rest of a field for the end of each
    /// encoded word: 140 KB of beginnings without an end took 3.5 s, with the square of the length. No honest paragraph
    /// holds 2,000 of them; where one does, they are spoiled.
    private static func tamed(_ body: ArraySlice<UInt8>, _ mail: inout MailMessage) -> ArraySlice<UInt8> {
        let most = 2000
        let isSuspicious = body.withUnsafeBytes { bytes in
            guard let base = bytes.baseAddress else { return false }
            var at = 0
            var count = 0
            // SAFETY: `at` stays at most at the count.
            while count <= most, let found = memchr(base + at, Int32(UInt8(ascii: "?")), bytes.count - at) {
                at = UnsafeRawPointer(found) - base + 1
                if at > 1, bytes[at - 2] == UInt8(ascii: "=") { count += 1 }
            }
            return count > most
        }
        guard isSuspicious else { return body }
        var output = body
        var count = 0
        for index in body.indices.dropLast() {
            if body[index] == 0x0A, body[index + 1] == 0x0A || body[index + 1] == 0x0D { count = 0 }
            guard body[index] == UInt8(ascii: "="), body[index + 1] == UInt8(ascii: "?") else { continue }
            count += 1
            if count > most {
                output[index + 1] = UInt8(ascii: "_")
                mail.note("more encoded words than any mail has were not read")
            }
        }
        return output
    }

    /// Takes one field. Of a field that may stand there only once, the first counts.
    private mutating func read(_ field: KnownField, _ value: ArraySlice<UInt8>, isFirst: Bool) {
        switch field {
        case .received: fields.received += 1
        case .loop: fields.loops.append(EncodedWords.decode(value).lowercased())
        case .listID, .listPost: fields.isFromList = true
        case .listUnsubscribe: break
        case .autoreply, .autorespond, .autoresponder, .autoReply, .autoReplyFrom, .mailAutoReply:
            if !["no", "none", "false", "0"].contains(EncodedWords.decode(value).lowercased()) { fields.hasAutoReplyField = true }
        case .failedRecipients:
            fields.hasFailedRecipients = true
            fields.failedRecipients += addresses(value).prefix(20 - min(fields.failedRecipients.count, 20)).map(\.address)
        case .autoResponseSuppress: fields.suppresses = true
        case .from where !isFirst:
            hasManyFroms = true
            senders += addresses(value).prefix(MailboxList.limit - min(senders.count, MailboxList.limit))
            note("there is more than one From field: who wrote this is not certain")
        // A second To is against the rules, but dropping recipients helps nobody.
        case .to: to += addresses(value).prefix(MailboxList.limit - min(to.count, MailboxList.limit))
        case .cc: cc += addresses(value).prefix(MailboxList.limit - min(cc.count, MailboxList.limit))
        case _ where !isFirst: note("the field \(field.rawValue) stands there more than once; the first one counts")
        case .subject: subject = EncodedWords.decode(value)
        case .from:
            senders = addresses(value)
            fields.isFromNobody = senders.isEmpty && String(decoding: value.prefix(200), as: UTF8.self).lowercased().contains("mailer-daemon")
            if senders.isEmpty, !fields.isFromNobody { note("the From field names no address") }
            if senders.count > 1 { note("the From field names \(senders.count) addresses: who wrote this is not certain") }
        case .date:
            if let seconds = MailDate.seconds(EncodedWords.decode(value)) {
                date = Timestamp(seconds: seconds)
            } else {
                note("the date cannot be read")
            }
        case .messageID:
            // A number without brackets is none: two programs that count from one would be the same mail.
            messageID = Self.identifiers(value, limit: 1).first.flatMap { $0.utf8.contains(UInt8(ascii: "@")) || value.contains(UInt8(ascii: "<")) ? $0 : nil }
        case .inReplyTo:
            // Old programs wrote a sentence with an address in it.
            inReplyTo = value.contains(UInt8(ascii: "<")) ? Self.identifiers(value, limit: 10) : []
        case .references: references = Self.identifiers(value, limit: Limit.references)
        case .transport: fields.certifiedTransport = Self.firstWord(value)
        case .receipt: fields.certifiedReceipt = CertifiedMail.receipts.contains(Self.firstWord(value)) ? Self.firstWord(value) : nil
        case .receiptReference: fields.certifiedReference = Self.identifiers(value, limit: 1).first
        case .autoSubmitted: fields.autoSubmitted = Self.firstWord(value)
        case .precedence: fields.precedence = Self.firstWord(value)
        case .returnPath: fields.returnPath = EncodedWords.decode(value)
        }
    }

    private mutating func addresses(_ value: ArraySlice<UInt8>) -> [Mailbox] {
        let list = MailboxList(value)
        if list.isCut { note("only the first \(MailboxList.limit) addresses of a field were read") }
        return list.mailboxes
    }

    /// The value without comment and parameters: `auto-replied (vacation); x=y` is `auto-replied`.
    private static func firstWord(_ value: ArraySlice<UInt8>) -> String {
        let text = EncodedWords.decode(value).lowercased()
        return String(text.prefix { $0 != ";" && $0 != "(" && $0 != " " })
    }

    /// Message-IDs: what stands in angle brackets, else the first word that could be one. Of too many, the first and the last count:
    /// the first names the thread, the last ones what is answered (RFC 5322 §3.6.4).
    static func identifiers(_ value: ArraySlice<UInt8>, limit: Int) -> [String] {
        var found: [String] = []
        var start: Int?
        for index in value.indices {
            if value[index] == UInt8(ascii: "<") {
                start = index + 1
            } else if value[index] == UInt8(ascii: ">") {
                if let start, let text = identifier(value[start..<index]) { found.append(text) }
                start = nil
            }
        }
        if found.isEmpty {
            let words = value.split(whereSeparator: { $0 <= 0x20 }).compactMap { identifier($0.filter { $0 != UInt8(ascii: "<") && $0 != UInt8(ascii: ">") }) }
            found = words.filter { $0.utf8.contains(UInt8(ascii: "@")) }
            if found.isEmpty, let first = words.first { found = [first] }
        }
        if found.count > limit { found = [found[0]] + found.suffix(limit - 1) }
        return found
    }

    /// Without the blanks that folding put into it.
    private static func identifier(_ bytes: some Collection<UInt8>) -> String? {
        let bytes = bytes.filter { $0 > 0x20 }
        guard !bytes.isEmpty, bytes.count <= 998 else { return nil }
        let text = EncodedWords.tidy(EncodedWords.raw8Bit(bytes))
        return text.isEmpty ? nil : text
    }

    /// CRLF and CR become LF.
    static func lines(_ text: String) -> String {
        guard text.utf8.contains(0x0D) else { return text }
        var text = text
        return text.withUTF8 { bytes in
            String(unsafeUninitializedCapacity: bytes.count) { output in
                var count = 0
                var wasReturn = false
                for byte in bytes {
                    if byte != 0x0A || !wasReturn {
                        output[count] = byte == 0x0D ? 0x0A : byte
                        count += 1
                    }
                    wasReturn = byte == 0x0D
                }
                return count
            }
        }
    }
}
