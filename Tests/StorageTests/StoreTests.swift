import Conversations
import Foundation
import Glibc
import Messages
import Storage
import StorageSQLite
import Synchronization
import Testing

/// A store in a folder of its own that goes away with it.
final class TemporaryStore: Sendable {
    let folder: String
    let database: SQLiteDatabase
    let store: Store

    init(node: String = "node-1", folder: String? = nil) async throws {
        if let folder {
            self.folder = folder
        } else {
            var template = Array("/tmp/centralino-store-XXXXXX".utf8CString)
            try #require(mkdtemp(&template) != nil)
            self.folder = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
        }
        database = try await SQLiteDatabase.open(at: "\(self.folder)/store.sqlite") { problem in
            perror(problem)
            _exit(70)
        }
        store = Store(database: database, node: node, answerWithin: .seconds(3600))
    }

    func remove() {
        // With what a test kept in it beside the store; what stays behind in /tmp harms nobody.
        try? FileManager.default.removeItem(atPath: folder)
    }
}

func arrival(
    _ text: String, id: String?, from sender: String = "customer-1", thread: String = "thread-1", kind: InboundEvent.Kind = .message, external: String? = nil,
    considered: Consideration? = nil
) -> Arrival {
    Arrival(
        channel: "partner", channelKind: "standard-webhooks",
        event: InboundEvent(kind: kind, dedupID: id, externalMessageID: external ?? id, externalConversationID: thread, sender: Sender(id: sender, name: "Carla"), text: text),
        raw: .bytes(Array(text.utf8)), considered: considered)
}

func answer(_ article: String = "shipping") -> Consideration {
    Consideration(finding: .answer(article: article, title: "Shipping", version: "v1", confidence: 0.97, text: "Two days."), text: "when?", language: "en")
}

func exported(_ store: Store, _ kind: ExportKind = .messages) async throws -> [JSON] {
    let lines = Lines()
    try await store.export(kind) { lines.append($0) }
    return lines.all
}

final class Lines: Sendable {
    private let lines = Mutex<[JSON]>([])
    func append(_ line: JSON) { lines.withLock { $0.append(line) } }
    var all: [JSON] { lines.withLock { $0 } }
}

@Suite(.timeLimit(.minutes(1)))
struct `What is stored` {
    @Test func `a repeat is refused and adds nothing`() async throws {
        let temporary = try await TemporaryStore()
        defer { temporary.remove() }
        guard case .stored = try await temporary.store.ingest(arrival("hello", id: "m1")) else { throw Unexpected() }
        guard case .duplicate = try await temporary.store.ingest(arrival("hello again", id: "m1")) else { throw Unexpected() }
        #expect(try await exported(temporary.store).count == 1)
        #expect(try await temporary.store.violations() == [])
    }

    @Test func `the same id from a hundred tasks at once is stored once`() async throws {
        let temporary = try await TemporaryStore()
        defer { temporary.remove() }
        let stored = try await withThrowingTaskGroup(of: Bool.self) { group in
            for _ in 0..<100 {
                group.addTask { if case .stored = try await temporary.store.ingest(arrival("hello", id: "same")) { true } else { false } }
            }
            return try await group.reduce(into: 0) { $0 += $1 ? 1 : 0 }
        }
        #expect(stored == 1)
        #expect(try await exported(temporary.store).count == 1)
    }

    @Test func `an answer is stored with the question and claimed for sending`() async throws {
        let temporary = try await TemporaryStore()
        defer { temporary.remove() }
        guard case .stored(let change, let claimed, let due) = try await temporary.store.ingest(arrival("when?", id: "m1", considered: answer())) else { throw Unexpected() }
        #expect(!due)
        #expect(change?.seq == 2)
        #expect(claimed.map(\.message.text) == ["Two days.\n\n(Source: Shipping)"])
        #expect(claimed.first?.message.inReplyTo == "m1")
        let rows = try await exported(temporary.store)
        #expect(rows.map { $0["direction"]?.string } == ["in", "out"])
        #expect(rows.last?["details"]?["article"] == "shipping")
        #expect(rows.last?["details"]?["version"] == "v1")
        #expect(try await temporary.store.violations() == [])
    }

    @Test func `without a consideration the answer is due, and is given once`() async throws {
        let temporary = try await TemporaryStore()
        defer { temporary.remove() }
        _ = try await temporary.store.ingest(arrival("when?", id: "m1"))
        _ = try await temporary.store.ingest(arrival("and how?", id: "m2", considered: answer()))
        let due = try await temporary.store.dueAnswers(limit: 10)
        #expect(due.map(\.text) == ["when?"])
        let first = try #require(due.first)
        #expect(try await temporary.store.considered(first, answer("returns")) != nil)
        #expect(try await temporary.store.considered(first, answer("returns")) == nil)
        #expect(try await temporary.store.dueAnswers(limit: 10).map(\.text) == ["and how?"])
        #expect(try await temporary.store.violations() == [])
    }

