/// The copy of a message's header that mail programs put above what they quote or forward:
///
///     Da: Anna Rossi <anna@example.com>
///     Inviato: lunedì 2 marzo 2026 10:00
///     A: help@example.com
///     Oggetto: Il mio pacco
///
/// perhaps under a ruled title (`-----Messaggio originale-----`), a ruled line, or `Begin forwarded message:`.
struct QuoteHeader {
    enum Title { case none, message, forwarded }

    /// The line on which it begins, with its title or rule.
    var start: Int
    /// The line behind it.
    var end: Int
    var title = Title.none
    var fields: [(label: QuoteWords.Label?, value: String)] = []

    var hasSubject: Bool { fields.contains { $0.label == .subject } }

    /// The header that begins on this line, or nil.
    init?(_ lines: QuoteLines, at index: Int) {
        start = index
        end = index
        let ruled = Self.title(lines, index)
        if let ruled {
            title = ruled.title
            if let rest = ruled.rest {
                fields = [(.from, rest)]
                end = index + 1
                return
            }
            guard let next = lines.nextFull(index + 1), let block = Self.block(lines, from: next, isTitled: true) else {
                // "-----Original Message-----" without a header under it: only where the words are known.
                guard ruled.isKnown, ruled.isRuled else { return nil }
                end = index + 1
                return
            }
            end = block.end
            fields = block.fields
            // Zoho rules a header above and below.
            if ruled.isRuled, let again = lines.nextFull(end), lines.words(again).elementsEqual(lines.words(index)) { end = again + 1 }
            if !ruled.isRuled, title != .forwarded, !lines.isQuoted(index) { return nil }
            // Apple's programs quote a forward with its header; a reply of theirs has none.
            if !ruled.isRuled { title = .forwarded }
            return
        }
        if Self.isRule(lines, index) {
            guard let next = lines.nextFull(index + 1), lines.depth(next) == lines.depth(index), let block = Self.block(lines, from: next, isTitled: true) else { return nil }
            end = block.end
            fields = block.fields
            return
        }
        guard let block = Self.block(lines, from: index, isTitled: lines.list[index].mark.isUnderRule || lines.list[index].mark.beginsHistory) else { return nil }
        end = block.end
        fields = block.fields
    }

    private static func isDash(_ byte: UInt8) -> Bool { byte == UInt8(ascii: "-") || byte == UInt8(ascii: "_") || byte == UInt8(ascii: "=") }

    private static func isRule(_ lines: QuoteLines, _ index: Int) -> Bool {
        let words = withPlainDashes(lines.words(index))
        return words.count >= 10 && words.allSatisfy { isDash($0) || $0 == UInt8(ascii: "*") }
    }

    /// With a hyphen for each of the long dashes (U+2010 to U+2015) of a line that begins with one.
    private static func withPlainDashes(_ words: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        guard words.first == 0xE2, words.count <= 1000 else { return words }
        var output: [UInt8] = []
        var index = words.startIndex
        while index < words.endIndex {
            let isDash = words[index...].starts(with: [0xE2, 0x80]) && index + 2 < words.endIndex && (0x90...0x95).contains(words[index + 2])
            output.append(isDash ? UInt8(ascii: "-") : words[index])
            index += isDash ? 3 : 1
        }
        return output[...]
    }

