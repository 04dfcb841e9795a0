/// What words mean to the review of articles: which are synonyms on a help desk, which exclude each other, and which say nothing of the subject.
///
/// Our own lists. A word is looked up by its stem, a phrase (parted by `_`) as it is written.
struct ReviewLexicon: Sendable {
    struct Entry: Sendable {
        /// The number of the concept; -1 for a word that says nothing.
        var concept: Int32
        /// The class whose members exclude each other, or -1.
        var contrast: Int16 = -1
        /// The opposite of its concept: "forbidden" is "allowed" with a no.
        var negates = false
    }

    /// Concepts are numbered from 0; what is not in the lexicon is numbered by the reader, above.
    private(set) var conceptCount: Int32 = 0
    /// Of concepts whose names exclude each other, the class.
    private(set) var contrasts: [Int32: Int16] = [:]
    /// The class of what is done to a thing ("cancel", "change"): it tells articles apart, not sentences.
    private(set) var actions: Int16 = -1
    /// The classes of which naming one member makes a statement a special case.
    private(set) var partingClasses: Set<Int16> = []
    /// What is asked of a thing (its price, its weight), not the thing.
    private(set) var aspects: Set<Int32> = []
    /// Concepts that are things articles are about ("bicycle"), not what is asked or done.
    private(set) var things: Set<Int32> = []
    /// By the word itself: stems of different words may be the same ("caso", "casa").
    private var exact: [String: Entry] = [:]
    private var words: [UInt64: Entry] = [:]
    private var families: [Substring: Int16] = [:]
    private var phrases: [String: [(words: [String], entry: Entry)]] = [:]

    static let english = ReviewLexicon(language: "en", column: 0)
    static let italian = ReviewLexicon(language: "it", column: 1)
    private static let neither = ReviewLexicon()

    static func of(_ language: String) -> ReviewLexicon {
        switch language {
        case "en": english
        case "it": italian
        default: neither
        }
    }

    private static let aspectNames: Set<Substring> = ["cost", "free", "pay", "charge", "valid", "limit", "hours", "number", "kilo", "speed", "wait", "compulsory"]

    private init() {}

    private init(language: String, column: Int) {
        let stemmer = Stemmer(language: language)
        var families: [Substring: Int16] = [:]
        for line in ReviewLexicon.text.split(separator: "\n") {
            guard let colon = line.firstIndex(of: ":") else { continue }
            var name = line[..<colon]
            var entry = Entry(concept: -1)
            if name != "-" {
                entry.concept = conceptCount
                conceptCount += 1
            }
            if name.first == "+" {
                name = name.dropFirst()
                things.insert(entry.concept)
            }
            if Self.aspectNames.contains(name) { aspects.insert(entry.concept) }
            if name.first == "@" {
                name = name.dropFirst()
                let family = name.prefix { $0 != "." }
                let next = Int16(families.count)
                entry.contrast = families[family, default: next]
                families[family] = entry.contrast
                contrasts[entry.concept] = entry.contrast
            }
            let columns = line[line.index(after: colon)...].split(separator: "|", omittingEmptySubsequences: false)
            guard column < columns.count else { continue }
            for written in columns[column].split(separator: " ") {
                var word = written
                var own = entry
                if word.first == "!" {
                    word = word.dropFirst()
                    own.negates = true
                }
                if word.contains("_") {
                    let parts = word.split(separator: "_").map(String.init)
                    phrases[parts[0], default: []].append((parts, own))
                } else {
                    if exact[String(word)] == nil { exact[String(word)] = own }
                    let stem = stemmer.hash(Array(word.utf8)[...])
                    if words[stem] == nil { words[stem] = own }
                }
            }
        }
        actions = families["act"] ?? -1
        self.families = families
        partingClasses = classes([
            "place", "speed", "area", "person", "days", "contract", "card", "lives", "season", "means", "period", "count", "sex", "side", "seat", "where", "level",
        ])
        for first in phrases.keys { phrases[first]?.sort { $0.words.count > $1.words.count } }
    }

    func classes(_ names: [Substring]) -> Set<Int16> { Set(names.compactMap { families[$0] }) }

    func find(_ word: String, stem: UInt64) -> Entry? { exact[word] ?? words[stem] }

    /// The longest phrase that begins there.
    func phrase(_ tokens: [ReviewToken], at place: Int) -> (entry: Entry, length: Int)? {
        guard let candidates = phrases[tokens[place].text] else { return nil }
        for candidate in candidates where place + candidate.words.count <= tokens.count {
            var same = true
            for (offset, word) in candidate.words.enumerated() where same { same = tokens[place + offset].text == word }
            if same { return (candidate.entry, candidate.words.count) }
        }
        return nil
    }
}
