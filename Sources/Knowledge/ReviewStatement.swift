/// Terms of a text with the sum of their squared weights: sorted numbers of concepts and stems.
struct TermSet: Sendable, Hashable {
    private(set) var terms: [Int32]

    init(_ terms: some Sequence<Int32>) {
        self.terms = Set(terms).sorted()
    }

    var isEmpty: Bool { terms.isEmpty }
    var count: Int { terms.count }

    func contains(_ term: Int32) -> Bool {
        var low = 0
        var high = terms.count
        while low < high {
            let middle = (low + high) / 2
            if terms[middle] < term { low = middle + 1 } else { high = middle }
        }
        return low < terms.count && terms[low] == term
    }

    func forEachShared(with other: TermSet, _ body: (Int32) -> Void) {
        var left = 0
        var right = 0
        while left < terms.count, right < other.terms.count {
            if terms[left] == other.terms[right] {
                body(terms[left])
                left += 1
                right += 1
            } else if terms[left] < other.terms[right] {
                left += 1
            } else {
                right += 1
            }
        }
    }

    func union(_ other: TermSet) -> TermSet { TermSet(terms + other.terms) }
    func subtracting(_ other: TermSet) -> TermSet { TermSet(terms.filter { !other.contains($0) }) }
}

/// What a sentence claims, as far as the review of articles reads it.
struct ReviewStatement: Sendable {
    struct Clause: Sendable {
        var terms: TermSet
        var isNegative: Bool
        /// "if …", "when …": what it says is not claimed.
        var isSubordinate: Bool
        /// "without …", "not by …": whether it says yes or no is not plain.
        var isVague: Bool
    }

    /// As it is written.
    var text: String
    var terms: TermSet
    /// The same with those of the sentences before, where it begins with "it" or "they".
    var about = TermSet([])
    /// Whether it begins so.
    var isOfTheSame = false
    /// The members that it names of classes whose members exclude each other.
    var contrasts: [Int16: Set<Int32>]
    var quantities: [Quantity]
    var clauses: [Clause]
    /// "only if", "unless", "except".
    var isRestricted = false
    /// "if", "when": a condition that may be one of several.
    var isConditional = false
    /// "for everybody", "always", "even without".
    var isUnrestricted = false
    var isFree = false
    var isPaid = false
    /// "never expires", "for ever".
    var isEndless = false
    /// "Yes" or "No" as its first word.
    var reply: Bool?
    /// Of what stands behind "only", "unless", "except", "even".
    var conditionTerms = TermSet([])

