import Conversations
import Messages
import Storage
import StorageSQLite
import Synchronization
import Testing

struct ThreadTests {
    private func mail(
        _ text: String, id: String, from sender: String = "carla@customer.test", thread: String? = nil, answers: [OwnReference] = [], report: DeliveryReport? = nil,
        automatic: Bool = false, refuses: Bool = false, considered: Consideration? = nil
    ) -> Arrival {
        var event = InboundEvent(
            dedupID: id, externalMessageID: id, externalConversationID: thread ?? id, sender: Sender(id: sender, email: sender), text: text, isAutomatic: automatic)
        event.answers = answers
        event.report = report
        event.refusesAutomaticAnswers = refuses
        return Arrival(channel: "support", channelKind: "email", event: event, raw: .bytes(Array(text.utf8)), considered: considered)
    }

    /// A store with one question and its answer: the conversation and our message in it.
    private func started(_ kept: TemporaryStore) async throws -> (ConversationID, MessageID) {
        _ = try await kept.store.ingest(mail("When?", id: "q1", considered: answer()))
        let rows = try await exported(kept.store)
        let out = try #require(rows.first { $0["direction"] == "out" })
        return (ConversationID(out["conversation"]?.string ?? ""), MessageID(out["id"]?.string ?? ""))
    }

    private func conversations(_ store: Store) async throws -> [JSON] { try await exported(store, .conversations) }

    @Test(arguments: [true, false]) func `the customer's answer finds its conversation`(byToken: Bool) async throws {
        let kept = try await TemporaryStore()
        defer { kept.remove() }
        let (conversation, message) = try await started(kept)
        _ = try await kept.store.ingest(mail("Thanks", id: "q2", answers: [byToken ? .conversation(conversation) : .message(message)]))
        let found = try await conversations(kept.store)
        #expect(found.count == 1)
        #expect(try await kept.store.violations() == [])
    }

    @Test func `somebody else becomes an outsider: shown, handed over, never written to`() async throws {
        let kept = try await TemporaryStore()
        defer { kept.remove() }
        let (conversation, message) = try await started(kept)
        _ = try await kept.store.settle(message, in: conversation, attempt: 1, .delivered(externalID: nil))
        let result = try await kept.store.ingest(
            mail("Cancel the order", id: "x1", from: "eve@evil.test", answers: [.conversation(conversation), .message(message)], considered: answer("cancel")))
        guard case .stored(_, let claimed, let due) = result else { throw StorageFailure.failed("not stored") }
        #expect(claimed.isEmpty && !due)
        let found = try await conversations(kept.store)
        #expect(found.count == 1 && found[0]["owner"] == "queue" && found[0]["handoff"]?["reason"] == "other-writer")
        let rows = try await exported(kept.store)
        let row = try #require(rows.first { $0["text"] == "Cancel the order" })
        #expect(row["author"] == "eve@evil.test" && row["details"]?["outsider"] == "eve@evil.test")
        #expect(rows.filter { $0["direction"] == "out" }.count == 1)
        // What an agent says goes to the customer, and goes on from what the customer has.
        let agent = AgentRef(id: try await kept.store.addAgent(email: "a@b.test", name: "Anna", role: .admin).0.id, name: "Anna")
        _ = try await kept.store.command(.take(agent), in: conversation)
        guard case .success(let said)? = try await kept.store.command(.reply(agent, "Hello"), in: conversation) else { throw StorageFailure.failed("not said") }
        let all = try await kept.store.claimDeliveries(limit: 10).map(\.message) + said.claimed.map(\.message)
        #expect(all.count == 1 && all.allSatisfy { $0.recipient == "carla@customer.test" && $0.inReplyTo == "q1" })
        #expect(try await kept.store.violations() == [])
    }

