import CLinux
import Dispatch
import Gateway
import Glibc
import Knowledge
import Logging
import Messages
import Synchronization

/// The folder of articles, kept live: a saved article counts within a second; a broken one is refused with file and line, and what it said before goes on.
final class KnowledgeShelf: Sendable {
    private struct State {
        /// The last good article of each file, with the version of the text that was looked at last (good or not).
        var articles: [String: Article] = [:]
        var seen: [String: String] = [:]
        /// Which file came first: of two with the same id, the one that was there goes on.
        var turns: [String: Int] = [:]
        var nextTurn = 0
    }

    let folder: String
    private let precision: Double
    private let logger: Logger
    private let state = Mutex(State())
    private let queue = DispatchQueue(label: "knowledge")

    init(folder: String, precision: Double, logger: Logger) {
        self.folder = folder
        self.precision = precision
        self.logger = logger
    }

    /// Reads everything and learns it.
    func load() -> KnowledgeBase {
        state.withLock { state in
            _ = refresh(&state)
            return learn(state)
        }
    }

    /// Reads what is new and learns it; nil when nothing changed since the last time.
    private func changes() -> KnowledgeBase? {
        state.withLock { refresh(&$0) ? learn($0) : nil }
    }

    /// Reads every file that differs from what was seen last; true when an article came, changed or went.
    private func refresh(_ state: inout State) -> Bool {
        var changed = false
        let files: [String]
        do {
            files = try KnowledgeFolder.files(in: folder)
        } catch {
            logger.error(
                "the folder of articles cannot be read; the articles learned before go on",
                metadata: ["folder": "\(folder)", "error": "\(error)"])
            return false
        }
        for gone in Set(state.seen.keys).subtracting(files) {
            state.articles[gone] = nil
            state.seen[gone] = nil
            state.turns[gone] = nil
            changed = true
        }
        let seen = state.seen
        let readings = SideBySide.map(files.count) { Self.read(files[$0], unless: seen[files[$0]]) }
        for (file, reading) in zip(files, readings) {
            do {
                guard let (version, article) = try reading.get() else { continue }
                state.seen[file] = version
                if state.turns[file] == nil {
                    state.turns[file] = state.nextTurn
                    state.nextTurn += 1
                }
                state.articles[file] = try article.get()
                changed = true
            } catch {
                refuse("\(error)")
            }
        }
        return changed
    }

    /// A file that says something else than the version seen last, with what became of reading it as an article; nil when it does not.
    private static func read(
        _ file: String, unless seen: String?
    ) -> Result<(version: String, article: Result<Article, any Error>)?, any Error> {
        Result {
            let text = try KnowledgeFiles.text(file, limit: ArticleFile.maximumBytes)
            let version = KnowledgeFolder.version(of: text)
            guard version != seen else { return nil }
            return (version, Result { try ArticleFile.parse(text, file: file, version: version) })
        }
    }

    /// Learns what fits together. Of two articles with the same id and language the one that was there first goes on; the other is left out and named.
    private func learn(_ state: State) -> KnowledgeBase {
        var articles: [Article] = []
        var holders: [String: String] = [:]
        for (file, article) in state.articles.sorted(by: { state.turns[$0.key, default: 0] < state.turns[$1.key, default: 0] }) {
            if let holder = holders.updateValue(file, forKey: "\(article.language) \(article.id)") {
                holders["\(article.language) \(article.id)"] = holder
                refuse("\(file): the id \(article.id) is taken in \(article.language) by \(holder): give this article another id")
            } else {
                articles.append(article)
            }
        }
        while true {
            do throws(ArticleProblem) {
                return try KnowledgeBase.learned(articles, precision: precision)
            } catch {
                refuse("\(error)")
                let before = articles.count
                articles.removeAll { $0.file == error.file }
                // A problem of no file in particular cannot be mended by leaving one out.
                if articles.count == before { articles = [] }
            }
        }
    }

    private func refuse(_ problem: String) {
        logger.error("an article was refused; what it said before goes on", metadata: ["problem": "\(problem)"])
    }

    /// Watches the folder by inotify for as long as the program runs, and calls back with each new knowledge base.
    func watch(_ changed: @escaping @Sendable (KnowledgeBase) -> Void) {
        let notifier = inotify_init1(Int32(IN_CLOEXEC))
        guard notifier >= 0 else {
            logger.error(
                "the folder of articles cannot be watched; changes count from the next start",
                metadata: ["folder": "\(folder)"])
            return
        }
        queue.async { [self] in
            var buffer = [UInt8](repeating: 0, count: 65_536)
            var expired = false
            while true {
                addWatches(notifier)
                if let base = changes() {
                    changed(base)
                    logger.info("articles learned", metadata: ["articles": "\(base.articles.count)"])
                } else if expired {
                    changed(load())
                }
                var waiting = pollfd(fd: notifier, events: Int16(POLLIN), revents: 0)
                // Looked at once a minute even when nothing stirs: articles become valid and expire.
                let ready = poll(&waiting, 1, 60_000)
                expired = ready == 0 && state.withLock { $0.articles.values.contains { $0.validFrom != nil || $0.validUntil != nil } }
                if ready > 0 {
                    // An editor makes several events of one save: they are taken together.
                    usleep(50_000)
                    _ = Glibc.read(notifier, &buffer, buffer.count)
                }
            }
        }
    }

    /// Adding a watch that is there already does nothing.
    private func addWatches(_ notifier: Int32) {
        let events = UInt32(IN_CLOSE_WRITE | IN_MOVED_TO | IN_MOVED_FROM | IN_DELETE | IN_CREATE)
        var folders = [folder]
        var depth = 0
        while !folders.isEmpty, depth < 4 {
            for path in folders { _ = inotify_add_watch(notifier, path, events) }
            folders = folders.flatMap { parent in
                // A folder that just went away holds no articles.
                ((try? KnowledgeFiles.names(in: parent, ending: "")) ?? []).map { "\(parent)/\($0)" }.filter { KnowledgeFiles.isFolder($0) }
            }
            depth += 1
        }
    }
}