    @Test func `knowing a thread lets nobody else into it`() async throws {
        let temporary = try await TemporaryStore()
        defer { temporary.remove() }
        _ = try await temporary.store.ingest(arrival("mine", id: "m1", from: "carla"))
        _ = try await temporary.store.ingest(arrival("let me in", id: "m2", from: "mallory"))
        let conversations = Set(try await exported(temporary.store).compactMap { $0["conversation"]?.string })
        #expect(conversations.count == 2)
    }

    @Test func `an edit changes its message, and one that comes first waits for it`() async throws {
        let temporary = try await TemporaryStore()
        defer { temporary.remove() }
        _ = try await temporary.store.ingest(arrival("helo", id: "m1"))
        _ = try await temporary.store.ingest(arrival("hello", id: "e1", kind: .edit, external: "m1"))
        _ = try await temporary.store.ingest(arrival("good bye", id: "e2", kind: .edit, external: "m2"))
        _ = try await temporary.store.ingest(arrival("god bye", id: "m2"))
        _ = try await temporary.store.ingest(arrival("", id: "d3", kind: .delete, external: "m3"))
        _ = try await temporary.store.ingest(arrival("never mind", id: "m3", considered: answer()))
        let rows = try await exported(temporary.store)
        #expect(rows.prefix(2).map { $0["text"]?.string } == ["hello", "good bye"])
        #expect(rows.last?["deleted"] == true)
        #expect(rows.filter { $0["direction"] == "out" }.isEmpty)
        #expect(try await temporary.store.violations() == [])
    }

    @Test func `one body's failure undoes only its own`() async throws {
        let temporary = try await TemporaryStore()
        defer { temporary.remove() }
        struct Refused: Error {}
        await withTaskGroup(of: Void.self) { group in
            for number in 0..<60 {
                group.addTask {
                    if number.isMultiple(of: 3) {
                        await #expect(throws: Refused.self) {
                            try await temporary.database.write { connection -> Int in
                                try connection.run("INSERT INTO properties (name, value) VALUES ($1, 'x')", [.text("bad-\(number)")])
                                throw Refused()
                            }
                        }
                    } else {
                        await #expect(throws: Never.self) { try await temporary.store.setProperty("good-\(number)", "x") }
                    }
                }
            }
        }
        let names = try await temporary.database.read { try $0.rows("SELECT name FROM properties", []).map { $0.text(0) } }
        #expect(names.filter { $0.hasPrefix("good") }.count == 40)
        #expect(names.filter { $0.hasPrefix("bad") }.isEmpty)
    }

    @Test func `a commit is synced: the writer runs with synchronous FULL, in WAL`() async throws {
        let temporary = try await TemporaryStore()
        defer { temporary.remove() }
        let settings = try await temporary.database.write { connection in
            (try connection.rows("PRAGMA synchronous", []).first?.integer(0), try connection.rows("PRAGMA journal_mode", []).first?.text(0))
        }
        #expect(settings.0 == 2)
        #expect(settings.1 == "wal")
    }
}