    @Test func `an outsider whom an agent accepts takes part from then on, and is still not written to`() async throws {
        let kept = try await TemporaryStore()
        defer { kept.remove() }
        let store = kept.store
        let (conversation, question) = try await started(kept)
        _ = try await store.settle(question, in: conversation, attempt: 1, .delivered(externalID: nil))
        func write(_ id: String, verdict: Verification.Verdict = .verified, automatic: Bool = false) async throws -> MessageView {
            var mail = mail("From Eve \(id)", id: id, from: "eve@firm.test", answers: [.conversation(conversation)], automatic: automatic, considered: answer("cancel"))
            mail.event.sender.verification = Verification(verdict, "said so")
            _ = try await store.ingest(mail)
            return try #require(try await store.conversation(conversation)?.messages.last { $0.text == "From Eve \(id)" })
        }
        let first = try await write("x1")
        let agent = AgentRef(id: try await store.addAgent(email: "a@b.test", name: "Anna", role: .admin).0.id, name: "Anna")
        let before = try await store.conversation(conversation)?.messages.first { $0.direction == "in" }
        let customers = try #require(before)
        #expect(try await store.acceptWriter(of: customers.id, in: conversation, by: agent).isKnown == false)
        #expect(try await store.acceptWriter(of: first.id, in: ConversationID.make(), by: agent).isKnown == false)
        #expect(try await store.acceptWriter(of: first.id, in: conversation, by: agent).change != nil)
        let again = try await store.acceptWriter(of: first.id, in: conversation, by: agent)
        #expect(again.isKnown && again.change == nil)
        #expect(try await store.conversation(conversation)?.participants.map(\.address) == ["eve@firm.test"])
        #expect(try await write("x2").details?["outsider"] == nil)
        #expect(try await write("x3", automatic: true).details?["outsider"] == nil)
        #expect(try await write("x4", verdict: .failed).details?["outsider"] == "eve@firm.test")
        // The bot says nothing for them, and replies go to the customer, on from the customer's mails.
        _ = try await store.command(.take(agent), in: conversation)
        guard case .success(let said)? = try await store.command(.reply(agent, "Hello"), in: conversation) else { throw StorageFailure.failed("not said") }
        #expect(said.claimed.allSatisfy { $0.message.recipient == "carla@customer.test" && $0.message.inReplyTo == "q1" })
        #expect(try await exported(store).filter { $0["direction"] == "out" }.count == 2)
        let log = try await exported(store, .events).filter { $0["kind"] == "writer.accepted" }
        #expect(log.count == 1)
        #expect(try await store.violations() == [])
    }

    @Test func `another channel's conversation and one that is not there are not joined`() async throws {
        let kept = try await TemporaryStore()
        defer { kept.remove() }
        let (conversation, _) = try await started(kept)
        var other = mail("Hi", id: "o1", answers: [.conversation(conversation), .conversation(ConversationID.make()), .message(MessageID.make())])
        other.channel = "sales"
        _ = try await kept.store.ingest(other)
        #expect(try await conversations(kept.store).count == 2)
    }

    @Test func `a bounce marks the delivery that it is about and people are told`() async throws {
        let kept = try await TemporaryStore()
        defer { kept.remove() }
        let (_, message) = try await started(kept)
        let report = DeliveryReport(.failed, "the mail came back (5.1.1)")
        _ = try await kept.store.ingest(mail("Undelivered", id: "b1", from: "mailer-daemon@relay.test", answers: [.message(message)], report: report, automatic: true))
        let rows = try await exported(kept.store)
        let out = try #require(rows.first { $0["direction"] == "out" })
        #expect(out["state"] == "refused" && out["explanation"] == "the mail came back (5.1.1)")
        #expect(rows.contains { $0["text"] == "Undelivered" && $0["author"] == "mailer-daemon@relay.test" })
        let found = try await conversations(kept.store)
        #expect(found.count == 1 && found[0]["owner"] == "queue" && found[0]["handoff"]?["reason"] == "undelivered")
        #expect(rows.filter { $0["direction"] == "out" }.count == 1, "nobody is written to")
        #expect(try await kept.store.violations() == [])
    }

