/// Reads short messages that lean on the question before them, in Italian and in English; of other languages it knows the words of grammar only.
struct FollowUpReader {
    /// What a question asks for that can be seen in a sentence.
    enum Kind: Sendable, Hashable { case price, time }

    /// A message without what links it to the one before.
    struct Message {
        /// Folded, in their order.
        var words: [String]
        /// The stems of the words that are neither grammar nor part of asking.
        var content: Set<UInt64>
        var kind: Kind?
        /// It begins with "and", "but", "what about".
        var isLinked: Bool
        /// Why, who and how are not answered by a sentence that happens to have the same words.
        var asksForReasons: Bool

        var isShort: Bool { (1...8).contains(words.count) && (isLinked || content.count <= 2) }
        var asksSomething: Bool { !asksForReasons && (kind != nil || !content.isEmpty) }
    }

    /// What the question before was about.
    struct Question {
        /// Its words of meaning.
        var topic: [String]
        var stems: Set<UInt64>
        var kind: Kind?
    }

    private let stemmer: Stemmer
    private let mark: CommonWords.Marks
    private let phrases: [(kind: Kind, words: [String])]
    private static let mostTopicWords = 12

    init(language: String) {
        let language = language.primarySubtag
        stemmer = Stemmer(language: language)
        mark = CommonWords.mark(of: language)
        phrases = Self.askings[language] ?? []
    }

    // MARK: Words

    private static let links: Set<String> = ["and", "but", "also", "e", "ed", "ma", "anche", "pure", "poi", "pero", "invece"]
    private static let longLinks = [["what", "about"], ["how", "about"]]
    private static let reasons: Set<String> = ["why", "who", "perche", "chi", "come", "how"]

    private static let askings: [String: [(kind: Kind, words: [String])]] = [
        "en": table(
            price: "how much|cost|costs|price|prices|fee|fees|charge|charges|expensive|free|pay",
            time:
                "how long|how many days|how many hours|how many weeks|how many months|how many years|how soon|until when|by when|when|expire|expires|expiry|valid|last|lasts|deadline"
        ),
        "it": table(
            price:
                "quanto costa|quanto costano|quanto costerebbe|quanto viene|quanto vengono|quanto si paga|quanto pago|si paga|prezzo|prezzi|costo|costi|costa|costano|tariffa|tariffe|gratis|gratuito|gratuita|gratuiti",
            time:
                "in quanto tempo|quanto tempo|quanto dura|quanto durano|quanto ci mette|quanto ci mettete|quanto ci vuole|quanti giorni|quante ore|quante settimane|quanti mesi|quanti anni|in quanto|dopo quanto|entro quando|fino a quando|quando|scade|scadono|scadenza|vale|valgono|valido|valida|valide|validi|tempi"
        ),
    ]

    private static func table(price: String, time: String) -> [(kind: Kind, words: [String])] {
        func rows(_ kind: Kind, _ list: String) -> [(kind: Kind, words: [String])] { list.split(separator: "|").map { (kind, $0.split(separator: " ").map(String.init)) } }
        // The longest first: "how long" before "long".
        return (rows(.price, price) + rows(.time, time)).sorted { $0.words.count > $1.words.count }
    }

    private static let units: Set<String> = [
        "minute", "minutes", "hour", "hours", "day", "days", "week", "weeks", "month", "months", "year", "years", "minuto", "minuti", "ora", "ore", "giorno", "giorni",
        "settimana", "settimane", "mese", "mesi", "anno", "anni",
    ]
    private static let pricedWords: Set<String> = [
        "€", "$", "£", "euro", "eur", "price", "prices", "cost", "costs", "prezzo", "prezzi", "costo", "costa", "costano", "free", "gratis", "gratuito", "gratuita", "gratuiti",
        "gratuite",
    ]

    // MARK: Reading

    /// Nil for a message that is too long to lean on another.
    func read(_ text: String) -> Message? {
        guard text.utf8.count <= 160 else { return nil }
        let whole = folded(text)
        let matter = Courtesies.matter(of: text).map(folded) ?? whole
        var words = matter[...]
        var isLinked = !matter.isEmpty && whole.dropLast(matter.count).contains(where: Self.links.contains)
        while words.count > 1 {
            if let link = Self.longLinks.first(where: { words.starts(with: $0) }), words.count > link.count {
                words = words.dropFirst(link.count)
            } else if Self.links.contains(words.first ?? "") {
                words = words.dropFirst()
            } else {
                break
            }
            isLinked = true
        }
        let (kind, rest) = asking(Array(words))
        return Message(
            words: Array(words), content: Set(rest.filter(isContent).map(stem)), kind: kind, isLinked: isLinked,
            asksForReasons: rest.first.map(Self.reasons.contains) == true)
    }

    func question(_ text: String) -> Question {
        let (kind, rest) = asking(folded(String(text.prefix(400))))
        let topic = Array(rest.filter(isContent).prefix(Self.mostTopicWords))
        return Question(topic: topic, stems: Set(topic.map(stem)), kind: kind)
    }

    /// The sentences of an answer that answer the message: of the text that the channel gets, or else of the whole article. Empty where none does, or nearly all do.
    func passages(of text: String, or body: String, for said: Message, _ asked: Question) -> [String] {
        guard said.asksSomething else { return [] }
        let found = passages(of: text, said, asked)
        return found.isEmpty && body != text ? passages(of: body, said, asked) : found
    }

    private func passages(of text: String, _ said: Message, _ asked: Question) -> [String] {
        let sentences = ReviewText.sentences(of: text).map { (text: $0.text, words: folded("\($0.label) \($0.text)")) }
        // What the question before named already is in any sentence.
        let wanted = said.content.subtracting(asked.stems)
        guard said.kind != nil || !wanted.isEmpty else { return [] }
        func fits(_ words: [String], _ kind: Kind?) -> Bool {
            wanted.isSubset(of: Set(words.map(stem))) && kind.map { Self.shows($0, words) } != false
        }
        var found = sentences.filter { fits($0.words, said.kind ?? asked.kind) }
        // A circumstance in an answer that is not about a price or a time: its words alone.
        if found.isEmpty, said.kind == nil { found = sentences.filter { fits($0.words, nil) } }
        return found.count < sentences.count ? found.map(\.text) : []
    }

    private static func shows(_ kind: Kind, _ words: [String]) -> Bool {
        switch kind {
        case .price: words.contains(where: pricedWords.contains)
        case .time:
            words.indices.contains { place in
                words[place].utf8.allSatisfy { $0 >= 0x30 && $0 <= 0x39 } && words[(place + 1)...].prefix(3).contains(where: units.contains)
            }
        }
    }

    /// What is asked for, and the words without the asking.
    private func asking(_ words: [String]) -> (kind: Kind?, rest: [String]) {
        var kind: Kind?
        var rest: [String] = []
        var place = 0
        while place < words.count {
            if let phrase = phrases.first(where: { words[place...].starts(with: $0.words) }) {
                kind = kind ?? phrase.kind
                place += phrase.words.count
            } else {
                rest.append(words[place])
                place += 1
            }
        }
        return (kind, rest)
    }

    private func isContent(_ word: String) -> Bool {
        let bytes = Array(word.utf8)
        return bytes.count > 1 && CommonWords.marks(FixedHash.hash(bytes[...])) & mark == 0 && !Self.links.contains(word)
    }

    private func stem(_ word: String) -> UInt64 { stemmer.hash(Array(word.utf8)[...]) }

    private func folded(_ text: String) -> [String] {
        var words = Words()
        Folding.fold(text, into: &words)
        return (0..<words.count).map(words.text)
    }
}
