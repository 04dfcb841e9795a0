/// Makes of an agent's reply the text of an article: without greeting, closing and signature. Italian and English.
package enum ReplyTidying {
    private static let greetings = [
        "hi", "hello", "dear", "hey", "good morning", "good afternoon", "good evening", "ciao", "salve", "buongiorno", "buonasera", "buon pomeriggio", "gentile",
        "gentilissima", "gentilissimo", "egregio", "caro", "cara", "gent.le", "gent.ma", "gent.mo",
    ]
    private static let closings = [
        "kind regards", "best regards", "regards", "best wishes", "sincerely", "yours sincerely", "yours faithfully", "cheers", "thank you and", "have a nice", "have a great",
        "cordiali saluti", "cordialmente", "distinti saluti", "un cordiale saluto", "un saluto", "saluti", "a presto", "buona giornata", "buona serata", "grazie e",
    ]
    /// The same, where they are all of a line.
    private static let shortClosings = [
        "best", "all the best", "thanks", "many thanks", "thank you", "yours", "take care", "grazie", "grazie mille", "un caro saluto", "buon lavoro",
    ]
    /// Offers of further help that say nothing of the matter, at the end.
    private static let offers = [
        "let me know if", "please let me know", "if you have any questions", "if you have any other", "if you have any further", "if you have any more",
        "if you have any doubts", "if you need any help", "if you need any other", "if you need any further", "if you need any more", "if you need anything", "do not hesitate",
        "don't hesitate", "please do not hesitate", "please don't hesitate", "feel free to ask", "feel free to contact", "feel free to write", "feel free to reach",
        "feel free to get in touch", "feel free to reply", "feel free to call", "i remain at your disposal", "i hope this helps", "hope this helps", "resto a disposizione",
        "restiamo a disposizione", "rimango a disposizione", "rimaniamo a disposizione", "per qualsiasi altra", "per qualunque altra", "se ha altre domande",
        "se hai altre domande", "se avesse altre", "non esiti a", "non esitare a", "fammi sapere se", "mi faccia sapere se",
    ]
    /// Words with which an agent opens that say nothing of the matter.
    private static let openings = [
        "thank you for contacting", "thanks for contacting", "thank you for your message", "thanks for your message", "thank you for writing", "thanks for reaching out",
        "grazie per averci contattato", "grazie per il messaggio", "grazie per il suo messaggio", "grazie per averci scritto", "la ringraziamo per averci",
    ]

    package static func tidied(_ text: String) -> String {
        var lines = text.split(separator: "\n", omittingEmptySubsequences: false).map { ArticleFile.trimmed(String($0)) }
        // A signature begins with "-- " (RFC 3676 §4.3).
        if let end = lines.firstIndex(of: "--") { lines.removeSubrange(end...) }
        if let end = lines.lastIndex(where: { line in line.count <= 60 && closings.contains { begins(line, $0) } }), end > 0, lines.count - end <= 8 {
            lines.removeSubrange(end...)
        }
        if let end = lines.lastIndex(where: { line in shortClosings.contains(line.lowercased().filter { $0.isLetter || $0 == " " }) }), end > 0, lines.count - end <= 4 {
            lines.removeSubrange(end...)
        }
        while let last = lines.last, last.isEmpty || last.count <= 160 && offers.contains(where: { begins(last, $0) }), lines.count > 1 { lines.removeLast() }
        while let first = lines.first, first.isEmpty { lines.removeFirst() }
        if let first = lines.first, let rest = afterGreeting(first) {
            lines[0] = rest
        }
        while let first = lines.first, first.isEmpty { lines.removeFirst() }
        if let first = lines.first, lines.count > 1, first.count <= 120, openings.contains(where: { begins(first, $0) }), first.filter({ ".!?".contains($0) }).count <= 1 {
            lines.removeFirst()
        }
        if let first = lines.first(where: { !$0.isEmpty }), let place = lines.firstIndex(of: first) { lines[place] = first.prefix(1).uppercased() + first.dropFirst() }
        return ArticleFile.trimmed(lines.joined(separator: "\n"))
    }

    /// "Hi Anna, you can …" is "You can …"; nil when the line greets nobody.
    private static func afterGreeting(_ line: String) -> String? {
        guard greetings.contains(where: { begins(line, $0) }) else { return nil }
        // A greeting is a few words up to a comma, an exclamation mark or the end of the line.
        guard let end = line.firstIndex(where: { ",!".contains($0) }) else { return line.split(separator: " ").count <= 4 ? "" : nil }
        guard line[..<end].split(separator: " ").count <= 5 else { return nil }
        let rest = ArticleFile.trimmed(String(line[line.index(after: end)...]))
        return rest.prefix(1).uppercased() + rest.dropFirst()
    }

    /// Whether the line begins with those words, whole.
    private static func begins(_ line: String, _ words: String) -> Bool {
        let lower = line.lowercased()
        guard lower.hasPrefix(words) else { return false }
        return lower.dropFirst(words.count).first.map { !$0.isLetter } ?? true
    }

    /// The words after the greeting of a reply's first line: who is greeted. "Gentile Anna Rossi," is "Anna Rossi".
    package static func greeted(in text: String) -> String? {
        guard let first = text.split(separator: "\n").first.map({ ArticleFile.trimmed(String($0)) }), afterGreeting(first) != nil else { return nil }
        let name = first.prefix { !",!".contains($0) }.split(separator: " ").dropFirst().drop { $0.first?.isUppercase != true }.joined(separator: " ")
        return name.isEmpty ? nil : name
    }

    /// A question as a title: the first sentence that asks, else the first one.
    package static func title(of question: String) -> String {
        var start = question.startIndex
        while let end = question[start...].firstIndex(where: { ".!?".contains($0) }) {
            let next = question.index(after: end)
            if question[end] == "?", next == question.endIndex || question[next].isWhitespace {
                let sentence = ArticleFile.trimmed(String(question[start..<next]))
                return sentence.prefix(1).uppercased() + sentence.dropFirst()
            }
            start = next
        }
        let first = ArticleFile.trimmed(String(question.prefix { !".!\n".contains($0) }))
        return first.prefix(1).uppercased() + first.dropFirst()
    }

    /// A stable name made of a title: "How do I return it?" is "how-do-i-return-it".
    package static func id(for title: String) -> String {
        let words = Folding.text(title).split(separator: " ").map { $0.filter { $0.isASCII && ($0.isLetter || $0.isNumber) } }.filter { !$0.isEmpty }
        var id = ""
        for word in words.prefix(8) where id.count + word.count < 60 { id += id.isEmpty ? word : "-\(word)" }
        return id.isEmpty ? "article" : id
    }

    /// A customer's message as a question of an article: one line of at most 200 characters; nil when nothing is left.
    package static func question(_ text: String) -> String? {
        let line = text.split(whereSeparator: \.isWhitespace).joined(separator: " ")
        let rest = afterGreeting(line).flatMap { $0.isEmpty ? nil : $0 } ?? line
        guard rest.unicodeScalars.contains(where: \.properties.isAlphabetic) else { return nil }
        return rest.count <= 200 ? rest : String(rest.prefix(199)) + "…"
    }
}
