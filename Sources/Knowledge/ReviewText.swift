/// One sentence of an answer without its Markdown.
struct ReviewSentence: Sendable, Hashable {
    var text: String
    /// The heading above it, or the bold words that begin its list item: what it is about.
    var label: String
}

/// Takes an answer apart: Markdown's marks go, list items and headings are sentences of their own.
enum ReviewText {
    /// What is beyond is not looked at; no answer that a customer reads is longer.
    static let limit = 20_000

    private static let abbreviations: Set<String> = [
        "e.g", "i.e", "etc", "approx", "no", "mr", "mrs", "ms", "dr", "st", "tel", "vs", "es", "ecc", "ca", "art", "n", "pag", "sig", "dott", "a.m", "p.m", "min", "max", "incl",
        "excl",
    ]

    static func sentences(of body: String) -> [ReviewSentence] {
        var sentences: [ReviewSentence] = []
        var heading = ""
        var paragraph = ""
        var label = ""
        func endParagraph() {
            for text in split(plain(paragraph)) { sentences.append(ReviewSentence(text: text, label: label)) }
            paragraph = ""
            label = heading
        }
        for line in body.prefix(limit).split(separator: "\n", omittingEmptySubsequences: false) {
            var text = line.drop { $0 == " " || $0 == "\t" }
            if text.isEmpty || text.allSatisfy({ "-*_=|: ".contains($0) }) {
                endParagraph()
            } else if text.first == "#" {
                endParagraph()
                heading = plain(String(text.drop { $0 == "#" || $0 == " " }))
                label = heading
            } else if let item = listItem(text) {
                endParagraph()
                text = item
                if let bold = boldStart(text) { label = heading.isEmpty ? plain(bold) : heading + " " + plain(bold) }
                paragraph = String(text)
            } else {
                paragraph += (paragraph.isEmpty ? "" : " ") + text
            }
        }
        endParagraph()
        return sentences
    }

    private static func listItem(_ line: Substring) -> Substring? {
        if let first = line.first, "-*+•|".contains(first), line.dropFirst().first == " " { return line.dropFirst(2).drop { $0 == " " } }
        let digits = line.prefix { $0.isASCII && $0.isNumber }
        let rest = line.dropFirst(digits.count)
        guard (1...2).contains(digits.count), let mark = rest.first, ".)".contains(mark), rest.dropFirst().first == " " else { return nil }
        return rest.dropFirst(2)
    }

    private static func boldStart(_ text: Substring) -> String? {
        guard text.hasPrefix("**"), let end = text.dropFirst(2).firstIndex(of: "*") else { return nil }
        return String(text[text.index(text.startIndex, offsetBy: 2)..<end])
    }

    /// Without emphasis, code marks and the addresses of links.
    static func plain(_ text: String) -> String {
        var out: [Character] = []
        var characters = Array(text)[...]
        // Known beforehand: else every bracket behind it would be looked for to the end of the text.
        let lastClosing = characters.lastIndex(of: ")") ?? -1
        while let first = characters.first {
            characters = characters.dropFirst()
            switch first {
            case "*", "`", "[", "_": if first == "_", let last = out.last, !last.isWhitespace, characters.first?.isWhitespace == false { out.append(first) }
            case "]":
                if characters.first == "(", characters.startIndex < lastClosing, let end = characters.firstIndex(of: ")") { characters = characters[(end + 1)...] }
            default: out.append(first)
            }
        }
        return String(out)
    }

    private static func split(_ text: String) -> [String] {
        let characters = Array(text)
        var sentences: [String] = []
        var start = 0
        func end(_ place: Int) {
            var part = characters[start..<place]
            while let first = part.first, first.isWhitespace { part = part.dropFirst() }
            while let last = part.last, last.isWhitespace { part = part.dropLast() }
            if !part.isEmpty { sentences.append(String(part)) }
            start = place
        }
        for (place, character) in characters.enumerated() {
            guard character == "." || character == "!" || character == "?" || character == "…" else { continue }
            var next = place + 1
            while next < characters.count, "\"'”’»)".contains(characters[next]) { next += 1 }
            guard next < characters.count, characters[next].isWhitespace else { continue }
            while next < characters.count, characters[next].isWhitespace { next += 1 }
            guard next < characters.count, !characters[next].isLowercase else { continue }
            if character == "." {
                var word = place
                while word > start, !characters[word - 1].isWhitespace, characters[word - 1] != "(" { word -= 1 }
                if abbreviations.contains(String(characters[word..<place]).lowercased()) { continue }
            }
            end(next)
        }
        end(characters.count)
        return sentences
    }
}
