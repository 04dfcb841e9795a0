extension Schema {
    /// Articles and everything that they ever said; what people said of answers.
    static let articles = Migration(
        name: "0004-articles",
        statements: [
            // Every text that an article ever had. Rows are only ever added: an answer that was given names one of them for good.
            """
            CREATE TABLE article_versions (
              id TEXT NOT NULL, language TEXT NOT NULL, version TEXT NOT NULL, text TEXT NOT NULL, title TEXT NOT NULL,
              status TEXT NOT NULL CHECK (status IN ('draft', 'review', 'live', 'archived')), author_kind TEXT NOT NULL CHECK (author_kind IN ('file', 'agent')),
              author TEXT, author_name TEXT, note TEXT, created_at BIGINT NOT NULL, PRIMARY KEY (id, language, version))
            """,
            """
            CREATE TABLE articles (
              id TEXT NOT NULL, language TEXT NOT NULL, title TEXT NOT NULL, live TEXT, draft TEXT, archived TEXT,
              stage TEXT CHECK (stage IN ('draft', 'review', 'approved')), draft_base TEXT, draft_author TEXT, draft_author_name TEXT,
              approver TEXT, approver_name TEXT, needs_approval BIGINT NOT NULL, owner TEXT, review_at BIGINT, search TEXT NOT NULL,
              created_at BIGINT NOT NULL, updated_at BIGINT NOT NULL, PRIMARY KEY (id, language),
              CHECK ((draft IS NULL) = (stage IS NULL)), CHECK (live IS NULL OR archived IS NULL),
              FOREIGN KEY (id, language, live) REFERENCES article_versions (id, language, version),
              FOREIGN KEY (id, language, draft) REFERENCES article_versions (id, language, version),
              FOREIGN KEY (id, language, archived) REFERENCES article_versions (id, language, version)) WITHOUT ROWID
            """,
            // What the store last took from each file of the folder, or wrote to it.
            """
            CREATE TABLE article_files (
              file TEXT PRIMARY KEY, id TEXT NOT NULL, language TEXT NOT NULL, version TEXT NOT NULL,
              FOREIGN KEY (id, language, version) REFERENCES article_versions (id, language, version)) WITHOUT ROWID
            """,
            "CREATE UNIQUE INDEX article_files_article ON article_files (id, language)",
            // Who did what to an article, in order; the last number is the revision that every node follows.
            """
            CREATE TABLE article_log (
              seq BIGINT PRIMARY KEY, id TEXT NOT NULL, language TEXT NOT NULL, kind TEXT NOT NULL, version TEXT,
              author_kind TEXT NOT NULL CHECK (author_kind IN ('file', 'agent')), author TEXT, author_name TEXT, note TEXT, at BIGINT NOT NULL)
            """,
            "CREATE INDEX article_log_article ON article_log (id, language, seq)",
            // What people said the right article of a customer's message is.
            """
            CREATE TABLE reviews (
              message TEXT PRIMARY KEY REFERENCES messages (id), conversation TEXT NOT NULL REFERENCES conversations (id),
              article TEXT, given TEXT, agent TEXT NOT NULL, agent_name TEXT NOT NULL, created_at BIGINT NOT NULL) WITHOUT ROWID
            """,
        ])
}
