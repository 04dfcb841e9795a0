/// Takes out of a reply, or of a question, what tells of one customer: names, addresses, numbers of orders, telephones and accounts.
///
/// What is public stays: whatever a live article says (the shop's own telephone, say) is nobody's secret. A name is taken out where somebody says it is one; so an editor reads the
/// text before it is published, and finds a word in brackets wherever something was.
package struct PersonalData: Sendable {
    package enum Kind: String, Sendable, CaseIterable {
        case name, email, number, address
    }

    /// Words that are names, as their bearers write them.
    private let names: [[String]]
    private let isPublic: @Sendable (String) -> Bool

    /// - Parameters:
    ///   - names: of the customer, and of whoever answered.
    ///   - said: what the customer wrote, where a name may stand ("my name is …").
    ///   - isPublic: whether that text is known to everybody.
    package init(names: [String], said: [String], isPublic: @escaping @Sendable (String) -> Bool) {
        let all = names.map { $0.split { !$0.isLetter && $0 != "'" && $0 != "-" }.map(String.init).filter { $0.count > 1 } } + said.flatMap(Self.introduced)
        var seen: Set<[String]> = []
        // The longest first: "Anna Rossi" before "Anna".
        self.names = (all + all.flatMap { $0.map { [$0] } }).filter { !$0.isEmpty && seen.insert($0).inserted }.sorted { ($1.count, $0.joined()) < ($0.count, $1.joined()) }
        self.isPublic = isPublic
    }

    /// The text with a word in brackets, in its language, for each thing that was taken out, and what they were.
    package func removed(from text: String, language: String) -> (text: String, kinds: Set<Kind>) {
        var text = text
        var kinds: Set<Kind> = []
        func mark(_ found: Substring, _ kind: Kind) -> String {
            let found = String(found)
            guard !Self.isMoment(found), !isPublic(found) else { return found }
            kinds.insert(kind)
            return Self.mark(kind, language)
        }
        for (kind, pattern) in Self.patterns() { text = text.replacing(pattern.wordBoundaryKind(.simple)) { mark($0.0, kind) } }
        // "order 12345": the word stays.
        let numbered = #/((?:[Oo]rder|[Oo]rdine|[Nn]umber|[Nn]umero|[Nn]o\.|[Nn]r?\.|[Nn]°)\s*)(\d{3,})\b/#
        text = text.replacing(numbered) { "\($0.1)\(mark($0.2, .number))" }
        for name in names { remove(name, from: &text, language, &kinds) }
        return (text, kinds)
    }

    /// A customer's message as a question: what only tells who asks is left out with its sentence. Nil when nothing is left.
    package func question(_ text: String, language: String) -> String? {
        let (marked, kinds) = removed(from: text, language: language)
        guard !kinds.isEmpty else { return text }
        let marks = Kind.allCases.map { Self.mark($0, language) }
        let isMarked: (Substring) -> Bool = { part in marks.contains { part.contains($0) } }
        var kept: [String] = []
        var told: [String] = []
        for sentence in Self.sentences(marked) {
            var sentence = sentence
            // "I am Jane, order [number]: can it …?" asks after the colon.
            if let colon = sentence.firstIndex(of: ":"), isMarked(sentence[..<colon]) { sentence = sentence[sentence.index(after: colon)...] }
            let asks = sentence.last == "?"
            if isMarked(sentence), !asks { told.append(Self.without(marks, sentence)) } else { kept.append(Self.without(marks, sentence)) }
        }
        let words = (kept.contains { $0.contains(where: \.isLetter) } ? kept : told).joined(separator: " ").split(whereSeparator: \.isWhitespace).joined(separator: " ")
        return words.contains(where: \.isLetter) ? words : nil
    }

    // MARK: names

    /// "My name is …", "sono …": capitalised words after it; and the words of a signature would be the customer's name, which is known.
    private static func introduced(in text: String) -> [[String]] {
        let introduction = #/(?:\b(?:[Mm]y name is|[Tt]his is|I am|I'm|[Mm]i chiamo|[Ss]ono|[Ii]l mio nome è))\s+(\p{Lu}[\p{L}'’-]+(?:\s+\p{Lu}[\p{L}'’-]+){0,2})/#
        return text.matches(of: introduction).map { $0.1.split(separator: " ").map(String.init) }
    }

    private func remove(_ name: [String], from text: inout String, _ language: String, _ kinds: inout Set<Kind>) {
        var rest = text[...]
        var out = ""
        while let (range, isVocative) = Self.place(of: name, in: rest, text) {
            kinds.insert(.name)
            out += rest[..<range.lowerBound]
            rest = rest[range.upperBound...]
            guard isVocative else {
                out += Self.mark(.name, language)
                continue
            }
            // ", Anna," is "," and ", Anna." is ".": who is spoken to is not part of what is said.
            while let last = out.last, last == " " || last == "," { out.removeLast() }
            guard out.last.map({ "\n.!?".contains($0) }) ?? true else { continue }
            rest = rest.drop { $0 == "," || $0 == " " }
            if let last = out.last, last != "\n" { out += " " }
            out += rest.prefix(1).uppercased()
            rest = rest.dropFirst()
        }
        text = out + rest
    }

    /// Where the name stands, as whole words with capitals as its bearer writes it, and whether somebody is called by it.
    private static func place(of name: [String], in rest: Substring, _ whole: String) -> (Range<String.Index>, Bool)? {
        let wanted = name.joined(separator: " ")
        var from = rest.startIndex
        while let range = rest[from...].firstRange(of: wanted) {
            from = range.upperBound
            let before = range.lowerBound > whole.startIndex ? whole[whole.index(before: range.lowerBound)] : nil
            let after = range.upperBound < whole.endIndex ? whole[range.upperBound] : nil
            guard wanted.first?.isUppercase == true, before?.isLetter != true, after?.isLetter != true else { continue }
            let lead = whole[..<range.lowerBound].last { $0 != " " }
            let isCalled = lead == "," ? after.map { ",.!?".contains($0) } ?? true : after == "," && (lead.map { "\n.!?".contains($0) } ?? true)
            return (range, isCalled)
        }
        return nil
    }

    // MARK: numbers and addresses

    private static func patterns() -> [(Kind, Regex<Substring>)] {
        [
            // No longer than RFC 5321 §4.5.3.1.1 allows before the @, and never given back: else each letter of a long word is where one may begin.
            (.email, #/[\w.+-]{1,64}+@[\w-]{1,63}(?:\.[\w-]{1,63})+/#),
            // A street with its number, and the town behind it.
            (
                .address,
                #/(?:\b(?:[Vv]ia|[Vv]iale|[Pp]iazza|[Pp]iazzale|[Cc]orso|[Ll]argo|[Vv]icolo|[Ss]trada)\s+(?:\p{L}[\p{L}'’.]*\s+){0,4}\p{L}[\p{L}'’.]*,?\s+(?:n\.\s*)?\d{1,4}\w?\b(?:,?\s+\d{5}\s+\p{Lu}[\p{L}'’]+(?:\s+\([A-Z]{2}\))?)?)/#
            ),
            (
                .address,
                #/(?:\b\d{1,5}\w?\s+(?:\p{Lu}[\p{L}'’]+\s+){1,3}(?:Street|St|Road|Rd|Avenue|Ave|Lane|Drive|Square|Close|Way|Court|Boulevard)\b\.?(?:,\s+\p{Lu}\p{Ll}[\p{L}'’]*(?:\s+\p{Lu}\p{Ll}[\p{L}'’]*)*)?(?:,?\s+(?:[A-Z]{1,2}\d[A-Z\d]?\s+\d[A-Z]{2}|\d{5}))?)/#
            ),
            // IBAN, tax code, card: always one person's.
            (.number, #/\b[A-Z]{2}\d{2}(?:\s?[A-Z0-9]{4}){2,7}(?:\s?[A-Z0-9]{1,4})?\b/#),
            (.number, #/\b[A-Za-z]{6}\d{2}[A-Za-z]\d{2}[A-Za-z]\d{3}[A-Za-z]\b/#),
            // Letters and digits together, or behind "#": the number of an order or a parcel.
            (.number, #/#[A-Z]{0,4}-?\d{3,}\b|\b[A-Z]{1,4}-?\d{4,}(?:-\w+)*\b/#),
            (.number, #/(?:\+|\b)\d(?:[ .\/()-]{0,2}\d){6,18}\b/#),
        ]
    }

    /// Days, hours, spans of years and round numbers look like telephones.
    private static func isMoment(_ text: String) -> Bool {
        let day = #/(?:\d{1,2}[.\/-]\d{1,2}[.\/-](?:\d{2}|\d{4})|\d{4}-\d{2}-\d{2})(?:\s\d{1,2}(?:[.-]\d{1,2})?)?/#
        let hours = #/(?:(?:[01]?\d|2[0-4])(?:\.[0-5]\d)?\s?-\s?(?:[01]?\d|2[0-4])(?:\.[0-5]\d)?\s?){1,3}/#
        let round = #/(?:19|20)\d{2}\s?-\s?(?:19|20)\d{2}|\d{1,3}(?:[. ]000)+/#
        return text.wholeMatch(of: day) != nil || text.wholeMatch(of: hours) != nil || text.wholeMatch(of: round) != nil
    }

    static func mark(_ kind: Kind, _ language: String) -> String {
        guard language.hasPrefix("it") else { return kind == .email ? "[e-mail]" : "[\(kind.rawValue)]" }
        return switch kind {
        case .name: "[nome]"
        case .email: "[e-mail]"
        case .number: "[numero]"
        case .address: "[indirizzo]"
        }
    }

    // MARK: sentences

    private static func sentences(_ text: String) -> [Substring] {
        var sentences: [Substring] = []
        var start = text.startIndex
        for place in text.indices {
            let next = text.index(after: place)
            guard text[place] == "\n" || ".!?".contains(text[place]) && (next == text.endIndex || text[next].isWhitespace) else { continue }
            sentences.append(text[start..<next])
            start = next
        }
        sentences.append(text[start...])
        return sentences.map { $0.trimmed }.filter { !$0.isEmpty }
    }

    private static func without(_ marks: [String], _ sentence: Substring) -> String {
        var text = String(sentence)
        for mark in marks { text = text.replacing(mark, with: "") }
        return text.split(separator: " ").joined(separator: " ").replacing(" ,", with: ",").replacing(" ?", with: "?").replacing(" .", with: ".").replacing(",?", with: "?")
    }
}

extension Substring {
    fileprivate var trimmed: Substring {
        var part = self
        while part.first?.isWhitespace == true { part.removeFirst() }
        while part.last?.isWhitespace == true { part.removeLast() }
        return part
    }
}
