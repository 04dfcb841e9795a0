/// What a language model wrote, held against the passages that it was given. A text gets through only whole, and only when every sentence of it
/// names passages of the prompt, and says nothing that a customer could hold us to which those passages do not say.
///
/// It is a check of words, not of sense: it cannot prove that a sentence follows from a passage. It does keep out sentences without a source, numbers, addresses,
/// promises and denials that the source does not have, markup, and sentences whose words come from somewhere else.
package enum Grounding {
    /// Something that a sentence may lean on: a part of a live article, or a message of the conversation.
    package struct Passage: Sendable, Hashable {
        /// As the prompt numbers it, from 1.
        package var number: Int
        package var text: String

        package init(number: Int, text: String) {
            self.number = number
            self.text = text
        }
    }

    package struct Sentence: Sendable, Hashable {
        /// Without the citations.
        package var text: String
        /// The passages that it names, ascending.
        package var passages: [Int]
    }

    /// Why a text does not get through.
    package enum Problem: Error, Sendable, Hashable {
        case empty
        case tooLong
        /// A sentence names no passage.
        case uncited
        case unknownPassage(Int)
        /// HTML, an image, a link with a hidden target, code.
        case markup
        /// A number, an amount, a date or a number word that the named passages do not have.
        case number
        /// A link, domain or mail address that they do not have.
        case address
        /// A promise ("guaranteed", "approved") that they do not make.
        case promise
        /// "Not", where they deny nothing.
        case denial
        /// Too many words that they do not have.
        case unsupported
    }

    /// The longest text that is looked at, in UTF-8 bytes, and the most sentences.
    package static let longest = 4_096
    package static let mostSentences = 24

    /// - Parameters:
    ///   - reply: sentences with citations such as `[1]` or `[1, 3]`, before or after the full stop.
    ///   - language: of the passages; its stems are compared.
    ///   - free: words that a sentence may have without a passage, such as "the customer asks".
    ///   - support: the share of a sentence's words of meaning that the passages it names must have, 0 to 1.
    package static func check(_ reply: String, against passages: [Passage], language: String, free: String = "", support: Double = 0.7) throws(Problem) -> [Sentence] {
        guard reply.utf8.count <= longest else { throw .tooLong }
        guard !hasMarkup(reply) else { throw .markup }
        let sentences = CitedSentences.split(reply)
        guard !sentences.isEmpty else { throw .empty }
        guard sentences.count <= mostSentences else { throw .tooLong }
        var reader = GroundReader(language: language)
        let free = reader.read(free).stems
        let grounds = Dictionary(passages.map { ($0.number, reader.read($0.text)) }, uniquingKeysWith: { first, _ in first })
        for sentence in sentences {
            guard !sentence.passages.isEmpty else { throw .uncited }
            var ground = Ground()
            for number in sentence.passages {
                guard let one = grounds[number] else { throw .unknownPassage(number) }
                ground.formUnion(one)
            }
            var said = reader.read(sentence.text)
            said.stems.subtract(free)
            try hold(said, against: ground, support)
        }
        return sentences
    }

    private static func hold(_ said: Ground, against ground: Ground, _ support: Double) throws(Problem) {
        guard said.addresses.isSubset(of: ground.addresses) else { throw .address }
        guard said.numbers.isSubset(of: ground.numbers) else { throw .number }
        guard said.promises.isSubset(of: ground.promises) else { throw .promise }
        guard !said.denies || ground.denies else { throw .denial }
        guard !said.stems.isEmpty, Double(said.stems.intersection(ground.stems).count) >= support * Double(said.stems.count) else { throw .unsupported }
    }

    private static func hasMarkup(_ text: String) -> Bool {
        text.utf8.contains { $0 == UInt8(ascii: "<") || $0 == UInt8(ascii: "`") } || text.contains("](") || text.contains("![")
    }
}

/// Parts a text with citations into sentences.
private enum CitedSentences {
    static func split(_ text: String) -> [Grounding.Sentence] {
        var sentences: [Grounding.Sentence] = []
        for line in text.split(whereSeparator: \.isNewline) {
            let scalars = Array(line.unicodeScalars)
            var words = String.UnicodeScalarView()
            var cited: Set<Int> = []
            var index = 0
            func finish() {
                let said = String(words).trimmed(of: " \t-•*–")
                // A citation that stands alone belongs to nobody.
                if said.unicodeScalars.contains(where: { $0.properties.isAlphabetic || $0.properties.numericType != nil }) {
                    sentences.append(Grounding.Sentence(text: said, passages: cited.sorted()))
                }
                words = .init()
                cited = []
            }
            while index < scalars.count {
                if let (numbers, end) = citation(scalars, index) {
                    cited.formUnion(numbers)
                    index = end
                    while words.last?.properties.isWhitespace == true { words.removeLast() }
                    continue
                }
                words.append(scalars[index])
                index += 1
                guard isEnd(scalars, index) else { continue }
                // Citations after the full stop are still of this sentence.
                while let (numbers, end) = citation(scalars, skipBlanks(scalars, index)) {
                    cited.formUnion(numbers)
                    index = end
                }
                finish()
            }
            finish()
        }
        return sentences
    }

    /// Whether the sentence ends before `index`: its last sign ends sentences, and a gap, a citation or nothing follows.
    private static func isEnd(_ scalars: [Unicode.Scalar], _ index: Int) -> Bool {
        guard [".", "!", "?", "…", "。", "！", "？"].contains(scalars[index - 1]) else { return false }
        return index == scalars.count || scalars[index].properties.isWhitespace || scalars[index] == "["
    }

