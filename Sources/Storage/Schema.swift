/// The tables, as migrations that are applied in order, each in a transaction of its own together with the note that it was: an
/// interrupted migration starts again where it stopped. What is here is never edited after a release; changes are new migrations.
///
/// One text for both databases: TEXT, BIGINT, BLOB; moments are microseconds since 1970; JSON is TEXT; enums are TEXT with CHECK. The one word
/// that is SQLite's alone, WITHOUT ROWID at the end of a table, is left out by other drivers: it saves a tree, and so page writes, where
/// rows are small; where they are large it costs more than it saves (measured: 1.9 pages a message as it is, 2.8 with it everywhere).
///
/// What a message's path writes decides how many messages a second there can be: each index there is earns its place.
package enum Schema {
    package struct Migration: Sendable {
        package var name: String
        package var statements: [String]
    }

    package static let migrations = [
        Migration(
            name: "0001-the-switchboard",
            statements: [
                """
                CREATE TABLE customers (id TEXT PRIMARY KEY, name TEXT, email TEXT, language TEXT, created_at BIGINT NOT NULL) WITHOUT ROWID
                """,
                """
                CREATE TABLE identities (
                  id TEXT PRIMARY KEY, customer TEXT NOT NULL REFERENCES customers (id), channel TEXT NOT NULL, address TEXT NOT NULL, name TEXT,
                  evidence TEXT NOT NULL, strength TEXT NOT NULL CHECK (strength IN ('claimed', 'channel', 'verified')), created_at BIGINT NOT NULL,
                  UNIQUE (channel, address)) WITHOUT ROWID
                """,
                """
                CREATE TABLE conversations (
                  id TEXT PRIMARY KEY, customer TEXT NOT NULL REFERENCES customers (id), identity TEXT NOT NULL REFERENCES identities (id),
                  channel TEXT NOT NULL, channel_kind TEXT NOT NULL, thread TEXT NOT NULL, subject TEXT, language TEXT,
                  owner TEXT NOT NULL CHECK (owner IN ('bot', 'queue', 'agent', 'nobody')), agent TEXT, memory TEXT, handoff TEXT,
                  last_seq BIGINT NOT NULL, answer_due BIGINT, waiting_since BIGINT, promised_at BIGINT,
                  last_text TEXT, last_direction TEXT, last_at BIGINT, reply_to TEXT, reply_references TEXT,
                  created_at BIGINT NOT NULL, updated_at BIGINT NOT NULL,
                  CHECK ((owner = 'agent') = (agent IS NOT NULL)), UNIQUE (channel, thread, identity))
                """,
                "CREATE INDEX conversations_due ON conversations (updated_at) WHERE answer_due IS NOT NULL",
                // Lists of people's own conversations go by the last change, the others by age: an index on the last change of all of them would be
                // written with every message.
                "CREATE INDEX conversations_people ON conversations (owner, updated_at) WHERE owner IN ('queue', 'agent')",
                "CREATE INDEX conversations_owner ON conversations (owner, id)",
                """
                CREATE TABLE events (
                  conversation TEXT NOT NULL REFERENCES conversations (id), seq BIGINT NOT NULL, kind TEXT NOT NULL, message TEXT, body TEXT,
                  at BIGINT NOT NULL, PRIMARY KEY (conversation, seq)) WITHOUT ROWID
                """,
                """
                CREATE TABLE messages (
                  id TEXT PRIMARY KEY, conversation TEXT NOT NULL REFERENCES conversations (id), seq BIGINT NOT NULL, channel TEXT NOT NULL,
                  direction TEXT NOT NULL CHECK (direction IN ('in', 'out', 'note')), author_kind TEXT NOT NULL CHECK (author_kind IN ('customer', 'bot', 'agent')),
                  author TEXT NOT NULL, author_name TEXT, external_id TEXT, text TEXT NOT NULL, details TEXT, sent_at BIGINT, created_at BIGINT NOT NULL,
                  edited_at BIGINT, deleted_at BIGINT)
                """,
                """
                CREATE TABLE inbound (
                  channel TEXT NOT NULL, dedup_id TEXT NOT NULL, kind TEXT NOT NULL, raw BLOB, raw_file TEXT, message TEXT, received_at BIGINT NOT NULL,
                  PRIMARY KEY (channel, dedup_id))
                """,
                """
                CREATE TABLE early_changes (
                  channel TEXT NOT NULL, external_id TEXT NOT NULL, author TEXT NOT NULL, kind TEXT NOT NULL CHECK (kind IN ('edit', 'delete')), text TEXT NOT NULL,
                  at BIGINT NOT NULL, PRIMARY KEY (channel, external_id, author))
                """,
                """
                CREATE TABLE deliveries (
                  message TEXT PRIMARY KEY REFERENCES messages (id), conversation TEXT NOT NULL REFERENCES conversations (id), channel TEXT NOT NULL,
                  recipient TEXT NOT NULL, thread TEXT NOT NULL, subject TEXT, reply_to TEXT, reply_references TEXT,
                  state TEXT NOT NULL CHECK (state IN ('pending', 'sending', 'delivered', 'refused', 'unknown')), attempts BIGINT NOT NULL,
                  due_at BIGINT NOT NULL, claimed_by TEXT, external_id TEXT, explanation TEXT, created_at BIGINT NOT NULL, settled_at BIGINT)
                """,
                "CREATE INDEX deliveries_due ON deliveries (due_at) WHERE state = 'pending'",
                "CREATE INDEX deliveries_open ON deliveries (conversation, message) WHERE state IN ('pending', 'sending')",
                """
                CREATE TABLE agents (
                  id TEXT PRIMARY KEY, email TEXT NOT NULL UNIQUE, name TEXT NOT NULL, role TEXT NOT NULL CHECK (role IN ('admin', 'agent')),
                  password TEXT, token_digest TEXT UNIQUE, disabled_at BIGINT, created_at BIGINT NOT NULL)
                """,
                """
                CREATE TABLE sessions (
                  digest TEXT PRIMARY KEY, agent TEXT NOT NULL REFERENCES agents (id), csrf TEXT NOT NULL, created_at BIGINT NOT NULL, expires_at BIGINT NOT NULL)
                """,
                """
                CREATE TABLE invitations (
                  digest TEXT PRIMARY KEY, agent TEXT NOT NULL REFERENCES agents (id), created_at BIGINT NOT NULL, expires_at BIGINT NOT NULL, used_at BIGINT)
                """,
                """
                CREATE TABLE idempotency (
                  agent TEXT NOT NULL, key TEXT NOT NULL, request_digest TEXT NOT NULL, message TEXT NOT NULL, created_at BIGINT NOT NULL, PRIMARY KEY (agent, key))
                """,
                "CREATE TABLE properties (name TEXT PRIMARY KEY, value TEXT NOT NULL)",
            ]),
        Migration(
            name: "0002-calls-and-feedback",
            statements: [
                """
                CREATE TABLE calls (
                  id TEXT PRIMARY KEY, conversation TEXT NOT NULL REFERENCES conversations (id), article TEXT NOT NULL, language TEXT NOT NULL, action TEXT NOT NULL,
                  arguments TEXT NOT NULL, state TEXT NOT NULL CHECK (state IN ('pending', 'calling', 'answered', 'not-found', 'failed', 'unknown')),
                  attempts BIGINT NOT NULL, due_at BIGINT NOT NULL, claimed_by TEXT, explanation TEXT, created_at BIGINT NOT NULL, settled_at BIGINT) WITHOUT ROWID
                """,
                "CREATE INDEX calls_open ON calls (due_at) WHERE state IN ('pending', 'calling')",
                """
                CREATE TABLE answer_feedback (
                  article TEXT NOT NULL, version TEXT NOT NULL, helped BIGINT NOT NULL, not_helped BIGINT NOT NULL, last_at BIGINT NOT NULL,
                  PRIMARY KEY (article, version)) WITHOUT ROWID
                """,
            ]),
        // What an address was told by itself on its last day, as JSON: beside the identity, whose page a new customer's message writes anyway.
        Migration(name: "0003-automatic-answers", statements: ["ALTER TABLE identities ADD COLUMN answered TEXT"]),
        articles,
        files,
        // What people said of a conversation's messages is read with it.
        Migration(name: "0006-reviews-by-conversation", statements: ["CREATE INDEX reviews_conversation ON reviews (conversation)"]),
        // Whether an earlier try may have been carried out; it stood in the explanation for a while.
        Migration(
            name: "0007-doubtful-calls",
            statements: [
                "ALTER TABLE calls ADD COLUMN may_be_done BIGINT NOT NULL DEFAULT 0",
                "UPDATE calls SET may_be_done = 1 WHERE explanation LIKE 'perhaps carried out: %'",
            ]),
    ]

    /// Where the applied migrations are noted.
    package static let ledger = "CREATE TABLE IF NOT EXISTS migrations (name TEXT PRIMARY KEY, applied_at BIGINT NOT NULL)"
}
