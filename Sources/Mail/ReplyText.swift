/// What a person wrote now, without the history that mail programs put under or around it: a first, simple version.
///
/// The rules are about form, since lists of words per language find only a fraction of what real programs write: a block of
/// quoted lines with the line that introduces it, a ruled "original message" separator, a block of header lines, the signature
/// mark `-- `. Words decide only where the form alone could be the customer's own text.
enum ReplyText {
    /// Lines that are looked at; what is longer is no reply with history under it.
    private static let mostLines = 20_000

    /// Never empty when `text` holds anything: if all of it looks quoted, all of it is the reply.
    static func strip(_ text: String) -> String {
        var text = text
        return text.withUTF8 { bytes in
            var lines = Lines(bytes)
            lines.list.removeLast(lines.list.count - cut(lines))
            if let signature = signatureStart(lines) { lines.list.removeLast(lines.list.count - signature) }
            removeTrailingQuote(&lines)
            let kept = trim(bytes, lines.list.isEmpty ? 0 : lines.list[lines.list.count - 1].next)
            return kept.isEmpty ? trim(bytes, bytes.count) : kept
        }
    }

    private struct Line {
        var start: Int
        /// Without the line end.
        var end: Int
        /// Where the next line begins.
        var next: Int
        /// Without blanks around it.
        var bare: Range<Int>
        var isEmpty: Bool { bare.isEmpty }
    }

    private struct Lines {
        let bytes: UnsafeBufferPointer<UInt8>
        var list: [Line] = []

        init(_ bytes: UnsafeBufferPointer<UInt8>) {
            self.bytes = bytes
            var start = 0
            while start < bytes.count, list.count < mostLines {
                let end = bytes[start...].firstIndex(of: 0x0A) ?? bytes.count
                var first = start
                var last = end
                while true {
                    let blank = Self.blank(bytes, first, last)
                    if blank == 0 { break }
                    first += blank
                }
                while last > first {
                    if bytes[last - 1] == 0x20 || bytes[last - 1] == 0x09 || bytes[last - 1] == 0x0D {
                        last -= 1
                    } else if last - first >= 2, bytes[last - 2] == 0xC2, bytes[last - 1] == 0xA0 {
                        last -= 2
                    } else {
                        break
                    }
                }
                let next = min(end + 1, bytes.count)
                list.append(Line(start: start, end: end, next: next, bare: first..<last))
                start = next
            }
            // The rest of a text that is too long for this belongs to its last line.
            if start < bytes.count, !list.isEmpty { list[list.count - 1].next = bytes.count }
        }

        /// The length of the blank that begins here: space, tab, U+00A0, U+200E, U+FEFF.
        private static func blank(_ bytes: UnsafeBufferPointer<UInt8>, _ at: Int, _ end: Int) -> Int {
            guard at < end else { return 0 }
            switch bytes[at] {
            case 0x20, 0x09: return 1
            case 0xC2: return at + 1 < end && bytes[at + 1] == 0xA0 ? 2 : 0
            case 0xE2: return at + 2 < end && bytes[at + 1] == 0x80 && bytes[at + 2] == 0x8E ? 3 : 0
            case 0xEF: return at + 2 < end && bytes[at + 1] == 0xBB && bytes[at + 2] == 0xBF ? 3 : 0
            default: return 0
            }
        }

        func bare(_ index: Int) -> Slice<UnsafeBufferPointer<UInt8>> { bytes[list[index].bare] }
        func isQuoted(_ index: Int) -> Bool { bare(index).first == UInt8(ascii: ">") }
        func isEmpty(_ index: Int) -> Bool { list[index].isEmpty }

        /// The first line at or behind `index` that is not empty.
        func nextFull(_ index: Int) -> Int? {
            var at = index
            // What stands further below does not belong together.
            while at < list.count, at < index + 6, list[at].isEmpty { at += 1 }
            return at < list.count && !list[at].isEmpty ? at : nil
        }
    }

    private typealias Octets = Slice<UnsafeBufferPointer<UInt8>>

