import Gateway
import Knowledge
import Messages
import Storage
import Synchronization

/// From the folder into the store, by the rules that bind the console: what contradicts a live article does not go live.
extension KnowledgeShelf {
    /// Notes the files that are not taken as they are, for who asks.
    func publishRefused(_ state: borrowing State) {
        let refused = state.unreadable.merging(state.unwanted) { first, _ in first }.sorted { $0.key < $1.key }.map { KnowledgeHealth.RefusedFile(file: $0.key, problem: $0.value) }
        ills.withLock { $0.refused = refused }
    }

    /// Tells the store what the files say that it does not know yet. A file that must not go live is left out and offered again at the next turn: what stands in
    /// its way may have changed by then.
    func takeFolder(_ store: Store) async throws {
        for _ in 0..<5 {
            do {
                return try await takeFolder(store, at: store.articleRevision())
            } catch is Store.OtherRevision {
                // Somebody published meanwhile: it is to be held against that too.
                continue
            }
        }
        stirred.store(true, ordering: .relaxed)
    }

    private func takeFolder(_ store: Store, at revision: Int64) async throws {
        let readings = state.withLock { $0.isRead ? $0.readings : nil }
        guard let readings else { return }
        let known = try await store.folderVersions()
        let changed = readings.filter { $0.value.version != known[$0.key] && $0.value.article != nil && $0.value.text != nil }
        if changed.isEmpty, known.keys.allSatisfy({ readings[$0] != nil }) { return refuse([:]) }
        var unwanted = try await contradicting(changed, store)
        let files = readings.map { name, reading in
            let text =
                changed[name] == nil || unwanted[name] != nil
                ? nil
                : reading.article.flatMap { article in
                    reading.text.map { ArticleText(article, text: $0, version: reading.version) }
                }
            return FolderFile(file: name, text: text)
        }.sorted { $0.file < $1.file }
        let taken = try await store.takeFolder(files, at: revision)
        for refusal in taken.refused {
            unwanted[refusal.file] =
                "\(folder)/\(refusal.file): the id \(refusal.key.id) is taken in \(refusal.key.language) by \(folder)/\(refusal.holder): give this article another id"
        }
        state.withLock { state in
            for older in taken.older {
                complain(
                    "a file says an older version of its article; what was published later goes on",
                    "\(folder)/\(older.file): an earlier version of \(older.key); save it again to make it live", &state)
            }
            // The store has them; of a refused one the text is offered again.
            for name in state.readings.keys where unwanted[name] == nil { state.readings[name]?.text = nil }
        }
        refuse(unwanted)
    }

    private func refuse(_ unwanted: [String: String]) {
        state.withLock { state in
            tell(unwanted, after: state.unwanted)
            state.unwanted = unwanted
            publishRefused(state)
        }
    }

    /// The changed files whose articles must not go live beside the others, with what they contradict.
    private func contradicting(_ changed: [String: Reading], _ store: Store) async throws -> [String: String] {
        // What comes with the program was held against itself when the program was tested.
        guard isWritable else { return [:] }
        var offered = changed.sorted { $0.key < $1.key }.compactMap { name, reading in reading.article.map { (name: name, article: $0) } }.filter { $0.article.status == .live }
        guard !offered.isEmpty else { return [:] }
        // What its file has given up, or calls by another id now, is not live beside the others any more.
        let there = state.withLock { $0.readings }
        let staying = try await store.liveVersions().filter { key, _, file in
            guard let file else { return true }
            guard there[file] != nil else { return false }
            return changed[file]?.article.map { ArticleKey($0) == key && $0.status == .live } ?? true
        }
        // Another file's id is not to be had, so that what it says does not take the place of that file's article.
        let held = Dictionary(staying.compactMap { key, _, file in file.map { (key, $0) } }) { first, _ in first }
        offered.removeAll { held[ArticleKey($0.article), default: $0.name] != $0.name }
        let live = try await articles(staying, store)
        let (kinds, reviews, learned) = state.withLock { ($0.channelKinds, $0.reviews, $0.base) }
        // At the start these files themselves were learned already: what answered before them is asked.
        let isLearned = offered.contains { learned?.article($0.article.id, language: $0.article.language)?.version == $0.article.version }
        let base = live.isEmpty ? nil : isLearned ? learn(live, reviews: reviews) : learned
        let found = KnowledgeReview.refused(
            offered.map(\.article), beside: live.sorted { $0.key < $1.key }.map(\.value), channelKinds: kinds, answering: base,
            pieces: LanguageTables.pieces)
        return Dictionary(
            found.compactMap { refusal in offered.first { $0.article.file == refusal.article.file }.map { ($0.name, refusal.conflict.message) } }
        ) { first, _ in first }
    }
}
