import CGMime

/// Goes through a message's parts and sorts them into text and attachments. At most 1,000 parts, 100 deep.
struct PartWalk {
    private let digests: Bool
    private var plain: [String] = []
    private var html: [String] = []
    /// Of the last plain text (RFC 3676).
    private var isFlowed = false
    private var deletesBlank = false
    private var textBytes = 0
    private var attachments: [MailMessage.Part] = []
    private var notes: [String] = []
    private var count = 0
    private var reportType: String?
    private var isReport = false
    private var hasDeliveryStatus = false
    private var hasFeedbackReport = false
    private var status: String?

    init(digests: Bool) { self.digests = digests }

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
            if parts == 0, let before = g_mime_multipart_get_prologue(multipart), strlen(before) > 0 {
                note("the message says that it has parts but has none; its body was read as text")
                // SAFETY: the octets up to the NUL live as long as the part; they are copied.
                let bytes = Array(UnsafeRawBufferPointer(start: before, count: min(Int(strlen(before)), MailMessage.Limit.textBytes)))
                plain.append(MailMessage.lines(Charset.decode(bytes, declared: nil).text))
            }
            for index in 0..<min(parts, Int32(MailMessage.Limit.parts)) where count <= MailMessage.Limit.parts {
                visit(g_mime_multipart_get_part(multipart, index), depth: depth + 1, isAlternative: mime == "multipart/alternative")
            }
        } else if cgmime_as_message_part(object) != nil {
            attachments.append(MailMessage.Part(name: name(object), mime: type(of: object), size: nil, contentID: contentID(object), digest: nil))
        } else if let part = cgmime_as_part(object) {
            read(part, object, isAlternative: isAlternative)
        }
    }

    private mutating func read(_ part: UnsafeMutablePointer<GMimePart>, _ object: UnsafeMutablePointer<GMimeObject>, isAlternative: Bool) {
        let mime = type(of: object)
        let fileName = name(object)
        let isAttached = disposition(object) == "attachment"
        let content = cgmime_decoded(part)
        defer { if let content { g_byte_array_unref(content) } }
        // SAFETY: the array of GLib lives until the end of this function and is not changed meanwhile.
        let bytes = UnsafeRawBufferPointer(start: content?.pointee.data, count: Int(content?.pointee.len ?? 0))
        if mime == "message/delivery-status" {
            hasDeliveryStatus = true
            if status == nil { status = Self.status(bytes) }
        }
        if mime == "message/feedback-report" { hasFeedbackReport = true }
        guard !isAttached, fileName == nil, mime == "text/plain" || mime == "text/html" else {
            // Another form of the text (for watches, for old programs), or the header of what bounced, is nothing to hand to an agent.
            if fileName == nil, mime == "text/rfc822-headers" || mime == "text/enriched" || isAlternative && mime.hasPrefix("text/") && mime != "text/calendar" { return }
            let digest = digests ? MailDigest.sha256([bytes]) : nil
            attachments.append(MailMessage.Part(name: fileName, mime: mime, size: bytes.count, contentID: contentID(object), digest: digest))
            return
        }
        let room = MailMessage.Limit.textBytes - textBytes
        if bytes.count > room { note("the text is longer than \(MailMessage.Limit.textBytes) bytes and was cut") }
        let kept = Array(bytes.prefix(max(0, room)))
        textBytes += kept.count
        let decoded = Charset.decode(kept, declared: parameter(object, "charset"))
        if let problem = decoded.note { note(problem) }
        if mime == "text/plain" {
            plain.append(MailMessage.lines(decoded.text))
            isFlowed = parameter(object, "format")?.lowercased() == "flowed"
            deletesBlank = parameter(object, "delsp")?.lowercased() == "yes"
        } else {
            html.append(decoded.text)
        }
    }

    func finish(into mail: inout MailMessage) {
        // An empty text beside an HTML with words in it is what some programs send for form's sake.
        if plain.contains(where: { $0.utf8.contains { $0 > 0x20 } }) || html.isEmpty {
            mail.text = plain.count == 1 ? plain[0] : plain.joined(separator: "\n")
            mail.flow = plain.count == 1 && isFlowed ? .flowed(deletesBlank: deletesBlank) : .fixed
        } else {
            let pages = html.map { HTMLLines($0) }
            for problem in pages.compactMap(\.problem) { mail.note(problem) }
            mail.text = pages.map(\.text).joined(separator: "\n\n")
            mail.textMarks = Array(pages.map(\.marks).joined(separator: [.none]))
        }
        if !html.isEmpty { mail.html = html.joined(separator: "\n") }
        mail.attachments = attachments
        mail.status = status
        mail.fields.isReport = isReport
        mail.fields.reportType = reportType
        mail.fields.hasDeliveryStatus = hasDeliveryStatus
        mail.fields.hasFeedbackReport = hasFeedbackReport
        for problem in notes { mail.note(problem) }
    }

    /// The first `Status:` of a delivery report (RFC 3464 §2.3.4): three numbers and dots.
    private static func status(_ bytes: UnsafeRawBufferPointer) -> String? {
        for line in bytes.prefix(65_536).split(whereSeparator: { $0 == 0x0A || $0 == 0x0D }) {
            let text = String(decoding: line.prefix(80), as: UTF8.self)
            guard text.lowercased().hasPrefix("status:") else { continue }
            let code = text.dropFirst(7).drop { $0 == " " || $0 == "\t" }.prefix { $0.isNumber || $0 == "." }
            if code.split(separator: ".").count == 3, "245".contains(code.prefix(1)) { return String(code) }
        }
        return nil
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
        let text = EncodedWords.decode(bytes)
        return text.isEmpty ? nil : text
    }
}
