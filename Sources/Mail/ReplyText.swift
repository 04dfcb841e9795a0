/// What a person wrote now, without the history that mail programs put under or around it: a first, simple version.
///
/// The rules are about form, since lists of words per language find only a fraction of what real programs write: a block of
/// quoted lines with the line that introduces it, a ruled "original message" separator, a block of header lines, the signature
/// mark `-- `. Words decide only where the form alone could be the customer's own text.
enum ReplyText {
    /// Never empty when `text` holds anything: if all of it looks quoted, all of it is the reply.
    static func strip(_ text: String) -> String {
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false).map { Line($0) }
        var kept = lines[..<cut(lines)]
        if let signature = signatureStart(kept) { kept = kept[..<signature] }
        kept = withoutTrailingQuote(kept)
        let result = kept.map { String($0.text) }.joined(separator: "\n")
        let trimmed = trim(result)
        return trimmed.isEmpty ? trim(text) : trimmed
    }

    private struct Line {
        let text: Substring
        /// Without blanks around it.
        let bare: Substring
        var isEmpty: Bool { bare.isEmpty }
        var isQuoted: Bool { bare.first == ">" }

        init(_ text: Substring) {
            self.text = text
            var bare = text
            while let last = bare.last, last == " " || last == "\t" || last == "\u{A0}" || last == "\u{200E}" { bare.removeLast() }
            self.bare = bare.drop { $0 == " " || $0 == "\t" || $0 == "\u{A0}" || $0 == "\u{200E}" || $0 == "\u{FEFF}" }
        }
    }

    /// The first line that belongs to the history.
    private static func cut(_ lines: [Line]) -> Int {
        for index in lines.indices where !lines[index].isEmpty {
            if isRuledTitle(lines[index].bare) || isHeaderBlock(lines, index) || isOutlookRule(lines, index) { return index }
            if let end = introduction(lines, index) {
                // Answers between the quoted lines: what comes after the quote is the customer's, so nothing can be cut here.
                if !hasOwnText(lines, after: end) { return index }
            }
        }
        return lines.count
    }

    /// `-----Original Message-----`, `-------- Weitergeleitete Nachricht --------`, `________________` alone is not one.
    private static func isRuledTitle(_ line: Substring) -> Bool {
        let head = line.prefix { $0 == "-" || $0 == "_" || $0 == "—" }
        guard head.count >= 3, head.count < line.count else { return false }
        let rest = line.dropFirst(head.count)
        let tail = rest.reversed().prefix { $0 == "-" || $0 == "_" || $0 == "—" }
        guard tail.count >= 3 else { return false }
        let words = rest.dropLast(tail.count)
        return words.count >= 4 && words.count <= 60 && words.contains { $0.isLetter }
    }

    /// A rule of underscores that Outlook puts above its header block.
    private static func isOutlookRule(_ lines: [Line], _ index: Int) -> Bool {
        let bare = lines[index].bare
        guard bare.count >= 20, bare.allSatisfy({ $0 == "_" || $0 == "-" }) else { return false }
        var next = index + 1
        while next < lines.count, lines[next].isEmpty { next += 1 }
        return next < lines.count && isHeaderBlock(lines, next)
    }

    /// At least three `Word: …` lines together, one of which holds an address or a date: `Da: … Inviato: … A: … Oggetto: …`.
    private static func isHeaderBlock(_ lines: [Line], _ start: Int) -> Bool {
        guard isHeaderLine(lines[start].bare) else { return false }
        var count = 0
        var hasAddress = false
        var hasDate = false
        var index = start
        var empty = 0
        while index < lines.count, index < start + 12 {
            let line = lines[index].bare
            if line.isEmpty {
                empty += 1
                if empty > 1 || count >= 3 { break }
            } else if isHeaderLine(line) {
                empty = 0
                count += 1
                if line.contains("@") { hasAddress = true }
                if isDateLike(line) { hasDate = true }
            } else if count == 0 || !line.contains("@") {
                break
            }
            index += 1
        }
        return count >= 3 && (hasAddress || hasDate) || count >= 4 && hasDate
    }

    private static func isHeaderLine(_ line: Substring) -> Bool {
        let plain = line.drop { $0 == "*" || $0 == ">" || $0 == " " }
        guard let colon = plain.firstIndex(where: { $0 == ":" || $0 == "：" }) else { return false }
        let name = plain[..<colon]
        return !name.isEmpty && name.count <= 24 && name.split(separator: " ").count <= 3 && name.allSatisfy { $0.isLetter || $0 == " " || $0 == "-" || $0 == "*" || $0 == "." }
    }

    private static func isDateLike(_ line: Substring) -> Bool {
        var digits = 0
        var groups = 0
        for character in line {
            if character.isASCII, character.isNumber { digits += 1 } else {
                if digits > 0 { groups += 1 }
                digits = 0
            }
        }
        if digits > 0 { groups += 1 }
        return groups >= 3
    }

    /// Where the introduction of a quotation that begins at `index` ends: the index behind its last line, or nil.
    private static func introduction(_ lines: [Line], _ index: Int) -> Int? {
        guard !lines[index].isQuoted else { return nil }
        // Long introductions are wrapped to two or three lines.
        var joined = ""
        for length in 1...3 {
            let last = index + length - 1
            guard last < lines.count, !lines[last].isEmpty, !lines[last].isQuoted else { return nil }
            joined += (joined.isEmpty ? "" : " ") + lines[last].bare
            guard joined.utf8.count <= 400 else { return nil }
            guard let end = joined.last, end == ":" || end == "：" || knownEnds.contains(where: { joined.lowercased().hasSuffix($0) }) else { continue }
            var next = last + 1
            while next < lines.count, lines[next].isEmpty { next += 1 }
            let isFollowed = next < lines.count && lines[next].isQuoted
            let hasWho = joined.contains("@") || isDateLike(Substring(joined))
            if isFollowed && (hasWho || isKnown(joined)) || isKnown(joined) && hasWho { return last + 1 }
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
    private static func hasOwnText(_ lines: [Line], after start: Int) -> Bool {
        var seenQuote = false
        for line in lines[start...] where !line.isEmpty {
            if line.isQuoted { seenQuote = true } else if seenQuote {
                // A signature or footer under the quotation is no answer.
                return !isSignatureMark(line)
            }
        }
        return false
    }

    private static func isSignatureMark(_ line: Line) -> Bool {
        line.text == "-- " || line.text == "--" || line.bare == "—" || line.bare.count >= 3 && line.bare.allSatisfy { $0 == "_" || $0 == "-" || $0 == "*" || $0 == "=" }
    }

    /// RFC 3676 §4.3: `-- ` alone on a line begins the signature; many programs lose the blank.
    private static func signatureStart(_ lines: ArraySlice<Line>) -> Int? {
        guard let index = lines.firstIndex(where: { $0.text == "-- " || $0.text == "--" }) else { return nil }
        return lines[..<index].contains { !$0.isEmpty } ? index : nil
    }

    /// Quoted lines at the end, when there is something else above them.
    private static func withoutTrailingQuote(_ lines: ArraySlice<Line>) -> ArraySlice<Line> {
        var kept = lines
        var hasQuote = false
        while let last = kept.last, last.isEmpty || last.isQuoted {
            if last.isQuoted { hasQuote = true }
            kept.removeLast()
        }
        return hasQuote && !kept.isEmpty ? kept : lines
    }

    private static func trim(_ text: String) -> String {
        var view = Substring(text)
        while let last = view.last, last.isWhitespace { view.removeLast() }
        // The indentation of the first line stays; empty lines above it go.
        while let end = view.firstIndex(where: { $0.isNewline }), view[..<end].allSatisfy({ $0.isWhitespace }) { view = view[view.index(after: end)...] }
        return String(view)
    }
}

extension MailMessage {
    /// What the person wrote now; the whole text where no history can be told from it.
    package var strippedText: String { ReplyText.strip(text) }
}
