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

/// A company system: gives the answers that it was made with, one a try, and keeps every request.
private final class FakeCompany: HTTPSender {
    enum Answer: Sendable {
        case reply(Int, String)
        case failure(HTTPCallFailure)
    }

    private let state: Mutex<(answers: [Answer], calls: [HTTPCall])>

    init(_ answers: [Answer]) {
        state = Mutex((answers, []))
    }

    var calls: [HTTPCall] { state.withLock { $0.calls } }

    func send(_ call: HTTPCall) async throws(HTTPCallFailure) -> HTTPReply {
        let answer: Answer? = state.withLock {
            $0.calls.append(call)
            return $0.answers.isEmpty ? nil : $0.answers.removeFirst()
        }
        switch answer {
        case .reply(let status, let body): return HTTPReply(status: status, headers: [], body: Array(body.utf8))
        case .failure(let failure): throw failure
        case nil:
            Issue.record("asked once more than expected")
            throw .forbidden("unexpected")
        }
    }
}

private final class QuietChannel: ChannelAdapter {
    static let kind: AdapterKind = "quiet"
    let capabilities = ChannelCapabilities(maximumTextBytes: 10_000, repeatsAreIdempotent: true, retrySchedule: [.milliseconds(5)])
    init() {}
    init(_ context: AdapterContext) throws(ConfigurationProblem) { throw ConfigurationProblem("quiet", "is made by hand") }
    func deliver(_ message: OutboundMessage) async throws(DeliveryFailure) -> DeliveryReceipt { DeliveryReceipt(externalID: "taken-\(message.id)") }
}

/// A customer at one end and a company system at the other, over one store that several runs may open.
private struct Counter {
    let folder: String
    let channel = Channel(name: "quiet", adapter: QuietChannel())

    init() throws {
        var template = Array("/tmp/centralino-calls-XXXXXX".utf8CString)
        try #require(mkdtemp(&template) != nil)
        folder = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    func remove() {
        // With what a test kept in it beside the store; what stays behind in /tmp harms nobody.
        try? FileManager.default.removeItem(atPath: folder)
    }

    static let article = """
        ---
        id: cancel
        title: Cancel an order
        language: en
        questions: ["I want to cancel an order", "please cancel my order", "cancel the order"]
        ask: [{ name: order, type: order_number, pattern: "BL-#{6}", question: "Which order?" }]
        call: { action: cancel, arguments: { number: order }, not_found: "There is no such order." }
        confirm: "Cancel {{order}}?"
        ---
        {{order}} is {{action.state}}.
        """

    static func action(idempotent: Bool, changes: Bool) -> Action {
        Action(
            name: "cancel", method: .post, url: "https://erp.example/cancel", body: ["order": "{{number}}"], retries: 2,
            idempotencyHeader: idempotent ? "Idempotency-Key" : nil, changes: changes, response: ["state"])
    }

    struct Desk {
        let store: Store
        let intake: Intake
        let channel: Channel

        func say(_ text: String, id: String) async throws {
            _ = try await intake.accept(
                InboundEvent(dedupID: id, externalMessageID: id, externalConversationID: "thread", sender: Sender(id: "carla"), text: text), raw: Array(text.utf8), on: channel)
        }

        func rows(_ kind: ExportKind) async throws -> [JSON] {
            let found = Mutex<[JSON]>([])
            try await store.export(kind) { line in found.withLock { $0.append(line) } }
            return found.withLock { $0 }
        }

        /// Asks for a change and says yes to it.
        func agree() async throws {
            try await say("I want to cancel an order", id: "m1")
            try await say("BL-123456", id: "m2")
            try await say("yes", id: "m3")
        }

        /// What was said last, and who has the conversation, once the call came to its end.
        func ended() async throws -> (said: String, owner: String, facts: [String: String]) {
            while !(try await rows(.events).contains { $0["kind"]?.string == "call.ended" }) { try await Task.sleep(for: .milliseconds(2)) }
            let row = try #require(try await rows(.conversations).first)
            let facts = (row["handoff"]?["facts"]?.array ?? []).compactMap { fact in fact["name"]?.string.map { ($0, fact["value"]?.string ?? "") } }
            return (
                try await rows(.messages).last { $0["direction"]?.string == "out" }?["text"]?.string ?? "", row["owner"]?.string ?? "",
                Dictionary(facts, uniquingKeysWith: { first, _ in first })
            )
        }
    }

    /// One run of the program, from start to orderly stop.
    /// - Parameter calls: whether it makes calls; without, they wait in the store as for a run that is gone.
    func run(
        _ node: String, company: FakeCompany, idempotent: Bool = true, changes: Bool = true, calls: Bool = true, _ body: @escaping @Sendable (Desk) async throws -> Void
    ) async throws {
        let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        let feed = LiveFeed(run: node)
        let metrics = Metrics()
        let courier = Courier(feed: feed, metrics: metrics, logger: logger)
        let store = Store(database: try await SQLiteDatabase.open(at: "\(folder)/store.sqlite") { _ in _exit(70) }, node: node, answerWithin: .seconds(3600))
        courier.serve([channel], from: store)
        let action = Self.action(idempotent: idempotent, changes: changes)
        let library = Library(
            try KnowledgeBase(articles: [try ArticleFile.parse(Self.article, file: "cancel.md", version: "v1")], now: Timestamp.now()), actions: [action])
        let contents = ContentFolder("\(folder)/files", older: "\(folder)/raw")
        try contents.open()
        let caller = Caller(
            store: store, library: library, actions: [action], http: company, courier: courier, feed: feed, metrics: metrics, logger: logger, firstPause: .milliseconds(5))
        let responder = Responder(store: store, library: library, courier: courier, feed: feed, caller: calls ? caller : nil, logger: logger)
        let intake = Intake(store: store, library: library, courier: courier, responder: responder, feed: feed, metrics: metrics, contents: contents)
        let supervisor = Supervisor(courier: courier, responder: responder, caller: calls ? caller : nil, intake: intake, channels: [channel], logger: logger)
        let channel = channel
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { await supervisor.run() }
            do {
                let desk = Desk(store: store, intake: intake, channel: channel)
                try await body(desk)
                #expect(try await store.violations() == [])
            } catch {
                supervisor.stop()
                throw error
            }
            supervisor.stop()
            try await group.waitForAll()
        }
    }
}

