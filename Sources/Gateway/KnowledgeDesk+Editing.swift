package import Conversations
import Knowledge
import Messages
package import Storage

extension KnowledgeDesk {
    /// Begins an article as a draft.
    package func create(_ text: String, by agent: AgentRef, note: String?) async throws -> Detail {
        let (_, text) = try ArticleText.read(text, status: .live)
        return try await edit(text.key, [text], agent, note) { row in
            if let row {
                throw ArticleRefusal(.exists, "the article \(text.key) is there already\(row.status == .archived ? ", archived: save a draft of it, and publish that" : "")")
            }
            return [ArticleEdit(.drafted, version: text.version)]
        }
    }

    /// Saves the draft of an article.
    ///
    /// - Parameters:
    ///   - base: the version that the author saw and began with: of the draft when there is one, else the live or the archived one. When it is
    ///     another by now nothing is saved.
    ///   - onto: the live version that the text takes into account, when that is not the one of the earlier draft.
    package func save(_ text: String, of key: ArticleKey, base: String, onto: String? = nil, by agent: AgentRef, note: String?) async throws -> Detail {
        let (_, text) = try ArticleText.read(text, status: .live)
        guard text.key == key else { throw ArticleRefusal(.invalid, "the text is that of the article \(text.key), not of \(key): id and language do not change") }
        return try await edit(key, [text], agent, note) { row in
            guard let row else { throw ArticleRefusal.unknown(key) }
            try row.require(base)
            if let onto, onto != row.live { throw ArticleRefusal(.changed, "the live version is \(row.live ?? "none"), not \(onto.prefix(40))") }
            if text.version == row.draft || row.draft == nil && text.version == row.live { return [] }
            return [ArticleEdit(.drafted, version: text.version, base: row.draft == nil ? row.live : onto ?? row.draftBase)]
        }
    }

    /// Takes up an old version again, as a draft.
    package func restore(_ version: String, of key: ArticleKey, base: String, by agent: AgentRef) async throws -> Detail {
        let old = try await self.version(key, version)
        let (_, text) = try ArticleText.read(old.text, status: .live)
        return try await edit(key, [text], agent, "restored from \(version)") { row in
            guard let row else { throw ArticleRefusal.unknown(key) }
            try row.require(base)
            if text.version == row.draft || row.draft == nil && text.version == row.live { return [] }
            return [ArticleEdit(.drafted, version: text.version, base: row.live)]
        }
    }

    /// Gives the draft up; its versions stay.
    package func discard(_ key: ArticleKey, base: String, by agent: AgentRef) async throws -> Detail {
        try await edit(key, [], agent, nil) { row in
            try Self.draft(row, key, base)
            return [ArticleEdit(.discarded, version: base)]
        }
    }

    /// Asks for approval.
    package func submit(_ key: ArticleKey, version: String, by agent: AgentRef, note: String?) async throws -> Detail {
        try await edit(key, [], agent, note) { row in
            let row = try Self.draft(row, key, version)
            return row.stage == .draft ? [ArticleEdit(.submitted, version: version)] : []
        }
    }

    /// Approves the draft as it is; an edit after it needs another approval.
    package func approve(_ key: ArticleKey, version: String, by agent: AgentRef, note: String?) async throws -> Detail {
        try await edit(key, [], agent, note) { row in
            let row = try Self.draft(row, key, version)
            if row.stage == .approved { return [] }
            guard row.stage == .review else { throw ArticleRefusal(.notSubmitted, "nobody asked for the approval of this draft yet: submit it first") }
            if row.draftAuthor?.id == agent.id { throw ArticleRefusal(.ownDraft, "you wrote this draft: another person must approve it") }
            return [ArticleEdit(.approved, version: version)]
        }
    }

    /// Gives the draft back to its author, with what is wrong with it.
    package func sendBack(_ key: ArticleKey, version: String, by agent: AgentRef, note: String?) async throws -> Detail {
        try await edit(key, [], agent, note) { row in
            let row = try Self.draft(row, key, version)
            guard row.stage != .draft else { throw ArticleRefusal(.notSubmitted, "nobody asked for the approval of this draft") }
            return [ArticleEdit(.returned, version: version)]
        }
    }

