import Conversations
import HTTP
import HTTPTypes
import Messages
import Storage

/// Who makes a request, and what proved it.
struct Caller: Sendable {
    enum Proof: Sendable {
        /// A browser's session; the digest of its cookie.
        case session(digest: String, csrf: String)
        /// An API token's digest.
        case token(digest: String)
    }

    let agent: AgentAccount
    let proof: Proof

    /// As events name who did something.
    var ref: AgentRef { AgentRef(id: agent.id, name: agent.name) }
}

/// The one way in: every route that is not open asks here.
struct Authentication: Sendable {
    let store: Store
    let settings: ConsoleSettings

    /// The caller of a request, by API token or by cookie. Throws 401 when nobody, 403 when a browser's request was not made by our own pages.
    func authenticate(_ request: ServerRequest) async throws -> Caller {
        if let authorization = try request.only("authorization") { return try await bearer(authorization) }
        guard let cookie = try SessionCookie(of: request, settings), let session = try await store.session(digest: cookie.digest) else { throw Self.nobody }
        let caller = Caller(agent: session.agent, proof: .session(digest: cookie.digest, csrf: session.csrf))
        if request.changesSomething {
            try requireOwnOrigin(request)
            guard let token = try request.only("x-csrf-token"), Secrets.areEqual(token, session.csrf) else {
                throw APIProblem(.forbidden, "csrf", "the header X-CSRF-Token does not hold this session's token")
            }
        }
        return caller
    }

    /// Refuses a browser's request from a page that is not ours. Programs that are no browsers send no `Origin`.
    func requireOwnOrigin(_ request: ServerRequest) throws {
        guard let origin = try request.only("origin")?.lowercased() else { return }
        if let own = settings.publicOrigin, origin == own { return }
        if let host = try request.only("host")?.lowercased(), !host.isEmpty {
            if origin == "https://\(host)" { return }
            // Without TLS of our own the page came by http, unless a proxy in front speaks https, which was looked at above.
            if !request.isSecure, origin == "http://\(host)" { return }
        }
        throw APIProblem(.forbidden, "foreign_origin", "this request comes from a page of another site")
    }

    /// Whether what proved the caller's identity still does: what long-lived streams ask again and again.
    func stillHolds(_ caller: Caller) async throws -> Bool {
        switch caller.proof {
        case .session(let digest, _): try await store.session(digest: digest)?.agent.id == caller.agent.id
        case .token(let digest): try await store.agent(tokenDigest: digest)?.id == caller.agent.id
        }
    }

    private func bearer(_ authorization: String) async throws -> Caller {
        let parts = authorization.split(separator: " ", omittingEmptySubsequences: false)
        guard parts.count == 2, parts[0].lowercased() == "bearer", !parts[1].isEmpty, parts[1].utf8.count <= 512 else { throw Self.badToken }
        let digest = APIToken.digest(of: String(parts[1]))
        guard let agent = try await store.agent(tokenDigest: digest), !agent.isDisabled else { throw Self.badToken }
        return Caller(agent: agent, proof: .token(digest: digest))
    }

    private static var nobody: APIProblem { APIProblem(.unauthorized, "not_signed_in", "sign in first, or send an API token", fields: [.wwwAuthenticate: "Bearer"]) }

    private static var badToken: APIProblem {
        APIProblem(.unauthorized, "invalid_token", "no agent has this API token", fields: [.wwwAuthenticate: "Bearer error=\"invalid_token\""])
    }
}

extension ServerRequest {
    var changesSomething: Bool { method != .get && method != .head }
}