private typealias Answer = FakeCompany.Answer

private func key(_ call: HTTPCall) -> String? { call.headers.first { $0.name == "Idempotency-Key" }?.value }

@Suite(.timeLimit(.minutes(1)))
struct `A call to a company system` {
    private func counter(_ body: (Counter) async throws -> Void) async throws {
        let counter = try Counter()
        defer { counter.remove() }
        try await body(counter)
    }

    fileprivate static let done = Answer.reply(200, #"{"state": "cancelled"}"#)

    @Test(
        arguments: [
            [done], [.reply(500, ""), done], [.reply(429, ""), .reply(503, ""), done], [.failure(.unknown("time-out")), done],
            [.failure(.notSent("refused")), .reply(408, ""), done],
        ] as [[FakeCompany.Answer]])
    fileprivate func `is repeated under one name until it is answered, and the customer hears it once`(answers: [FakeCompany.Answer]) async throws {
        try await counter { counter in
            let company = FakeCompany(answers)
            try await counter.run("first", company: company) { desk in
                try await desk.agree()
                let end = try await desk.ended()
                #expect(end.said.hasPrefix("BL-123456 is cancelled."))
                #expect(end.owner == "bot")
                #expect(try await desk.store.nextCallDue() == nil)
            }
            #expect(company.calls.count == answers.count)
            #expect(Set(company.calls.map(key)).count == 1 && company.calls.allSatisfy { key($0)?.isEmpty == false })
            #expect(Set(company.calls.map(\.body)).count == 1)
        }
    }

    @Test(
        arguments: [
            ([.reply(400, "")], true, 1), ([.reply(409, "")], true, 1), ([.reply(302, "")], true, 1), ([.failure(.forbidden("10.0.0.1"))], true, 1),
            ([.reply(200, "<html>")], true, 1), ([.reply(200, #"{"other": 1}"#)], true, 1),
            ([.reply(200, #"{"state": ""# + String(repeating: "x", count: 70_000) + #""}"#)], true, 1),
            ([.reply(500, ""), .reply(500, ""), .reply(500, "")], true, 3), ([.failure(.notSent("a")), .failure(.notSent("b")), .failure(.notSent("c"))], false, 3),
            ([.failure(.unknown("time-out"))], false, 1), ([.reply(500, "")], false, 1),
        ] as [([FakeCompany.Answer], Bool, Int)])
    fileprivate func `that comes to nothing brings a person, who sees everything`(answers: [FakeCompany.Answer], idempotent: Bool, tries: Int) async throws {
        try await counter { counter in
            let company = FakeCompany(answers)
            try await counter.run("first", company: company, idempotent: idempotent) { desk in
                try await desk.agree()
                let end = try await desk.ended()
                #expect(end.owner == "queue")
                #expect(!end.said.contains("cancelled"))
                #expect(end.facts["order"] == "BL-123456" && end.facts["action"] == "cancel" && end.facts["result"]?.isEmpty == false, "\(end.facts)")
            }
            #expect(company.calls.count == tries)
        }
    }

    @Test(
        arguments: [
            ([.reply(500, ""), .reply(500, ""), .reply(500, "")], true), ([.failure(.unknown("time-out")), .reply(409, "")], true),
            ([.failure(.unknown("time-out")), .failure(.notSent("a")), .failure(.notSent("b"))], true), ([.reply(500, ""), .reply(404, "")], true),
            ([.reply(409, "")], false), ([.failure(.notSent("a")), .failure(.notSent("b")), .failure(.notSent("c"))], false),
            ([.reply(429, ""), .reply(429, ""), .reply(400, "")], false),
        ] as [([FakeCompany.Answer], Bool)])
    fileprivate func `of which one try may have been carried out is not said to have failed`(answers: [FakeCompany.Answer], isUnknown: Bool) async throws {
        try await counter { counter in
            try await counter.run("first", company: FakeCompany(answers)) { desk in
                try await desk.agree()
                let result = try #require(try await desk.ended().facts["result"])
                #expect(result.hasPrefix(isUnknown ? "nobody knows" : "not carried out"), "\(result)")
            }
        }
    }

    @Test func `is not made before the yes, and not after a no`() async throws {
        try await counter { counter in
            let company = FakeCompany([])
            try await counter.run("first", company: company) { desk in
                try await desk.say("I want to cancel an order", id: "m1")
                try await desk.say("BL-123456", id: "m2")
                #expect(try await desk.store.nextCallDue() == nil)
                try await desk.say("no", id: "m3")
                #expect(try await desk.store.nextCallDue() == nil)
            }
            #expect(company.calls.isEmpty)
        }
    }

    @Test func `of an order that is not known asks for another`() async throws {
        try await counter { counter in
            let company = FakeCompany([.reply(404, ""), Self.done])
            try await counter.run("first", company: company) { desk in
                try await desk.agree()
                #expect(try await desk.ended().said.contains("There is no such order."))
                try await desk.say("BL-654321", id: "m4")
                try await desk.say("yes", id: "m5")
                while try await desk.rows(.events).count(where: { $0["kind"]?.string == "call.ended" }) < 2 { try await Task.sleep(for: .milliseconds(2)) }
                #expect(try await desk.ended().said.hasPrefix("BL-654321 is cancelled."))
            }
            #expect(Set(company.calls.map(key)).count == 2)
        }
    }

    @Test(arguments: [true, false])
    func `that a run was making when it died is repeated only where repeats are told apart`(idempotent: Bool) async throws {
        try await counter { counter in
            let claimed = Mutex<String?>(nil)
            // The first run claims the call, and dies before it hears what came of it.
            try await counter.run("first", company: FakeCompany([]), idempotent: idempotent, calls: false) { desk in
                try await desk.agree()
                let call = try await desk.store.claimCalls(limit: 5)
                claimed.withLock { $0 = call.first?.id.text }
                #expect(call.count == 1)
                #expect(try await desk.store.claimCalls(limit: 5).isEmpty)
            }
            let company = FakeCompany(idempotent ? [Self.done] : [])
            try await counter.run("second", company: company, idempotent: idempotent) { desk in
                let end = try await desk.ended()
                #expect(end.owner == (idempotent ? "bot" : "queue"))
                #expect(end.said.contains("is cancelled") == idempotent)
            }
            #expect(company.calls.map(key) == (idempotent ? [claimed.withLock { $0 }] : []))
        }
    }

    @Test(arguments: [true, false])
    func `that only looks something up leaves no doubt, also when a run died in its middle`(changes: Bool) async throws {
        try await counter { counter in
            try await counter.run("first", company: FakeCompany([]), changes: changes, calls: false) { desk in
                try await desk.agree()
                #expect(try await desk.store.claimCalls(limit: 5).count == 1)
            }
            try await counter.run("second", company: FakeCompany([.reply(404, "")]), changes: changes) { desk in
                let end = try await desk.ended()
                #expect(end.owner == (changes ? "queue" : "bot"))
                #expect(end.said.contains("There is no such order.") == !changes)
            }
        }
    }
}

@Suite(.timeLimit(.minutes(1)))
struct `The rows of calls` {
    @Test func `are claimed once, put off, and ended once by the run that holds them`() async throws {
        let counter = try Counter()
        defer { counter.remove() }
        try await counter.run("first", company: FakeCompany([]), calls: false) { desk in
            try await desk.agree()
            let due = try #require(try await desk.store.nextCallDue())
            #expect(due <= Timestamp.now())
            let call = try #require(try await desk.store.claimCalls(limit: 1).first)
            #expect(call.attempt == 1 && call.article == "cancel" && call.call.arguments.map(\.value) == ["BL-123456"])
            // Another run of the program may neither put it off nor end it.
            let other = Store(database: try await SQLiteDatabase.open(at: "\(counter.folder)/store.sqlite") { _ in _exit(70) }, node: "other", answerWithin: .seconds(60))
            try await other.callAgain(call, at: Timestamp.now() + .seconds(60), "not mine")
            #expect(try await other.callEnded(call, .answered(["state": "cancelled"]), article: { _ in nil }) == nil)
            #expect(try await desk.store.nextCallDue() == nil)
            let later = Timestamp.now() + .seconds(60)
            try await desk.store.callAgain(call, at: later, "busy")
            #expect(try await desk.store.nextCallDue() == later)
            #expect(try await desk.store.claimCalls(limit: 1).isEmpty)
            try await other.callAgain(call, at: Timestamp.now(), "not claimed")
            #expect(try await desk.store.nextCallDue() == later)
        }
    }
}