    /// Makes the draft live, unless it contradicts what is live elsewhere or lacks an approval.
    package func publish(_ key: ArticleKey, version: String, by agent: AgentRef, note: String?) async throws -> Detail {
        let needsApproval = surroundings.approval
        // What it is held against must still be live when it is published: two texts that contradict each other are not published side by side.
        for _ in 0..<5 {
            let revision = try await store.articleRevision()
            guard let before = try await store.article(key) else { throw ArticleRefusal.unknown(key) }
            try Self.draft(before, key, version)
            let (article, text) = try ArticleText.read(try await self.version(key, version).text, status: .live)
            try refuse(try await blocking(article))
            do {
                return try await edit(key, [text], agent, note, at: revision) { row in
                    let row = try Self.draft(row, key, version)
                    guard row.draftBase == row.live else {
                        throw ArticleRefusal(
                            .changed, "the live text changed since this draft was begun (it is \(row.live ?? "none") now): look at both, and save the draft again on top of it")
                    }
                    if (needsApproval || row.needsApproval) && row.stage != .approved {
                        throw ArticleRefusal(.approvalNeeded, "this article needs the approval of another person before it is published")
                    }
                    return [ArticleEdit(.published, version: text.version)]
                }
            } catch is Store.OtherRevision {
                continue
            }
        }
        throw ArticleRefusal(.busy, "other articles change all the time at this moment; try again")
    }

    private func blocking(_ article: Article) async throws -> [ArticleConflict] {
        let live = try await liveArticles()
        return try await bench.run(waits: true) { [self] in conflicts(of: article, with: live).filter(\.isBlocking) }
    }

    private func refuse(_ blocking: [ArticleConflict]) throws {
        guard let first = blocking.first else { return }
        let more = blocking.count > 1 ? "; and \(blocking.count - 1) more" : ""
        throw ArticleRefusal(.contradiction, "\(first.message)\(more). Or say for whom each is (audience, channels, countries, valid)", blocking)
    }

    /// Takes an article out of use. Its versions stay.
    package func archive(_ key: ArticleKey, base: String, by agent: AgentRef, note: String?) async throws -> Detail {
        guard let before = try await store.article(key) else { throw ArticleRefusal.unknown(key) }
        guard let live = before.live else { throw ArticleRefusal(.noDraft, "the article \(key) is not live: there is nothing to put aside") }
        let (_, text) = try ArticleText.read(try await version(key, live).text, status: .archived)
        return try await edit(key, [text], agent, note) { row in
            guard let row, row.live == live, live == base else {
                throw ArticleRefusal(.changed, "the live version is \(row?.live ?? "none"), not \(base.prefix(40)): read the article again")
            }
            return [ArticleEdit(.archived, version: text.version)]
        }
    }

    /// Whether this article needs the approval of another person even where not all do.
    package func rule(_ key: ArticleKey, needsApproval: Bool, by agent: AgentRef) async throws -> Detail {
        try await edit(key, [], agent, nil) { row in
            guard let row else { throw ArticleRefusal.unknown(key) }
            return row.needsApproval == needsApproval ? [] : [ArticleEdit(.ruled, needsApproval: needsApproval)]
        }
    }

    @discardableResult
    private static func draft(_ row: ArticleRow?, _ key: ArticleKey, _ version: String) throws -> ArticleRow {
        guard let row else { throw ArticleRefusal.unknown(key) }
        guard let draft = row.draft else { throw ArticleRefusal(.noDraft, "the article \(key) has no draft") }
        guard draft == version else { throw ArticleRefusal(.changed, "the draft is \(draft) by now, not \(version.prefix(40)): read it again") }
        return row
    }

    private func edit(
        _ key: ArticleKey, _ texts: [ArticleText], _ agent: AgentRef, _ note: String?, at revision: Int64? = nil,
        _ decide: @escaping @Sendable (ArticleRow?) throws -> [ArticleEdit]
    ) async throws -> Detail {
        guard let row = try await store.editArticle(key, texts: texts, by: .agent(agent), note: note, at: revision, decide) else { throw ArticleRefusal.unknown(key) }
        surroundings.changed()
        return try await detail(row)
    }
}

extension ArticleRow {
    /// Refuses a change of a text that is not there any more.
    fileprivate func require(_ base: String) throws {
        guard current == base else {
            let what = draft != nil ? "draft" : live != nil ? "live text" : "archived text"
            throw ArticleRefusal(.changed, "the \(what) is \(current ?? "none") by now, not \(base.prefix(40)): read it again, and make your change on top")
        }
    }
}
