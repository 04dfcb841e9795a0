import Messages

/// Header values for mail that we write.
enum HeaderText {
    /// Text as it is where every header allows it, else encoded words (RFC 2047) folded to lines of at most 76 octets.
    ///
    /// - Parameter after: how much of the first line is taken already.
    static func unstructured(_ text: String, after: Int) -> String {
        let tidy = String(EncodedWords.tidy(text).prefix(1000))
        // Beginning or looking like an encoded word, it would be decoded by whoever reads it.
        let isPlain = tidy.utf8.allSatisfy { $0 >= 0x20 && $0 < 0x7F } && !tidy.contains("=?") && tidy.split(separator: " ").allSatisfy { $0.utf8.count <= 200 }
        return isPlain ? folded(tidy, after: after) : encoded(tidy, after: after)
    }

    /// `"Name" <address>`, or the address alone.
    static func mailbox(_ name: String?, _ address: MailAddress, after: Int) -> String {
        let tidy = String(EncodedWords.tidy(name ?? "").prefix(200))
        if tidy.isEmpty { return address.text }
        guard tidy.utf8.allSatisfy({ $0 >= 0x20 && $0 < 0x7F }), !tidy.contains("=?") else { return "\(encoded(tidy, after: after))\r\n <\(address.text)>" }
        var quoted = ""
        for character in tidy {
            if character == "\"" || character == "\\" { quoted.append("\\") }
            quoted.append(character)
        }
        return "\"\(quoted)\"\r\n <\(address.text)>"
    }

    /// A Message-ID in its brackets; nil for what could not stand in a header.
    static func identifier(_ id: String) -> String? {
        let bytes = id.utf8
        guard !bytes.isEmpty, bytes.count <= 900, bytes.allSatisfy({ $0 > 0x20 && $0 < 0x7F && $0 != UInt8(ascii: "<") && $0 != UInt8(ascii: ">") }) else { return nil }
        return "<\(id)>"
    }

    /// The References of a reply (RFC 5322 §3.6.4): the thread so far and what is answered, each once; of a long thread the first and
    /// the last 20.
    static func thread(_ references: [String], _ inReplyTo: String?) -> [String] {
        var seen: Set<String> = []
        var ids = (references + [inReplyTo].compactMap(\.self)).compactMap(identifier).filter { seen.insert($0).inserted }
        if ids.count > 21 { ids = [ids[0]] + ids.suffix(20) }
        return ids
    }

    private static func folded(_ text: String, after: Int) -> String {
        var output = ""
        var column = after
        for word in text.split(separator: " ", omittingEmptySubsequences: false) {
            if !output.isEmpty {
                // A line must not be blank alone: only a real word begins one.
                if column + 1 + word.utf8.count > 76, !word.isEmpty, output.last != " " {
                    output += "\r\n "
                    column = 1
                } else {
                    output += " "
                    column += 1
                }
            }
            output += word
            column += word.utf8.count
        }
        return output
    }

    private static func encoded(_ text: String, after: Int) -> String {
        var words: [String] = []
        var piece: [UInt8] = []
        // 75 octets a word at most, of which 12 are its frame; 42 octets become 56. The first line may have less room.
        var room = max(9, min(42, (76 - after - 12) / 4 * 3))
        for scalar in text.unicodeScalars {
            let octets = Array(String(Character(scalar)).utf8)
            // Words end between characters (RFC 2047 §5).
            if piece.count + octets.count > room {
                words.append(word(piece))
                piece = []
                room = 42
            }
            piece += octets
        }
        words.append(word(piece))
        return words.joined(separator: "\r\n ")
    }

    private static func word(_ bytes: [UInt8]) -> String {
        "=?utf-8?B?\(Base64.encode(bytes))?="
    }
}
