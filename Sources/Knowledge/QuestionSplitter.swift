/// Takes a message apart where it asks several things: at question marks, at the lines of a list, and before "and how much …" with a question of its own.
///
/// A part is only a proposal: what counts is whether different articles answer the parts. A sentence that tells something goes with the question after it.
package enum QuestionSplitter {
    package static let mostParts = 4
    /// Longer messages tell a story; their questions hang together.
    private static let longest = 1_200
    /// Words that begin a question in the middle of a sentence.
    private static let askers: Set<String> = [
        "come", "quanto", "quanta", "quanti", "quante", "dove", "dov", "quando", "quale", "quali", "posso", "possiamo", "cosa", "chi", "che", "perche", "fate", "avete",
        "accettate",
        "how", "what", "where", "when", "which", "who", "why", "can", "could", "do", "does", "is", "are",
    ]

    /// Words that lead on to one more question.
    private static let links: Set<String> = ["e", "ed", "poi", "anche", "inoltre", "ma", "and", "also", "then", "plus", "but", "ps"]

    /// At least two parts, or none.
    package static func parts(of text: String) -> [String] {
        guard text.utf8.count <= longest else { return [] }
        let text = withoutAnnouncement(text)
        var parts = listed(text)
        if parts.count < 2 { parts = marked(text) }
        if parts.count < 2 { parts = joined(text) }
        return (2...mostParts).contains(parts.count) ? parts : []
    }

    /// Without "I have two questions:" before them.
    private static func withoutAnnouncement(_ text: String) -> String {
        guard let colon = text.firstIndex(of: ":") else { return text }
        let (announcement, rest) = (text[..<colon], text[text.index(after: colon)...])
        // "At 9:30" and "Order BL-123456:" announce nothing.
        guard rest.first?.isWhitespace == true, announcement.count(where: \.isNumber) < 3, !announcement.contains(where: { $0 == "?" || $0.isNewline }) else { return text }
        return words(String(announcement)) <= 8 && words(String(rest)) >= 6 ? trimmed(rest) : text
    }

    /// Where a new question begins without any sign, as those write who speak to their phone: at every word that begins questions. A weak proposal.
    package static func runOn(of text: String) -> [String] {
        guard text.utf8.count <= longest, !text.contains("?") else { return [] }
        var parts: [[Substring]] = []
        var last: String?
        for word in text.split(whereSeparator: \.isWhitespace) {
            let plain = Folding.text(String(word))
            // "How much" and "e quanto" are one beginning.
            if askers.contains(plain), (parts.last?.count ?? 0) >= 3, last.map(askers.contains) != true {
                while let link = parts.last?.last, links.contains(Folding.text(String(link))) { parts[parts.count - 1].removeLast() }
                parts.append([word])
            } else if parts.isEmpty {
                parts.append([word])
            } else {
                parts[parts.count - 1].append(word)
            }
            last = plain
        }
        return (2...mostParts).contains(parts.count) ? parts.map { $0.joined(separator: " ") } : []
    }

    /// Sentences that end with a question mark, each with what is told before it.
    private static func marked(_ text: String) -> [String] {
        var parts: [String] = []
        var rest = text[...]
        while let mark = rest.firstIndex(of: "?") {
            var end = rest.index(after: mark)
            while end < rest.endIndex, "?!".contains(rest[end]) { end = rest.index(after: end) }
            let part = trimmed(rest[..<end])
            // "?" inside an address parts nothing, and "how much is it?" leans on what was asked before.
            if words(part) >= 3, end == rest.endIndex || rest[end].isWhitespace { parts.append(part) } else if let last = parts.popLast() { parts.append("\(last) \(part)") }
            rest = rest[end...]
        }
        // What is told after the last question belongs to it, unless it asks something itself: few write the last mark.
        let tail = trimmed(rest)
        if tail.isEmpty { return parts }
        if asks(tail) { parts.append(tail) } else if let last = parts.popLast() { parts.append("\(last) \(tail)") }
        return parts
    }

    /// Whether a text begins as a question does: "also when do I get my money back".
    private static func asks(_ text: String) -> Bool {
        var folded = Words()
        Folding.fold(String(text.prefix(80)), into: &folded)
        let first = (0..<folded.count).map(folded.text).first { !links.contains($0) }
        return folded.count >= 3 && first.map(askers.contains) == true
    }

    /// Lines that begin with a number or a dash.
    private static func listed(_ text: String) -> [String] {
        let lines = numbered(text).split(whereSeparator: \.isNewline).map(trimmed).filter { !$0.isEmpty }
        func item(_ line: String) -> String? {
            if line.hasPrefix("-") || line.hasPrefix("*") || line.hasPrefix("•") { return trimmed(line.dropFirst()[...]) }
            let digits = line.prefix { $0.isNumber }
            guard (1...2).contains(digits.count), let sign = line.dropFirst(digits.count).first, ".)".contains(sign) else { return nil }
            return trimmed(line.dropFirst(digits.count + 1)[...])
        }
        let items = lines.compactMap(item)
        return items.count >= 2 && lines.count - items.count <= 2 && items.allSatisfy { words($0) >= 2 } ? items : []
    }

    /// With "1. … 2. …" of one line on lines of their own.
    private static func numbered(_ text: String) -> String {
        guard text.utf8.contains(UInt8(ascii: "2")) else { return text }
        var out = ""
        var rest = text[...]
        var number = 1
        while let place = [". ", ") "].compactMap({ rest.firstRange(of: "\(number)\($0)")?.lowerBound }).min() {
            guard place == text.startIndex || text[text.index(before: place)].isWhitespace else { break }
            out += rest[..<place] + (out.isEmpty && rest[..<place].isEmpty ? "" : "\n")
            out += rest[place...].prefix(1)
            rest = rest[text.index(after: place)...]
            number += 1
        }
        return number > 2 ? out + rest : text
    }

    /// "quanto costa la spedizione e come faccio un reso": a question word on both sides of "and".
    private static func joined(_ text: String) -> [String] {
        guard mayBeJoined(text) else { return [] }
        for link in [" e poi ", " e anche ", " e inoltre ", " and also ", " and then ", ", e ", ", and ", " e ", " and "] {
            guard let place = text.firstRange(of: link) else { continue }
            let (left, right) = (trimmed(text[..<place.lowerBound]), trimmed(text[place.upperBound...]))
            guard words(left) >= 3, words(right) >= 3, let first = firstWord(right), askers.contains(first) else { continue }
            return [left, right].flatMap { side in
                let inner = joined(side)
                return inner.isEmpty ? [side] : inner
            }
        }
        return []
    }

    /// Whether there is a link in it: a look that costs little, because most messages have none.
    private static func mayBeJoined(_ text: String) -> Bool {
        text.utf8.indices.contains { text.utf8[$0] == 0x20 && (text.utf8[$0...].starts(with: " e ".utf8) || text.utf8[$0...].starts(with: " and ".utf8)) }
    }

    private static func firstWord(_ text: String) -> String? {
        var folded = Words()
        Folding.fold(String(text.prefix(40)), into: &folded)
        return folded.count > 0 ? folded.text(0) : nil
    }

    private static func words(_ text: String) -> Int { text.split { !$0.isLetter && !$0.isNumber }.count }

    private static func trimmed(_ text: some StringProtocol) -> String { ArticleFile.trimmed(String(text)) }
}

