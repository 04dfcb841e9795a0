import ArgumentParser
import Gateway
import Knowledge
import Messages
import Storage

/// Brings articles into the store itself: for servers whose folder cannot be written, or that have none.
struct KnowledgePublish: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "publish", abstract: "Put articles into the store, live, with the server running or stopped.",
        discussion: """
            A running server answers from them within a second. What is live there is replaced, and stays as a version. Nothing is published unless every \
            article is sound and none contradicts another or what is live; --force publishes contradictions all the same.
            """)

    @Argument(help: "A folder of Markdown articles.") var source: String
    @Flag(help: "Publish although articles contradict each other.") var force = false
    @OptionGroup var options: SettingsOptions

    func run() async throws {
        try await Terminal.reporting {
            let store = try await StoreCommand.attach(options).0
            let texts = try read()
            if !force { try await refuseContradictions(texts.map(\.0), store) }
            var published = 0
            for (_, text) in texts {
                let before = try await store.article(text.key)?.live
                if before == text.version { continue }
                _ = try await store.editArticle(text.key, texts: [text], by: .file, note: "published from the shell") { _ in [ArticleEdit(.published, version: text.version)] }
                published += 1
            }
            Terminal.say("\(published) articles published, \(texts.count - published) as they were")
        }
    }

    /// The live articles of the folder. Double ids are refused as they would be when serving. (Not part of `run`: the compiler, Swift 6.3.1, cannot split an asynchronous
    /// closure with these typed errors.)
    private func read() throws -> [(Article, ArticleText)] {
        let texts = try KnowledgeFolder.files(in: source).map { path -> (Article, ArticleText) in
            let text = try KnowledgeFiles.text(path, limit: ArticleFile.maximumBytes)
            let article = try ArticleFile.parse(text, file: path, version: ArticleFile.version(of: text))
            return (article, ArticleText(article, text: text, version: article.version))
        }.filter { $0.0.status == .live }
        _ = try KnowledgeBase(articles: texts.map(\.0), now: .now())
        return texts
    }

    private static func parse(_ text: String, version: String) throws -> Article {
        try ArticleFile.parse(text, file: "", version: version)
    }

    private func refuseContradictions(_ articles: [Article], _ store: Store) async throws {
        let keys = Set(articles.map { ArticleKey($0) })
        var others: [Article] = []
        for (key, version, _) in try await store.liveVersions() where !keys.contains(key) {
            guard let kept = try await store.articleVersion(key, version) else { continue }
            others.append(try Self.parse(kept.text, version: version))
        }
        let found = KnowledgeReview.conflicts(among: articles + others).filter { conflict in
            conflict.isBlocking && (keys.contains { $0.id == conflict.first.articleID } || keys.contains { $0.id == conflict.second.articleID })
        }
        guard let first = found.first else { return }
        throw KnowledgeFiles.Problem("\(first.message)\(found.count > 1 ? "; and \(found.count - 1) more" : ""); nothing was published; --force publishes all the same")
    }
}
