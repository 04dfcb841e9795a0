import Conversations
import HTTPTypes
import Messages
import Storage
import Testing

@testable import Console

@Suite(.timeLimit(.minutes(1)))
struct ConversationAPITests {
    @Test func `An agent reads, takes, answers, notes, gives back and closes`() async throws {
        let office = try await Office()
        let anna = try await Browser(office, email: "anna@example.com")
        let id = try await office.conversation("I want a person")
        let path = "/api/v1/conversations/\(id)"

        let read = try await anna.get(path)
        #expect(read.status == 200)
        #expect(read.json["conversation"]?["owner"] == ["kind": "queue", "agent": nil] && read.json["conversation"]?["status"] == "open")
        #expect(read.json["customer"]?["name"] == "Carla" && read.json["customer"]?["identities"]?.array?.first?["address"] == "carla")
        #expect(read.json["handoff"]?["reason"] == "asked" && read.json["handoff"]?["goal"] == "I want a person")
        #expect(read.json["handoff"]?["facts"] == [["name": "order", "value": "12345"]] && read.json["handoff"]?["promised_at"] == "2027-01-15T09:00:00.000Z")
        let first = try #require(read.json["messages"]?.array?.first)
        #expect(first["text"] == "I want a person" && first["notes"] == ["a note of the channel"] && first["article"] == .null)
        #expect(first["attachments"] == [["name": "lamp.png", "mime": "image/png", "size": 17, "sha256": .null]])
        #expect(!read.json.text.contains("secret-reference"))

        let taken = try await anna.post("\(path)/take")
        #expect(taken.status == 200 && taken.json["conversation"]?["owner"]?["agent"]?["name"] == "Anna")
        #expect(try await anna.post("\(path)/take").status == 200)
        let replied = try await anna.post("\(path)/reply", ["text": "Here I am"])
        let last = try #require(replied.json["messages"]?.array?.last)
        #expect(replied.status == 200 && last["text"] == "Here I am" && last["author"] == ["kind": "agent", "name": "Anna"])
        #expect(last["delivery"]?["state"]?.string.map { ["sending", "pending"].contains($0) } == true)
        let noted = try await anna.post("\(path)/note", ["text": "she is nice"])
        #expect(noted.json["messages"]?.array?.last?["direction"] == "note" && noted.json["messages"]?.array?.last?["delivery"] == .null)
        #expect(noted.json["conversation"]?["last_message"]?["text"] == "Here I am")
        let returned = try await anna.post("\(path)/return")
        #expect(returned.status == 200 && returned.json["conversation"]?["owner"]?["kind"] == "bot")
        #expect(try await anna.post("\(path)/return").code == "with_bot_already")
        let closed = try await anna.post("\(path)/close")
        #expect(closed.status == 200 && closed.json["conversation"]?["status"] == "closed")
        #expect(try await anna.post("\(path)/close").code == "already_closed")
    }

    @Test func `Only who took a conversation speaks in it`() async throws {
        let office = try await Office()
        let anna = try await Browser(office, email: "anna@example.com")
        let bea = try await Browser(office, email: "bea@example.com")
        let path = "/api/v1/conversations/\(try await office.conversation())"
        #expect(try await anna.post("\(path)/reply", ["text": "too early"]).code == "not_yours")
        #expect(try await anna.post("\(path)/take").status == 200)
        for (verb, code) in [("take", "already_taken"), ("return", "not_yours"), ("close", "not_yours")] {
            let answer = try await bea.post("\(path)/\(verb)")
            #expect(answer.status == 409 && answer.code == code && !answer.message.isEmpty)
        }
        let answer = try await bea.post("\(path)/reply", ["text": "me too"])
        #expect(answer.status == 409 && answer.code == "not_yours")
        #expect(try await bea.post("\(path)/note", ["text": "I saw this"]).status == 200)
        let messages = try await anna.get(path).json["messages"]?.array ?? []
        #expect(!messages.contains { $0["text"] == "too early" || $0["text"] == "me too" })
    }

    @Test func `A reply that comes twice under one key is said once`() async throws {
        let office = try await Office()
        let anna = try await Browser(office, email: "anna@example.com")
        let path = "/api/v1/conversations/\(try await office.conversation())"
        _ = try await anna.post("\(path)/take")
        let first = try await anna.post("\(path)/reply", ["text": "once"], key: "k-1")
        let second = try await anna.post("\(path)/reply", ["text": "once"], key: "k-1")
        #expect(first.status == 200 && second.status == 200)
        #expect(second.json["messages"]?.array?.filter { $0["text"] == "once" }.count == 1)
        let reused = try await anna.post("\(path)/reply", ["text": "other words"], key: "k-1")
        #expect(reused.status == 409 && reused.code == "idempotency_key_reused")
        #expect(try await anna.post("\(path)/note", ["text": "once"], key: "k-1").code == "idempotency_key_reused")
        #expect(try await anna.post("\(path)/reply", ["text": "once"], key: "k-2").json["messages"]?.array?.filter { $0["text"] == "once" }.count == 2)
        let bad = try await anna.post("\(path)/reply", ["text": "x"], key: String(repeating: "k", count: 201))
        #expect(bad.status == 400 && bad.code == "invalid_key")
    }

