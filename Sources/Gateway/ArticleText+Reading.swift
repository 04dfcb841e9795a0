package import Knowledge
import Messages
package import Storage

extension ArticleText {
    /// An article as the store keeps it, with the words that lists are searched by.
    package init(_ article: Article, text: String, version: String) {
        let words = ([article.id, article.title] + article.questions + [article.body]).joined(separator: " ")
        self.init(
            key: ArticleKey(article), version: version, text: text, title: article.title, status: Status(rawValue: article.status.rawValue) ?? .draft,
            owner: article.owner, review: article.review, search: KnowledgeBase.folded(words))
    }

    /// Reads a whole article file, and gives it that status where one is wanted.
    static func read(_ text: String, status: Article.Status?) throws(ArticleRefusal) -> (Article, ArticleText) {
        do throws(ArticleProblem) {
            let text = try status.map { status throws(ArticleProblem) in try ArticleFile.text(text, withStatus: status) } ?? text
            let version = ArticleFile.version(of: text)
            let article = try ArticleFile.parse(text, file: "", version: version)
            return (article, ArticleText(article, text: text, version: version))
        } catch {
            throw ArticleRefusal(error)
        }
    }
}

extension ArticleKey {
    package init(_ article: Article) { self.init(id: article.id, language: article.language) }
}
