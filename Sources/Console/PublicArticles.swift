import Knowledge
import Storage
import Synchronization

/// The articles of one knowledge base that anybody may read, sorted out for the public pages.
final class PublicArticles: Sendable {
    /// What an article names in `channels` or `answers` to be there, or to say it differently, on these pages.
    static let channelKind = "answers"

    /// Of the knowledge base: another one has another.
    let number: Int
    /// Primary subtags of the languages in which there is something to read.
    let languages: [String]
    private let byLanguage: [String: [Article]]
    private let places: [ArticleKey: Article]
    /// Made when somebody searches.
    private let searches = Mutex<[String: ArticleSearch]>([:])

    init(_ base: KnowledgeBase, number: Int) {
        self.number = number
        let open = base.articles.filter(Self.isPublic)
        // "pt-BR" stands among the pages in "pt"; where an id is there in both, one is shown.
        places = Dictionary(open.map { (ArticleKey(id: $0.id, language: $0.language.primarySubtag), $0) }) { first, _ in first }
        byLanguage = Dictionary(grouping: places.values) { $0.language.primarySubtag }.mapValues { $0.sorted { ($0.title, $0.id) < ($1.title, $1.id) } }
        languages = byLanguage.keys.sorted()
    }

    /// For everybody, on these pages, and whole without asking the reader for anything.
    static func isPublic(_ article: Article) -> Bool {
        article.audience.isEmpty && (article.channels.isEmpty || article.channels.contains(channelKind)) && !text(of: article).contains("{{")
    }

    static func text(of article: Article) -> String { article.answer(forChannelKind: channelKind) }

    /// By title.
    func listed(in language: String) -> [Article] { byLanguage[language] ?? [] }

    func article(_ id: String, in language: String) -> Article? { places[ArticleKey(id: id, language: language)] }

    func translations(of id: String) -> [String] { languages.filter { article(id, in: $0) != nil } }

    /// Over what `listed` gives.
    func search(in language: String) -> ArticleSearch {
        searches.withLock { made in
            if let there = made[language] { return there }
            let search = ArticleSearch(listed(in: language), language: language, text: Self.text)
            made[language] = search
            return search
        }
    }
}
