import Gateway
import HTTP
import HTTPTypes
import Messages
import Storage

/// Signing in and out, and the first sign-in by an invitation.
struct SessionRoutes: Sendable {
    let signIn: SignIn
    let authentication: Authentication

    func register(on api: inout API) {
        api.open(.post, "/api/v1/session") { request, _ in
            try authentication.requireOwnOrigin(request)
            var fields = try await RequestFields(request)
            let email = try fields.text("email")
            let password = try fields.text("password")
            try fields.end()
            let agent = try await signIn.check(email: email, password: password, from: request.remoteAddress)
            return try await signIn.open(for: agent, request)
        }
        api.signedIn(.get, "/api/v1/session") { _, _, caller in
            var csrf: String?
            if case .session(_, let token) = caller.proof { csrf = token }
            var response = ServerResponse.json(.ok, caller.agent.session(csrf: csrf, advice: signIn.settings.advice).bytes)
            response.compressible = false
            return response
        }
        api.signedIn(.delete, "/api/v1/session") { request, _, caller in
            guard case .session(let digest, _) = caller.proof else { throw APIProblem(.conflict, "no_session", "an API token has no session to end") }
            try await signIn.store.closeSession(digest: digest)
            let isSecure = SessionCookie.isSecure(request, signIn.settings)
            return ServerResponse(.noContent, fields: [.setCookie: SessionCookie.setting(nil, lasting: .zero, isSecure: isSecure)])
        }
        api.open(.post, "/api/v1/invitations/accept") { request, _ in
            try authentication.requireOwnOrigin(request)
            var fields = try await RequestFields(request)
            let token = try fields.text("token")
            let name = try fields.text("name")
            let password = try fields.text("password")
            try fields.end()
            guard let name = AgentName.normalized(name) else { throw RequestFields.wrong("name", "must be 1 to 100 visible characters") }
            if let problem = Passwords.check(password) { throw RequestFields.wrong("password", "cannot be used: \(problem)") }
            let agent = try await signIn.accept(token: token, name: name, password: password, from: request.remoteAddress)
            return try await signIn.open(for: agent, request)
        }
    }
}

extension AgentAccount {
    /// What an agent is told about the own session.
    func session(csrf: String?, advice: [Assistant.Use]) -> JSON {
        [
            "agent": ["id": .string(id.text), "email": .string(email), "name": .string(name), "role": .string(role.rawValue)], "csrf": .text(csrf),
            "advice": .array(advice.map { .string($0.rawValue) }),
        ]
    }
}
