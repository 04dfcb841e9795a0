extension Schema {
    /// Files by content, and who takes part in a conversation besides its customer.
    static let files = Migration(
        name: "0005-files",
        statements: [
            """
            CREATE TABLE attachments (
              message TEXT NOT NULL REFERENCES messages (id), part BIGINT NOT NULL, name TEXT NOT NULL, mime TEXT NOT NULL, size BIGINT NOT NULL, sha256 TEXT NOT NULL,
              PRIMARY KEY (message, part)) WITHOUT ROWID
            """,
            "CREATE INDEX attachments_content ON attachments (sha256)",
            // Files that an agent brought for a reply that is not written yet.
            """
            CREATE TABLE uploads (
              id TEXT PRIMARY KEY, agent TEXT NOT NULL REFERENCES agents (id), name TEXT NOT NULL, mime TEXT NOT NULL, size BIGINT NOT NULL, sha256 TEXT NOT NULL,
              created_at BIGINT NOT NULL)
            """,
            "CREATE INDEX uploads_content ON uploads (sha256)",
            "CREATE INDEX inbound_files ON inbound (raw_file) WHERE raw_file IS NOT NULL",
            """
            CREATE TABLE participants (
              conversation TEXT NOT NULL REFERENCES conversations (id), customer TEXT NOT NULL REFERENCES customers (id), agent TEXT NOT NULL REFERENCES agents (id),
              created_at BIGINT NOT NULL, PRIMARY KEY (conversation, customer)) WITHOUT ROWID
            """,
        ])
}
