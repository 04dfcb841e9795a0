import ChannelKit
import Conversations
import Foundation
import Gateway
import HTTPTypes
import Knowledge
import Logging
import Messages
import Storage
import StorageSQLite
import Synchronization
import Testing

@testable import Console
@testable import HTTP

/// A console over a store of its own in a temporary folder, with clocks that stand still until they are moved.
final class Office: Sendable {
    let store: Store
    let desk: Desk
    let library: Library
    let knowledge: KnowledgeDesk
    let feed = LiveFeed(run: "test")
    let metrics = Metrics()
    let router: Router
    private let folder: URL
    private let clocks: Clocks

    init(
        publicURL: String? = nil, recheck: Duration = .seconds(4), ping: Duration = .seconds(15), welcome: WelcomeFacts = WelcomeFacts(), isDemo: Bool = false,
        articles: [Article] = [], assistant: Assistant? = nil, approval: Bool = false
    ) async throws {
        folder = FileManager.default.temporaryDirectory.appendingPathComponent("console-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        let clocks = Clocks()
        let database = try await SQLiteDatabase.open(at: folder.appendingPathComponent("store.sqlite").path) { preconditionFailure($0) }
        store = Store(database: database, node: "test", answerWithin: .seconds(3600), now: { clocks.wall.withLock { $0 } })
        desk = Desk(store: store, courier: Courier(feed: feed, metrics: metrics, logger: Logger(label: "test")), feed: feed)
        library = Library(try KnowledgeBase(articles: articles, now: clocks.wall.withLock { $0 }))
        var settings = ConsoleSettings(publicURL: publicURL, pages: Self.pages, isDemo: isDemo, welcome: welcome)
        settings.recheck = recheck
        settings.ping = ping
        var surroundings = KnowledgeDesk.Surroundings()
        surroundings.approval = approval
        knowledge = KnowledgeDesk(store: store, library: library, surroundings: surroundings)
        let console = try Console(
            desk: desk, knowledge: knowledge, adviser: Adviser(store: store, library: library, assistant: assistant), settings: settings, metrics: metrics,
            logger: Logger(label: "test"),
            clock: { clocks.steady.withLock { $0 } })
        var router = Router()
        console.register(on: &router)
        self.router = router
        self.clocks = clocks
    }

    deinit { try? FileManager.default.removeItem(at: folder) }  // a folder that stays behind in /tmp harms nobody

    final class Clocks: Sendable {
        let wall = Mutex(Timestamp(seconds: 1_800_000_000))
        let steady = Mutex(ContinuousClock.now)
    }

    func wait(_ time: Duration) {
        clocks.wall.withLock { $0 = $0 + time }
        clocks.steady.withLock { $0 = $0 + time }
    }

    static let pages = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("../../Sources/Console/Pages").path

    /// What the server answers to a request, without a socket between.
    func answer(
        _ method: HTTPRequest.Method, _ target: String, _ fields: [(name: String, value: String)] = [], body: String = "", from address: String = "192.0.2.1",
        isSecure: Bool = false
    ) async throws -> Answer {
        let request = try ServerRequest(method, target, fields: fields, body: Array(body.utf8), remoteAddress: address, isSecure: isSecure)
        switch router.match(method, request.path) {
        case .route(let route, let parameters):
            do {
                return Answer(try await route.handler(request, parameters), pattern: route.pattern)
            } catch let problem as HTTPProblem {
                return Answer(.text(problem.status, problem.line), pattern: route.pattern)
            }
        case .wrongMethod: return Answer(.text(.methodNotAllowed, ""), pattern: "")
        case .none: return Answer(.text(.notFound, ""), pattern: "")
        }
    }

    func addAgent(_ email: String, role: AgentAccount.Role = .agent, password: String? = nil) async throws -> AgentAccount {
        let (agent, _) = try await store.addAgent(email: email, name: "Anna", role: role)
        if let password { try await store.setPassword(password == "correct horse battery" ? Self.usual : Passwords.hash(password), of: agent.id) }
        return agent
    }

    /// Hashed once for all tests, at the least cost that is read.
    private static let usual = Passwords.encode("correct horse battery", salt: [UInt8](repeating: 7, count: 16), .init(exponent: 14, r: 8, p: 1))

    /// A conversation of a customer who asked for a person; its identifier.
    func conversation(_ text: String = "Is anybody there?", by customer: String = "carla", finding: Consideration.Finding = .wantsPerson) async throws -> String {
        let event = InboundEvent(
            dedupID: UUID().uuidString, externalMessageID: nil, externalConversationID: customer, sender: Sender(id: customer, name: "Carla"), text: text,
            attachments: [Attachment(kind: .image, mime: "image/png", name: "lamp.png", reference: "secret-reference", size: 17)], notes: ["a note of the channel"])
        let considered = Consideration(finding: finding, text: text, language: "en", facts: [.init("order", "12345")])
        let arrival = Arrival(channel: "partner", channelKind: "webhook", event: event, raw: .bytes(Array(text.utf8)), considered: considered)
        guard case .stored(let change?, _, _) = try await store.ingest(arrival) else {
            Issue.record("nothing was stored")
            return ""
        }
        feed.publish(change)
        return change.conversation.text
    }
}

struct Answer {
    let status: Int
    let fields: HTTPFields
    let json: JSON
    let bytes: [UInt8]
    /// The route that answered.
    let pattern: String

