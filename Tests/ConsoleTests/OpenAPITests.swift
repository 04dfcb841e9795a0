import Conversations
import HTTP
import HTTPTypes
import Messages
import Storage
import Testing

@testable import Console

@Suite(.timeLimit(.minutes(1)))
struct OpenAPITests {
    private func set(_ operations: [(method: String, path: String)]) -> Set<String> { Set(operations.map { "\($0.method) \($0.path)" }) }

    @Test func `Every route is in the document, and everything in the document is a route`() async throws {
        let office = try await Office()
        let routes = set(office.router.routes.map { ($0.method.rawValue, $0.pattern) })
        let documented = set(OpenAPIDocument.operations)
        #expect(routes.subtracting(documented) == set(OpenAPIDocument.pages))
        #expect(documented.subtracting(routes) == set(OpenAPIDocument.servedElsewhere))
        #expect(routes.count == office.router.routes.count && documented.count == OpenAPIDocument.operations.count)

        var written: Set<String> = []
        for path in OpenAPIDocument.json["paths"]?.members ?? [] {
            for method in path.value.members ?? [] { written.insert("\(method.name.uppercased()) \(path.name)") }
        }
        #expect(written == documented)
    }

    @Test func `The document is served as it is, and every reference in it leads somewhere`() async throws {
        let office = try await Office()
        let answer = try await office.answer(.get, "/api/v1/openapi.json")
        #expect(answer.status == 200 && answer.json == OpenAPIDocument.json)
        let schemas = try #require(answer.json["components"]?["schemas"]?.members)
        let names = Set(schemas.map(\.name))
        var used: Set<String> = []
        func walk(_ value: JSON) {
            for member in value.members ?? [] {
                if member.name == "$ref", let target = member.value.string { used.insert(String(target.dropFirst("#/components/schemas/".count))) }
                walk(member.value)
            }
            for item in value.array ?? [] { walk(item) }
        }
        walk(answer.json)
        #expect(used == names)
        let ids = OpenAPIDocument.json["paths"]?.members?.flatMap { $0.value.members ?? [] }.compactMap { $0.value["operationId"]?.string } ?? []
        #expect(Set(ids).count == ids.count && ids.count == OpenAPIDocument.operations.count)
    }

    /// The routes that need somebody are those that the document says need somebody.
    @Test func `Without a session every route of agents answers 401`() async throws {
        let office = try await Office()
        for path in OpenAPIDocument.json["paths"]?.members ?? [] {
            for method in path.value.members ?? [] {
                guard let name = HTTPRequest.Method(method.name.uppercased()) else { continue }
                if OpenAPIDocument.servedElsewhere.contains(where: { $0.path == path.name }) { continue }
                let target = path.name.replacing("{id}", with: "00000000-0000-7000-8000-000000000000")
                let answer = try await office.answer(name, target, [("Content-Type", "application/json")], body: "{}")
                let isOpen = method.value["security"] == []
                #expect((answer.status == 401) == !isOpen, "\(name) \(target): \(answer.status)")
                #expect(method.value["responses"]?[String(answer.status)] != nil, "\(name) \(target) answered \(answer.status), which the document does not know")
                #expect(answer.fields[.cacheControl] == "no-store")
            }
        }
    }

    /// Plays through the API and holds every answer against the document.
    @Test func `What is answered is what the document says`() async throws {
        let office = try await Office()
        let check = SchemaCheck(schemas: OpenAPIDocument.json["components"]?["schemas"] ?? .null)
        let boss = try await Browser(office, email: "boss@example.com", role: .admin)
        let anna = try await Browser(office, email: "anna@example.com")
        let id = try await office.conversation("I want a person")
        let answered = try await office.conversation(
            "how much is shipping?", by: "dora", finding: .answer(article: "shipping-cost", title: "Shipping", version: "v1", confidence: 0.93, text: "It is free."))
        let path = "/api/v1/conversations/\(id)"
        let answers = [
            try await office.answer(.get, "/api/v1/welcome"), try await anna.get("/api/v1/session"), try await anna.get("/api/v1/agents"),
            try await boss.get("/api/v1/agents"), try await boss.post("/api/v1/agents", ["email": "new@example.com", "name": "New", "role": "agent"]),
            try await boss.post("/api/v1/agents", ["email": "new@example.com", "name": "New", "role": "agent"]),
            try await boss.post("/api/v1/agents", ["email": "anna@example.com", "name": "New", "role": "agent"]), try await anna.post("/api/v1/agents"),
            try await anna.get("/api/v1/conversations?owner=queue"), try await anna.get("/api/v1/conversations?limit=x"), try await anna.get(path),
            try await anna.post("\(path)/reply", ["text": "x"]), try await anna.post("\(path)/take"), try await anna.get("/api/v1/conversations?owner=mine"),
            try await anna.post("\(path)/reply", ["text": "x"]), try await anna.post("\(path)/note", ["text": "x"]), try await anna.post("\(path)/note", ["words": "x"]),
            try await anna.post("\(path)/return"), try await anna.post("\(path)/close"), try await anna.get("/api/v1/conversations?owner=closed"),
            try await anna.get("/api/v1/conversations/\(answered)"), try await anna.get("/api/v1/conversations/x"),
            try await office.answer(.post, "/api/v1/session", [("Content-Type", "text/plain")], body: "{}"), try await anna.send(.delete, "/api/v1/session", nil),
        ]
        #expect(try await boss.get("/api/v1/conversations/\(answered)").json["messages"]?.array?.last?["article"]?["confidence"] == 0.93)
        for (index, answer) in answers.enumerated() {
            let operation = OpenAPIDocument.json["paths"]?[answer.pattern]
            let ways = operation?.members?.compactMap { $0.value["responses"]?[String(answer.status)] } ?? []
            #expect(!ways.isEmpty, "answer \(index), \(answer.pattern): \(answer.status) is not in the document")
            if answer.status == 204 { continue }
            let found = ways.map { way in
                way["content"]?["application/json"]?["schema"].map { check.problems(answer.json, $0) } ?? ["no schema"]
            }
            #expect(found.contains { $0.isEmpty }, "answer \(index), \(answer.pattern) \(answer.status): \(found)")
        }
    }
}
