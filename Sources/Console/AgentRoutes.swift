import HTTP
import HTTPTypes
import Logging
import Messages
import Storage

/// Who works here, and inviting more.
struct AgentRoutes: Sendable {
    let store: Store
    let settings: ConsoleSettings
    let logger: Logger

    func register(on api: inout API) {
        api.signedIn(.get, "/api/v1/agents") { _, _, caller in
            let agents = try await store.agents().map { $0.json(withEmail: caller.agent.role == .admin) }
            return .json(.ok, (["agents": .array(agents)] as JSON).bytes)
        }
        api.signedIn(.post, "/api/v1/agents", role: .admin) { request, _, caller in
            var fields = try await RequestFields(request)
            let email = try fields.text("email")
            let name = try fields.text("name")
            let role = try fields.text("role")
            try fields.end()
            guard let email = EmailAddress.normalized(email) else { throw RequestFields.wrong("email", "is not an e-mail address") }
            guard let name = AgentName.normalized(name) else { throw RequestFields.wrong("name", "must be 1 to 100 visible characters") }
            guard let role = AgentAccount.Role(rawValue: role) else { throw RequestFields.wrong("role", "must be \"admin\" or \"agent\"") }
            return try await invite(email: email, name: name, role: role, by: caller)
        }
    }

    /// Adds an agent and makes the link; for one who was added before but has no password yet, a new link alone.
    private func invite(email: String, name: String, role: AgentAccount.Role, by caller: Caller) async throws -> ServerResponse {
        let (agent, added) = try await store.addAgent(email: email, name: name, role: role)
        guard added || (agent.password == nil && !agent.isDisabled) else {
            throw APIProblem(.conflict, "agent_exists", "an agent with this e-mail address is there already")
        }
        let link = try await Invitations.link(for: agent.id, in: store, baseURL: settings.publicURL ?? "")
        logger.info("an agent was invited", metadata: ["agent": "\(agent.id)", "by": "\(caller.agent.id)"])
        var response = ServerResponse.json(added ? .created : .ok, (["agent": agent.json(withEmail: true), "invitation": ["link": .string(link)]] as JSON).bytes)
        response.compressible = false
        return response
    }
}

extension AgentAccount {
    /// An agent in a list. Addresses are for admins.
    func json(withEmail: Bool) -> JSON {
        let status = isDisabled ? "disabled" : password == nil ? "invited" : "active"
        return [
            "id": .string(id.text), "email": withEmail ? .string(email) : .null, "name": .string(name), "role": .string(role.rawValue), "status": .string(status),
        ]
    }
}
