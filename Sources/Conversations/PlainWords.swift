/// A text as the small readers of this module see it: lower-case words without accents, each with the place where it stands.
struct PlainWords {
    /// What is beyond this many characters is not read: an answer to a question of the bot is short.
    static let limit = 400

    let words: [String]
    /// Whether the text asks something.
    let isQuestion: Bool

    init(_ text: String) {
        var words: [String] = []
        var word = ""
        var isQuestion = false
        for scalar in text.unicodeScalars.prefix(Self.limit) {
            if scalar == "?" { isQuestion = true }
            if let plain = Self.plain(scalar) {
                word += plain
            } else if scalar != "'" || word.isEmpty {
                if !word.isEmpty { words.append(word) }
                word = ""
            } else {
                // "l'ordine" is two words.
                words.append(word)
                word = ""
            }
        }
        if !word.isEmpty { words.append(word) }
        self.words = words
        self.isQuestion = isQuestion
    }

    /// The words joined by one blank.
    var text: String { words.joined(separator: " ") }

    /// The letters of a letter or digit in lower case without accents; nil for what parts words.
    private static func plain(_ scalar: Unicode.Scalar) -> String? {
        switch scalar {
        case "a"..."z", "0"..."9": String(scalar)
        case "A"..."Z": String(Unicode.Scalar(scalar.value + 32) ?? scalar)
        case "à", "á", "â", "ä", "ã", "å", "À", "Á": "a"
        case "è", "é", "ê", "ë", "È", "É": "e"
        case "ì", "í", "î", "ï", "Ì", "Í": "i"
        case "ò", "ó", "ô", "ö", "õ", "Ò", "Ó": "o"
        case "ù", "ú", "û", "ü", "Ù", "Ú": "u"
        case "ç": "c"
        case "ñ": "n"
        case "\u{300}"..."\u{36F}": ""
        default: scalar.properties.isAlphabetic ? scalar.properties.lowercaseMapping : nil
        }
    }
}

extension String {
    /// With each letter that stands three times or more in a row only once: "nooo" is a no.
    func squeezed() -> String {
        var out = ""
        var rest = self[...]
        while let letter = rest.first {
            let run = rest.prefix { $0 == letter }.count
            out += String(repeating: letter, count: run >= 3 && letter.isLetter ? 1 : run)
            rest = rest.dropFirst(run)
        }
        return out
    }

    func trimmed() -> String {
        var part = self[...]
        while let first = part.first, first.isWhitespace { part.removeFirst() }
        while let last = part.last, last.isWhitespace { part.removeLast() }
        return String(part)
    }
}
