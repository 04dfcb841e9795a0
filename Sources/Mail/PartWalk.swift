import CGMime

/// Goes through a message's parts and sorts them into text and attachments. At most 1,000 parts, 100 deep.
struct PartWalk {
    private let digests: Bool
    private var plain: [String] = []
    private var html: [String] = []
    /// Of the last plain text (RFC 3676).
    private var isFlowed = false
    private var deletesBlank = false
    private var meetings: [String] = []
    /// Text of kinds that nobody knows: below what is known.
    private var oddTexts: [String] = []
    /// Of `winmail.dat`.
    private var wrappedText: String?
    private var textBytes = 0
    private var attachments: [MailMessage.Part] = []
    private var notes: [String] = []
    private var count = 0
    private var reportType: String?
    private var isReport = false
    private var hasDeliveryStatus = false
    private var hasFeedbackReport = false
    private var returnedMessageID: String?
    private let isCertified: Bool
    private let wanted: MailMessage.Wanted
    /// Wanted images, by Content-ID, at most 8 MiB in all.
    private var kept: [MailMessage.Kept] = []
    /// The octets below the header of the message.
    private let body: ArraySlice<UInt8>
    private(set) var report: MailReport.Fields?
    /// PEC: the mail inside of the envelope, and what the provider certifies about it.
    private(set) var certifiedMail: [UInt8]?
    private(set) var certificate: [UInt8]?

    init(digests: Bool, isCertified: Bool, wanted: MailMessage.Wanted, body: ArraySlice<UInt8>) {
        self.wanted = wanted
        self.digests = digests
        self.isCertified = isCertified
        self.body = body
    }

    /// - Parameter isAlternative: the part is one of several forms of the same text.
    mutating func visit(_ object: UnsafeMutablePointer<GMimeObject>?, depth: Int, isAlternative: Bool = false) {
        guard let object else { return }
        count += 1
        guard count <= MailMessage.Limit.parts else {
            note("the message has more than \(MailMessage.Limit.parts) parts; the others were not read")
            return
        }
        guard depth <= MailMessage.Limit.depth else {
            note("the message is nested more than \(MailMessage.Limit.depth) deep; what is deeper was not read")
            return
        }
        if let multipart = cgmime_as_multipart(object) {
            let mime = type(of: object)
            if mime == "multipart/report" {
                isReport = true
                reportType = parameter(object, "report-type")?.lowercased()
            }
            let parts = g_mime_multipart_get_count(multipart)
            if parts == 0 { readWithoutParts(multipart, object, mime, depth: depth) }
            if mime == "multipart/encrypted" { note("the message is encrypted (PGP); its text cannot be shown") }
            for index in 0..<min(parts, Int32(MailMessage.Limit.parts)) where count <= MailMessage.Limit.parts {
                visit(g_mime_multipart_get_part(multipart, index), depth: depth + 1, isAlternative: mime == "multipart/alternative")
            }
        } else if let inner = cgmime_as_message_part(object) {
            read(inner, object)
        } else if let part = cgmime_as_part(object) {
            read(part, object, isAlternative: isAlternative)
        }
    }

    /// A message that says it has parts, where none can be found: what is there is shown as text, and kept as a file.
    private mutating func readWithoutParts(_ multipart: UnsafeMutablePointer<GMimeMultipart>, _ object: UnsafeMutablePointer<GMimeObject>, _ mime: String, depth: Int) {
        note("the message says that it has parts but has none; its body was read as text")
        var bytes = depth == 0 ? Array(body) : []
        if depth > 0, let before = g_mime_multipart_get_prologue(multipart) {
            // SAFETY: the octets up to the NUL live as long as the part; they are copied.
            bytes = Array(UnsafeRawBufferPointer(start: before, count: Int(strlen(before))))
        }
        let shown = bytes.prefix(max(0, MailMessage.Limit.textBytes - textBytes))
        textBytes += shown.count
        if !shown.isEmpty { plain.append(MailMessage.lines(Charset.decode(Array(shown), declared: nil).text)) }
        let digest = digests ? bytes.withUnsafeBytes { MailDigest.sha256($0) } : nil
        attachments.append(MailMessage.Part(name: name(object), mime: mime, size: bytes.count, contentID: nil, digest: digest, content: wanted == .files ? bytes : nil))
    }

    private mutating func read(_ part: UnsafeMutablePointer<GMimeMessagePart>, _ object: UnsafeMutablePointer<GMimeObject>) {
        if isCertified, certifiedMail == nil, name(object)?.lowercased() == "postacert.eml" {
            let octets = cgmime_message_octets(part)
            // SAFETY: GLib's array lives until it is given back; it is copied.
            certifiedMail = Array(UnsafeRawBufferPointer(start: octets?.pointee.data, count: Int(octets?.pointee.len ?? 0)))
            if let octets { g_byte_array_unref(octets) }
            return
        }
        if returnedMessageID == nil, let message = g_mime_message_part_get_message(part), let id = g_mime_message_get_message_id(message) {
            returnedMessageID = MailMessage.identifiers(Array(String(cString: id).utf8)[...], limit: 1).first
        }
        attachments.append(MailMessage.Part(name: name(object), mime: type(of: object), size: nil, contentID: contentID(object), digest: nil))
    }

