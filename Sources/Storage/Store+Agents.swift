package import Messages

/// A person who takes handoffs.
package struct AgentAccount: Sendable, Hashable {
    package enum Role: String, Sendable, Hashable, CaseIterable {
        case admin, agent
    }

    package var id: AgentID
    package var email: String
    package var name: String
    package var role: Role
    /// Salted and stretched, as the console wrote it; nil until a password is chosen.
    package var password: String?
    package var isDisabled: Bool

    package init(id: AgentID, email: String, name: String, role: Role, password: String?, isDisabled: Bool = false) {
        self.id = id
        self.email = email
        self.name = name
        self.role = role
        self.password = password
        self.isDisabled = isDisabled
    }

    static let columns = "a.id, a.email, a.name, a.role, a.password, a.disabled_at"

    init(_ row: SQLRow) throws {
        guard let role = Role(rawValue: row.text(3)) else { throw StorageFailure.failed("agent \(row.text(0)) has no role that makes sense") }
        self.init(id: AgentID(row.text(0)), email: row.text(1), name: row.text(2), role: role, password: row.optionalText(4), isDisabled: !row.isNull(5))
    }
}

package struct AgentSession: Sendable {
    package var agent: AgentAccount
    package var csrf: String

    package init(agent: AgentAccount, csrf: String) {
        self.agent = agent
        self.csrf = csrf
    }
}

/// Secrets are never stored: only their SHA-256 digests in hex, made by the caller.
extension Store {
    package func agents() async throws -> [AgentAccount] {
        try await database.read { connection in
            try connection.rows("SELECT \(AgentAccount.columns) FROM agents a ORDER BY a.email LIMIT 10000", []).map { try AgentAccount($0) }
        }
    }

    package func agent(email: String) async throws -> AgentAccount? {
        try await database.read { connection in
            try connection.first("SELECT \(AgentAccount.columns) FROM agents a WHERE a.email = $1", [.text(email)]).map { try AgentAccount($0) }
        }
    }

    /// Adds an agent, or returns the one who has that e-mail address.
    package func addAgent(email: String, name: String, role: AgentAccount.Role) async throws -> (AgentAccount, added: Bool) {
        try await database.write { connection in
            let now = now()
            if let found = try connection.first("SELECT \(AgentAccount.columns) FROM agents a WHERE a.email = $1", [.text(email)]) { return (try AgentAccount(found), false) }
            let agent = AgentAccount(id: AgentID.make(at: now), email: email, name: name, role: role, password: nil)
            try connection.run(
                "INSERT INTO agents (id, email, name, role, created_at) VALUES ($1, $2, $3, $4, $5)",
                [.text(agent.id.text), .text(email), .text(name), .text(role.rawValue), .integer(now.microseconds)])
            return (agent, true)
        }
    }

    /// Sets or takes away an agent's API token.
    package func setToken(digest: String?, of agent: AgentID) async throws {
        _ = try await database.write { connection in
            try connection.run("UPDATE agents SET token_digest = $2 WHERE id = $1", [.text(agent.text), SQLValue(digest)])
        }
    }

    /// Sets the password and ends every session of the agent.
    package func setPassword(_ password: String, of agent: AgentID) async throws {
        _ = try await database.write { connection in
            try connection.run("DELETE FROM sessions WHERE agent = $1", [.text(agent.text)])
            return try connection.run("UPDATE agents SET password = $2 WHERE id = $1", [.text(agent.text), .text(password)])
        }
    }

    package func agent(tokenDigest: String) async throws -> AgentAccount? {
        try await database.read { connection in
            try connection.first("SELECT \(AgentAccount.columns) FROM agents a WHERE a.token_digest = $1 AND a.disabled_at IS NULL", [.text(tokenDigest)]).map {
                try AgentAccount($0)
            }
        }
    }

    package func openSession(digest: String, csrf: String, agent: AgentID, lasting: Duration) async throws {
        _ = try await database.write { connection in
            let now = now()
            try connection.run("DELETE FROM sessions WHERE expires_at < $1", [.integer(now.microseconds)])
            return try connection.run(
                "INSERT INTO sessions (digest, agent, csrf, created_at, expires_at) VALUES ($1, $2, $3, $4, $5)",
                [.text(digest), .text(agent.text), .text(csrf), .integer(now.microseconds), .integer((now + lasting).microseconds)])
        }
    }

    package func session(digest: String) async throws -> AgentSession? {
        try await database.read { connection in
            try connection.first(
                "SELECT \(AgentAccount.columns), s.csrf FROM sessions s JOIN agents a ON a.id = s.agent WHERE s.digest = $1 AND s.expires_at > $2 AND a.disabled_at IS NULL",
                [.text(digest), .integer(now().microseconds)]
            ).map { AgentSession(agent: try AgentAccount($0), csrf: $0.text(6)) }
        }
    }

    package func closeSession(digest: String) async throws {
        _ = try await database.write { connection in try connection.run("DELETE FROM sessions WHERE digest = $1", [.text(digest)]) }
    }

    /// A link that lets its holder choose the agent's name and password, once. Earlier links of the agent end.
    package func invite(_ agent: AgentID, digest: String, lasting: Duration) async throws {
        _ = try await database.write { connection in
            let now = now()
            try connection.run("DELETE FROM invitations WHERE agent = $1", [.text(agent.text)])
            return try connection.run(
                "INSERT INTO invitations (digest, agent, created_at, expires_at) VALUES ($1, $2, $3, $4)",
                [.text(digest), .text(agent.text), .integer(now.microseconds), .integer((now + lasting).microseconds)])
        }
    }

    /// Uses an invitation up: sets name and password. Nil when it is unknown, used or expired.
    package func acceptInvitation(digest: String, name: String, password: String) async throws -> AgentAccount? {
        try await database.write { connection -> AgentAccount? in
            let now = now()
            guard
                let used = try connection.first(
                    "UPDATE invitations SET used_at = $2 WHERE digest = $1 AND used_at IS NULL AND expires_at > $2 RETURNING agent", [.text(digest), .integer(now.microseconds)])
            else { return nil }
            try connection.run("DELETE FROM sessions WHERE agent = $1", [.text(used.text(0))])
            try connection.run("UPDATE agents SET name = $2, password = $3 WHERE id = $1", [.text(used.text(0)), .text(name), .text(password)])
            return try connection.first("SELECT \(AgentAccount.columns) FROM agents a WHERE a.id = $1", [.text(used.text(0))]).map { try AgentAccount($0) }
        }
    }

    /// A property of the whole store, such as whether it holds demo data.
    package func property(_ name: String) async throws -> String? {
        try await database.read { connection in try connection.first("SELECT value FROM properties WHERE name = $1", [.text(name)])?.text(0) }
    }

    package func setProperty(_ name: String, _ value: String) async throws {
        _ = try await database.write { connection in
            try connection.run("INSERT INTO properties (name, value) VALUES ($1, $2) ON CONFLICT (name) DO UPDATE SET value = excluded.value", [.text(name), .text(value)])
        }
    }
}