    @Test(arguments: [
        ("reply", #"{"text":"  \n"}"#, 422, "empty"), ("note", #"{"text":""}"#, 422, "empty"), ("reply", "{}", 422, "invalid_field"),
        ("reply", #"{"text":7}"#, 422, "invalid_field"),
        ("take", #"{"owner":"x"}"#, 422, "unknown_field"), ("close", #"{"status":"open"}"#, 422, "unknown_field"), ("reply", #"{"text":"x","author":"bot"}"#, 422, "unknown_field"),
        ("return", "[]", 422, "invalid_body"), ("take", "", 400, "invalid_json"),
    ])
    func `A body that says too little or too much does nothing`(verb: String, body: String, status: Int, code: String) async throws {
        let office = try await Office()
        let anna = try await Browser(office, email: "anna@example.com")
        let path = "/api/v1/conversations/\(try await office.conversation())"
        if verb != "take" { _ = try await anna.post("\(path)/take") }
        let before = try await anna.get(path).bytes
        let fields = [("Cookie", anna.cookie ?? ""), ("X-CSRF-Token", anna.csrf ?? ""), ("Content-Type", "application/json")]
        let answer = try await office.answer(.post, "\(path)/\(verb)", fields.map { (name: $0.0, value: $0.1) }, body: body)
        #expect(answer.status == status && answer.code == code, "\(answer.message)")
        #expect(try await anna.get(path).bytes == before)
    }

    @Test func `A text of 64 KiB is said, a longer one and a body over 256 KiB are not`() async throws {
        let office = try await Office()
        let anna = try await Browser(office, email: "anna@example.com")
        let path = "/api/v1/conversations/\(try await office.conversation())"
        _ = try await anna.post("\(path)/take")
        #expect(try await anna.post("\(path)/reply", ["text": .string(String(repeating: "x", count: 65_536))]).status == 200)
        let long = try await anna.post("\(path)/reply", ["text": .string(String(repeating: "x", count: 65_537))])
        #expect(long.status == 422 && long.code == "too_long")
        let huge = try await anna.post("\(path)/reply", ["text": .string(String(repeating: "x", count: 262_144))])
        #expect(huge.status == 413 && huge.code == "too_large")
    }

    @Test(arguments: ["0", "x", "00000000-0000-7000-8000-000000000000", "00000000-0000-7000-8000-00000000000G", "'%20OR%201=1%20--", "%E2%80%AE"])
    func `What is no conversation is not found`(id: String) async throws {
        let office = try await Office()
        let anna = try await Browser(office, email: "anna@example.com")
        for answer in [try await anna.get("/api/v1/conversations/\(id)"), try await anna.post("/api/v1/conversations/\(id)/take")] {
            #expect(answer.status == 404 && answer.code == "not_found")
        }
    }

    @Test func `Lists show what they are named after, page by page`() async throws {
        let office = try await Office()
        let anna = try await Browser(office, email: "anna@example.com")
        var ids: [String] = []
        for number in 1...7 {
            // Two at the same moment: the cursor must not lose one of them.
            if number != 4 { office.wait(.seconds(1)) }
            ids.append(try await office.conversation("number \(number)", by: "customer \(number)"))
        }
        let bot = try await office.conversation("hello", by: "somebody", finding: .greeting)
        var seen: [String] = []
        var next: String?
        repeat {
            let page = try await anna.get("/api/v1/conversations?owner=queue&limit=3" + (next.map { "&before=\($0)" } ?? ""))
            #expect(page.status == 200)
            seen += page.json["conversations"]?.array?.compactMap { $0["id"]?.string } ?? []
            next = page.json["next"]?.string
        } while next != nil && seen.count < 50
        #expect(seen.count == 7 && Set(seen) == Set(ids))
        _ = try await anna.post("/api/v1/conversations/\(ids[0])/take")
        _ = try await anna.post("/api/v1/conversations/\(ids[1])/close")
        func list(_ owner: String) async throws -> Set<String> {
            Set(try await anna.get("/api/v1/conversations?owner=\(owner)").json["conversations"]?.array?.compactMap { $0["id"]?.string } ?? [])
        }
        #expect(try await list("mine") == [ids[0]])
        #expect(try await list("closed") == [ids[1]])
        #expect(try await list("bot") == [bot])
        #expect(try await list("queue") == Set(ids[2...]))
        #expect(try await list("open") == Set(ids).union([bot]).subtracting([ids[1]]))
    }

    @Test(arguments: [
        ("owner=everything", "owner"), ("limit=0", "limit"), ("limit=201", "limit"), ("limit=1e2", "limit"), ("limit=+5", "limit"), ("limit=", "limit"), ("limit=05", "limit"),
        ("before=x", "before"), ("before=MTIz", "before"), ("before=", "before"), ("before=MDA3LjAwMDAwMDAwLTAwMDAtNzAwMC04MDAwLTAwMDAwMDAwMDAwMA", "before"),
        ("before=MS4wMDAwMDAwMC0wMDAwLTcwMDAtODAwMC0wMDAwMDAwMDAwMDA=", "before"),
        ("limit=5&limit=6", "limit"), ("sort=id", "sort"), ("owner=%ff", "query"),
    ])
    func `A parameter that is wrong is named`(query: String, named: String) async throws {
        let office = try await Office()
        let anna = try await Browser(office, email: "anna@example.com")
        let answer = try await anna.get("/api/v1/conversations?\(query)")
        #expect(answer.status == 400 && answer.code == "invalid_parameter" && answer.message.contains(named), "\(answer.status) \(answer.message)")
    }
}