    /// Whether it says how much, how long or when, even if that is "nothing" or "for ever".
    var saysAmount: Bool { !quantities.isEmpty || isFree || isPaid || isEndless }
    /// Whether it names a time of day or a date.
    var hasTimes: Bool { quantities.contains { $0.dimension == .clock || $0.dimension == .date } }
}

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

    private static func isNegator(_ tokens: [ReviewToken], _ place: Int) -> Bool {
        let word = tokens[place].text
        guard negators.contains(word) || word.hasSuffix("n't") else { return false }
        // "costs nothing", "and nothing above 50": a price, not a denial.
        if ["nothing", "nulla", "niente"].contains(word), place > 0 {
            return !["cost", "costs", "pay", "pays", "and", "or", "e", "o", "costa", "paghi", "paga"].contains(tokens[place - 1].text)
        }
        return true
    }

    private func isFragment(_ tokens: [ReviewToken], _ place: Int, _ clause: [Int32]) -> Bool {
        let word = tokens[place].text
        guard place > 0, word == "not" || word == "non", tokens[place - 1].kind == .mark || clause.isEmpty else { return false }
        let next = place + 1 < tokens.count ? tokens[place + 1].text : ""
        return word == "not"
            ? tokens[place - 1].kind == .mark : ["per", "da", "di", "a", "in", "con", "il", "la", "i", "le", "gli", "lo", "l", "un", "una", "al", "noi"].contains(next)
    }

    private static let negators: Set<String> = [
        "not", "no", "never", "cannot", "nor", "neither", "nobody", "none", "nothing", "impossible", "unable", "non", "nessun", "nessuno", "nessuna", "mai", "niente", "nulla",
        "neanche",
        "nemmeno", "impossibile",
    ]

    /// Words with a "no" that deny nothing.
    private static let passed: [[String]] = [
        "no later than", "no more than", "no longer than", "not more than", "no less than", "not only", "no extra cost", "no extra charge", "no charge", "no cost", "no fee",
        "no worry",
        "no problem", "no matter", "no interest", "non oltre", "non piu di", "non piu tardi", "non meno di", "non solo", "nessun problema", "nessuna preoccupazione",
        "nessun costo", "nessuna spesa", "da solo", "da sola", "da soli", "da sole",
        "niente paura", "non costa nulla", "non costa niente", "non paghi nulla", "non si paga", "non paghi", "costs nothing",
    ].map { $0.split(separator: " ").map(String.init) }

    private func passedOver(_ tokens: [ReviewToken], _ place: Int) -> Int? {
        for phrase in Self.passed where phrase[0] == tokens[place].text && Self.stands(phrase, tokens, place) { return phrase.count }
        return nil
    }

    private static func stands(_ phrase: [String], _ tokens: [ReviewToken], _ place: Int) -> Bool {
        guard place + phrase.count <= tokens.count else { return false }
        for (offset, word) in phrase.enumerated() where tokens[place + offset].text != word { return false }
        return true
    }

    private static let copulas: Set<String> = ["is", "are", "be", "was", "e", "sono", "essere"]

    private static func isTime(_ word: String) -> Bool { QuantityReader.times[word] != nil || QuantityReader.weekdays[word] != nil || word == "time" || word == "volta" }

    private enum Sign { case restriction, openness, all, subordinate, contrast }

    private static let signs: [(phrase: [String], kind: Sign, isConditional: Bool)] = {
        var signs: [(phrase: [String], kind: Sign, isConditional: Bool)] = []
        func add(_ phrases: String, _ kind: Sign, _ isConditional: Bool = false) {
            for phrase in phrases.split(separator: ",") { signs.append((phrase.split(separator: " ").map(String.init), kind, isConditional)) }
        }
        add(
            "only if,only when,only with,only for,only to,only after,only before,only from,only until,only in,only on,only at,only by,unless,except,excepted,excluding,provided that,provided,as long as,on condition that,apart from,other than,only",
            .restriction)
        add(
            "solo se,solo quando,solo con,solo per,solo ai,solo a,solo agli,solo alle,solo dopo,solo prima,solo da,solo dal,solo dai,solo in,solo nel,solo fino,soltanto,solamente,tranne,salvo,eccetto,a meno che,purche,a condizione che,a patto che,a parte,esclusi,escluso,esclusa,escluse,unicamente,solo",
            .restriction)
        add(
            "even if,even without,even when,even with,even after,regardless of,regardless,whatever,whether or not,no matter,anche se,anche senza,anche quando,anche dopo,anche con,qualunque sia,qualunque,qualsiasi,a prescindere,indipendentemente",
            .openness)
        add(
            "always,every,anywhere,wherever,in every case,without exception,every time,for everyone,for everybody,everyone,everybody,everywhere,all patients,all customers,to all,for all,anyone,included,at any time,in any case,sempre,per tutti,per tutte,a tutti,a tutte,tutti,chiunque,ovunque,dappertutto,comprese,compresi,compresa,compreso,incluse,inclusi,inclusa,incluso,in ogni caso,in qualunque,tutte",
            .all)
        add("if,in case,se,qualora,nel caso,in caso", .subordinate, true)
        add("when,while,until you,because,so that,quando,mentre,finche,perche", .subordinate)
        add("but,however,otherwise,ma,pero,altrimenti,invece", .contrast)
        return signs.sorted { $0.phrase.count > $1.phrase.count }
    }()
    private static let signStarts = Set(signs.map { $0.phrase[0] })

    private func condition(_ tokens: [ReviewToken], _ place: Int) -> (kind: Sign, isConditional: Bool, length: Int)? {
        guard Self.signStarts.contains(tokens[place].text) else { return nil }
        for sign in Self.signs where Self.stands(sign.phrase, tokens, place) {
            // "is included" and "is excluded" say something of the thing; "children included" says of whom all holds.
            if place > 0, Self.copulas.contains(tokens[place - 1].text), let entry = lexicon.find(sign.phrase[0], stem: 0),
                sign.kind == .all || sign.kind == .restriction && entry.negates
            {
                continue
            }
            // "every guest", not "every day".
            if sign.phrase == ["every"] || sign.phrase == ["ogni"], place + 1 >= tokens.count || Self.isTime(tokens[place + 1].text) { continue }
            return (sign.kind, sign.isConditional, sign.phrase.count)
        }
        return nil
    }
}
