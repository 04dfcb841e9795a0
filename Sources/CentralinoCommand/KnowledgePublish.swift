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
            article is sound, none contradicts another or what is live, and the questions and dialogues of the folder's tests/ (where there are any) go as well as \
            `kb test` wants; --force publishes all the same. --preview shows what would become of the last 30 days' questions, and publishes nothing.
            """)

    @Argument(help: "A folder of Markdown articles.") var source: String
    @Flag(help: "Publish although articles contradict each other or golden tests go wrong.") var force = false
    @Flag(help: "Publish nothing; show which of the last 30 days' questions would gain, lose or change their answer.") var preview = false
    @OptionGroup var options: SettingsOptions

    func run() async throws {
        try await Terminal.reporting {
            let settings = try options.read()
            let store = try await StoreCommand.attach(options).0
            let texts = try read()
            var revision = try await store.articleRevision()
            let live = try await liveArticles(store)
            let changed = texts.map(\.0).filter { live[ArticleKey($0)]?.version != $0.version }
            let before = try KnowledgeBase.learned(live.sorted { $0.key < $1.key }.map(\.value), precision: settings.precision)
            let together = live.merging(texts.map { (ArticleKey($0.0), $0.0) }) { _, new in new }.sorted { $0.key < $1.key }.map(\.value)
            if preview { return try await show(store, before, together) }
            if !force {
                try refuseContradictions(changed, live, before, settings)
                try refuseWrongAnswers(try KnowledgeBase.learned(together, precision: settings.precision))
            }
            for (article, text) in texts where live[text.key]?.version != article.version {
                do {
                    _ = try await store.editArticle(text.key, texts: [text], by: .file, note: "published from the shell", at: revision) { _ in
                        [ArticleEdit(.published, version: text.version)]
                    }
                } catch is Store.OtherRevision {
                    throw KnowledgeFiles.Problem("somebody else changed articles at this moment: run it again, what is published already is left as it is")
                }
                revision += 1
            }
            Terminal.say("\(changed.count) articles published, \(texts.count - changed.count) as they were")
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

    /// What is live in the store.
    private func liveArticles(_ store: Store) async throws -> [ArticleKey: Article] {
        var live: [ArticleKey: Article] = [:]
        for (key, version, _) in try await store.liveVersions() {
            guard let kept = try await store.articleVersion(key, version) else { continue }
            live[key] = try Self.parse(kept.text, version: version)
        }
        return live
    }

    private func refuseContradictions(_ changed: [Article], _ live: [ArticleKey: Article], _ base: KnowledgeBase, _ settings: Settings) throws {
        let others = live.sorted { $0.key < $1.key }.map(\.value)
        let kinds = Dictionary(settings.channels.map { ($0.name, $0.adapter) }) { first, _ in first }
        let found = KnowledgeReview.conflicts(of: changed, with: others, channelKinds: kinds, answering: live.isEmpty ? nil : base, pieces: LanguageTables.pieces).filter(
            \.isBlocking)
        guard let first = found.first else { return }
        throw KnowledgeFiles.Problem("\(first.message)\(found.count > 1 ? "; and \(found.count - 1) more" : ""); nothing was published; --force publishes all the same")
    }

    private func refuseWrongAnswers(_ base: KnowledgeBase) throws {
        let outcome = try GoldenTests(of: source).run(base)
        if outcome.isGood { return }
        try KnowledgeFiles.writeOut(Array(outcome.report(verbose: true).utf8))
        throw KnowledgeFiles.Problem("golden tests of \(source)/tests go wrong; nothing was published; --force publishes all the same")
    }

    private func show(_ store: Store, _ before: KnowledgeBase, _ together: [Article]) async throws {
        let found = try await KnowledgeDesk(store: store, library: Library(before)).preview(together, instead: before)
        let counts = ArticlePreview.Effect.allCases.map { "\($0.rawValue) \(found.counts[$0] ?? 0)" }.joined(separator: ", ")
        let less = found.looked < found.questions ? " (of \(found.questions); the time was over)" : ""
        Terminal.say("the last 30 days' questions: \(found.looked)\(less); answers \(counts)")
        for example in found.examples {
            let (old, new) = (example.before?.articleID ?? "a person", example.after?.articleID ?? "a person")
            Terminal.say("\(example.effect.rawValue): \(example.question.text.split(whereSeparator: \.isNewline).joined(separator: " ").prefix(200)) (\(old) → \(new))")
        }
    }
}
