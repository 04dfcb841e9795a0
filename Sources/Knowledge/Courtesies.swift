/// What a message says beside its matter: "ok grazie, un'altra cosa:" before it, and the name of who wrote it below. In Italian and in English.
package enum Courtesies {
    /// Phrases that a message may begin with before it comes to its matter, the longest first.
    private static let openings: [[String]] = [
        "ok", "okay", "va bene", "bene", "perfetto", "ottimo", "capito", "ho capito", "grazie", "grazie mille", "mille grazie", "thx", "thanks", "thank you", "thanks a lot",
        "thank you so much", "thanks so much", "many thanks", "cheers", "perfect", "great", "got it", "i see", "ciao", "salve", "buongiorno", "buonasera", "hi", "hi there",
        "hello", "hello there", "hey",
        "ma",
        "pero", "but", "e", "and", "invece", "scusa", "scusate", "scusi", "sorry", "senti", "sentite", "un altra cosa", "un altra domanda", "ancora una cosa", "ancora una domanda",
        "un ultima cosa", "un ultima domanda", "one more thing", "one more question", "another thing", "another question", "one last thing", "a last question", "by the way", "btw",
        "a proposito",
    ].map { $0.split(separator: " ").map(String.init) }.sorted { $0.count > $1.count }

    private static let openers = Set(openings.map { $0[0] })

    /// Lines that close a letter.
    private static let closings: Set<String> = [
        "cordiali saluti", "distinti saluti", "saluti", "un saluto", "un cordiale saluto", "cordialmente", "grazie", "grazie mille", "grazie e saluti", "grazie cordiali saluti",
        "kind regards", "best regards", "regards", "warm regards", "best", "best wishes", "all the best", "yours sincerely", "sincerely", "thanks", "many thanks", "thank you",
        "cheers", "a presto", "buona giornata",
    ]
    /// Lines after a closing; what is longer tells something.
    private static let mostLines = 8
    private static let mostNames = 4

    /// The text without them, as it is written; nil where nothing is to be taken away, or nothing would be left.
    package static func matter(of text: String) -> String? {
        guard text.utf8.count <= 4_000 else { return nil }
        let whole = ArticleFile.trimmed(text)
        let matter = withoutOpening(withoutClosing(whole))
        return matter.isEmpty || matter == whole ? nil : matter
    }

    private static func withoutClosing(_ text: String) -> String {
        guard text.contains(where: \.isNewline) else { return text }
        let lines = text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).map { ArticleFile.trimmed(String($0)) }
        for index in lines.indices.dropFirst() where closings.contains(Folding.text(lines[index])) || lines[index] == "--" {
            let after = lines[(index + 1)...]
            guard after.count <= mostLines, !after.contains(where: { $0.contains("?") }) else { continue }
            return ArticleFile.trimmed(lines[..<index].joined(separator: "\n"))
        }
        // A name, and perhaps a company's, below an empty line.
        guard let gap = lines.firstIndex(of: ""), gap > 0 else { return text }
        let names = lines[gap...].filter { !$0.isEmpty }
        guard (1...mostNames).contains(names.count), names.allSatisfy(isName) else { return text }
        return ArticleFile.trimmed(lines[..<gap].joined(separator: "\n"))
    }

    private static func isName(_ line: String) -> Bool {
        let words = line.split(separator: " ")
        return (1...4).contains(words.count) && words.allSatisfy { $0.first?.isUppercase == true && $0.allSatisfy { $0.isLetter || ".'-&,".contains($0) } }
    }

    private static func withoutOpening(_ text: String) -> String {
        var words: [(text: String, end: String.Index)] = []
        var place = text.startIndex
        while words.count < 24, let start = text[place...].firstIndex(where: { $0.isLetter || $0.isNumber }) {
            let end = text[start...].firstIndex { !$0.isLetter && !$0.isNumber } ?? text.endIndex
            words.append((Folding.text(String(text[start..<end])), end))
            // Most messages come to their matter at once.
            if words.count == 1, !openers.contains(words[0].text) { return text }
            place = end
        }
        var taken = 0
        while let opening = openings.first(where: { words[taken...].map(\.text).starts(with: $0) }) { taken += opening.count }
        // What is left must be able to ask something.
        guard taken > 0, words.count - taken >= 2 else { return text }
        return String(text[words[taken - 1].end...].drop { !$0.isLetter && !$0.isNumber })
    }
}
