/// Looks for articles that stand in each other's way, and for texts that are hard to read. Pure: the same articles give the same findings.
package enum KnowledgeReview {}

extension KnowledgeReview {
    /// What stands in the way of letting articles go live together beside `others`; an article of `others` with the id and language of one of them is its former text
    /// and is passed over.
    ///
    /// Blocking are contradictions and questions that are there twice, with live articles whose scope overlaps. Archived articles are not looked at.
    /// - Parameters:
    ///   - channelKinds: see `ArticleScope`.
    ///   - pieces: what is known of English words where there is no `base`.
    ///   - base: what answers today. Articles that it finds for most of the questions of one of these are compared as answers to one question, whatever their words.
    package static func conflicts(
        of articles: [Article], with others: [Article], channelKinds: [String: String] = [:], answering base: KnowledgeBase? = nil, pieces: WordPieces? = nil
    ) -> [ArticleConflict] {
        let candidates = articles.map { article in
            var candidate = article
            candidate.status = .live
            return candidate
        }
        let names = Set(articles.map(Name.init))
        let all = candidates + others.filter { $0.status != .archived && !names.contains(Name($0)) }
        return Reviewer(all, channelKinds: channelKinds, pieces: base?.knowledge.pieces ?? pieces).conflicts(
            ofFirst: candidates.count, answered: base.map { answered(all, ofFirst: candidates.count, by: $0) } ?? [])
    }

    /// The articles of `changed` that must not go live: beside `live`, or beside another of them, which then is the one that comes first. What an article said
    /// before goes on where it is refused, and counts against the others.
    package static func refused(
        _ changed: [Article], beside live: [Article], channelKinds: [String: String] = [:], answering base: KnowledgeBase? = nil, pieces: WordPieces? = nil
    ) -> [(article: Article, conflict: ArticleConflict)] {
        var accepted = changed
        var refused: [(article: Article, conflict: ArticleConflict)] = []
        while true {
            var clashing: [Name: ArticleConflict] = [:]
            for conflict in conflicts(of: accepted, with: live, channelKinds: channelKinds, answering: base, pieces: pieces) where conflict.isBlocking {
                let sides = [Name(conflict.first), Name(conflict.second)]
                guard let last = accepted.last(where: { sides.contains(Name($0)) }).map(Name.init), clashing[last] == nil else { continue }
                clashing[last] = conflict
            }
            if clashing.isEmpty { return refused }
            refused += accepted.compactMap { article in clashing[Name(article)].map { (article, $0) } }
            accepted.removeAll { clashing[Name($0)] != nil }
        }
    }

    /// All conflicts among the articles, each pair once. Blocking only where both are live.
    ///
    /// - Parameters:
    ///   - pieces: what is known of English words.
    ///   - learn: makes a knowledge base of some of them, to find by the matcher what answers one question; nil leaves it at the words.
    package static func conflicts(
        among articles: [Article], channelKinds: [String: String] = [:], pieces: WordPieces? = nil, learn: (([Article]) -> KnowledgeBase?)? = nil
    ) -> [ArticleConflict] {
        let looked = articles.filter { $0.status != .archived }
        return Reviewer(looked, channelKinds: channelKinds, pieces: pieces).conflicts(ofFirst: looked.count, answered: learn.map { answered(among: looked, learn: $0) } ?? [])
    }

    private struct Name: Hashable {
        let id: String
        let language: String

        init(_ candidate: Candidate) { (id, language) = (candidate.articleID, candidate.language) }
        init(_ article: Article) { (id, language) = (article.id, article.language) }
        init(_ side: ArticleConflict.Side) { (id, language) = (side.articleID, side.language) }
    }

    /// Pairs of articles of which one, by what the matcher finds, answers at least half of the questions of the other, which is among the first.
    private static func answered(_ articles: [Article], ofFirst count: Int, by base: KnowledgeBase) -> Set<[Int]> {
        let numbers = Dictionary(articles.enumerated().map { (Name($1), $0) }) { first, _ in first }
        var pairs: Set<[Int]> = []
        var workspace = MatchWorkspace()
        for (number, article) in articles.prefix(count).enumerated() {
            let asked = [article.title] + article.questions
            var counts: [Int: Int] = [:]
            for text in asked {
                guard case .answer(let found) = base.match(Query(text: text, language: article.language), using: &workspace).decision, found.articleID != article.id,
                    found.language == article.language, let other = numbers[Name(found)]
                else { continue }
                counts[other, default: 0] += 1
            }
            for (other, times) in counts where 2 * times >= asked.count { pairs.insert([min(number, other), max(number, other)]) }
        }
        return pairs
    }

    /// More articles are compared by their words only: learning would take minutes.
    private static let mostToLearn = 1_000

    /// The same among all of them: what would answer an article's questions if the article were not there. For each digit of the articles' numbers (to the base 4)
    /// those with one digit are asked of what was learned from the others, so that any two meet at least once.
    private static func answered(among articles: [Article], learn: ([Article]) -> KnowledgeBase?) -> Set<[Int]> {
        guard articles.count <= mostToLearn else { return [] }
        let live = articles.map { article in
            var live = article
            live.status = .live
            return live
        }
        var pairs: Set<[Int]> = []
        var power = 1
        while power < articles.count {
            for digit in 0..<min(4, (articles.count + power - 1) / power) {
                let places = live.indices.filter { $0 / power % 4 == digit }
                let others = live.indices.filter { $0 / power % 4 != digit }
                guard let base = learn(others.map { live[$0] }) else { continue }
                for pair in answered((places + others).map { live[$0] }, ofFirst: places.count, by: base) {
                    pairs.insert(pair.map { (places + others)[$0] }.sorted())
                }
            }
            power *= 4
        }
        return pairs
    }
}

extension Article {
    /// How messages to authors name it: by its file, or by its title and id.
    var place: String { file.isEmpty ? "'\(title)' (\(id))" : file }
}