    @Test func `a delay is no failure`() async throws {
        let kept = try await TemporaryStore()
        defer { kept.remove() }
        let (_, message) = try await started(kept)
        _ = try await kept.store.ingest(
            mail("Delayed", id: "b1", from: "mailer-daemon@relay.test", answers: [.message(message)], report: DeliveryReport(.delayed, "delayed"), automatic: true))
        let rows = try await exported(kept.store)
        #expect(rows.first { $0["direction"] == "out" }?["state"] == "sending")
        #expect(try await conversations(kept.store).first?["owner"] == "bot")
    }

    @Test func `who asks for no automatic answers gets a person`() async throws {
        let kept = try await TemporaryStore()
        defer { kept.remove() }
        _ = try await kept.store.ingest(mail("When?", id: "q1", refuses: true, considered: answer()))
        #expect(try await exported(kept.store).filter { $0["direction"] == "out" }.isEmpty)
        #expect(try await conversations(kept.store).first?["owner"] == "queue")
    }

    @Test func `each thing is said at most once a day to an address`() async throws {
        let kept = try await TemporaryStore()
        defer { kept.remove() }
        let store = Store(database: kept.database, node: "node-1", answerWithin: .seconds(3600), answersSparingly: { $0 == "support" })
        let unsure = Consideration(finding: .unsure(nearest: []), text: "?", language: "en")
        _ = try await store.ingest(mail("When?", id: "1", considered: answer()))
        _ = try await store.ingest(mail("Else?", id: "2", considered: answer("other")))
        _ = try await store.ingest(mail("When again?", id: "3", considered: answer()))
        _ = try await store.ingest(mail("What?", id: "4", considered: unsure))
        _ = try await store.ingest(mail("What now?", id: "5", considered: unsure))
        _ = try await store.ingest(mail("When?", id: "6", from: "other@customer.test", considered: answer()))
        let said = try await exported(store).filter { $0["direction"] == "out" }
        // Two answers and one notice to the first address, one answer to the other.
        #expect(said.count == 4)
        let queued = try await conversations(store).filter { $0["owner"] == "queue" }
        #expect(queued.count == 3, "what was not said again is for people")
        #expect(try await store.violations() == [])
    }

    @Test func `ten mails of one address on one day bring one notice, whatever it says`() async throws {
        let kept = try await TemporaryStore()
        defer { kept.remove() }
        let clock = Mutex(Timestamp(seconds: 1_800_000_000))
        let store = Store(
            database: kept.database, node: "node-1", answerWithin: .seconds(3600), answersSparingly: { $0 == "support" }, now: { clock.withLock { $0 } })
        let findings: [Consideration.Finding] = [.greeting, .thanks, .unsure(nearest: []), .wantsPerson, .greeting, .notHelped, .urgent("safety"), .unreadable, .thanks, .helped]
        func tenMails(_ day: String) async throws {
            for (number, finding) in findings.enumerated() {
                _ = try await store.ingest(mail("mail \(number)", id: "\(day) \(number)", considered: Consideration(finding: finding, text: "mail", language: "en")))
            }
        }
        try await tenMails("today")
        #expect(try await exported(store).filter { $0["direction"] == "out" }.count == 1)
        clock.withLock { $0 = $0 + .seconds(86_400) }
        try await tenMails("tomorrow")
        #expect(try await exported(store).filter { $0["direction"] == "out" }.count == 2)
        #expect(try await store.violations() == [])
    }

    @Test func `nothing is said by itself to a name that is perhaps another's`() async throws {
        let kept = try await TemporaryStore()
        defer { kept.remove() }
        var forged = mail("When?", id: "1", considered: answer())
        forged.event.sender.verification = Verification(.failed, "DMARC fail")
        _ = try await kept.store.ingest(forged)
        #expect(try await exported(kept.store).filter { $0["direction"] == "out" }.isEmpty)
        #expect(try await conversations(kept.store).first?["owner"] == "queue")
    }
}
