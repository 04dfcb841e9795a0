import Messages

/// Text as it goes over the line, both ways. A terminal obeys control characters, so none gets through.
enum LineText {
    /// A line as its text, without control characters other than TAB; nil when it is not UTF-8.
    ///
    /// A bare CR becomes a blank, so that words on its two sides stay apart.
    static func read(_ line: [UInt8]) -> (text: String, wasCleaned: Bool)? {
        guard let text = String(validating: line, as: UTF8.self) else { return nil }
        guard text.unicodeScalars.contains(where: isControl) else { return (text, false) }
        var clean = String.UnicodeScalarView()
        for scalar in text.unicodeScalars {
            if scalar == "\r" { clean.append(" ") } else if !isControl(scalar) { clean.append(scalar) }
        }
        return (String(clean), true)
    }

    /// C0 but TAB, DEL, and C1 (which some terminals obey as they do ESC).
    static func isControl(_ scalar: Unicode.Scalar) -> Bool {
        (scalar.value < 0x20 && scalar != "\t") || (0x7F...0x9F).contains(scalar.value)
    }

    /// The bytes of a reply: each line of the text a line, an agent's with the name before it, none longer than the protocol's 4,096 bytes.
    static func lines(_ message: OutboundMessage) -> [UInt8] {
        var prefix = ""
        if message.author == .agent {
            let name = cleaned(message.authorName ?? "").split(separator: " ").joined(separator: " ")
            prefix = String(name.isEmpty ? "Agent" : name.prefix(64)) + ": "
        }
        var out: [UInt8] = []
        for line in split(message.text) {
            for part in wrapped(line, LineReader.longestLine - prefix.utf8.count) {
                out += prefix.utf8
                out += part
                out.append(UInt8(ascii: "\n"))
            }
        }
        return out
    }

    /// Cuts at every kind of line end, takes control characters out of the parts and blank lines off both ends.
    private static func split(_ text: String) -> [String] {
        var lines: [String] = []
        var line = String.UnicodeScalarView()
        var last: Unicode.Scalar?
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\n" where last == "\r": break
            case "\n", "\r", "\u{B}", "\u{C}", "\u{85}", "\u{2028}", "\u{2029}":
                lines.append(String(line))
                line = String.UnicodeScalarView()
            default:
                if !isControl(scalar) { line.append(scalar) }
            }
            last = scalar
        }
        lines.append(String(line))
        while lines.count > 1, lines.last?.utf8.isEmpty == true { lines.removeLast() }
        while lines.count > 1, lines.first?.utf8.isEmpty == true { lines.removeFirst() }
        return lines
    }

    /// Parts of at most `limit` bytes, cut at a blank where there is one, never inside a character's bytes.
    private static func wrapped(_ line: String, _ limit: Int) -> [[UInt8]] {
        var bytes = Array(line.utf8)[...]
        var parts: [[UInt8]] = []
        while bytes.count > limit {
            var end = bytes.startIndex + limit
            if let blank = bytes[..<end].lastIndex(of: UInt8(ascii: " ")), blank > bytes.startIndex {
                end = blank
            } else {
                while bytes[end] & 0xC0 == 0x80 { end -= 1 }
            }
            parts.append(Array(bytes[..<end]))
            bytes = bytes[end...]
            if bytes.first == UInt8(ascii: " ") { bytes = bytes.dropFirst() }
        }
        parts.append(Array(bytes))
        return parts
    }

    private static func cleaned(_ text: String) -> String {
        var clean = String.UnicodeScalarView()
        for scalar in text.unicodeScalars where !isControl(scalar) && scalar != "\t" && scalar != "\u{2028}" && scalar != "\u{2029}" { clean.append(scalar) }
        return String(clean)
    }
}
