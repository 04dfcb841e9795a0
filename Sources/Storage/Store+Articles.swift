package import Messages

/// Reading articles.
extension Store {
    /// A page of articles in the order of their ids, after the one that the page before ended with.
    package func articles(_ filter: ArticleFilter, limit: Int, after: ArticleKey?) async throws -> [ArticleRow] {
        var values: [SQLValue] = [.integer(Int64(limit))]
        var conditions: [String] = []
        func bound(_ value: SQLValue) -> String {
            values.append(value)
            return "$\(values.count)"
        }
        switch filter.show {
        case .live: conditions.append("a.live IS NOT NULL")
        case .review: conditions.append("a.stage IN ('review', 'approved')")
        case .draft: conditions.append("a.draft IS NOT NULL")
        case .archived: conditions.append("a.archived IS NOT NULL")
        case .all: break
        }
        if let language = filter.language { conditions.append("a.language = \(bound(.text(language)))") }
        if let due = filter.dueBefore { conditions.append("a.review_at < \(bound(.integer(due.microseconds))) AND a.archived IS NULL") }
        for word in filter.words.prefix(10) { conditions.append("a.search LIKE \(bound(.text("%\(word.filter { $0 != "%" && $0 != "_" })%")))") }
        if let after {
            let id = bound(.text(after.id))
            conditions.append("(a.id > \(id) OR (a.id = \(id) AND a.language > \(bound(.text(after.language)))))")
        }
        let sql = """
            SELECT \(ArticleRow.columns) FROM \(ArticleRow.tables)\(conditions.isEmpty ? "" : " WHERE " + conditions.joined(separator: " AND "))
            ORDER BY a.id, a.language LIMIT $1
            """
        return try await database.read { [values] connection in try connection.rows(sql, values).map(ArticleRow.init) }
    }

    package func article(_ key: ArticleKey) async throws -> ArticleRow? {
        try await database.read { connection in try articleRow(key, connection) }
    }

    /// The languages in which there is an article of that id.
    package func articleLanguages(_ id: String) async throws -> [String] {
        try await database.read { connection in
            try connection.rows("SELECT language FROM articles WHERE id = $1 ORDER BY language LIMIT 100", [.text(id)]).map { $0.text(0) }
        }
    }

    /// The texts that an article has or had, newest first, without the texts themselves.
    package func articleVersions(_ key: ArticleKey, limit: Int) async throws -> [ArticleVersion] {
        try await database.read { connection in
            try connection.rows(
                "SELECT \(ArticleVersion.columns) FROM article_versions v WHERE v.id = $1 AND v.language = $2 ORDER BY v.created_at DESC, v.version LIMIT $3",
                [.text(key.id), .text(key.language), .integer(Int64(limit))]
            ).map(ArticleVersion.init)
        }
    }

    /// One text, whole: also of an article that is no longer there.
    package func articleVersion(_ key: ArticleKey, _ version: String) async throws -> ArticleVersion? {
        try await database.read { connection in try articleVersion(key, version, connection) }
    }

    /// The text that an answer names, by id and version alone: older answers do not name the language.
    package func articleVersion(id: String, _ version: String) async throws -> ArticleVersion? {
        try await database.read { connection in
            try connection.first(
                "SELECT \(ArticleVersion.columns), v.text FROM article_versions v WHERE v.id = $1 AND v.version = $2 ORDER BY v.language LIMIT 1",
                [.text(id), .text(version)]
            ).map(ArticleVersion.init)
        }
    }

    /// What happened to an article, latest first.
    package func articleChanges(_ key: ArticleKey, limit: Int) async throws -> [ArticleChange] {
        try await database.read { connection in
            try connection.rows(
                "\(Self.log) WHERE id = $1 AND language = $2 ORDER BY seq DESC LIMIT $3", [.text(key.id), .text(key.language), .integer(Int64(limit))]
            ).compactMap(Self.change)
        }
    }

    /// What happened to all articles after that revision, in order.
    package func articleChanges(after revision: Int64, limit: Int) async throws -> [ArticleChange] {
        try await database.read { connection in
            try connection.rows("\(Self.log) WHERE seq > $1 ORDER BY seq LIMIT $2", [.integer(revision), .integer(Int64(limit))]).compactMap(Self.change)
        }
    }

    /// A number that grows with every change of an article: what tells a node to look again.
    package func articleRevision() async throws -> Int64 {
        try await database.read { connection in try revision(connection) }
    }

    func revision(_ connection: any SQLConnection) throws -> Int64 {
        try connection.first("SELECT MAX(seq) FROM article_log", [])?.integer(0) ?? 0
    }

    /// Which version of which article answers now, with the file it came from.
    package func liveVersions() async throws -> [(key: ArticleKey, version: String, file: String?)] {
        try await database.read { connection in
            var found: [(key: ArticleKey, version: String, file: String?)] = []
            try connection.forEach("SELECT a.id, a.language, a.live, f.file FROM \(ArticleRow.tables) WHERE a.live IS NOT NULL ORDER BY a.id, a.language", []) { row in
                found.append((ArticleKey(id: row.text(0), language: row.text(1)), row.text(2), row.optionalText(3)))
            }
            return found
        }
    }

    /// Since when each live text is there.
    package func liveSince() async throws -> [ArticleKey: Timestamp] {
        try await database.read { connection in
            var found: [ArticleKey: Timestamp] = [:]
            let sql = """
                SELECT a.id, a.language, v.created_at FROM articles a
                JOIN article_versions v ON v.id = a.id AND v.language = a.language AND v.version = a.live
                """
            try connection.forEach(sql, []) { row in
                found[ArticleKey(id: row.text(0), language: row.text(1))] = Timestamp(microseconds: row.integer(2))
            }
            return found
        }
    }

    private static let log = "SELECT seq, id, language, kind, version, author_kind, author, author_name, note, at FROM article_log"

    private static func change(_ row: SQLRow) -> ArticleChange? {
        guard let kind = ArticleEdit.Kind(rawValue: row.text(3)) else { return nil }
        return ArticleChange(
            seq: row.integer(0), key: ArticleKey(id: row.text(1), language: row.text(2)), kind: kind, version: row.optionalText(4),
            author: ArticleAuthor(kind: row.text(5), agent: row.optionalText(6), name: row.optionalText(7)), note: row.optionalText(8),
            at: Timestamp(microseconds: row.integer(9)))
    }

    func articleRow(_ key: ArticleKey, _ connection: any SQLConnection) throws -> ArticleRow? {
        try connection.first(
            "SELECT \(ArticleRow.columns) FROM \(ArticleRow.tables) WHERE a.id = $1 AND a.language = $2", [.text(key.id), .text(key.language)]
        ).map(ArticleRow.init)
    }

    func articleVersion(_ key: ArticleKey, _ version: String, _ connection: any SQLConnection) throws -> ArticleVersion? {
        try connection.first(
            "SELECT \(ArticleVersion.columns), v.text FROM article_versions v WHERE v.id = $1 AND v.language = $2 AND v.version = $3",
            [.text(key.id), .text(key.language), .text(version)]
        ).map(ArticleVersion.init)
    }
}
