import HTTP
import HTTPTypes
import Logging
import Storage

/// How routes of the API come onto the router: who is not let in here cannot be let in at all, and every failure leaves as the same JSON.
struct API {
    var router: Router
    let authentication: Authentication
    let logger: Logger

    /// A route for everybody.
    mutating func open(
        _ method: HTTPRequest.Method, _ pattern: String, bodyLimit: Int = 1 << 20,
        _ handler: @escaping @Sendable (ServerRequest, PathParameters) async throws -> ServerResponse
    ) {
        let logger = logger
        // Bodies have a smaller limit of their own (`RequestFields.longest`), so that most that are too long are told so in JSON.
        router.on(method, pattern, bodyLimit: bodyLimit) { request, path in
            var response: ServerResponse
            do {
                response = try await handler(request, path)
            } catch let error as CancellationError {
                throw error
            } catch {
                response = APIProblem(error, logger).response
            }
            if response.fields[.cacheControl] == nil { response.fields[.cacheControl] = "no-store" }
            // A page of a stranger's brought a stricter one that lets its styles be.
            let policy = response.fields[.contentSecurityPolicy]
            SecurityHeaders.api.add(to: &response)
            if let policy { response.fields[.contentSecurityPolicy] = policy }
            return response
        }
    }

    /// A route for agents; `role` narrows it.
    mutating func signedIn(
        _ method: HTTPRequest.Method, _ pattern: String, role: AgentAccount.Role? = nil, bodyLimit: Int = 1 << 20,
        _ handler: @escaping @Sendable (ServerRequest, PathParameters, Caller) async throws -> ServerResponse
    ) {
        let authentication = authentication
        open(method, pattern, bodyLimit: bodyLimit) { request, path in
            let caller = try await authentication.authenticate(request)
            if let role, caller.agent.role != role { throw APIProblem(.forbidden, "forbidden", "only an admin may do this") }
            return try await handler(request, path, caller)
        }
    }
}

/// What answers tell browsers not to do.
struct SecurityHeaders: Sendable {
    private let fields: [(name: String, value: String)]

    func add(to response: inout ServerResponse) {
        for field in fields {
            if let name = HTTPField.Name(field.name) { response.fields[name] = field.value }
        }
    }

    private static let common = [
        (name: "Referrer-Policy", value: "no-referrer"), (name: "X-Content-Type-Options", value: "nosniff"),
        (name: "Cross-Origin-Opener-Policy", value: "same-origin"), (name: "Cross-Origin-Resource-Policy", value: "same-origin"),
    ]

    static let api = SecurityHeaders(fields: common + [(name: "Content-Security-Policy", value: "default-src 'none'; frame-ancestors 'none'")])

    /// A style sheet and links: nothing runs, nothing is fetched.
    static let answers = SecurityHeaders(
        fields: common + [
            (name: "Content-Security-Policy", value: "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'")
        ])

    /// For what strangers wrote: no script, no form, no frame, no origin of ours; pictures that are in the page, and those of other servers when
    /// asked for. Links open in a window of their own.
    static func mail(showsRemoteImages: Bool) -> SecurityHeaders {
        let images = showsRemoteImages ? "img-src data: https: http:" : "img-src data:"
        return SecurityHeaders(
            fields: common + [
                (
                    name: "Content-Security-Policy",
                    value: "default-src 'none'; style-src 'unsafe-inline'; \(images); base-uri 'none'; form-action 'none'; frame-ancestors 'self'; "
                        + "sandbox allow-popups allow-popups-to-escape-sandbox"
                )
            ])
    }

    /// Scripts, styles and requests of our own only; no text becomes markup, because nothing turns text into markup (trusted types without a policy).
    static let pages = SecurityHeaders(
        fields: common + [
            (
                name: "Content-Security-Policy",
                value: "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; frame-src 'self'; base-uri 'none'; "
                    + "form-action 'self'; frame-ancestors 'none'; require-trusted-types-for 'script'"
            ),
            (name: "Permissions-Policy", value: "camera=(), microphone=(), geolocation=(), payment=(), usb=()"),
        ])
}