    /// The first line that belongs to the history.
    private static func cut(_ lines: Lines) -> Int {
        for index in lines.list.indices where !lines.isEmpty(index) {
            if isRuledTitle(lines.bare(index)) || isHeaderBlock(lines, index) || isRuleAboveHeader(lines, index) { return index }
            // Answers between the quoted lines: what comes after the quote is the customer's, so nothing can be cut here.
            if let end = introduction(lines, index), !hasOwnText(lines, after: end) { return index }
        }
        return lines.list.count
    }

    private static func isRule(_ byte: UInt8) -> Bool { byte == UInt8(ascii: "-") || byte == UInt8(ascii: "_") }

    /// `-----Original Message-----`, `-------- Weitergeleitete Nachricht --------`; a rule alone is not one.
    private static func isRuledTitle(_ line: Octets) -> Bool {
        guard line.count <= 200, let first = line.first, isRule(first) else { return false }
        let head = line.prefix(while: isRule)
        let tail = line.reversed().prefix(while: isRule)
        guard head.count >= 3, tail.count >= 3, head.count + tail.count < line.count else { return false }
        let words = line.dropFirst(head.count).dropLast(tail.count)
        return words.count >= 4 && words.count <= 120 && words.contains { ($0 | 0x20) >= 0x61 }
    }

    /// A rule of underscores or hyphens that Outlook puts above its header block.
    private static func isRuleAboveHeader(_ lines: Lines, _ index: Int) -> Bool {
        let bare = lines.bare(index)
        guard bare.count >= 20, bare.allSatisfy(isRule), let next = lines.nextFull(index + 1) else { return false }
        return isHeaderBlock(lines, next)
    }

    /// At least three `Word: …` lines together, one of which holds an address or a date: `Da: … Inviato: … A: … Oggetto: …`.
    private static func isHeaderBlock(_ lines: Lines, _ start: Int) -> Bool {
        guard isHeaderLine(lines.bare(start)) else { return false }
        var count = 0
        var hasAddress = false
        var hasDate = false
        var index = start
        var empty = 0
        while index < lines.list.count, index < start + 12 {
            let line = lines.bare(index)
            if line.isEmpty {
                empty += 1
                if empty > 1 || count >= 3 { break }
            } else if isHeaderLine(line) {
                empty = 0
                count += 1
                hasAddress = hasAddress || line.contains(UInt8(ascii: "@"))
                hasDate = hasDate || isDateLike(line)
            } else if !line.contains(UInt8(ascii: "@")) {
                break
            }
            index += 1
        }
        return count >= 3 && hasAddress || count >= 4 && hasDate
    }

    /// A word or three and a colon, with something behind it or not.
    private static func isHeaderLine(_ line: Octets) -> Bool {
        let plain = line.drop { $0 == UInt8(ascii: "*") || $0 == UInt8(ascii: ">") || $0 == 0x20 }
        var blanks = 0
        var count = 0
        for byte in plain.prefix(60) {
            switch byte {
            case UInt8(ascii: ":"): return count > 0
            // The full-width colon of Chinese and Japanese programs is EF BC 9A.
            case 0xEF: return count > 0
            case 0x20:
                blanks += 1
                if blanks > 2 { return false }
            case UInt8(ascii: "-"), UInt8(ascii: "*"), UInt8(ascii: "."): break
            default: guard byte >= 0x80 || (0x61...0x7A).contains(byte | 0x20) else { return false }
            }
            count += 1
        }
        return false
    }

    /// Three numbers: day, month or hour, year.
    private static func isDateLike(_ line: some Sequence<UInt8>) -> Bool {
        var groups = 0
        var isInside = false
        for byte in line {
            let isDigit = (0x30...0x39).contains(byte)
            if isDigit, !isInside { groups += 1 }
            isInside = isDigit
        }
        return groups >= 3
    }

