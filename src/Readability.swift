/// How easily a text is read, and which sentences hurt most.
///
/// Italian: Gulpease, 89 + (300 · sentences − 10 · letters) / words, between 0 and 100 (P. Lucisano, M. E. Piemontese, "GULPEASE: una formula per la
/// predizione della difficoltà dei testi in lingua italiana", 1988). English: Flesch reading ease, 206.835 − 1.015 · words / sentences − 84.6 ·
/// syllables / words (R. Flesch, "A new readability yardstick", 1948). Both: the higher, the easier.
package struct Readability: Sendable, Hashable {
    package enum Formula: String, Sendable, Hashable { case gulpease, flesch }

    package struct HardSentence: Sendable, Hashable {
        package var text: String
        package var score: Double
        package var words: Int
    }

    package var formula: Formula
    /// 0 to 100.
    package var score: Double
    package var words: Int
    package var sentences: Int
    /// The hardest first, at most three, each below the threshold and of eight words at least.
    package var hardest: [HardSentence]

    /// Below it a text is reported. Gulpease below 50 is hard for readers with eight years of school (60 is their limit, 40 that of thirteen years);
    /// Flesch below 50 is "difficult", the reading of college students.
    package static let threshold = 50.0
    /// The formulas say nothing of shorter texts.
    static let fewestWords = 25
    static let fewestWordsOfSentence = 8

    package var isPoor: Bool { words >= Self.fewestWords && score < Self.threshold }
}

extension KnowledgeReview {
    /// Nil for languages without a formula here, and for an empty answer.
    package static func readability(of article: Article) -> Readability? {
        let formula: Readability.Formula
        switch article.language.primarySubtag {
        case "it": formula = .gulpease
        case "en": formula = .flesch
        default: return nil
        }
        var total = Measure()
        var hard: [Readability.HardSentence] = []
        for sentence in ReviewText.sentences(of: article.body) {
            let measure = Measure(sentence.text, formula)
            guard measure.words > 0 else { continue }
            total.add(measure)
            let score = measure.score(formula)
            if measure.words >= Readability.fewestWordsOfSentence, score < Readability.threshold {
                hard.append(.init(text: sentence.text, score: score, words: measure.words))
            }
        }
        guard total.words > 0 else { return nil }
        // A long hard sentence costs more than a short one.
        hard.sort { ((Readability.threshold - $0.score) * Double($0.words), $0.text) > ((Readability.threshold - $1.score) * Double($1.words), $1.text) }
        return Readability(formula: formula, score: total.score(formula), words: total.words, sentences: total.sentences, hardest: Array(hard.prefix(3)))
    }

    private struct Measure {
        var words = 0
        var letters = 0
        var syllables = 0
        var sentences = 0

        init() {}

        /// - Parameter text: one sentence. Addresses of mail and web count as one short word: nobody reads them letter by letter.
        init(_ text: String, _ formula: Readability.Formula) {
            sentences = 1
            for chunk in text.split(whereSeparator: { $0.isWhitespace }) {
                if chunk.contains("@") || chunk.contains("://") {
                    words += 1
                    letters += 5
                    syllables += 2
                    continue
                }
                for word in chunk.split(whereSeparator: { !$0.isLetter && !$0.isNumber && $0 != "'" && $0 != "’" }) {
                    let count = word.count { $0.isLetter || $0.isNumber }
                    guard count > 0 else { continue }
                    words += 1
                    letters += count
                    if formula == .flesch { syllables += Syllables.english(word) }
                }
            }
        }

        mutating func add(_ other: Measure) {
            words += other.words
            letters += other.letters
            syllables += other.syllables
            sentences += other.sentences
        }

        func score(_ formula: Readability.Formula) -> Double {
            let words = Double(max(1, words))
            let value =
                switch formula {
                case .gulpease: 89 + (300 * Double(sentences) - 10 * Double(letters)) / words
                case .flesch: 206.835 - 1.015 * words / Double(max(1, sentences)) - 84.6 * Double(syllables) / words
                }
            return min(100, max(0, value))
        }
    }
}

/// Our own counter: groups of vowels, less the silent endings of English.
enum Syllables {
    static func english(_ word: Substring) -> Int {
        var letters: [UInt8] = []
        for scalar in word.unicodeScalars where scalar.isASCII && scalar.properties.isAlphabetic { letters.append(UInt8(scalar.value) | 0x20) }
        guard !letters.isEmpty else { return 1 }
        func isVowel(_ place: Int) -> Bool {
            switch letters[place] {
            case UInt8(ascii: "a"), UInt8(ascii: "e"), UInt8(ascii: "i"), UInt8(ascii: "o"), UInt8(ascii: "u"): true
            case UInt8(ascii: "y"): place > 0
            default: false
            }
        }
        var count = 0
        for place in letters.indices where isVowel(place) && (place == 0 || !isVowel(place - 1)) { count += 1 }
        // Two vowels that are spoken apart: "radio", "create", "science".
        for place in letters.indices.dropLast() where letters[place] == UInt8(ascii: "i") && place > 0 {
            let next = letters[place + 1]
            let before = letters[place - 1]
            if [UInt8(ascii: "a"), UInt8(ascii: "o"), UInt8(ascii: "u")].contains(next),
                ![UInt8(ascii: "t"), UInt8(ascii: "c"), UInt8(ascii: "s"), UInt8(ascii: "g")].contains(before), !isVowel(place - 1)
            {
                count += 1
            }
        }
        let end = letters.count - 1
        if end >= 2, letters[end] == UInt8(ascii: "e"), !isVowel(end - 1) {
            // "make" has one; "table" has two.
            let syllabicL = letters[end - 1] == UInt8(ascii: "l") && !isVowel(end - 2)
            if !syllabicL { count -= 1 }
        } else if end >= 3, letters[end - 1] == UInt8(ascii: "e"), letters[end] == UInt8(ascii: "d"), !isVowel(end - 2) {
            // "shipped" has one; "posted" has two.
            if letters[end - 2] != UInt8(ascii: "t"), letters[end - 2] != UInt8(ascii: "d") { count -= 1 }
        } else if end >= 3, letters[end - 1] == UInt8(ascii: "e"), letters[end] == UInt8(ascii: "s"), !isVowel(end - 2) {
            // "makes" has one; "boxes" and "pages" have two.
            if ![UInt8(ascii: "s"), UInt8(ascii: "x"), UInt8(ascii: "z"), UInt8(ascii: "h"), UInt8(ascii: "c"), UInt8(ascii: "g")].contains(letters[end - 2]) { count -= 1 }
        }
        return max(1, count)
    }
}