    /// `-----Original Message-----`, `--------原始郵件--------`, `*-------- X --------*`, `----- X ----- From: …` (all in one line, Yahoo),
    /// `Begin forwarded message:`.
    private static func title(_ lines: QuoteLines, _ index: Int) -> (title: Title, isKnown: Bool, isRuled: Bool, rest: String?)? {
        var words = withPlainDashes(lines.words(index)).drop { $0 == UInt8(ascii: "*") }
        while words.last == UInt8(ascii: "*") { words.removeLast() }
        guard words.count >= 8, words.count <= 1000, let first = words.first else { return nil }
        if !isDash(first) {
            guard words.count <= 80, QuoteFeatures.endsInColon(words) else { return nil }
            let lower = Stems.lower(words)
            let isForward = QuoteWords.forwarded.areIn(lower)
            guard isForward || lines.isQuoted(index) && QuoteWords.message.areIn(lower), let next = lines.nextFull(index + 1),
                lines.depth(next) == lines.depth(index) || isForward && lines.depth(next) == 1, Self.label(lines, next) != nil
            else { return nil }
            return (isForward ? .forwarded : .message, true, false, nil)
        }
        let head = words.prefix(while: isDash)
        guard head.count >= 3, head.count < words.count else { return nil }
        let inner = words.dropFirst(head.count)
        // The second rule is at the end, or the header follows it on the same line.
        var close = inner.startIndex
        var run = 0
        while close < inner.endIndex {
            run = isDash(inner[close]) ? run + 1 : 0
            close += 1
            if run == 3 { break }
        }
        guard run == 3 else { return nil }
        let title = inner[inner.startIndex..<(close - 3)]
        guard title.count <= 120, title.contains(where: { ($0 | 0x20) >= 0x61 }) else { return nil }
        let lower = Stems.lower(title)
        let isForward = QuoteWords.forwarded.areIn(lower)
        let isKnown = isForward || QuoteWords.message.areIn(lower)
        let behind = inner[close...].drop(while: isDash).drop { $0 <= 0x20 }
        if behind.isEmpty { return (isForward ? .forwarded : .message, isKnown, true, nil) }
        let features = QuoteFeatures(behind)
        guard isKnown, features.hasAddress, behind.contains(UInt8(ascii: ":")) else { return nil }
        return (isForward ? .forwarded : .message, true, true, String(decoding: behind, as: UTF8.self))
    }

    /// The lines `Word: …` that begin here, when they are a header and not a list of the customer's own.
    ///
    /// - Parameter isTitled: what stands above says that a header follows, so that its words need not be known.
    private static func block(_ lines: QuoteLines, from start: Int, isTitled: Bool) -> (end: Int, fields: [(label: QuoteWords.Label?, value: String)])? {
        guard let first = label(lines, start) else { return nil }
        // Cheap, since it is asked for every line with a colon: a header begins with a word that is known unless something above announces it.
        // Words that nobody knows are those of a program when the first names a person with an address and the second a date with a time.
        let isForeign = !isTitled && first.label == nil
        if isForeign { guard QuoteFeatures(first.value.prefix(300)).hasBracketed, start == 0 || lines.isEmpty(start - 1), isMoment(lines, start + 1) else { return nil } }
        if !isTitled, isInRawHeader(lines, isForeign ? start + 1 : start) { return nil }
        let depth = lines.depth(start)
        var fields: [(label: QuoteWords.Label?, value: String)] = []
        var hasAddress = false
        var hasDate = false
        var empty = 0
        var end = start
        var index = start
        while index < lines.count, index < start + 24 {
            guard !lines.isEmpty(index) else {
                empty += 1
                if empty > 1 || fields.count >= 3 { break }
                index += 1
                continue
            }
            guard lines.depth(index) == depth else { break }
            if let line = label(lines, index) {
                // Behind an empty line only a field that is known goes on with the header.
                if empty > 0, line.label == nil { break }
                let features = QuoteFeatures(lines.words(index).prefix(600))
                hasAddress = hasAddress || features.hasAddress
                if features.hasDate, line.label != .subject { hasDate = true }
                if fields.count >= (isForeign ? 5 : 3), line.label == nil, !isTitled, !features.hasAddress { break }
                // Two "From:" are two headers.
                if let label = line.label, label == .from, fields.contains(where: { $0.label == .from }) { break }
                fields.append((line.label, String(String(decoding: line.value.drop { $0 == UInt8(ascii: "*") }, as: UTF8.self).trimming())))
            } else if empty == 0, !fields.isEmpty, continues(lines, index, fields[fields.count - 1].value) {
                fields[fields.count - 1].value += " " + lines.text(index)
                hasAddress = hasAddress || lines.words(index).contains(UInt8(ascii: "@"))
            } else {
                break
            }
            empty = 0
            index += 1
            end = index
        }
        let kinds = Set(fields.compactMap(\.label)).subtracting([.other])
        let isHeader: Bool
        if isTitled {
            // HTML may put the whole header into one line.
            isHeader = fields.count >= 3 && (hasAddress || hasDate) || kinds.count >= 2 || kinds == [.from] && hasAddress && hasDate
        } else if isForeign {
            isHeader = fields.count >= 3
        } else {
            isHeader =
                kinds.contains(.from) && kinds.count >= 3 && (hasAddress || hasDate && kinds.contains(.subject))
                || kinds.count >= 2 && hasAddress && hasDate || kinds.count == 4
        }
        return isHeader ? (end, fields) : nil
    }