@Suite(.timeLimit(.minutes(1)))
struct `What is on its way out` {
    @Test func `replies of a conversation leave in their order`() async throws {
        let temporary = try await TemporaryStore()
        defer { temporary.remove() }
        guard case .stored(let change?, let first, _) = try await temporary.store.ingest(arrival("when?", id: "m1", considered: answer())) else { throw Unexpected() }
        guard case .stored(_, let second, _) = try await temporary.store.ingest(arrival("returns?", id: "m2", considered: answer("returns"))) else { throw Unexpected() }
        #expect(first.count == 1)
        #expect(second.isEmpty, "the first is not settled: the second waits for its turn")
        #expect(try await temporary.store.claimDeliveries(limit: 10).isEmpty)
        let settled = try await temporary.store.settle(try #require(first.first).message.id, in: change.conversation, attempt: 1, .delivered(externalID: "x"))
        #expect(settled.next)
        let claimed = try await temporary.store.claimDeliveries(limit: 10)
        #expect(claimed.map(\.message.attempt) == [1])
        #expect(try await temporary.store.violations() == [])
    }

    @Test func `what an earlier run left is sent again only where that is harmless`() async throws {
        let first = try await TemporaryStore(node: "run-1")
        defer { first.remove() }
        _ = try await first.store.ingest(arrival("when?", id: "m1", considered: answer()))
        _ = try await first.store.ingest(arrival("when?", id: "m2", thread: "thread-2", considered: answer()))
        let next = Store(database: first.database, node: "run-2", answerWithin: .seconds(60))
        let left = try await next.recoverDeliveries(repeatable: ["partner"])
        #expect(left == (2, 0))
        let again = try await next.claimDeliveries(limit: 10)
        #expect(again.map(\.message.attempt) == [2, 2])
        let third = Store(database: first.database, node: "run-3", answerWithin: .seconds(60))
        #expect(try await third.recoverDeliveries(repeatable: []) == (0, 2))
        #expect(try await exported(third).compactMap { $0["state"]?.string }.filter { $0 == "unknown" }.count == 2)
        #expect(try await third.violations() == [])
    }

    @Test func `a run that lost its claim cannot settle any more`() async throws {
        let temporary = try await TemporaryStore(node: "run-1")
        defer { temporary.remove() }
        guard case .stored(let change?, let claimed, _) = try await temporary.store.ingest(arrival("when?", id: "m1", considered: answer())) else { throw Unexpected() }
        let next = Store(database: temporary.database, node: "run-2", answerWithin: .seconds(60))
        _ = try await next.recoverDeliveries(repeatable: ["partner"])
        _ = try await next.claimDeliveries(limit: 1)
        _ = try await temporary.store.settle(try #require(claimed.first).message.id, in: change.conversation, attempt: 1, .refused("late"))
        #expect(try await exported(temporary.store).last?["state"] == "sending")
    }

    @Test func `a delivery that waits for its recipient is due when it comes back`() async throws {
        let temporary = try await TemporaryStore()
        defer { temporary.remove() }
        guard case .stored(let change?, let claimed, _) = try await temporary.store.ingest(arrival("when?", id: "m1", considered: answer())) else { throw Unexpected() }
        _ = try await temporary.store.settle(try #require(claimed.first).message.id, in: change.conversation, attempt: 1, .waiting("not here"))
        #expect(try await temporary.store.claimDeliveries(limit: 10).isEmpty)
        try await temporary.store.reachable("customer-1", on: "partner")
        #expect(try await temporary.store.claimDeliveries(limit: 10).map(\.message.attempt) == [1])
    }
}

@Suite(.timeLimit(.minutes(1)))
struct `The check of the store bites` {
    @Test(arguments: [
        ("DELETE FROM events WHERE seq = 1", "gap in the events"),
        ("DELETE FROM deliveries", "reply without a delivery"),
        ("UPDATE conversations SET owner = 'nobody'", "owner of conversation"),
        ("DELETE FROM inbound", "without the bytes"),
        ("UPDATE deliveries SET state = 'delivered', settled_at = NULL", "settled without a time"),
        ("UPDATE conversations SET waiting_since = 1", "not in the queue"),
    ])
    func `a broken row is named`(sabotage: String, problem: String) async throws {
        let temporary = try await TemporaryStore()
        defer { temporary.remove() }
        _ = try await temporary.store.ingest(arrival("when?", id: "m1", considered: answer()))
        #expect(try await temporary.store.violations() == [])
        _ = try await temporary.database.write { try $0.run(sabotage, []) }
        let violations = try await temporary.store.violations()
        #expect(violations.contains { $0.contains(problem) }, "\(violations)")
    }
}

@Suite(.timeLimit(.minutes(1)))
struct `Copies` {
    @Test func `a backup while writing goes on is sound and can be restored`() async throws {
        let temporary = try await TemporaryStore()
        defer { temporary.remove() }
        let backup = "\(temporary.folder)/copy.sqlite"
        let kept = "\(temporary.folder)/kept.sqlite"
        defer { for path in [backup, kept, backup + "-wal", backup + "-shm"] { unlink(path) } }
        try await withThrowingTaskGroup(of: Void.self) { group in
            for number in 0..<200 {
                group.addTask { _ = try await temporary.store.ingest(arrival("n \(number)", id: "m\(number)", thread: "t\(number % 7)", considered: answer())) }
            }
            group.addTask { try await temporary.database.backup(to: backup) }
            try await group.waitForAll()
        }
        let before = try await exported(temporary.store).count
        _ = try await temporary.store.ingest(arrival("after", id: "after"))
        try await temporary.database.restore(from: backup, keeping: kept)
        #expect(try await temporary.store.violations() == [])
        #expect(try await exported(temporary.store).count <= before)
        await #expect(throws: StorageFailure.self) { try await temporary.database.backup(to: backup) }
    }

    @Test func `a newer database is refused`() async throws {
        let temporary = try await TemporaryStore()
        defer { temporary.remove() }
        _ = try await temporary.database.write { try $0.run("INSERT INTO migrations (name, applied_at) VALUES ('9999-future', 1)", []) }
        await #expect(throws: StorageFailure.self) { try await TemporaryStore(folder: temporary.folder) }
    }
}

private struct Unexpected: Error {}
