import Gateway
import HTTP
import HTTPTypes
import Logging
import Messages
import Storage

/// Opens sessions: checks passwords slowly, and slower for those who try often.
struct SignIn: Sendable {
    let store: Store
    let settings: ConsoleSettings
    let metrics: Metrics
    let logger: Logger
    let clock: @Sendable () -> ContinuousClock.Instant
    /// Ten wrong passwords for one e-mail address, then one every 30 s.
    private let byEmail = Throttle(burst: 10, every: .seconds(30))
    /// More for one network, where a whole office may sit behind one address.
    private let byNetwork = Throttle(burst: 30, every: .seconds(10))

    init(store: Store, settings: ConsoleSettings, metrics: Metrics, logger: Logger, clock: @escaping @Sendable () -> ContinuousClock.Instant) {
        self.store = store
        self.settings = settings
        self.metrics = metrics
        self.logger = logger
        self.clock = clock
    }

    /// The agent with that e-mail address and password. Whether an address is known shows neither in the answer nor in its time.
    func check(email: String, password: String, from address: String) async throws -> AgentAccount {
        let network = Throttle.network(of: address)
        let email = EmailAddress.normalized(email)
        try allow(byNetwork, network)
        if let email { try allow(byEmail, email) }
        let agent = if let email { try await store.agent(email: email) } else { AgentAccount?.none }
        let isRight = try await Passwords.verify(password, against: agent?.password)
        guard isRight, let agent, !agent.isDisabled else {
            metrics.count("centralino_sign_ins_total", "outcome=\"wrong\"")
            throw APIProblem(.unauthorized, "wrong_credentials", "the e-mail address or the password is wrong")
        }
        byNetwork.giveBack(network)
        if let email { byEmail.giveBack(email) }
        metrics.count("centralino_sign_ins_total", "outcome=\"signed_in\"")
        logger.info("an agent signed in", metadata: ["agent": "\(agent.id)"])
        return agent
    }

    /// Sets the password of who holds an invitation.
    func accept(token: String, name: String, password: String, from address: String) async throws -> AgentAccount {
        let network = Throttle.network(of: address)
        try allow(byNetwork, network)
        let gone = APIProblem(.gone, "invitation_gone", "this invitation is used, expired or unknown; ask for a new one")
        guard Secrets.isPlausible(token) else { throw gone }
        let hash = try await Passwords.hash(password)
        guard let agent = try await store.acceptInvitation(digest: Secrets.digest(token), name: name, password: hash), !agent.isDisabled else { throw gone }
        byNetwork.giveBack(network)
        logger.info("an agent accepted an invitation", metadata: ["agent": "\(agent.id)"])
        return agent
    }

    /// Opens a session for an agent who proved to be one: a new one each time, and the one that the browser had before ends.
    func open(for agent: AgentAccount, _ request: ServerRequest) async throws -> ServerResponse {
        let token = Secrets.make()
        let csrf = Secrets.make()
        if let before = try SessionCookie(of: request, settings) { try await store.closeSession(digest: before.digest) }
        try await store.openSession(digest: Secrets.digest(token), csrf: csrf, agent: agent.id, lasting: settings.session)
        var response = ServerResponse.json(.ok, agent.session(csrf: csrf, advice: settings.advice).bytes)
        response.fields[.setCookie] = SessionCookie.setting(token, lasting: settings.session, isSecure: SessionCookie.isSecure(request, settings))
        response.compressible = false
        return response
    }

    private func allow(_ throttle: Throttle, _ key: String) throws {
        guard let wait = throttle.take(key, at: clock()) else { return }
        metrics.count("centralino_sign_ins_total", "outcome=\"throttled\"")
        throw APIProblem(.tooManyRequests, "too_many_tries", "too many tries; wait and try again", fields: [.retryAfter: "\(wait.components.seconds + 1)"])
    }
}
