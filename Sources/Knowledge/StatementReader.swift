/// Reads texts of one language into statements, and gives the words that the lexicon does not know numbers.
struct StatementReader {
    let language: String
    let lexicon: ReviewLexicon
    private let stemmer: Stemmer
    private let mark: CommonWords.Marks
    private var index = HashIndex(expecting: 2_000)
    private var near: NearWords?

    /// - Parameter pieces: what is known of the language's words before any article is read.
    init(language: String, pieces: WordPieces? = nil) {
        self.language = language
        near = pieces.map { NearWords($0) }
        lexicon = ReviewLexicon.of(language)
        stemmer = Stemmer(language: language)
        mark = CommonWords.mark(of: language)
    }

    var termCount: Int { Int(lexicon.conceptCount) + index.count }

    /// Whether the term is a word that the lexicon does not know, or a thing that it knows.
    func isSpecific(_ term: Int32) -> Bool { term >= lexicon.conceptCount || lexicon.things.contains(term) }

    private struct Meaning {
        var term: Int32
        var contrast: Int16 = -1
        var negates = false
        var length = 1
    }

    /// What the word there means, and how many tokens that takes; a term of -1 says nothing of the subject.
    private mutating func meaning(_ tokens: [ReviewToken], _ place: Int) -> Meaning {
        if let (entry, length) = lexicon.phrase(tokens, at: place) { return Meaning(term: entry.concept, contrast: entry.contrast, negates: entry.negates, length: length) }
        let token = tokens[place]
        guard token.kind == .word, token.text.utf8.count > 1, !token.text.hasSuffix("n't") else { return Meaning(term: -1) }
        let bytes = Array(token.text.utf8)
        let stem = stemmer.hash(bytes[...])
        if let entry = lexicon.find(token.text, stem: stem) { return Meaning(term: entry.concept, contrast: entry.contrast, negates: entry.negates) }
        if mark != 0, CommonWords.marks(FixedHash.hash(bytes)) & mark != 0 { return Meaning(term: -1) }
        let (count, number) = (Int32(index.count), index.insert(stem))
        guard near != nil else { return Meaning(term: lexicon.conceptCount + number) }
        if number == count { near?.add(bytes) }
        return Meaning(term: lexicon.conceptCount + (near?.first(of: number) ?? number))
    }

    /// The terms of a title or a question.
    mutating func terms(of text: String) -> TermSet { TermSet(namedTerms(of: text).map(\.term)) }

    /// The same in the order of the text, each with the word that says it.
    mutating func namedTerms(of text: String) -> [(term: Int32, word: String)] {
        let tokens = ReviewToken.read(String(text.prefix(500)), language: language)
        var terms: [(term: Int32, word: String)] = []
        var place = 0
        while place < tokens.count {
            let meaning = meaning(tokens, place)
            if meaning.term >= 0 { terms.append((meaning.term, tokens[place..<(place + meaning.length)].map(\.text).joined(separator: " "))) }
            place += meaning.length
        }
        return terms
    }

    /// The numbers of titles and questions, as they are written.
    func numbers(of texts: [String]) -> Set<String> {
        Set(texts.flatMap { ReviewToken.read(String($0.prefix(500)), language: language) }.filter { $0.kind == .number }.map(\.text))
    }

    func contrasts(of terms: TermSet) -> [Int16: Set<Int32>] {
        var found: [Int16: Set<Int32>] = [:]
        for term in terms.terms { if let family = lexicon.contrasts[term] { found[family, default: []].insert(term) } }
        return found
    }