    private mutating func read(_ part: UnsafeMutablePointer<GMimePart>, _ object: UnsafeMutablePointer<GMimeObject>, isAlternative: Bool) {
        let mime = type(of: object)
        let fileName = name(object)
        let isAttached = disposition(object) == "attachment"
        PartContent.read(part) { take($0, mime, fileName, isAttached: isAttached, isAlternative: isAlternative, object) }
    }

    private mutating func take(
        _ bytes: UnsafeRawBufferPointer, _ mime: String, _ fileName: String?, isAttached: Bool, isAlternative: Bool, _ object: UnsafeMutablePointer<GMimeObject>
    ) {
        switch mime {
        case "message/delivery-status", "message/global-delivery-status", "message/disposition-notification", "message/feedback-report":
            if mime.hasSuffix("delivery-status") { hasDeliveryStatus = true }
            if mime == "message/feedback-report" { hasFeedbackReport = true }
            if report == nil { report = MailReport.Fields(bytes) }
        case "text/rfc822-headers", "message/rfc822-headers":
            if returnedMessageID == nil { returnedMessageID = Self.messageID(Array(bytes.prefix(65_536))) }
        case "application/ms-tnef", "application/vnd.ms-tnef":
            if let wrapped = TNEF(Array(bytes)) {
                if unwrap(wrapped) { return }
                break
            }
            note("an attachment of Outlook (winmail.dat) cannot be read")
        case "application/pkcs7-mime", "application/x-pkcs7-mime":
            note("the message is encrypted, or signed so that its text is inside of the signature (S/MIME): it cannot be shown")
        case "text/calendar":
            let words = Charset.decode(Array(bytes.prefix(262_144)), declared: parameter(object, "charset") ?? "utf-8").text
            if let line = Invitation.line(words), !meetings.contains(line) { meetings.append(line) }
        case "application/xml" where isCertified, "text/xml" where isCertified:
            if certificate == nil, fileName?.lowercased() == "daticert.xml" { certificate = Array(bytes.prefix(262_145)) }
        default:
            if bytes.count > 4, mime == "application/octet-stream", fileName?.lowercased() == "winmail.dat", let wrapped = TNEF(Array(bytes)), unwrap(wrapped) { return }
        }
        // Text of a kind that nobody knows is text (RFC 2046 §4.1.4).
        let isOddText = mime.hasPrefix("text/x-") && mime != "text/x-vcard" || mime == "text/markdown"
        guard !isAttached, fileName == nil, mime == "text/plain" || mime == "text/html" || isOddText && !isAlternative else {
            // Another form of the text (for watches, for old programs), or the header of what bounced, is nothing to hand to an agent.
            if fileName == nil, mime == "text/rfc822-headers" || mime == "text/enriched" || isAlternative && mime.hasPrefix("text/") && mime != "text/calendar" { return }
            let digest = digests ? MailDigest.sha256(bytes) : nil
            keep(bytes, contentID(object))
            attachments.append(
                MailMessage.Part(
                    name: fileName, mime: mime, size: bytes.count, contentID: contentID(object), digest: digest, content: wanted == .files ? Array(bytes) : nil))
            return
        }
        let room = MailMessage.Limit.textBytes - textBytes
        if bytes.count > room { note("the text is longer than \(MailMessage.Limit.textBytes) bytes and was cut") }
        let kept = Array(bytes.prefix(max(0, room)))
        textBytes += kept.count
        let named = parameter(object, "charset")
        let decoded = Charset.decode(kept, declared: named ?? (mime == "text/html" ? Charset.ofPage(kept) : nil))
        if let problem = decoded.note { note(problem) }
        switch mime {
        case "text/html": html.append(decoded.text)
        case "text/plain":
            plain.append(MailMessage.lines(decoded.text))
            isFlowed = parameter(object, "format")?.lowercased() == "flowed"
            deletesBlank = parameter(object, "delsp")?.lowercased() == "yes"
        default: oddTexts.append(MailMessage.lines(decoded.text))
        }
    }

    /// The files that Outlook wrapped, in place of the wrapper; false when it holds none, so that the wrapper is what there is.
    private mutating func unwrap(_ wrapped: TNEF) -> Bool {
        if wrapped.isCut { note("an attachment of Outlook (winmail.dat) ends too early") }
        for file in wrapped.attachments {
            let digest = digests ? file.bytes.withUnsafeBytes { MailDigest.sha256($0) } : nil
            attachments.append(
                MailMessage.Part(
                    name: file.name, mime: "application/octet-stream", size: file.bytes.count, contentID: nil, digest: digest, content: wanted == .files ? Array(file.bytes) : nil))
        }
        wrappedText = wrappedText ?? wrapped.text
        return !wrapped.attachments.isEmpty
    }

    private mutating func keep(_ bytes: UnsafeRawBufferPointer, _ contentID: String?) {
        switch wanted {
        case .nothing, .files: break
        case .images:
            if let contentID, kept.count < 100, bytes.count + kept.reduce(0, { $0 + $1.bytes.count }) <= 8_388_608 {
                kept.append(MailMessage.Kept(name: contentID.filter { $0 != "<" && $0 != ">" }, bytes: Array(bytes)))
            }
        }
    }

