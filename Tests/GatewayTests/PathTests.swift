import ChannelKit
import Conversations
import Foundation
import Gateway
import Glibc
import Knowledge
import Logging
import Messages
import Storage
import StorageSQLite
import Synchronization
import Testing

/// A channel that hands out what it was asked to send, with an outcome for each try.
private final class FakeChannel: ChannelAdapter {
    static let kind: AdapterKind = "fake"
    let capabilities: ChannelCapabilities
    private let outcomes: Mutex<[DeliveryFailure?]>
    let sent: AsyncStream<OutboundMessage>
    private let send: AsyncStream<OutboundMessage>.Continuation

    init(_ context: AdapterContext) throws(ConfigurationProblem) { throw ConfigurationProblem("fake", "is made by hand") }

    init(outcomes: [DeliveryFailure?] = [], repeatsAreIdempotent: Bool = true) {
        self.outcomes = Mutex(outcomes)
        capabilities = ChannelCapabilities(
            maximumTextBytes: 10_000, repeatsAreIdempotent: repeatsAreIdempotent, retrySchedule: [.milliseconds(5), .milliseconds(5)])
        (sent, send) = AsyncStream.makeStream()
    }

    func deliver(_ message: OutboundMessage) async throws(DeliveryFailure) -> DeliveryReceipt {
        let outcome = outcomes.withLock { $0.isEmpty ? nil : $0.removeFirst() }
        send.yield(message)
        if let outcome { throw outcome }
        return DeliveryReceipt(externalID: "taken-\(message.id)")
    }
}

/// The stages of the path put together over a database of their own.
private struct Path {
    let folder: String
    let store: Store
    let intake: Intake
    let desk: Desk
    let supervisor: Supervisor
    let channel: Channel
    let contents: ContentFolder

    init(_ fake: FakeChannel) async throws {
        var template = Array("/tmp/centralino-path-XXXXXX".utf8CString)
        try #require(mkdtemp(&template) != nil)
        folder = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
        let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        let feed = LiveFeed(run: "run")
        let metrics = Metrics()
        let courier = Courier(feed: feed, metrics: metrics, logger: logger)
        let database = try await SQLiteDatabase.open(at: "\(folder)/store.sqlite") { _ in _exit(70) }
        store = Store(database: database, node: "run", answerWithin: .seconds(3600), claimsAtOnce: { courier.hasRoom })
        channel = Channel(name: "fake", adapter: fake)
        courier.serve([channel], from: store)
        let articles = try [
            ("shipping", "How long does shipping take", ["when will my parcel arrive", "how many days until delivery", "how long does delivery take"], "Two days."),
            ("returns", "How to return an item", ["can I send it back", "how do I return something", "return policy"], "Within 30 days."),
        ].map { id, title, questions, body in
            try ArticleFile.parse(
                "---\nid: \(id)\ntitle: \(title)\nlanguage: en\nquestions:\n\(questions.map { "  - \($0)\n" }.joined())---\n\(body)\n", file: "\(id).md", version: "v1")
        }
        let library = Library(try KnowledgeBase(articles: articles, now: Timestamp.now()))
        contents = ContentFolder("\(folder)/files", older: "\(folder)/raw")
        try contents.open()
        let responder = Responder(store: store, library: library, courier: courier, feed: feed, logger: logger)
        intake = Intake(store: store, library: library, courier: courier, responder: responder, feed: feed, metrics: metrics, contents: contents)
        desk = Desk(store: store, courier: courier, feed: feed)
        supervisor = Supervisor(courier: courier, responder: responder, intake: intake, channels: [channel], logger: logger)
    }

    /// Runs the stages beside `body` and ends them after it.
    func run(_ body: @escaping @Sendable (Path) async throws -> Void) async throws {
        defer {
            // With what a test kept in it beside the store; what stays behind in /tmp harms nobody.
            try? FileManager.default.removeItem(atPath: folder)
        }
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { await supervisor.run() }
            do {
                try await body(self)
            } catch {
                supervisor.stop()
                throw error
            }
            supervisor.stop()
            try await group.waitForAll()
        }
    }

    func ask(_ text: String, id: String = "m1") async throws -> Acceptance {
        try await intake.accept(
            InboundEvent(dedupID: id, externalMessageID: id, externalConversationID: "thread", sender: Sender(id: "carla"), text: text), raw: Array(text.utf8), on: channel)
    }

    /// The state of the last reply, once it is settled.
    func settled() async throws -> (state: String, attempts: Int) {
        while true {
            for conversation in try await desk.conversations(.open, limit: 1, before: nil) {
                if let delivery = try await desk.conversation(conversation.row.id)?.messages.last(where: { $0.direction == "out" })?.delivery,
                    delivery.state != "sending", delivery.state != "pending"
                {
                    return (delivery.state, delivery.attempts)
                }
            }
            try await Task.sleep(for: .milliseconds(2))
        }
    }
}