    private static func skipBlanks(_ scalars: [Unicode.Scalar], _ start: Int) -> Int {
        var index = start
        while index < scalars.count, scalars[index].properties.isWhitespace { index += 1 }
        return index
    }

    /// `[2]` or `[1, 3]` at `start`: its numbers, and where it ends.
    private static func citation(_ scalars: [Unicode.Scalar], _ start: Int) -> (numbers: [Int], end: Int)? {
        guard start < scalars.count, scalars[start] == "[" else { return nil }
        var numbers: [Int] = []
        var current: Int?
        for index in (start + 1)..<scalars.count {
            switch scalars[index] {
            case "0"..."9":
                let next = (current ?? 0) * 10 + Int(scalars[index].value - 0x30)
                guard next < 1_000 else { return nil }
                current = next
            case ",", "]":
                guard let number = current else { return nil }
                numbers.append(number)
                current = nil
                if scalars[index] == "]" { return (numbers, index + 1) }
            case " ": continue
            default: return nil
            }
        }
        return nil
    }
}

/// What of a text can be compared.
private struct Ground {
    var stems: Set<UInt64> = []
    var numbers: Set<String> = []
    var addresses: Set<String> = []
    var promises: Set<String> = []
    var denies = false

    mutating func formUnion(_ other: Ground) {
        stems.formUnion(other.stems)
        numbers.formUnion(other.numbers)
        addresses.formUnion(other.addresses)
        promises.formUnion(other.promises)
        denies = denies || other.denies
    }
}

private struct GroundReader {
    private let stemmer: Stemmer
    private let mark: CommonWords.Marks
    private var words = Words()

    init(language: String) {
        let primary = language.primarySubtag
        stemmer = Stemmer(language: primary)
        mark = CommonWords.mark(of: primary)
    }

    mutating func read(_ text: String) -> Ground {
        var ground = Ground()
        for token in text.split(whereSeparator: { $0.isWhitespace || "()[]\"“”«»;".contains($0) }) { Self.read(token, into: &ground) }
        Folding.fold(text, limit: .max, into: &words)
        for range in words.ranges {
            let word = words.bytes[range]
            let name = String(decoding: word, as: UTF8.self)
            if let number = Self.numberWords[name] { ground.numbers.insert(number) }
            if let promise = Self.promises.first(where: { name.hasPrefix($0) }) { ground.promises.insert(promise) }
            if Self.denials.contains(name) { ground.denies = true }
            let hasLetter = word.contains { $0 > 0x39 }
            if hasLetter, CommonWords.marks(FixedHash.hash(word)) & mark == 0 { ground.stems.insert(stemmer.hash(word)) }
        }
        return ground
    }

    /// Numbers and addresses of one run of signs.
    private static func read(_ token: Substring, into ground: inout Ground) {
        let bare = String(token).trimmed(of: ".,:!?'’*_").lowercased()
        if bare.contains("@") || bare.contains("://") || bare.hasPrefix("www.") || isDomain(bare) { ground.addresses.insert(bare) }
        var number = ""
        func finish() {
            let trimmed = number.trimmed(of: ".:/-")
            if !trimmed.isEmpty { ground.numbers.insert(trimmed) }
            number = ""
        }
        for scalar in bare.unicodeScalars {
            switch scalar {
            case "0"..."9": number.unicodeScalars.append(scalar)
            case ",": number += "."
            case ".", ":", "/", "-": number.unicodeScalars.append(scalar)
            default: finish()
            }
        }
        finish()
    }

    private static func isDomain(_ text: String) -> Bool {
        let labels = text.prefix { $0 != "/" }.split(separator: ".", omittingEmptySubsequences: false)
        guard labels.count >= 2, let last = labels.last, last.utf8.count >= 2 else { return false }
        return last.allSatisfy { $0.isASCII && $0.isLetter } && labels.allSatisfy { !$0.isEmpty && $0.utf8.allSatisfy { $0 < 0x80 && $0 != 0x2F } }
    }

    /// Folded; what they begin with is compared, so that forms of the word count as the word.
    private static let promises = [
        "approv", "guarante", "promis", "authori", "entitl", "refunded", "compensat", "waive", "free", "garant", "promett", "autorizz", "spett", "rimborsato", "rimborsata",
        "risarc",
        "gratis", "gratuit", "omagg",
    ]
    private static let denials: Set<String> = [
        "not", "no", "never", "cannot", "cant", "dont", "doesnt", "isnt", "arent", "wont", "nothing", "none", "without", "t", "non", "mai", "nessun", "nessuno", "nessuna",
        "niente",
        "nulla", "senza", "ne",
    ]
    private static let numberWords: [String: String] = {
        let english = ["two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"]
        let italian = ["due", "tre", "quattro", "cinque", "sei", "sette", "otto", "nove", "dieci", "undici", "dodici"]
        var words: [String: String] = [
            "hundred": "100", "thousand": "1000", "twice": "2", "cento": "100", "mille": "1000", "trenta": "30", "thirty": "30", "venti": "20", "twenty": "20",
        ]
        for list in [english, italian] { for (index, word) in list.enumerated() where word != "sei" { words[word] = String(index + 2) } }
        return words
    }()
}

extension String {
    fileprivate func trimmed(of signs: String) -> String {
        var rest = self[...]
        while let first = rest.first, signs.contains(first) { rest.removeFirst() }
        while let last = rest.last, signs.contains(last) { rest.removeLast() }
        return String(rest)
    }
}
