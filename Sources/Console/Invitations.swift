package import Messages
package import Storage

/// Links by which an agent chooses a name and a password, once. There is no other way to a first password.
package enum Invitations {
    package static let lasting = Duration.seconds(72 * 3600)

    /// Makes the link; earlier links of the agent end. The token stands in the fragment, which browsers do not send and servers do not log.
    ///
    /// - Parameter baseURL: `https://help.example.com`; an empty one gives the path alone.
    package static func link(for agent: AgentID, in store: Store, baseURL: String) async throws -> String {
        let token = Secrets.make()
        try await store.invite(agent, digest: Secrets.digest(token), lasting: lasting)
        return "\(baseURL.hasSuffix("/") ? String(baseURL.dropLast()) : baseURL)/console/#invitation=\(token)"
    }
}

/// Tokens with which programs act as an agent: `Authorization: Bearer ctl_…`.
package enum APIToken {
    /// A new one of 256 bits; its beginning lets scanners of leaked secrets know it.
    package static func make() -> String { "ctl_" + Secrets.make() }

    /// What the store keeps of a token.
    package static func digest(of token: String) -> String { Secrets.digest(token) }
}
