/// What stands under a text without being part of it: a signature, what a telephone adds, a legal notice.
///
/// Structure first: the mark `-- ` (RFC 3676 §4.3), a ruled line above lines of contact, a closing with a name under it. Thanks are part
/// of the text, also with a name.
enum Signature {
    /// The index behind the last line of the text in `range`; the range's end when nothing stands under it. May be the range's beginning.
    static func start(_ lines: QuoteLines, in range: Range<Int>) -> Int {
        var end = range.upperBound
        // What stands below a mark was added by a program; what stands above it may still end in a closing.
        for index in range where !lines.isEmpty(index) && !lines.isQuoted(index) {
            if lines.list[index].mark.isSignature || isMark(lines, index, in: range) || isDevice(lines, index) {
                // "Sent from my telephone" above the answer of someone who writes below: only that line goes, which the caller does.
                if !hasText(lines, range.lowerBound..<index), isDevice(lines, index) { continue }
                end = index
                break
            }
        }
        end = trimmed(lines, range.lowerBound..<end)
        // Each rule may uncover what another one takes; eight rounds are more than any mail needs.
        for _ in 0..<8 {
            let before = end
            end = withoutNotice(lines, range.lowerBound..<end)
            end = withoutRuledFooter(lines, range.lowerBound..<end)
            end = withoutClosing(lines, range.lowerBound..<end)
            end = withoutContacts(lines, range.lowerBound..<end)
            end = withoutDashedName(lines, range.lowerBound..<end)
            if end == before { break }
        }
        return end
    }

    static func hasText(_ lines: QuoteLines, _ range: Range<Int>) -> Bool { range.contains { !lines.isEmpty($0) } }

    /// Behind the last line with words.
    private static func trimmed(_ lines: QuoteLines, _ range: Range<Int>) -> Int {
        var end = range.upperBound
        while end > range.lowerBound, lines.isEmpty(end - 1) { end -= 1 }
        return end
    }

    /// `-- ` alone; many programs lose the blank, some write a long dash. What stands below it is bounded: an essay is no signature.
    private static func isMark(_ lines: QuoteLines, _ index: Int, in range: Range<Int>) -> Bool {
        let line = lines.list[index]
        guard line.words.count <= 3, line.words.lowerBound <= line.range.lowerBound + 1 else { return false }
        let words = lines.words(index)
        guard words.elementsEqual("--".utf8) || words.elementsEqual("---".utf8) && index + 1 < range.upperBound && !lines.isEmpty(index + 1) else { return false }
        return range.upperBound - index <= 60
    }

    // MARK: What a telephone or a program adds

    /// A line of its own such as `Inviato da iPhone`, `Get Outlook for iOS<https://…>`.
    static func isDevice(_ lines: QuoteLines, _ index: Int) -> Bool {
        let words = lines.words(index)
        guard words.count <= 400, words.count >= 8 else { return false }
        let isLast = index + 1 >= lines.count || lines.isEmpty(index + 1) || lines.isQuoted(index + 1) || isDashes(lines.words(index + 1))
        let begins = devices.mayBegin(words.first { $0 >= 0x30 }) && devices.begin(Stems.lower(words.drop { $0 < 0x30 }.prefix(40)))
        // In other words, or right below the last line of the text, the name of a program must be there too.
        let isShort = words.count <= 100 && isLast && words.count(where: { $0 == 0x20 }) <= 9
        let isNamed = isShort && deviceNames.areIn(Stems.lower(words)) && (begins || sent.areIn(Stems.lower(words)))
        guard begins || isNamed else { return false }
        let line = lines.text(index, limit: 400)
        let shown = String(line.prefix { $0 != "<" }).trimming()
        guard shown.utf8.count <= 90, shown.last != "?", shown.last != ":" else { return false }
        // "Inviato da Milano il pacco, grazie." would be a sentence of the customer's: a line of a device stands by itself.
        let isAlone =
            isNamed && begins || index == 0 || lines.isEmpty(index - 1) || lines.isQuoted(index - 1) || lines.list[index].mark.isSignature || isDashes(lines.words(index - 1))
        return isAlone && (shown.last != "." || shown.split(separator: " ").count <= (isNamed ? 9 : 6))
    }

    private static func isDashes(_ words: ArraySlice<UInt8>) -> Bool { !words.isEmpty && words.allSatisfy { $0 == UInt8(ascii: "-") || $0 == UInt8(ascii: "_") } }

    // MARK: Legal notices