    private static func isMoment(_ lines: QuoteLines, _ index: Int) -> Bool {
        guard index < lines.count, let field = label(lines, index) else { return false }
        let features = QuoteFeatures(field.value.prefix(300))
        return features.hasMoment && features.hasTime && !features.hasAddress
    }

    /// Whether the line goes on with a header as servers see it, which a customer was asked for: right above stands a field that no program copies.
    private static func isInRawHeader(_ lines: QuoteLines, _ start: Int) -> Bool {
        var above = start - 1
        while above >= 0, above + 12 > start, !lines.isEmpty(above) {
            if rawFields.begin(Stems.lower(lines.words(above).prefix(20))) { return true }
            // A field between them, or a folded line.
            guard let first = lines.bytes[lines.list[above].range].first, first == 0x20 || first == 0x09 || label(lines, above) != nil else { return false }
            above -= 1
        }
        return false
    }

    private static let rawFields = Stems([
        "received:", "return-path:", "delivered-to:", "envelope-to:", "x-original-to:", "received-spf:", "authentication-results:", "dkim-signature:",
    ])

    /// The rest of a field that was too long for its line: recipients, or an address by itself.
    private static func continues(_ lines: QuoteLines, _ index: Int, _ before: String) -> Bool {
        let words = lines.words(index)
        guard words.count <= 1000 else { return false }
        if words.first == UInt8(ascii: "<") { return words.contains(UInt8(ascii: "@")) }
        let last = before.utf8.last
        return (last == UInt8(ascii: ",") || last == UInt8(ascii: ";")) && words.contains(UInt8(ascii: "@"))
    }

    /// The label in front of the first colon of a line, and the rest. Labels are at most four words; `*From:*` is what is left of bold type.
    static func label(_ lines: QuoteLines, _ index: Int) -> (label: QuoteWords.Label?, value: ArraySlice<UInt8>)? {
        let plain = lines.words(index).prefix(1000).drop { $0 == UInt8(ascii: "*") || $0 == 0x20 }
        var blanks = 0
        var at = plain.startIndex
        var width = 0
        scan: while at < plain.endIndex, at - plain.startIndex < 60 {
            let byte = plain[at]
            switch byte {
            case UInt8(ascii: ":"):
                width = 1
                break scan
            // U+FF1A of Chinese and Japanese programs, U+055D of Armenian ones.
            case 0xEF where plain[at...].starts(with: [0xEF, 0xBC, 0x9A]):
                width = 3
                break scan
            case 0xD5 where plain[at...].starts(with: [0xD5, 0x9D]):
                width = 2
                break scan
            case 0x20:
                blanks += 1
                if blanks > 4 { return nil }
            case UInt8(ascii: "-"), UInt8(ascii: "*"), UInt8(ascii: "."), UInt8(ascii: "/"), UInt8(ascii: "'"): break
            default: guard byte >= 0x80 || (0x61...0x7A).contains(byte | 0x20) else { return nil }
            }
            at += 1
        }
        guard width > 0, at > plain.startIndex else { return nil }
        let value = plain[(at + width)...]
        // `http://…` is no field.
        if width == 1, value.starts(with: "//".utf8) { return nil }
        guard at - plain.startIndex <= 45 else { return (nil, value) }
        var name = Array(plain[..<at])
        name.removeAll { $0 == UInt8(ascii: "*") }
        // French programs put a blank before the colon, some one that does not break.
        while let last = name.last, last == 0x20 || last == 0xA0 { name.removeLast(last == 0xA0 ? min(2, name.count) : 1) }
        let label = name.count <= 40 ? QuoteWords.labels[String(decoding: Stems.lower(name), as: UTF8.self)] : nil
        return (label, value)
    }
}
