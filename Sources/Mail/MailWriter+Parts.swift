import Messages

extension MailWriter {
    /// A file that goes with the text.
    package struct File: Sendable, Hashable {
        /// As a person called it; what cannot stand in a file's name is left out.
        package var name: String
        package var mime: String
        /// Named by the HTML as `cid:…`: shown in its place. Nil for a file beside the text.
        package var contentID: String?
        package var bytes: [UInt8]

        package init(name: String, mime: String, contentID: String? = nil, bytes: [UInt8]) {
            self.name = name
            self.mime = mime
            self.contentID = contentID
            self.bytes = bytes
        }
    }

    /// A part with its own header fields, ready to stand in a message or between boundaries.
    private struct Part {
        var fields: [String]
        var body: [UInt8]
    }

    /// The fields that tell what the body is, and the body: the text alone; with HTML an alternative; with inline files the HTML related to them;
    /// with other files all of it mixed (RFC 2046 §5.1, RFC 2387).
    func content() -> (fields: [String], body: [UInt8]) {
        var part = Self.text(text, "plain")
        if let html {
            var shown = Self.text(html, "html")
            let inline = files.filter { $0.contentID != nil }
            if !inline.isEmpty { shown = multipart("related; type=\"text/html\"", [shown] + inline.map(Self.file), 3) }
            part = multipart("alternative", [part, shown], 2)
        }
        let beside = files.filter { $0.contentID == nil || html == nil }
        if !beside.isEmpty { part = multipart("mixed", [part] + beside.map(Self.file), 1) }
        return (part.fields, part.body)
    }

    private static func text(_ text: String, _ kind: String) -> Part {
        let body = MailBody(text)
        return Part(fields: ["Content-Type: text/\(kind); charset=utf-8", "Content-Transfer-Encoding: \(body.encoding)"], body: body.bytes)
    }

    /// The boundary is made of the Message-ID, so that every try is the same; `=_` stands in no encoded line.
    private func multipart(_ kind: String, _ parts: [Part], _ number: Int) -> Part {
        let boundary = "=_\(number)_\(MailDigest.sha256(Array(messageID.utf8)).prefix(24))"
        var body: [UInt8] = []
        for part in parts {
            body += Array("--\(boundary)\r\n".utf8)
            for field in part.fields { body += Array("\(field)\r\n".utf8) }
            body += [0x0D, 0x0A] + part.body
            if part.body.suffix(2) != [0x0D, 0x0A] { body += [0x0D, 0x0A] }
        }
        body += Array("--\(boundary)--\r\n".utf8)
        return Part(fields: ["Content-Type: multipart/\(kind);\r\n boundary=\"\(boundary)\""], body: body)
    }

    private static func file(_ file: File) -> Part {
        var fields = ["Content-Type: \(mediaType(file.mime))", "Content-Transfer-Encoding: base64"]
        let name = fileName(file.name)
        fields.append("Content-Disposition: \(file.contentID == nil ? "attachment" : "inline")\(name)")
        if let id = file.contentID.flatMap(HeaderText.identifier) { fields.append("Content-ID: \(id)") }
        var body: [UInt8] = []
        let coded = Array(Base64.encode(file.bytes).utf8)
        body.reserveCapacity(coded.count + coded.count / 36)
        for start in stride(from: 0, to: coded.count, by: 76) { body += coded[start..<min(start + 76, coded.count)] + [0x0D, 0x0A] }
        return Part(fields: fields, body: body)
    }

    /// A type that is none, or would need another encoding than base64, is any octets.
    private static func mediaType(_ text: String) -> String {
        let sides = text.lowercased().split(separator: "/", omittingEmptySubsequences: false)
        let isType =
            sides.count == 2
            && sides.allSatisfy { side in
                (1...60).contains(side.utf8.count) && side.utf8.allSatisfy { (0x30...0x39).contains($0) || (0x61...0x7A).contains($0) || [0x2B, 0x2D, 0x2E, 0x5F].contains($0) }
            }
        return isType && sides[0] != "multipart" && sides[0] != "message" ? sides.joined(separator: "/") : "application/octet-stream"
    }

    /// `; filename="…"`, or in pieces by RFC 2231 when it is not ASCII or long.
    private static func fileName(_ name: String) -> String {
        let forbidden: Set<Character> = ["/", "\\", ":", "*", "?", "\"", "<", ">", "|"]
        var tidy = String(EncodedWords.tidy(name).filter { !forbidden.contains($0) }.prefix(120))
        while tidy.hasPrefix(".") { tidy.removeFirst() }
        guard !tidy.isEmpty else { return "" }
        if tidy.utf8.count <= 60, tidy.utf8.allSatisfy({ $0 >= 0x20 && $0 < 0x7F }) { return ";\r\n filename=\"\(tidy)\"" }
        let digits = Array("0123456789ABCDEF")
        var pieces: [String] = []
        var piece = "utf-8''"
        for octet in tidy.utf8 {
            let isPlain = (0x30...0x39).contains(octet) || (0x41...0x5A).contains(octet) || (0x61...0x7A).contains(octet) || [0x2D, 0x2E, 0x5F].contains(octet)
            let shown = isPlain ? String(UnicodeScalar(octet)) : "%\(digits[Int(octet >> 4)])\(digits[Int(octet & 15)])"
            if piece.utf8.count + shown.utf8.count > 55 {
                pieces.append(piece)
                piece = ""
            }
            piece += shown
        }
        pieces.append(piece)
        return pieces.enumerated().map { ";\r\n filename*\($0.offset)*=\($0.element)" }.joined()
    }
}
