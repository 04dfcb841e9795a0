/// Looks for articles that stand in each other's way, and for texts that are hard to read. Pure: the same articles give the same findings.
package enum KnowledgeReview {}

extension KnowledgeReview {
    /// What stands in the way of letting `article` go live beside `others`; an article of `others` with its id and language is its former text and is passed over.
    ///
    /// Blocking are contradictions and questions that are there twice, with live articles whose scope overlaps. Archived articles are not looked at.
    /// - Parameter channelKinds: see `ArticleScope`.
    package static func conflicts(of article: Article, with others: [Article], channelKinds: [String: String] = [:]) -> [ArticleConflict] {
        var candidate = article
        candidate.status = .live
        let rest = others.filter { $0.status != .archived && ($0.id != article.id || $0.language != article.language) }
        return Reviewer([candidate] + rest, channelKinds: channelKinds).conflicts(onlyOfFirst: true)
    }

    /// All conflicts among the articles, each pair once. Blocking only where both are live.
    package static func conflicts(among articles: [Article], channelKinds: [String: String] = [:]) -> [ArticleConflict] {
        Reviewer(articles.filter { $0.status != .archived }, channelKinds: channelKinds).conflicts(onlyOfFirst: false)
    }
}

/// One look at a set of articles.
struct Reviewer {
    let articles: [Article]
    let scopes: [ArticleScope]

    init(_ articles: [Article], channelKinds: [String: String]) {
        self.articles = articles
        scopes = articles.map { ArticleScope(of: $0, channelKinds: channelKinds) }
    }

    func conflicts(onlyOfFirst: Bool) -> [ArticleConflict] {
        sameQuestions().filter { !onlyOfFirst || $0.left == 0 }.map(\.conflict)
    }

    /// Whether the two may be live together and reach one customer.
    func blocks(_ left: Int, _ right: Int) -> Bool {
        articles[left].status == .live && articles[right].status == .live && scopes[left].overlaps(scopes[right])
    }

    /// The same question, but for case, accents and punctuation, in two articles of a language.
    func sameQuestions() -> [(left: Int, right: Int, conflict: ArticleConflict)] {
        var owners: [String: [(article: Int, question: String)]] = [:]
        var found: [(left: Int, right: Int, conflict: ArticleConflict)] = []
        for (number, article) in articles.enumerated() {
            var own: Set<String> = []
            for question in [article.title] + article.questions {
                let key = article.language.primarySubtag + " " + Folding.text(question)
                guard own.insert(key).inserted else { continue }
                for (other, words) in owners[key, default: []] where scopes[other].overlaps(scopes[number]) && articles[other].id != article.id {
                    let message =
                        "'\(words)' of \(articles[other].place) is also asked by '\(question)' of \(article.place): a customer who asks it can get only one of the two; keep the question in one of them, or say for whom each is"
                    found.append(
                        (
                            other, number,
                            ArticleConflict(
                                kind: .duplicateQuestion, first: .init(articles[other], words), second: .init(article, question), message: message,
                                isBlocking: blocks(other, number))
                        ))
                }
                owners[key, default: []].append((number, question))
            }
        }
        return found
    }
}

extension Article {
    /// How messages to authors name it: by its file, or by its title and id.
    var place: String { file.isEmpty ? "'\(title)' (\(id))" : file }
}