    init(_ response: ServerResponse, pattern: String) {
        self.pattern = pattern
        status = response.status.code
        fields = response.fields
        if case .bytes(let bytes) = response.body { self.bytes = bytes } else { bytes = [] }
        json = (try? JSON(parsing: bytes)) ?? .null  // pages and lines are no JSON
    }

    var code: String? { json["error"]?["code"]?.string }
    var message: String { json["error"]?["message"]?.string ?? "" }
    var cookie: String? { fields[.setCookie]?.split(separator: ";").first.map(String.init) }
}

/// Somebody at a browser: keeps the cookie and sends the token along.
struct Browser {
    let office: Office
    var cookie: String?
    var csrf: String?
    var address = "192.0.2.1"

    init(_ office: Office) { self.office = office }

    /// Signed in as a new agent; without the slow look at the password, which is tested on its own.
    init(_ office: Office, email: String, role: AgentAccount.Role = .agent, cookie name: String = "centralino") async throws {
        self.office = office
        let agent = try await office.addAgent(email, role: role, password: "correct horse battery")
        let token = Secrets.make()
        let csrf = Secrets.make()
        try await office.store.openSession(digest: Secrets.digest(token), csrf: csrf, agent: agent.id, lasting: .seconds(12 * 3600))
        cookie = "\(name)=\(token)"
        self.csrf = csrf
    }

    mutating func signIn(_ email: String, _ password: String) async throws -> Answer {
        let answer = try await send(.post, "/api/v1/session", ["email": .string(email), "password": .string(password)])
        keep(answer)
        return answer
    }

    mutating func accept(_ token: String, name: String = "Anna", password: String = "correct horse battery") async throws -> Answer {
        let answer = try await send(.post, "/api/v1/invitations/accept", ["token": .string(token), "name": .string(name), "password": .string(password)])
        keep(answer)
        return answer
    }

    private mutating func keep(_ answer: Answer) {
        guard answer.status == 200 else { return }
        cookie = answer.cookie
        csrf = answer.json["csrf"]?.string
    }

    func get(_ target: String) async throws -> Answer { try await send(.get, target, nil) }
    func post(_ target: String, _ body: JSON = .object([]), key: String? = nil) async throws -> Answer {
        try await send(.post, target, body, key.map { [("Idempotency-Key", $0)] } ?? [])
    }

    func send(_ method: HTTPRequest.Method, _ target: String, _ body: JSON?, _ more: [(name: String, value: String)] = []) async throws -> Answer {
        var fields = more
        if let cookie { fields.append(("Cookie", cookie)) }
        if let csrf, method != .get { fields.append(("X-CSRF-Token", csrf)) }
        if body != nil { fields.append(("Content-Type", "application/json")) }
        return try await office.answer(method, target, fields, body: body?.text ?? "", from: address)
    }
}
