import CGMime

/// The content of a part with its transfer encoding undone (RFC 2045 §6), in its own charset.
enum PartContent {
    /// - Parameter body: gets the octets, which are valid only while it runs.
    static func read(_ part: UnsafeMutablePointer<GMimePart>, _ body: (UnsafeRawBufferPointer) -> Void) {
        var encoding = GMIME_CONTENT_ENCODING_DEFAULT
        var count = 0
        guard let start = cgmime_octets(part, &count, &encoding) else { return decoded(part, body) }
        // SAFETY: GMime keeps the message as one piece of memory, of which this is a part, until the message is given back.
        let octets = UnsafeRawBufferPointer(start: start, count: count)
        switch encoding {
        // GMime drops the octets of an end that is not whole.
        case GMIME_CONTENT_ENCODING_BASE64: LenientBase64.body(octets).withUnsafeBytes(body)
        case GMIME_CONTENT_ENCODING_QUOTEDPRINTABLE: unquoted(octets).withUnsafeBytes(body)
        case GMIME_CONTENT_ENCODING_UUENCODE: decoded(part, body)
        case GMIME_CONTENT_ENCODING_DEFAULT:
            switch meant(part) {
            case .base64: LenientBase64.body(octets).withUnsafeBytes(body)
            case .quotedPrintable: unquoted(octets).withUnsafeBytes(body)
            case .none: body(octets)
            }
        default: body(octets)
        }
    }

    private enum Meant { case none, base64, quotedPrintable }

    /// What an encoding means that is written with quotes or a semicolon, which GMime does not know.
    private static func meant(_ part: UnsafeMutablePointer<GMimePart>) -> Meant {
        let value = part.withMemoryRebound(to: GMimeObject.self, capacity: 1) { g_mime_object_get_header($0, "Content-Transfer-Encoding") }
        guard let value else { return .none }
        let word = String(cString: value).utf8.prefix(100).drop { !$0.isLetter }.prefix { $0.isLetter || $0.isDigit || $0 == UInt8(ascii: "-") }
        if word.isWord("base64".utf8) { return .base64 }
        return word.isWord("quoted-printable".utf8) ? .quotedPrintable : .none
    }

    private static func unquoted(_ octets: UnsafeRawBufferPointer) -> [UInt8] {
        var state = GMimeEncoding()
        g_mime_encoding_init_decode(&state, GMIME_CONTENT_ENCODING_QUOTEDPRINTABLE)
        return [UInt8](unsafeUninitializedCapacity: g_mime_encoding_outlen(&state, octets.count)) { output, count in
            // SAFETY: GMime says how much room it needs at most.
            count = g_mime_encoding_flush(&state, octets.baseAddress, octets.count, output.baseAddress)
        }
    }

    private static func decoded(_ part: UnsafeMutablePointer<GMimePart>, _ body: (UnsafeRawBufferPointer) -> Void) {
        let content = cgmime_content(part)
        // SAFETY: the array of GLib lives until it is given back here, and is not changed meanwhile.
        body(UnsafeRawBufferPointer(start: content?.pointee.data, count: Int(content?.pointee.len ?? 0)))
        if let content { g_byte_array_unref(content) }
    }
}
