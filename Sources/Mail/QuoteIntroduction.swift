/// The line in which a mail program says whom and when it quotes: `Il giorno lun 2 mar 2026 alle ore 10:00 Anna <a@b.it> ha scritto:`,
/// perhaps wrapped to up to four lines.
///
/// Form decides, since nobody has a list of the words of all programs: a colon at the end, a date, an address, quoted lines below. Words
/// ("wrote" in some forty languages) decide only where one of these is missing.
struct QuoteIntroduction {
    var start: Int
    /// The line behind it.
    var end: Int
    /// Where it begins in its first line, when something of the writer's stands before it on the same line.
    var offset: Int?
    /// Whether quoted lines follow.
    var isFollowedByQuote: Bool

    /// The introduction whose last line this is, or nil.
    ///
    /// - Parameter from: lines before this one are out of question.
    init?(_ lines: QuoteLines, endingAt last: Int, from floor: Int) {
        guard !lines.isEmpty(last), lines.words(last).count <= 400 else { return nil }
        let depth = lines.depth(last)
        let next = lines.nextFull(last + 1)
        isFollowedByQuote = next.map { lines.depth($0) > depth } ?? false
        end = last + 1
        start = last
        // Most lines have neither an address nor a colon, be it of another script.
        guard isFollowedByQuote || lines.words(last).contains(where: { $0 == UInt8(ascii: ":") || $0 == UInt8(ascii: "@") || $0 >= 0x80 }) else { return nil }
        let tail = QuoteFeatures(lines.words(last))
        // Without a colon below there is only the form "2013/12/15 Bob <bob@example.com>", and the languages where the verb ends the line.
        guard tail.endsInColon || isFollowedByQuote || tail.hasBracketed && tail.hasDate else { return nil }
        guard isFollowedByQuote || Self.hasDigit(lines, last) else { return nil }
        var accepted: (start: Int, isWhole: Bool, looksBegun: Bool)?
        var joined: [UInt8] = []
        var first = last
        while first >= max(floor, 0), last - first < 4 {
            guard !lines.isEmpty(first), lines.depth(first) == depth, !lines.list[first].mark.isSignature || first == last else { break }
            joined = first == last ? Array(lines.words(first)) : Array(lines.words(first)) + [0x20] + joined
            guard joined.count <= 500 else { break }
            let features = QuoteFeatures(joined)
            guard features.numbers > 0 || features.hasAddress || isFollowedByQuote || first == last && last > 0 else { break }
            // Zoho puts hyphens around it.
            let lower = Stems.lower(joined.drop { $0 == UInt8(ascii: "-") || $0 == 0x20 })
            let hasVerb = QuoteWords.wrote.areIn(lower)
            let looksBegun =
                !isFollowedByQuote && !features.hasAddress && Self.sentences.begin(joined)
                ? false : features.beginsWithNumber || QuoteWords.starts.begin(lower) || Self.beginsWithPerson(lines.words(first))
            if !isFollowedByQuote, !features.hasBracketed, features.hasAddress ? Self.tellsToWhom(lower) : Self.people.areIn(lower) { break }
            // `Anna schrieb am 03.03.2026 um 16:05:` by itself.
            let isAlone = first == last && hasVerb && features.hasTime && features.numbers >= 4 && (last == 0 || lines.isEmpty(last - 1)) && next != last + 1
            if Self.accepts(features, hasVerb: hasVerb, looksBegun: looksBegun || isAlone, isFollowed: isFollowedByQuote, count: joined.count) {
                let isWhole = features.numbers > 0 && (features.hasAddress || hasVerb)
                // What was complete stays; a longer one must at least begin like an introduction, or complete what was only its end (`wrote:`).
                let completes = accepted.map { !$0.isWhole && !$0.looksBegun && features.hasAddress && features.hasDate } ?? true
                if completes || looksBegun { accepted = (first, isWhole, looksBegun) }
                if isWhole, looksBegun { break }
                if isWhole, accepted?.isWhole == true, !lines.words(first).starts(with: "<".utf8) { break }
            }
            first -= 1
        }
        guard let accepted else { return nil }
        start = accepted.start
        offset = Self.offset(lines, start)
    }

