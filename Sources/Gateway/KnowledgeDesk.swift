import Conversations
package import Knowledge
import Messages
package import Storage

/// Where people work on the knowledge base: draft, review, approval, live. The rules are here, the store remembers, and every node learns what
/// is live within a second.
package struct KnowledgeDesk: Sendable {
    /// What it asks of its surroundings.
    package struct Surroundings: Sendable {
        /// Every article needs the approval of another person before it is live.
        package var approval = false
        /// The kind of each channel by its name, for scopes.
        package var channelKinds: [String: String] = [:]
        /// Something was stored: look now, not at the next turn.
        package var changed: @Sendable () -> Void = {}
        /// What is wrong with the articles of this node.
        package var health: @Sendable () -> KnowledgeHealth = { KnowledgeHealth() }

        package init() {}
    }

    package let store: Store
    package let library: Library
    let surroundings: Surroundings
    let bench = Workbench()

    package init(store: Store, library: Library, surroundings: Surroundings = Surroundings()) {
        self.store = store
        self.library = library
        self.surroundings = surroundings
    }

    /// An article with the texts that matter now.
    package struct Detail: Sendable {
        package var row: ArticleRow
        package var live: ArticleVersion?
        package var draft: ArticleVersion?
        package var archived: ArticleVersion?
        package var needsApproval: Bool
    }

    /// The article of that id; the language may be left out where there is only one.
    package func key(id: String, language: String?) async throws -> ArticleKey {
        if let language { return ArticleKey(id: id, language: language) }
        let languages = try await store.articleLanguages(id)
        switch languages.count {
        case 0: throw ArticleRefusal(.unknown, "there is no article \(id)")
        case 1: return ArticleKey(id: id, language: languages[0])
        default: throw ArticleRefusal(.ambiguous, "the article is there in \(languages.joined(separator: ", ")): say which by the parameter language")
        }
    }

    package var health: KnowledgeHealth { surroundings.health() }

    package func articles(_ filter: ArticleFilter, limit: Int, after: ArticleKey?) async throws -> [ArticleRow] {
        try await store.articles(filter, limit: limit, after: after)
    }

    /// Whether another person must approve what becomes live of this article.
    package func needsApproval(_ row: ArticleRow) -> Bool { surroundings.approval || row.needsApproval }

    package func detail(_ key: ArticleKey) async throws -> Detail {
        guard let row = try await store.article(key) else { throw ArticleRefusal.unknown(key) }
        return try await detail(row)
    }

    func detail(_ row: ArticleRow) async throws -> Detail {
        func version(_ name: String?) async throws -> ArticleVersion? {
            guard let name else { return nil }
            return try await store.articleVersion(row.key, name)
        }
        return Detail(
            row: row, live: try await version(row.live), draft: try await version(row.draft), archived: try await version(row.archived),
            needsApproval: needsApproval(row))
    }

    /// The text that an article has or had under that version.
    package func version(_ key: ArticleKey, _ version: String) async throws -> ArticleVersion {
        guard let found = try await store.articleVersion(key, version) else { throw ArticleRefusal(.unknown, "the article \(key) never had a version \(version.prefix(40))") }
        return found
    }

    /// What stands in the way of that text, and how easily it reads.
    package func check(_ key: ArticleKey, _ version: String) async throws -> (conflicts: [ArticleConflict], readability: Readability?) {
        let (article, _) = try ArticleText.read(try await self.version(key, version).text, status: .live)
        let live = try await liveArticles()
        return try await bench.run(waits: true) { [self] in (conflicts(of: article, with: live), KnowledgeReview.readability(of: article)) }
    }

    /// The articles that are live in the store at this moment, also those that this node has not learned yet.
    func liveArticles() async throws -> [Article] {
        let learned = Dictionary(library.base.articles.map { (ArticleKey($0), $0) }) { first, _ in first }
        var articles: [Article] = []
        for (key, version, _) in try await store.liveVersions() {
            if let article = learned[key], article.version == version {
                articles.append(article)
            } else if let kept = try await store.articleVersion(key, version) {
                articles.append(try ArticleText.read(kept.text, status: nil).0)
            }
        }
        return articles
    }

    /// What stands in the way of letting an article go live beside what is live.
    func conflicts(of article: Article, with live: [Article]) -> [ArticleConflict] {
        KnowledgeReview.conflicts(of: [article], with: live, channelKinds: surroundings.channelKinds, answering: library.base)
    }
}
