/// Finds articles by the words in them, for people who look through the answers themselves: they write one word, or the beginning of one, as often as a question.
///
/// Words are stemmed; one that no article has counts as those that begin with it, else as those that are a typing error away.
package struct ArticleSearch: Sendable {
    package struct Hit: Sendable, Hashable {
        /// Its place in the list that was given.
        package var place: Int
        /// How much of what was asked is in it, from 0 to 1: rare words count more than common ones, a title more than a text.
        package var share: Double
    }

    private static let (inTitle, inQuestion, inBody): (Float, Float, Float) = (1, 0.9, 0.6)
    private static let shortestPrefix = 3
    private static let mostWords = 12
    /// Stems that one unknown word may stand for.
    private static let mostMeant = 20
    /// Less of what was asked than this is no find.
    private static let least = 0.45

    private let language: String
    private let count: Int
    /// The folded words of all articles, each with its stem's place in `postings`.
    private var words: [(text: [UInt8], stem: Int)] = []
    private var stems: [UInt64: Int] = [:]
    /// Of each stem: the articles that have it, and where it counts most in each.
    private var postings: [[Int32: Float]] = []

    /// - Parameter articles: of one language.
    package init(_ articles: [Article], language: String, text: (Article) -> String) {
        self.language = language
        count = articles.count
        let stemmer = Stemmer(language: language)
        var seen: [[UInt8]: Int] = [:]
        var folded = Words()
        for (place, article) in articles.enumerated() {
            for (part, weight) in [(article.title, Self.inTitle)] + article.questions.map({ ($0, Self.inQuestion) }) + [(text(article), Self.inBody)] {
                Folding.fold(part, limit: 20_000, into: &folded)
                for range in folded.ranges {
                    let word = Array(folded.bytes[range])
                    let stem = seen[word] ?? note(word, stemmer, &seen)
                    postings[stem][Int32(place)] = max(postings[stem][Int32(place)] ?? 0, weight)
                }
            }
        }
        words.sort { $0.text.lexicographicallyPrecedes($1.text) }
    }

    private mutating func note(_ word: [UInt8], _ stemmer: Stemmer, _ seen: inout [[UInt8]: Int]) -> Int {
        let hash = stemmer.hash(word[...])
        let stem = stems[hash] ?? postings.count
        if stem == postings.count {
            stems[hash] = stem
            postings.append([:])
        }
        words.append((word, stem))
        seen[word] = stem
        return stem
    }

    /// What has enough of the words, best first.
    package func find(_ text: String) -> [Hit] {
        var folded = Words()
        Folding.fold(text, limit: 400, into: &folded)
        let stemmer = Stemmer(language: language)
        var asked: Float = 0
        var scores: [Int32: Float] = [:]
        for range in folded.ranges.prefix(Self.mostWords) {
            let word = Array(folded.bytes[range])
            let meant = meant(by: word, stemmer)
            // "Do you have any gift cards": what no article has asks for something, but not where it is grammar.
            if meant.isEmpty, CommonWords.marks(FixedHash.hash(word[...])) & CommonWords.mark(of: language) != 0 { continue }
            // What stands in every second article tells nothing; what stands in none was asked for all the same.
            var best: [Int32: Float] = [:]
            for stem in meant { for (place, weight) in postings[stem] { best[place] = max(best[place] ?? 0, weight) } }
            let rarity = max(0.05, Float(FixedMath.log(Double(count + 1) / Double(best.count + 1))))
            asked += rarity
            for (place, weight) in best { scores[place, default: 0] += rarity * weight }
        }
        guard asked > 0 else { return [] }
        return scores.map { Hit(place: Int($0.key), share: Double($0.value / asked)) }.filter { $0.share >= Self.least }.sorted { ($1.share, $0.place) < ($0.share, $1.place) }
    }

    /// The stems that a word stands for.
    private func meant(by word: [UInt8], _ stemmer: Stemmer) -> [Int] {
        if let stem = stems[stemmer.hash(word[...])] { return [stem] }
        if word.count >= Self.shortestPrefix {
            let begins = words[firstWord(from: word)...].prefix { $0.text.starts(with: word) }.prefix(Self.mostMeant).map(\.stem)
            if !begins.isEmpty { return begins }
        }
        guard word.count >= Vocabulary.shortestRepaired else { return [] }
        let slips = word.count >= Vocabulary.lengthForTwo ? 2 : 1
        return words.lazy.filter { abs($0.text.count - word.count) <= slips && Vocabulary.distance($0.text[...], word[...], limit: slips) <= slips }.prefix(Self.mostMeant).map(
            \.stem)
    }

    /// The first of the sorted words that is not before this one.
    private func firstWord(from word: [UInt8]) -> Int {
        var (low, high) = (0, words.count)
        while low < high {
            let middle = (low + high) / 2
            if words[middle].text.lexicographicallyPrecedes(word) { low = middle + 1 } else { high = middle }
        }
        return low
    }
}
