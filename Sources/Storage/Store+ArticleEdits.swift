import Conversations
import Messages

/// Changing articles.
extension Store {
    /// Changes an article as the rules decide, looking at its row in the same transaction: two people never overwrite each other unseen.
    ///
    /// - Parameters:
    ///   - texts: what the edits may name and the store may not have yet; kept for good when an edit names it.
    ///   - revision: when the articles are at another revision by now nothing is changed, and `OtherRevision` is thrown.
    ///   - decide: given the row, or nil when there is no such article; throws to refuse, returns nothing when nothing is to change.
    /// - Returns: the row after the change.
    package func editArticle(
        _ key: ArticleKey, texts: [ArticleText] = [], by author: ArticleAuthor, note: String? = nil, at revision: Int64? = nil,
        _ decide: @escaping @Sendable (ArticleRow?) throws -> [ArticleEdit]
    ) async throws -> ArticleRow? {
        try await database.write { connection in
            if let revision, try self.revision(connection) != revision { throw OtherRevision() }
            let found = try articleRow(key, connection)
            let edits = try decide(found)
            guard !edits.isEmpty else { return found }
            return try apply(edits, to: found ?? ArticleRow(beginning: key, at: now()), texts, author, note, connection, at: now())
        }
    }

    /// What was looked at before a change is not as it was.
    package struct OtherRevision: Error {}

    /// The one place that writes article rows.
    @discardableResult
    func apply(
        _ edits: [ArticleEdit], to old: ArticleRow, _ texts: [ArticleText], _ author: ArticleAuthor, _ note: String?, _ connection: any SQLConnection, at now: Timestamp
    ) throws -> ArticleRow {
        var row = old
        for text in texts where edits.contains(where: { $0.version == text.version }) { try keep(text, author, note, connection, now) }
        for edit in edits {
            switch edit.kind {
            case .drafted:
                (row.draft, row.stage, row.draftBase, row.draftAuthor, row.approver) = (edit.version, .draft, edit.base, author.agent, nil)
            case .discarded:
                if row.live == nil, row.archived == nil { row.archived = row.draft }
                (row.draft, row.stage, row.draftBase, row.draftAuthor, row.approver) = (nil, nil, nil, nil, nil)
            case .submitted:
                row.stage = .review
            case .returned:
                (row.stage, row.approver) = (.draft, nil)
            case .approved:
                (row.stage, row.approver) = (.approved, author.agent)
            case .published:
                if row.draft == edit.version || author.agent != nil { (row.draft, row.stage, row.draftBase, row.draftAuthor, row.approver) = (nil, nil, nil, nil, nil) }
                (row.live, row.archived) = (edit.version, nil)
            case .archived, .removed:
                (row.archived, row.live) = (edit.version ?? row.live ?? row.archived, nil)
            case .withdrawn:
                row.live = nil
            case .ruled:
                row.needsApproval = edit.needsApproval ?? row.needsApproval
            }
            try log(edit.kind, row.key, edit.version, author, note, connection, now)
        }
        row.updatedAt = now
        // Lists show what the live text says; of an article that never was live, what its draft says.
        let shown = (row.live ?? row.draft ?? row.archived).flatMap { version in texts.first { $0.version == version && $0.key == row.key } }
        if let shown { (row.title, row.owner, row.review) = (shown.title, shown.owner, shown.review) }
        try connection.run(
            """
            INSERT INTO articles (id, language, title, live, draft, archived, stage, draft_base, draft_author, draft_author_name, approver, approver_name,
              needs_approval, owner, review_at, search, created_at, updated_at)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18)
            ON CONFLICT (id, language) DO UPDATE SET title = excluded.title, live = excluded.live, draft = excluded.draft, archived = excluded.archived,
              stage = excluded.stage, draft_base = excluded.draft_base, draft_author = excluded.draft_author, draft_author_name = excluded.draft_author_name,
              approver = excluded.approver, approver_name = excluded.approver_name, needs_approval = excluded.needs_approval, owner = excluded.owner,
              review_at = excluded.review_at, search = CASE WHEN excluded.search = '' THEN articles.search ELSE excluded.search END, updated_at = excluded.updated_at
            """,
            [
                .text(row.key.id), .text(row.key.language), .text(row.title), SQLValue(row.live), SQLValue(row.draft), SQLValue(row.archived),
                SQLValue(row.stage?.rawValue), SQLValue(row.draftBase), SQLValue(row.draftAuthor?.id.text), SQLValue(row.draftAuthor?.name),
                SQLValue(row.approver?.id.text), SQLValue(row.approver?.name), .integer(row.needsApproval ? 1 : 0), SQLValue(row.owner),
                SQLValue(row.review?.microseconds), .text(shown?.search ?? ""), .integer(row.createdAt.microseconds), .integer(row.updatedAt.microseconds),
            ])
        return row
    }

    /// Adds a text for good. The same text again is the same version; another text under the same name is refused, for answers name versions only.
    func keep(_ text: ArticleText, _ author: ArticleAuthor, _ note: String?, _ connection: any SQLConnection, _ now: Timestamp) throws {
        let added = try connection.run(
            """
            INSERT INTO article_versions (id, language, version, text, title, status, author_kind, author, author_name, note, created_at)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) ON CONFLICT (id, language, version) DO NOTHING
            """,
            [.text(text.key.id), .text(text.key.language), .text(text.version), .text(text.text), .text(text.title), .text(text.status.rawValue)] + author.values
                + [SQLValue(note), .integer(now.microseconds)])
        if added == 0, let kept = try articleVersion(text.key, text.version, connection), kept.text != text.text {
            throw StorageFailure.failed("article \(text.key): another text has the version \(text.version) already: change a word")
        }
    }

    private func log(
        _ kind: ArticleEdit.Kind, _ key: ArticleKey, _ version: String?, _ author: ArticleAuthor, _ note: String?, _ connection: any SQLConnection, _ now: Timestamp
    ) throws {
        try connection.run(
            """
            INSERT INTO article_log (seq, id, language, kind, version, author_kind, author, author_name, note, at)
            SELECT COALESCE(MAX(seq), 0) + 1, $1, $2, $3, $4, $5, $6, $7, $8, $9 FROM article_log
            """,
            [.text(key.id), .text(key.language), .text(kind.rawValue), SQLValue(version)] + author.values + [SQLValue(note), .integer(now.microseconds)])
    }
}