    /// Without the paragraphs at the end that are a notice: long, and full of a notice's words.
    private static func withoutNotice(_ lines: QuoteLines, _ range: Range<Int>) -> Int {
        var end = range.upperBound
        while end > range.lowerBound {
            // In a page each line may be a paragraph of its own.
            let paragraph = lastParagraph(lines, range.lowerBound..<end)
            let last = (end - 1)..<end
            guard let notice = [paragraph, last].first(where: { $0.lowerBound > range.lowerBound && isNotice(lines, $0) }) else { break }
            end = trimmed(lines, range.lowerBound..<notice.lowerBound)
        }
        return end
    }

    /// Full of a notice's words: one in every 250 octets at least, so that a letter that happens to hold some is none.
    private static func isNotice(_ lines: QuoteLines, _ range: Range<Int>) -> Bool {
        guard !lines.isQuoted(range.lowerBound) else { return false }
        let bytes = lines.bytes[lines.list[range.lowerBound].words.lowerBound..<lines.list[range.upperBound - 1].words.upperBound]
        guard bytes.count >= 60, bytes.count <= 6000, bytes.last != UInt8(ascii: "?") else { return false }
        let hits = noticeStems.count(in: Stems.lower(bytes))
        return hits >= (bytes.count >= 160 ? 3 : 2) && hits * 250 >= bytes.count
    }

    private static func lastParagraph(_ lines: QuoteLines, _ range: Range<Int>) -> Range<Int> {
        var first = range.upperBound
        while first > range.lowerBound, !lines.isEmpty(first - 1), range.upperBound - first < 60 { first -= 1 }
        return first..<range.upperBound
    }

    // MARK: Ruled footers

    /// Without a ruled line and what stands below it, when that is lines of contact (a mailing list's footer, a card).
    private static func withoutRuledFooter(_ lines: QuoteLines, _ range: Range<Int>) -> Int {
        var index = range.upperBound - 1
        var full = 0
        var contacts = 0
        var isCard = true
        while index > range.lowerBound, full <= 14 {
            let words = lines.words(index)
            if words.count >= 2, words.allSatisfy({ $0 == UInt8(ascii: "_") || $0 == UInt8(ascii: "-") || $0 == UInt8(ascii: "=") || $0 == UInt8(ascii: "*") }) {
                let isLong = words.count >= 8 || words.allSatisfy { $0 == UInt8(ascii: "_") }
                // A rule under a line of text is a heading or a table.
                guard isLong, lines.isEmpty(index - 1) || full == 0 && words.count >= 20, contacts > 0 || full == 0 || isCard && full <= 4 && isFullName(lines, index + 1) else {
                    return range.upperBound
                }
                return trimmed(lines, range.lowerBound..<index)
            }
            if !words.isEmpty {
                full += 1
                guard words.count <= 100, !lines.isQuoted(index), words.last != UInt8(ascii: "?") else { return range.upperBound }
                contacts += isContact(words) ? 1 : 0
                isCard = isCard && words.count <= 45 && !",;:!".utf8.contains(words[words.endIndex - 1]) && words.count(where: { $0 == 0x20 }) <= 4
            }
            index -= 1
        }
        return range.upperBound
    }

    /// `Anna Rossi`: two to four words, each with a capital letter.
    private static func isFullName(_ lines: QuoteLines, _ index: Int) -> Bool {
        let names = lines.text(index, limit: 60).split(separator: " ")
        return (2...4).contains(names.count) && names.allSatisfy { $0.first?.isUppercase ?? false }
    }

    private static let webs = Stems(["http", "www."])
    private static let numbered = Stems(["tel", "cell", "fax", "iban", "p.iva", "p. iva", "c.f."])

    /// A telephone number, an address of mail or web, a tax or bank number.
    private static func isContact(_ words: ArraySlice<UInt8>) -> Bool {
        if words.contains(UInt8(ascii: "@")), QuoteFeatures(words).hasAddress { return true }
        let digits = words.count(where: \.isDigit)
        guard digits >= 7 || words.contains(where: { $0 == UInt8(ascii: ".") || $0 == UInt8(ascii: ":") }) else { return false }
        let lower = words.prefix(120).map(\.lowercased)
        if webs.areIn(lower) { return true }
        let others = words.count(where: \.isLetter)
        return digits >= 7 && (others <= 20 || numbered.areIn(lower))
    }

    // MARK: Closings

