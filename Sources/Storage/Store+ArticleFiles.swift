import Messages

/// A file of the folder of articles as it is now.
package struct FolderFile: Sendable {
    /// Below the folder.
    package var file: String
    /// What it says; nil when nobody looked (it is as before) or when it cannot be read as an article.
    package var text: ArticleText?

    package init(file: String, text: ArticleText?) {
        self.file = file
        self.text = text
    }
}

/// What became of the files.
package struct FolderTaken: Sendable {
    /// Articles that changed.
    package var changed: [ArticleKey] = []
    /// Files that were left out, with the file that holds their id.
    package var refused: [(file: String, key: ArticleKey, holder: String)] = []
    /// Files that say an older version than the store, found when they were first seen: the store goes on.
    package var older: [(file: String, key: ArticleKey)] = []

    package init() {}
}

/// The folder and the store, held together. The rules, for every file:
/// 1. It says what the store last took from it or wrote to it: nothing happens, whatever was published since.
/// 2. It says something else: the file was changed, and is live, by author `file`.
/// 3. The store never saw the file: it counts when the article is not live, or when the store never had that text; a text that the store
///    knows as an older version does not undo what was published later.
/// 4. It is gone: its article is archived; its versions stay.
extension Store {
    /// What the store last took from each file or wrote to it.
    package func folderVersions() async throws -> [String: String] {
        try await database.read { connection in
            try connection.rows("SELECT file, version FROM article_files", []).reduce(into: [:]) { $0[$1.text(0)] = $1.text(1) }
        }
    }

    /// Takes in the folder as it is, in one transaction. `files` names every file there is.
    ///
    /// - Parameter revision: when the articles are at another revision by now nothing is taken, and `OtherRevision` is thrown.
    package func takeFolder(_ files: [FolderFile], at revision: Int64? = nil) async throws -> FolderTaken {
        try await database.write { connection in
            if let revision, try self.revision(connection) != revision { throw OtherRevision() }
            let now = now()
            var taken = FolderTaken()
            var known: [String: (key: ArticleKey, version: String)] = [:]
            var holders: [ArticleKey: String] = [:]
            for row in try connection.rows("SELECT file, id, language, version FROM article_files", []) {
                let key = ArticleKey(id: row.text(1), language: row.text(2))
                known[row.text(0)] = (key, row.text(3))
                holders[key] = row.text(0)
            }
            let present = Set(files.map(\.file))
            var gone = known.filter { !present.contains($0.key) }
            // A file that holds another article now has given up the one before, whichever file is looked at first.
            for file in files {
                if let text = file.text, let before = known[file.file], before.key != text.key { gone[file.file] = before }
            }
            for file in files {
                guard let text = file.text, known[file.file]?.version != text.version else { continue }
                if let holder = holders[text.key], holder != file.file, present.contains(holder), gone[holder] == nil {
                    taken.refused.append((file.file, text.key, holder))
                    continue
                }
                let row = try articleRow(text.key, connection)
                let isFirst = known[file.file]?.key != text.key && holders[text.key] == nil
                let isKnown = try articleVersion(text.key, text.version, connection)?.text == text.text
                if isFirst, isKnown, let live = row?.live, live != text.version {
                    taken.older.append((file.file, text.key))
                } else if row?.live != text.version || text.status != .live {
                    try apply(edits(text, row), to: row ?? ArticleRow(beginning: text.key, at: now), [text], .file, nil, connection, at: now)
                    taken.changed.append(text.key)
                }
                gone = gone.filter { $0.value.key != text.key }
                if let holder = holders.updateValue(file.file, forKey: text.key), holder != file.file {
                    try connection.run("DELETE FROM article_files WHERE file = $1", [.text(holder)])
                }
                try note(file.file, text.key, text.version, connection)
            }
            for (file, before) in gone.sorted(by: { $0.key < $1.key }) {
                // A file that now holds another article has a row for that one already.
                try connection.run("DELETE FROM article_files WHERE file = $1 AND id = $2 AND language = $3", [.text(file), .text(before.key.id), .text(before.key.language)])
                guard let row = try articleRow(before.key, connection), row.live != nil else { continue }
                try apply([ArticleEdit(.removed)], to: row, [], .file, nil, connection, at: now)
                taken.changed.append(before.key)
            }
            return taken
        }
    }

    /// What a changed file means for its article.
    private func edits(_ text: ArticleText, _ row: ArticleRow?) -> [ArticleEdit] {
        switch text.status {
        case .live: [ArticleEdit(.published, version: text.version)]
        case .archived: [ArticleEdit(.archived, version: text.version)]
        // What was live is taken back by the file, and the text waits as a draft.
        case .draft, .review:
            (row?.live == nil ? [] : [ArticleEdit(.withdrawn)]) + [ArticleEdit(.drafted, version: text.version)]
                + (text.status == .review ? [ArticleEdit(.submitted, version: text.version)] : [])
        }
    }

    /// The files that do not say what the store says, with what they are to say: a publication that is not written back yet.
    /// `expected` is what the file must still say, or it was changed meanwhile and counts itself.
    package func filesToWrite() async throws -> [(file: String, key: ArticleKey, expected: String, version: String, text: String)] {
        try await database.read { connection in
            try connection.rows(
                """
                SELECT f.file, f.id, f.language, f.version, v.version, v.text FROM article_files f JOIN articles a ON a.id = f.id AND a.language = f.language
                JOIN article_versions v ON v.id = a.id AND v.language = a.language AND v.version = COALESCE(a.live, a.archived)
                WHERE f.version <> v.version ORDER BY f.file LIMIT 1000
                """, []
            ).map { ($0.text(0), ArticleKey(id: $0.text(1), language: $0.text(2)), $0.text(3), $0.text(4), $0.text(5)) }
        }
    }

    /// The file was written: it says this version now.
    package func wroteFile(_ file: String, _ key: ArticleKey, _ version: String) async throws {
        try await database.write { connection in try note(file, key, version, connection) }
    }

    private func note(_ file: String, _ key: ArticleKey, _ version: String, _ connection: any SQLConnection) throws {
        try connection.run(
            """
            INSERT INTO article_files (file, id, language, version) VALUES ($1, $2, $3, $4)
            ON CONFLICT (file) DO UPDATE SET id = excluded.id, language = excluded.language, version = excluded.version
            """, [.text(file), .text(key.id), .text(key.language), .text(version)])
    }
}