    mutating func statement(_ sentence: ReviewSentence) -> ReviewStatement {
        let tokens = ReviewToken.read(String(sentence.text.prefix(1_000)), language: language)
        let stemmer = stemmer
        var quantities = QuantityReader.quantities(of: tokens, language: language) { stemmer.hash(Array($0.utf8)[...]) }
        for number in quantities.indices { quantities[number].of = whatItIsOf(quantities[number], tokens) }
        var covered = [Bool](repeating: false, count: tokens.count)
        for quantity in quantities {
            switch quantity.dimension {
            case .count: covered[quantity.place.lowerBound] = true
            // Saturdays, Sundays and working days are terms too: they may say of which days the sentence speaks.
            case .weekday: covered[quantity.place.lowerBound] = !(quantity.isWeekend || quantity.low != quantity.high)
            default: for place in quantity.place where place < covered.count { covered[place] = true }
            }
        }
        var statement = ReviewStatement(text: sentence.text, terms: TermSet([]), contrasts: [:], quantities: quantities, clauses: [])
        statement.isOfTheSame = tokens.first.map { ["it", "they", "this", "these"].contains($0.text) } ?? false
        var terms: [Int32] = []
        var conditionTerms: [Int32] = []
        var clause: [Int32] = []
        var isNegative = false
        var isSubordinate = false
        var isVague = false
        var inCondition = false
        // Up to there a "no" belongs to "that", "who", "which".
        var relative = 0
        func endClause() {
            if !clause.isEmpty { statement.clauses.append(.init(terms: TermSet(clause), isNegative: isNegative, isSubordinate: isSubordinate, isVague: isVague)) }
            clause = []
            isNegative = false
            isSubordinate = false
            isVague = false
        }
        var place = 0
        while place < tokens.count {
            let word = tokens[place].text
            if tokens[place].kind == .mark {
                if ",;:.!?()".contains(word) {
                    endClause()
                    if ";:.!?".contains(word) { inCondition = false }
                }
                place += 1
                continue
            }
            if place == 0 || place == 1 && statement.reply == nil && terms.isEmpty {
                if place == 0, ["yes", "si", "certo", "sure"].contains(word), isBareReply(tokens) { statement.reply = true }
                if place == 0, word == "no", isBareReply(tokens) {
                    statement.reply = false
                    place += 1
                    continue
                }
            }
            if let length = passedOver(tokens, place) {
                place += length
                continue
            }
            if let sign = condition(tokens, place) {
                switch sign.kind {
                case .restriction:
                    statement.isRestricted = true
                    inCondition = true
                case .openness:
                    statement.isUnrestricted = true
                    inCondition = true
                case .all: statement.isUnrestricted = true
                case .subordinate:
                    endClause()
                    isSubordinate = true
                    if sign.isConditional { statement.isConditional = true }
                    inCondition = inCondition || sign.isConditional
                case .contrast: endClause()
                }
                place += sign.length
                continue
            }
            if ["that", "which", "who", "what", "che", "cui"].contains(word) { relative = place + 3 }
            if ["without", "senza"].contains(word) { isVague = true }
            if Self.isNegator(tokens, place), place >= relative {
                // "by urgency, not by arrival": what is denied there is no claim of its own.
                if isFragment(tokens, place, clause) { isVague = true } else { isNegative = true }
            }
            let meaning = meaning(tokens, place)
            if meaning.negates { isNegative.toggle() }
            if meaning.term >= 0, !covered[place] || meaning.length > 1 {
                terms.append(meaning.term)
                clause.append(meaning.term)
                if inCondition { conditionTerms.append(meaning.term) }
                if meaning.contrast >= 0 { statement.contrasts[meaning.contrast, default: []].insert(meaning.term) }
            }
            place += meaning.length
        }
        endClause()
        statement.terms = TermSet(terms)
        statement.conditionTerms = TermSet(conditionTerms)
        price(tokens, &statement)
        return statement
    }

    /// The term that an amount is of: "a deposit of up to 50 €", "50 € di cauzione", "a £50 deposit"; -1 where nothing says so.
    private mutating func whatItIsOf(_ quantity: Quantity, _ tokens: [ReviewToken]) -> Int32 {
        func word(_ place: Int) -> String { tokens.indices.contains(place) ? tokens[place].text : "" }
        let joints: Set<String> = ["of", "di", "d"]
        var before = quantity.place.lowerBound - 1
        while ["up", "to", "fino", "a", "circa", "about", "at", "most", "least", "almeno"].contains(word(before)) { before -= 1 }
        if joints.contains(word(before)), before > 0 { return meaning(tokens, before - 1).term }
        let after = quantity.place.upperBound
        if joints.contains(word(after)), tokens.indices.contains(after + 1) { return meaning(tokens, after + 1).term }
        if case .money = quantity.dimension, language == "en", tokens.indices.contains(after), tokens[after].kind == .word { return meaning(tokens, after).term }
        return -1
    }

    private func isBareReply(_ tokens: [ReviewToken]) -> Bool { tokens.count == 1 || tokens[1].kind == .mark }

    /// Whether it says that something is free, or that it has its price.
    private func price(_ tokens: [ReviewToken], _ statement: inout ReviewStatement) {
        let text = " " + tokens.map(\.text).joined(separator: " ") + " "
        func says(_ phrases: [String]) -> Bool { phrases.contains { text.contains(" \($0) ") } }
        statement.isEndless = says([
            "never expire", "never expires", "don't expire", "doesn't expire", "not expire", "no expiry", "no expiry date", "without expiry", "no time limit", "no deadline",
            "forever", "for ever", "for life", "indefinitely", "non scade", "non scadono", "non scade mai", "senza scadenza", "nessuna scadenza", "per sempre", "a vita",
            "senza limiti di tempo", "senza limite di tempo",
        ])
        let negated = says(["not free", "isn't free", "non e gratis", "non e gratuito", "non e gratuita", "non sono gratis", "never free", "mai gratis"])
        statement.isFree =
            !negated
            && says([
                "free", "free of charge", "no charge", "without charge", "at no cost", "no cost", "without a fee", "costs nothing", "no fee", "complimentary", "gratis", "gratuito",
                "gratuita",
                "gratuiti", "gratuite", "gratuitamente", "senza costi", "senza costo", "senza spese", "non costa nulla", "non si paga", "non paghi", "non costa niente",
            ])
        statement.isPaid =
            negated
            || !statement.isFree
                && (says([
                    "a fee", "a charge", "charge for", "is charged", "are charged", "a pagamento", "un costo", "una tariffa", "si paga un", "pay a fee", "extra cost",
                    "costo extra",
                ])
                    || statement.quantities.contains { if case .money = $0.dimension { $0.low > 0 && $0.bound != .least } else { false } })
    }
}
