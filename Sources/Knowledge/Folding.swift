/// Turns text into the words that the matcher works on: lower case, no diacritics, no control or invisible characters.
///
/// Words are runs of letters and digits; `%` and currency signs are words of one sign; a character of a script that does not part its
/// words (Han, kana) is a word of its own. Everything else only parts words. At most `limit` characters (Unicode scalars) are read.
enum Folding {
    /// What is beyond this many scalars of a message is not matched: it bounds the work that a hostile text can cause.
    static let limit = 2_000

    /// What a message or an example is matched by: its first words and their letters, as folded. The matter of a long mail stands at its beginning, and
    /// what a match costs grows with the letters.
    static let matchedWords = 60
    static let matchedBytes = 400

    /// The part of a text that is matched.
    static func foldMatched(_ text: String, into words: inout Words) {
        fold(text, limit: limit, words: matchedWords, bytes: matchedBytes, into: &words)
    }

    /// - Parameters:
    ///   - limit: scalars of the text that are read.
    ///   - wordLimit: words after which reading ends.
    ///   - byteLimit: folded bytes after which reading ends; the word that goes beyond is left out, unless it is the first.
    static func fold(_ text: String, limit: Int = Folding.limit, words wordLimit: Int = .max, bytes byteLimit: Int = .max, into words: inout Words) {
        words.removeAll()
        var read = 0
        for scalar in text.unicodeScalars {
            read += 1
            if read > limit { break }
            if words.count >= wordLimit { return }
            if words.byteCount > byteLimit { return words.dropOpenWord() }
            let value = scalar.value
            if value < 0x80 {
                let byte = UInt8(truncatingIfNeeded: value)
                switch byte {
                case 0x61...0x7A, 0x30...0x39: words.append(byte)
                case 0x41...0x5A: words.append(byte | 0x20)
                case 0x24, 0x25:  // $ %
                    words.endWord()
                    words.append(byte)
                    words.endWord()
                case 0...0x08, 0x0E...0x1F, 0x7F: break  // control characters hide inside words; white space is above 0x08
                case 0x21, 0x2E, 0x3B, 0x3F, 0x0A: words.part(.sentence)  // ! . ; ? and the end of a line
                case 0x28, 0x29, 0x2C, 0x3A: words.part(.clause)  // ( ) , :
                default: words.endWord()
                }
            } else {
                foldWide(scalar, into: &words)
            }
        }
        words.endWord()
    }

    /// A word with each letter that stands three times or more in a row only once; nil where none does.
    static func squeezed(_ word: ArraySlice<UInt8>) -> [UInt8]? {
        guard word.indices.dropFirst(2).contains(where: { word[$0] == word[$0 - 1] && word[$0] == word[$0 - 2] }) else { return nil }
        var out: [UInt8] = []
        var rest = word
        while let letter = rest.first {
            let run = rest.prefix { $0 == letter }.count
            out += repeatElement(letter, count: run >= 3 ? 1 : run)
            rest = rest.dropFirst(run)
        }
        return out
    }

    /// The folded words, parted by spaces.
    static func text(_ text: String) -> String {
        var words = Words()
        fold(text, limit: .max, into: &words)
        return (0..<words.count).map(words.text).joined(separator: " ")
    }

    private static func foldWide(_ scalar: Unicode.Scalar, into words: inout Words) {
        if let folded = maps.find(scalar.value) {
            for index in folded { words.append(maps.bytes[index]) }
            return
        }
        switch scalar.value {
        case 0xAD, 0x200B...0x200F, 0x202A...0x202E, 0x2060...0x2064, 0xFE00...0xFE0F, 0xFEFF, 0xFFFD: return  // invisible: gone, not a gap
        case 0x80...0x9F: return  // C1 controls
        case 0x20AC, 0xA3, 0xA5:  // € £ ¥
            words.endWord()
            words.append(scalar)
            words.endWord()
        case 0x3040...0x30FF, 0x3400...0x9FFF, 0xF900...0xFAFF, 0x20000...0x3FFFF:
            words.endWord()
            words.append(scalar)
            words.endWord()
        default:
            switch scalar.properties.generalCategory {
            case .nonspacingMark, .enclosingMark: break
            case .lowercaseLetter, .otherLetter, .modifierLetter, .spacingMark, .decimalNumber, .letterNumber: words.append(scalar)
            case .uppercaseLetter, .titlecaseLetter: for lower in scalar.properties.lowercaseMapping.unicodeScalars { words.append(lower) }
            default: words.endWord()
            }
        }
    }

    private static let maps = Maps()

    /// `table`, laid out for looking up: dense up to U+0600, by dictionary above.
    private struct Maps: Sendable {
        var bytes: [UInt8] = []
        private var ranges: [Range<Int>] = [0..<0]
        private var dense = [UInt16](repeating: 0, count: 0x600)
        private var rest: [UInt32: UInt16] = [:]

        init() {
            var folded = true
            var start = 0
            for scalar in Folding.table.unicodeScalars {
                if scalar == "\n" {
                    folded = true
                    start = bytes.count
                } else if scalar == " " {
                    ranges.append(start..<bytes.count)
                    folded = false
                } else if folded {
                    bytes.append(contentsOf: UTF8.encode(scalar).map { Array($0) } ?? [])
                } else if scalar.value < 0x600 {
                    dense[Int(scalar.value)] = UInt16(ranges.count - 1)
                } else {
                    rest[scalar.value] = UInt16(ranges.count - 1)
                }
            }
        }

        func find(_ value: UInt32) -> Range<Int>? {
            let index = value < 0x600 ? dense[Int(value)] : rest[value] ?? 0
            return index == 0 ? nil : ranges[Int(index)]
        }
    }
}

/// Words in one run of bytes: the memory is kept from text to text.
struct Words {
    /// What stands between a word and the next.
    enum Parting: UInt8 {
        case blank, clause, sentence
    }

    private(set) var bytes: [UInt8] = []
    private(set) var ranges: [Range<Int>] = []
    /// By word: what follows it.
    private(set) var partings: [Parting] = []
    private var start = 0

    var count: Int { ranges.count }
    /// Of all words and of the one that has not ended yet.
    var byteCount: Int { bytes.count }

    mutating func removeAll() {
        bytes.removeAll(keepingCapacity: true)
        ranges.removeAll(keepingCapacity: true)
        partings.removeAll(keepingCapacity: true)
        start = 0
    }

    mutating func append(_ byte: UInt8) { bytes.append(byte) }

    mutating func append(_ scalar: Unicode.Scalar) {
        if let encoded = UTF8.encode(scalar) { bytes.append(contentsOf: encoded) }
    }

    mutating func endWord() {
        guard bytes.count > start else { return }
        ranges.append(start..<bytes.count)
        partings.append(.blank)
        start = bytes.count
    }

    /// Ends the word at a sign that parts more than words.
    mutating func part(_ parting: Parting) {
        endWord()
        guard let last = partings.last, last.rawValue < parting.rawValue else { return }
        partings[partings.count - 1] = parting
    }

    /// Takes the word that has not ended yet away; ends it where it is the only one.
    mutating func dropOpenWord() {
        if ranges.isEmpty { return endWord() }
        bytes.removeSubrange(start...)
    }

    func text(_ index: Int) -> String { String(decoding: bytes[ranges[index]], as: UTF8.self) }
}
