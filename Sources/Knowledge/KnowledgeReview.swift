/// Looks for articles that stand in each other's way, and for texts that are hard to read. Pure: the same articles give the same findings.
package enum KnowledgeReview {}

extension KnowledgeReview {
    /// What stands in the way of letting `article` go live beside `others`; an article of `others` with its id and language is its former text and is passed over.
    ///
    /// Blocking are contradictions and questions that are there twice, with live articles whose scope overlaps. Archived articles are not looked at.
    /// - Parameters:
    ///   - channelKinds: see `ArticleScope`.
    ///   - base: what answers today. Articles that it finds for most of the questions of this one are compared as answers to one question, whatever their words.
    package static func conflicts(of article: Article, with others: [Article], channelKinds: [String: String] = [:], answering base: KnowledgeBase? = nil) -> [ArticleConflict] {
        var candidate = article
        candidate.status = .live
        let rest = others.filter { $0.status != .archived && ($0.id != article.id || $0.language != article.language) }
        return Reviewer([candidate] + rest, channelKinds: channelKinds).conflicts(onlyOfFirst: true, answeredBy: base.map { answering(article, in: $0) } ?? [])
    }

    /// The articles that answer at least half of the questions of this one today.
    private static func answering(_ article: Article, in base: KnowledgeBase) -> Set<String> {
        let asked = [article.title] + article.questions
        var counts: [String: Int] = [:]
        for text in asked {
            if case .answer(let found) = base.match(Query(text: text, language: article.language)).decision { counts[found.articleID, default: 0] += 1 }
        }
        return Set(counts.filter { 2 * $0.value >= asked.count && $0.key != article.id }.keys)
    }

    /// All conflicts among the articles, each pair once. Blocking only where both are live.
    package static func conflicts(among articles: [Article], channelKinds: [String: String] = [:]) -> [ArticleConflict] {
        Reviewer(articles.filter { $0.status != .archived }, channelKinds: channelKinds).conflicts(onlyOfFirst: false)
    }
}

extension Article {
    /// How messages to authors name it: by its file, or by its title and id.
    var place: String { file.isEmpty ? "'\(title)' (\(id))" : file }
}