    /// `on 3 March 2026 at 10:15 your colleague wrote:` goes on with a customer's sentence: programs begin with a capital letter in these languages.
    private static let sentences = Stems(["on ", "il ", "le ", "el ", "am ", "op ", "em "])

    /// Whoever tells a story says to whom, and whose people they are; a program does neither.
    private static let people = Stems([
        " i wrote", " my ", " your ", " our ", " ho scritto", " mi ha ", " ci ha ", " mio ", " mia ", " vostr", " ich ", " mir ", " uns ", " ihr", " mein", " j'ai ", " m'a ",
        " nous a ",
        " votre ", " notre ", " mon ", " me escrib", " mi ", " su ", " nuestr", " meu ", " minha ", " seu ", " sua ", " mij ", " mijn ", " uw ", " jullie ", " ik ",
    ])

    /// `On 3 March at 10:15 I wrote to info@shop.test:` is a customer's own sentence.
    private static func tellsToWhom(_ lower: [UInt8]) -> Bool {
        var before: ArraySlice<UInt8> = []
        for word in lower.split(separator: 0x20) {
            if word.contains(UInt8(ascii: "@")), recipients.contains(Array(before)) { return true }
            before = word
        }
        return false
    }

    private static let recipients: Set<[UInt8]> = Set(["to", "a", "an", "à", "aan", "para", "al", "alla", "til", "till", "do"].map { Array($0.utf8) })

    /// Whether a number stands in the line or in one of the three above it: without one there is no date.
    private static func hasDigit(_ lines: QuoteLines, _ last: Int) -> Bool {
        (max(0, last - 3)...last).contains { lines.words($0).prefix(500).contains { (0x30...0x39).contains($0) } }
    }

    private static func accepts(_ features: QuoteFeatures, hasVerb: Bool, looksBegun: Bool, isFollowed: Bool, count: Int) -> Bool {
        if isFollowed {
            if features.endsInColon { return features.hasAddress || hasVerb && count <= 200 || features.hasDate }
            return features.hasBracketed && features.numbers >= 2 || hasVerb && features.hasMoment && count <= 200 && (features.hasAddress || looksBegun)
        }
        if features.endsInColon {
            if hasVerb { return features.numbers >= 2 && (features.hasAddress || looksBegun) }
            return features.hasBracketed && features.hasTime && features.numbers >= 3
        }
        return hasVerb && features.hasBracketed && features.hasDate && looksBegun
    }

    /// `Anna Rossi <anna@example.com> …`, `"Anna" <…`.
    private static func beginsWithPerson(_ words: ArraySlice<UInt8>) -> Bool {
        guard let bracket = words.firstIndex(of: UInt8(ascii: "<")) else { return false }
        let name = words[..<bracket]
        return bracket > words.startIndex && name.count <= 60 && !name.contains(0x3A) && name.split(separator: 0x20).count <= 5 && words.contains(UInt8(ascii: "@"))
    }

    /// Some programs put their introduction behind the last word of the answer: `reply On Wed, Apr 4, 2012 at 3:59 PM, a@b.c wrote:`.
    private static func offset(_ lines: QuoteLines, _ index: Int) -> Int? {
        let words = lines.words(index)
        let wanted = Array(" On ".utf8)
        guard !words.starts(with: wanted.dropFirst()) else { return nil }
        var at = words.startIndex
        while at + 8 < words.endIndex {
            if words[at] == 0x20, words[at...].starts(with: wanted) {
                let day = String(decoding: words[(at + 4)..<(at + 7)], as: UTF8.self).lowercased()
                if ["mon", "tue", "wed", "thu", "fri", "sat", "sun"].contains(day) {
                    // Yahoo's classic page put three hyphens before it.
                    var end = at
                    while end > words.startIndex, words[end - 1] == UInt8(ascii: "-") || words[end - 1] == 0x20 { end -= 1 }
                    return end > words.startIndex ? end : nil
                }
            }
            at += 1
        }
        return nil
    }
}
