import CLinux
import Dispatch
import Gateway
import Glibc
import Knowledge
import Logging
import Messages
import Storage
import Synchronization

extension KnowledgeShelf {
    /// Brings folder and store together at the start, and returns what answers.
    ///
    /// - Parameters:
    ///   - base: what `load` learned.
    ///   - channelKinds: the kind of each channel by its name.
    func attach(_ store: Store, learned base: KnowledgeBase, channelKinds: [String: String]) async throws -> KnowledgeBase {
        state.withLock { $0.channelKinds = channelKinds }
        let revision = try await store.articleRevision()
        try await takeFolder(store)
        if isWritable { try await writeBack(store) }
        _ = try await readReviews(store)
        let changed = try await follow(store)
        state.withLock { $0.revision = max(revision, $0.revision) }
        return changed ?? base
    }

    /// Follows folder and store for as long as the program runs, and calls back with each new knowledge base.
    func watch(_ store: Store, _ feed: LiveFeed, _ changed: @escaping @Sendable (KnowledgeBase) -> Void) async {
        watchFolder()
        for await _ in ticks {
            do {
                if stirred.exchange(false, ordering: .relaxed) {
                    state.withLock { read(&$0) }
                    try await takeFolder(store)
                }
                let judged = try await readReviews(store)
                let seen = state.withLock { $0.revision }
                let revision = try await store.articleRevision()
                if revision != seen || judged {
                    let before = state.withLock { $0.base }
                    if let base = try await follow(store) {
                        changed(base)
                        test(before, base)
                        logger.info("articles learned", metadata: ["articles": "\(base.articles.count)"])
                    }
                    // Told after it is so: who looks now sees it.
                    for change in try await store.articleChanges(after: seen, limit: 1_000) where change.seq <= revision { feed.publish(change) }
                    state.withLock { $0.revision = revision }
                    if isWritable { try await writeBack(store) }
                    // What stood in the way of a file may be gone.
                    if state.withLock({ !$0.unwanted.isEmpty }) { try await takeFolder(store) }
                } else if state.withLock({ expires($0) }) {
                    changed(state.withLock { relearn(&$0) })
                }
            } catch {
                logger.warning("articles could not be looked up; trying again", metadata: ["error": "\(error)"])
                stirred.store(true, ordering: .relaxed)
            }
        }
    }

    /// Once a minute, where articles become valid or expire.
    private func expires(_ state: State) -> Bool {
        ContinuousClock.now - state.learned >= .seconds(60) && state.live.values.contains { $0.validFrom != nil || $0.validUntil != nil }
    }

    func relearn(_ state: inout State) -> KnowledgeBase {
        state.learned = .now
        let base = learn(state.live, reviews: state.reviews)
        state.base = base
        return base
    }

    /// Reads what people said of answers, when they said something new.
    private func readReviews(_ store: Store) async throws -> Bool {
        let revision = try await store.reviewRevision()
        guard revision != state.withLock({ $0.reviewRevision }) else { return false }
        let reviews = try await store.reviewedAnswers(limit: ReviewedAnswer.limit).map { ReviewedAnswer(text: $0.text, language: $0.language, article: $0.article) }
        state.withLock { state in
            state.reviews = reviews
            state.reviewRevision = revision
            state.isStale = true
        }
        return true
    }

    /// Learns what is live, when that is not what was learned last.
    private func follow(_ store: Store) async throws -> KnowledgeBase? {
        let versions = try await store.liveVersions()
        let (old, isStale) = state.withLock { ($0.live, $0.isStale) }
        if !isStale, versions.count == old.count, versions.allSatisfy({ old[$0.key]?.version == $0.version }) { return nil }
        let live = try await articles(versions, store)
        return state.withLock { state in
            state.live = live
            state.isStale = false
            return relearn(&state)
        }
    }

    /// The articles of these versions, read where they are not known.
    func articles(_ versions: [(key: ArticleKey, version: String, file: String?)], _ store: Store) async throws -> [ArticleKey: Article] {
        let (old, readings) = state.withLock { ($0.live, $0.readings) }
        var live: [ArticleKey: Article] = [:]
        for (key, version, file) in versions {
            if let kept = old[key], kept.version == version {
                live[key] = kept
            } else if let file, let article = readings[file]?.article, article.version == version {
                live[key] = article
            } else if let kept = try await store.articleVersion(key, version) {
                do throws(ArticleProblem) {
                    live[key] = try ArticleFile.parse(kept.text, file: file.map { "\(folder)/\($0)" } ?? "", version: version)
                } catch {
                    // Written by an earlier or later version of this program: the others go on.
                    logger.error("a stored article cannot be read", metadata: ["article": "\(key)", "problem": "\(error)"])
                }
            }
        }
        return live
    }

    /// Writes what was published to the files it came from, each whole or not at all. A file that was changed meanwhile is left: it counts itself.
    private func writeBack(_ store: Store) async throws {
        for due in try await store.filesToWrite() {
            let path = "\(folder)/\(due.file)"
            do {
                guard ArticleFile.version(of: try KnowledgeFiles.text(path, limit: ArticleFile.maximumBytes)) == due.expected else { continue }
                try SyncedFile.replace(path, with: Array(due.text.utf8))
                try await store.wroteFile(due.file, due.key, due.version)
                state.withLock { $0.readings[due.file]?.version = due.version }
            } catch let failure as StorageFailure {
                state.withLock { complain("a published article cannot be written to its file; it is live all the same", "\(path): \(failure.explanation)", &$0) }
            } catch let problem as KnowledgeFiles.Problem {
                state.withLock { complain("a published article cannot be written to its file; it is live all the same", "\(problem)", &$0) }
            }
        }
    }

    /// Ticks when something stirs in the folder (inotify), and twice a second for the store.
    private func watchFolder() {
        let notifier = inotify_init1(Int32(IN_CLOEXEC))
        if notifier < 0 { logger.error("the folder of articles cannot be watched; changed files count from the next start", metadata: ["folder": "\(folder)"]) }
        DispatchQueue(label: "knowledge").async { [self] in
            var buffer = [UInt8](repeating: 0, count: 65_536)
            while true {
                if notifier >= 0 { addWatches(notifier) }
                // Told after the watches are there: what changes from here on stirs again.
                tick.yield()
                var waiting = pollfd(fd: notifier, events: Int16(POLLIN), revents: 0)
                if poll(&waiting, 1, 400) > 0 {
                    // An editor makes several events of one save: they are taken together.
                    usleep(50_000)
                    _ = Glibc.read(notifier, &buffer, buffer.count)
                    stirred.store(true, ordering: .relaxed)
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