    /// Where the introduction of a quotation that begins at `index` ends: the index behind its last line, or nil.
    private static func introduction(_ lines: Lines, _ index: Int) -> Int? {
        // Long introductions are wrapped to two or three lines.
        for last in index..<min(index + 3, lines.list.count) {
            guard !lines.isEmpty(last), !lines.isQuoted(last), lines.list[last].end - lines.list[index].start <= 400 else { return nil }
            let line = lines.bare(last)
            let isFollowed = lines.nextFull(last + 1).map { lines.isQuoted($0) } ?? false
            let endsInColon = line.last == UInt8(ascii: ":") || line.suffix(3).elementsEqual([0xEF, 0xBC, 0x9A])
            guard isFollowed || endsInColon else { continue }
            let whole = lines.bytes[lines.list[index].bare.lowerBound..<lines.list[last].bare.upperBound]
            let hasWho = whole.contains(UInt8(ascii: "@")) || isDateLike(whole)
            guard hasWho || isFollowed else { continue }
            if isFollowed, hasWho, endsInColon { return last + 1 }
            let joined = String(decoding: whole, as: UTF8.self).split(whereSeparator: \.isWhitespace).joined(separator: " ")
            if isKnown(joined), isFollowed || hasWho { return last + 1 }
        }
        return nil
    }

    /// Beginnings and ends of introductions in the languages that a European help desk sees most.
    private static func isKnown(_ text: String) -> Bool {
        let lower = text.lowercased()
        return knownStarts.contains { lower.hasPrefix($0) } && knownEnds.contains { lower.hasSuffix($0) || lower.hasSuffix($0 + ":") || lower.hasSuffix($0 + " :") }
            || knownVerbs.contains { lower.contains($0) } && (lower.hasSuffix(":") || lower.hasSuffix("："))
    }

    private static let knownStarts = ["on ", "il ", "in data", "am ", "le ", "el ", "op ", "em ", "w dniu ", "den ", "på ", "dnia ", "dne ", "at "]
    private static let knownEnds = [
        "wrote", "ha scritto", "schrieb", "a écrit", "escribió", "schreef", "escreveu", "napisał", "napisał(a)", "napisała", "skrev", "napsal", "kirjoitti", "a scris",
        "geschreven", "het volgende geschreven", "yazdı", "написал", "писал", "写道", "のメール",
    ]
    private static let knownVerbs = [
        " wrote", "ha scritto", "schrieb", "a écrit", "escribió", "schreef", "escreveu", "napisał", " skrev", "napsal", "kirjoitti", "a scris", "geschreven", "写道",
    ]

    /// Whether there is text of the writer's own behind the quotation that begins at `start`.
    private static func hasOwnText(_ lines: Lines, after start: Int) -> Bool {
        var seenQuote = false
        for index in lines.list.indices[start...] where !lines.isEmpty(index) {
            if lines.isQuoted(index) {
                seenQuote = true
            } else if seenQuote {
                // A signature or footer under the quotation is no answer.
                let bare = lines.bare(index)
                return !(bare.count >= 2 && bare.allSatisfy { isRule($0) || $0 == UInt8(ascii: "*") || $0 == UInt8(ascii: "=") })
            }
        }
        return false
    }

    /// RFC 3676 §4.3: `-- ` alone on a line begins the signature; many programs lose the blank.
    private static func signatureStart(_ lines: Lines) -> Int? {
        var hasText = false
        for index in lines.list.indices where !lines.isEmpty(index) {
            let line = lines.list[index]
            if lines.bare(index).elementsEqual("--".utf8), line.bare.lowerBound == line.start { return hasText ? index : nil }
            hasText = true
        }
        return nil
    }

    /// Quoted lines at the end, when there is something else above them.
    private static func removeTrailingQuote(_ lines: inout Lines) {
        var count = lines.list.count
        var hasQuote = false
        while count > 0, lines.isEmpty(count - 1) || lines.isQuoted(count - 1) {
            if lines.isQuoted(count - 1) { hasQuote = true }
            count -= 1
        }
        if hasQuote, count > 0 { lines.list.removeLast(lines.list.count - count) }
    }

    /// The text up to `end` without empty lines above and white space below; the indentation of the first line stays.
    private static func trim(_ bytes: UnsafeBufferPointer<UInt8>, _ end: Int) -> String {
        var last = end
        while last > 0, bytes[last - 1] <= 0x20 { last -= 1 }
        var first = 0
        var index = 0
        while index < last, bytes[index] <= 0x20 {
            if bytes[index] == 0x0A { first = index + 1 }
            index += 1
        }
        return String(decoding: bytes[first..<last], as: UTF8.self)
    }
}

extension MailMessage {
    /// What the person wrote now; the whole text where no history can be told from it.
    package var strippedText: String { ReplyText.strip(text) }
}