extension KnowledgeBase {
    /// One of several questions of a message, with what answers it; nil when nothing is sure enough.
    package struct Part: Sendable, Hashable {
        package var text: String
        package var answer: Candidate?
    }

    /// The questions of a message that is more than one; empty for every other message.
    ///
    /// - Parameter whole: what the message as one is taken for. A message whose parts all lead to one article, or of which nothing but the whole is sure, is one question.
    package func parts(of query: Query, whole: Match) -> [Part] {
        switch whole.decision {
        case .answer, .which, .unsure: break
        case .wantsPerson, .thanks, .greeting, .helped, .notHelped, .asksIfMachine: return []
        }
        let texts = QuestionSplitter.parts(of: query.text)
        if texts.isEmpty { return runOn(query, language: whole.language) }
        var parts: [Part] = []
        var open = 0
        for text in texts {
            var asked = query
            asked.text = text
            asked.language = whole.language ?? query.language
            let match = match(asked)
            if case .answer(let candidate) = match.decision {
                parts.append(Part(text: text, answer: candidate))
            } else {
                // A part that is near the whole's article tells more about it, and asks nothing new.
                if case .answer(let candidate) = whole.decision, match.candidates.prefix(2).contains(where: { $0.articleID == candidate.articleID }) { continue }
                open += 1
                parts.append(Part(text: text, answer: nil))
            }
        }
        let answers = Set(parts.compactMap { $0.answer?.articleID })
        if answers.count >= 2 { return parts }
        // One sure part beside unsure ones: only where the whole is not sure either, and there is a question that is not answered.
        if answers.count == 1, open > 0, case .answer = whole.decision { return [] }
        return answers.count == 1 && open == 1 && parts.count == 2 && parts.contains { $0.answer == nil && $0.text.hasSuffix("?") } ? parts : []
    }

    /// Questions without a sign between them: only where every one of them is sure.
    private func runOn(_ query: Query, language: String?) -> [Part] {
        var parts: [Part] = []
        for text in QuestionSplitter.runOn(of: query.text) {
            var asked = query
            asked.text = text
            asked.language = language ?? query.language
            guard case .answer(let candidate) = match(asked).decision else { return [] }
            parts.append(Part(text: text, answer: candidate))
        }
        return Set(parts.compactMap { $0.answer?.articleID }).count >= 2 ? parts : []
    }
}