    /// Without a closing and the lines under it: the next is a name, all are short, and there are few.
    private static func withoutClosing(_ lines: QuoteLines, _ range: Range<Int>) -> Int {
        var index = range.upperBound - 1
        var full = 0
        while index > range.lowerBound, full <= 16 {
            let words = lines.words(index)
            if !words.isEmpty {
                if full > 0, words.count <= 60, isClosing(lines, index) {
                    guard let name = lines.nextFull(index + 1), name < range.upperBound, beginsLikeName(lines, name) else { return range.upperBound }
                    return trimmed(lines, range.lowerBound..<index)
                }
                full += 1
                guard words.count <= 120, !lines.isQuoted(index), words.last != UInt8(ascii: "?") else { return range.upperBound }
                // A sentence below the name, such as a postscript, is text.
                guard words.last != UInt8(ascii: ".") || words.count <= 60, !isPostscript(words) else { return range.upperBound }
            }
            index -= 1
        }
        return range.upperBound
    }

    /// `PS: …`, `P.S. …`, `NB: …`.
    private static func isPostscript(_ words: ArraySlice<UInt8>) -> Bool {
        let beginning = Array(words.prefix(8)).map(\.lowercased).filter { $0 != UInt8(ascii: ".") }
        return ["ps:", "ps ", "nb:", "nb "].contains { beginning.starts(with: $0.utf8) }
    }

    private static func isClosing(_ lines: QuoteLines, _ index: Int) -> Bool {
        var words = lines.words(index)
        while let first = words.first, first < 0x41 || first == UInt8(ascii: "_") { words.removeFirst() }
        while let last = words.last, last < 0x41 || last == UInt8(ascii: "_") { words.removeLast() }
        return closings.contains(String(decoding: Stems.lower(words), as: UTF8.self))
    }

    /// One to five words, the first with a capital letter, not a sentence.
    private static func beginsLikeName(_ lines: QuoteLines, _ index: Int) -> Bool {
        let text = lines.text(index).drop { $0 == "*" || $0 == "_" }
        guard let first = text.first, first.isUppercase || !first.isLowercase && first.isLetter, text.utf8.count <= 70 else { return false }
        guard let last = text.last, last != "?", last != "!", last != ":" else { return false }
        return text.split(separator: " ").count <= 7
    }

    // MARK: Cards and names

    /// Without a card at the end: a name, then short lines of which at least two are contacts, apart from the text above.
    private static func withoutContacts(_ lines: QuoteLines, _ range: Range<Int>) -> Int {
        var best = range.upperBound
        var contacts = 0
        var full = 0
        var index = range.upperBound - 1
        while index > range.lowerBound, full < 16 {
            let words = lines.words(index)
            if words.isEmpty {
                index -= 1
                continue
            }
            guard words.count <= 90, !lines.isQuoted(index), ![UInt8(ascii: "?"), UInt8(ascii: "!")].contains(words.last), !(words.last == UInt8(ascii: ".") && words.count > 40)
            else { break }
            full += 1
            contacts += isContact(words) ? 1 : 0
            if contacts >= 2, full >= 3, lines.isEmpty(index - 1), !isContact(words) || words.first == UInt8(ascii: "*"), beginsLikeName(lines, index), isApart(lines, index, range)
            {
                best = index
            }
            index -= 1
        }
        return trimmed(lines, range.lowerBound..<best)
    }

    /// The text above ended: with a full stop, with two empty lines, or long before the end of a line. What a colon or a short line without
    /// an end announces is content, such as the address that was asked for.
    private static func isApart(_ lines: QuoteLines, _ index: Int, _ range: Range<Int>) -> Bool {
        var above = index - 1
        while above >= range.lowerBound, lines.isEmpty(above) { above -= 1 }
        guard above >= range.lowerBound, let last = lines.words(above).last, last != UInt8(ascii: ":") else { return false }
        return [UInt8(ascii: "."), UInt8(ascii: "!"), UInt8(ascii: "?"), UInt8(ascii: ")")].contains(last) || index - above > 2
    }

    /// Without `-Anna`, `/Anna`, `—Anna Rossi` on the last line, under an empty one.
    private static func withoutDashedName(_ lines: QuoteLines, _ range: Range<Int>) -> Int {
        let last = range.upperBound - 1
        guard last > range.lowerBound, lines.isEmpty(last - 1) else { return range.upperBound }
        let text = lines.text(last, limit: 60)
        guard let dash = text.first, "-–—/".contains(dash), text.count >= 3, text.count <= 40 else { return range.upperBound }
        let name = text.dropFirst()
        guard name.first?.isUppercase == true, name.allSatisfy({ $0.isLetter || $0 == " " || $0 == "." || $0 == "'" }), name.split(separator: " ").count <= 3 else {
            return range.upperBound
        }
        return trimmed(lines, range.lowerBound..<last)
    }
}