    /// The Message-ID in a header.
    private static func messageID(_ bytes: [UInt8]) -> String? {
        let field = HeaderFields(bytes).fields.first { bytes[$0.name].elementsEqual("message-id".utf8) { $0 | 0x20 == $1 | 0x20 } }
        return field.flatMap { MailMessage.identifiers(bytes[$0.value], limit: 1).first }
    }

    func finish(into mail: inout MailMessage) {
        let plain = self.plain + oddTexts
        var tree: HTMLDocument?
        // An empty text beside an HTML with words in it is what some programs send for form's sake.
        if plain.contains(where: { $0.utf8.contains { $0 > 0x20 } }) || html.isEmpty {
            mail.text = plain.count == 1 ? plain[0] : plain.joined(separator: "\n")
            mail.flow = plain.count == 1 && isFlowed ? .flowed(deletesBlank: deletesBlank) : .fixed
        } else {
            let pages = html.map { HTMLDocument($0) }
            for problem in pages.compactMap(\.problem) { mail.note(problem) }
            let texts = pages.map { HTMLLines($0) }
            mail.text = texts.map(\.text).joined(separator: "\n\n")
            mail.textMarks = Array(texts.map(\.marks).joined(separator: [.none]))
            if pages.count == 1 { tree = pages[0] }
        }
        if !html.isEmpty { mail.page = HTMLPage(html.joined(separator: "\n"), tree: tree) }
        mail.attachments = attachments
        mail.kept = kept
        if !mail.text.utf8.contains(where: { $0 > 0x20 }) {
            if wrappedText != nil || !meetings.isEmpty { mail.textMarks = [] }
            if let wrappedText {
                mail.text = MailMessage.lines(wrappedText)
            } else if !meetings.isEmpty {
                mail.text = meetings.prefix(20).joined(separator: "\n")
            }
        } else {
            for line in meetings.prefix(5) { mail.note(line) }
        }
        mail.fields.returnedMessageID = returnedMessageID
        mail.fields.isReport = isReport
        mail.fields.reportType = reportType
        mail.fields.hasDeliveryStatus = hasDeliveryStatus
        mail.fields.hasFeedbackReport = hasFeedbackReport
        for problem in notes { mail.note(problem) }
    }

    private mutating func note(_ text: String) {
        if !notes.contains(text) { notes.append(text) }
    }

    private func type(of object: UnsafeMutablePointer<GMimeObject>) -> String {
        guard let type = g_mime_object_get_content_type(object), let media = g_mime_content_type_get_media_type(type),
            let subtype = g_mime_content_type_get_media_subtype(type)
        else { return "application/octet-stream" }
        return "\(String(cString: media))/\(String(cString: subtype))".lowercased()
    }

    private func parameter(_ object: UnsafeMutablePointer<GMimeObject>, _ name: String) -> String? {
        g_mime_object_get_content_type_parameter(object, name).map { String(cString: $0) }
    }

    private func disposition(_ object: UnsafeMutablePointer<GMimeObject>) -> String? {
        g_mime_object_get_disposition(object).map { String(cString: $0).lowercased() }
    }

    private func contentID(_ object: UnsafeMutablePointer<GMimeObject>) -> String? {
        g_mime_object_get_content_id(object).map { EncodedWords.tidy(String(cString: $0)) }
    }

    /// The file name, of Content-Disposition or else of Content-Type; a name only, never a path to write to.
    private func name(_ object: UnsafeMutablePointer<GMimeObject>) -> String? {
        guard let raw = g_mime_object_get_content_disposition_parameter(object, "filename") ?? g_mime_object_get_content_type_parameter(object, "name") else { return nil }
        let bytes = Array(UnsafeRawBufferPointer(start: raw, count: min(Int(strlen(raw)), 4096)))
        // GMime reads encoded words one by one: where one ends inside of a character, it puts a question mark and stops.
        let text = bytes.contains(UInt8(ascii: "?")) ? nameOfWords(object) ?? EncodedWords.decode(bytes) : EncodedWords.decode(bytes)
        return text.isEmpty ? nil : text
    }

    /// `filename="=?utf-8?B?…?= =?utf-8?B?…?="` as it was sent, its words read together.
    private func nameOfWords(_ object: UnsafeMutablePointer<GMimeObject>) -> String? {
        guard let header = g_mime_header_list_get_header(g_mime_object_get_header_list(object), "Content-Disposition"), let value = g_mime_header_get_raw_value(header) else {
            return nil
        }
        let bytes = Array(UnsafeRawBufferPointer(start: value, count: min(Int(strlen(value)), 4096)))
        let lower = bytes.map(\.lowercased)
        guard let start = lower.firstRange(of: "filename=\"=?".utf8) else { return nil }
        let first = start.upperBound - 2
        guard let end = bytes[first...].firstIndex(of: UInt8(ascii: "\"")) else { return nil }
        return EncodedWords.decode(bytes[first..<end])
    }
}