@Suite(.timeLimit(.minutes(1)))
struct `The path of a message` {
    @Test func `a question is answered once, however often it comes`() async throws {
        let fake = FakeChannel()
        try await Path(fake).run { path in
            let first = try await path.ask("how long does delivery take")
            #expect(first == .stored)
            let again = try await path.ask("how long does delivery take")
            #expect(again == .duplicate)
            let settled = try await path.settled()
            #expect(settled == ("delivered", 1))
            var replies = fake.sent.makeAsyncIterator()
            let reply = await replies.next()
            #expect(reply?.text == "Two days.\n\n(Source: How long does shipping take)")
            let violations = try await path.store.violations()
            #expect(violations == [])
        }
    }

    @Test func `a reply that was certainly not sent is tried again under the same id`() async throws {
        let fake = FakeChannel(outcomes: [DeliveryFailure(.notSent(retryAfter: nil), "busy"), nil])
        try await Path(fake).run { path in
            _ = try await path.ask("how long does delivery take")
            let settled = try await path.settled()
            #expect(settled == ("delivered", 2))
            var replies = fake.sent.makeAsyncIterator()
            let (first, second) = (await replies.next(), await replies.next())
            #expect(first?.id == second?.id)
            #expect(second?.attempt == 2)
        }
    }

    @Test func `a reply whose fate is unknown is not repeated where repeats would be seen`() async throws {
        let fake = FakeChannel(outcomes: [DeliveryFailure(.unknown, "the line broke")], repeatsAreIdempotent: false)
        try await Path(fake).run { path in
            _ = try await path.ask("how long does delivery take")
            let settled = try await path.settled()
            #expect(settled == ("unknown", 1))
        }
    }

    @Test func `a reply whose fate is unknown is repeated where the channel folds repeats`() async throws {
        let fake = FakeChannel(outcomes: [DeliveryFailure(.unknown, "the line broke")])
        try await Path(fake).run { path in
            _ = try await path.ask("how long does delivery take")
            let settled = try await path.settled()
            #expect(settled == ("delivered", 2))
        }
    }

    @Test func `a refused reply is final and seen by people`() async throws {
        let fake = FakeChannel(outcomes: [DeliveryFailure(.refused, "no such user")])
        try await Path(fake).run { path in
            _ = try await path.ask("how long does delivery take")
            let settled = try await path.settled()
            #expect(settled == ("refused", 1))
        }
    }

    @Test func `when the schedule is used up the reply is refused`() async throws {
        let again = DeliveryFailure(.notSent(retryAfter: nil), "busy")
        let fake = FakeChannel(outcomes: [again, again, again, again])
        try await Path(fake).run { path in
            _ = try await path.ask("how long does delivery take")
            let settled = try await path.settled()
            #expect(settled == ("refused", 3))
        }
    }

    @Test func `asked for a person, the conversation waits, an agent takes it and answers`() async throws {
        let fake = FakeChannel()
        try await Path(fake).run { path in
            _ = try await path.ask("I want to speak to a human")
            let waiting = try await path.desk.conversations(.queue, limit: 10, before: nil)
            let id = try #require(waiting.first?.row.id)
            let (account, _) = try await path.store.addAgent(email: "anna@example.com", name: "Anna", role: .agent)
            let anna = AgentRef(id: account.id, name: "Anna")
            guard case .failure(let refusal)? = try await path.desk.act(.reply(anna, "Hello!"), in: id) else {
                Issue.record("a reply without taking was allowed")
                return
            }
            #expect(refusal.code == .notYours)
            guard case .success? = try await path.desk.act(.take(anna), in: id) else {
                Issue.record("could not take")
                return
            }
            let key = (agent: anna.id, key: "k1", digest: "d1")
            guard case .success(let first)? = try await path.desk.act(.reply(anna, "Hello!"), in: id, key: key),
                case .success(let repeated)? = try await path.desk.act(.reply(anna, "Hello!"), in: id, key: key)
            else {
                Issue.record("could not reply")
                return
            }
            #expect(first.message == repeated.message)
            let replies = try await path.desk.conversation(id)?.messages.filter { $0.authorKind == "agent" }
            #expect(replies?.count == 1)
            let violations = try await path.store.violations()
            #expect(violations == [])
        }
    }
}
