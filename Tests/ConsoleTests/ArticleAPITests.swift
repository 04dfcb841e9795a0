import Conversations
import Gateway
import HTTPTypes
import Knowledge
import Messages
import Storage
import Testing

@testable import Console

@Suite(.timeLimit(.minutes(1)))
struct `Articles over the API` {
    static func file(_ body: String, id: String = "returns", question: String = "Can I return it?", more: String = "") -> String {
        "---\nid: \(id)\ntitle: \"About \(id)\"\nlanguage: en\n\(more)questions:\n  - \"\(question)\"\n  - \"question of \(id)\"\n---\n\n\(body)\n"
    }

    /// As if a file of the folder were seen.
    private static func take(_ name: String, _ text: String, in office: Office) async throws {
        let article = try ArticleFile.parse(text, file: "", version: ArticleFile.version(of: text))
        _ = try await office.store.takeFolder([FolderFile(file: name, text: ArticleText(article, text: text, version: article.version))])
    }

    private func version(_ answer: Answer, _ which: String) -> String { answer.json["article"]?[which]?.string ?? "none" }

    @Test func `a draft becomes live, and every text it had is there for good`() async throws {
        let office = try await Office()
        let boss = try await Browser(office, email: "boss@example.com", role: .admin)
        let anna = try await Browser(office, email: "anna@example.com")
        let created = try await anna.post("/api/v1/articles", ["text": .string(Self.file("Within 30 days.")), "note": "first"])
        #expect(created.status == 201)
        let first = version(created, "draft")
        #expect(try await anna.post("/api/v1/articles/returns/publish", ["version": .string(first)]).status == 403)
        let live = try await boss.post("/api/v1/articles/returns/publish", ["version": .string(first)])
        #expect(live.status == 200 && version(live, "live") == first && live.json["article"]?["status"] == "live")
        #expect(live.fields[.eTag] == "\"\(first)\"")

        let fields: JSON = ["fields": ["body": "Within 60 days."], "base_version": .string(first)]
        let second = version(try await anna.send(.put, "/api/v1/articles/returns/draft", fields), "draft")
        #expect(second != first)
        let diff = try await anna.get("/api/v1/articles/returns/diff")
        #expect(diff.json["lines"]?.array?.contains(["change": "added", "text": "Within 60 days."]) == true)
        #expect(try await boss.post("/api/v1/articles/returns/publish", ["version": .string(second)]).status == 200)
        let archived = try await boss.post("/api/v1/articles/returns/archive", ["version": .string(second)])
        #expect(archived.json["article"]?["status"] == "archived")
        #expect(try await anna.get("/api/v1/articles/returns/versions/\(first)").json["fields"]?["body"] == "Within 30 days.")
        let history = try await anna.get("/api/v1/articles/returns/versions")
        #expect(history.json["changes"]?.array?.compactMap { $0["kind"]?.string } == ["archived", "published", "drafted", "published", "drafted"])
        let restored = try await anna.post("/api/v1/articles/returns/restore", ["version": .string(first), "base_version": .string(version(archived, "archived"))])
        #expect(version(restored, "draft") == first)
        #expect(try await office.store.violations() == [])
    }

    @Test func `a lost update is refused, by field and by If-Match`() async throws {
        let office = try await Office()
        let anna = try await Browser(office, email: "anna@example.com")
        let first = version(try await anna.post("/api/v1/articles", ["text": .string(Self.file("One."))]), "draft")
        let change: (String) -> JSON = { ["text": .string(Self.file($0)), "base_version": .string(first)] }
        #expect(try await anna.send(.put, "/api/v1/articles/returns/draft", change("Two.")).status == 200)
        let late = try await anna.send(.put, "/api/v1/articles/returns/draft", change("Three."))
        #expect(late.status == 412 && late.code == "version_changed" && late.message.contains(first))
        let matched = try await anna.send(.put, "/api/v1/articles/returns/draft", ["text": .string(Self.file("Four."))], [("If-Match", "\"\(first)\"")])
        #expect(matched.status == 412)
        #expect(try await anna.send(.put, "/api/v1/articles/returns/draft", ["text": .string(Self.file("Five."))]).status == 422)
    }

    @Test func `a draft on an old live text is not published over a newer one`() async throws {
        let office = try await Office()
        let boss = try await Browser(office, email: "boss@example.com", role: .admin)
        let first = version(try await boss.post("/api/v1/articles", ["text": .string(Self.file("One."))]), "draft")
        _ = try await boss.post("/api/v1/articles/returns/publish", ["version": .string(first)])
        let draft = version(try await boss.send(.put, "/api/v1/articles/returns/draft", ["text": .string(Self.file("Two.")), "base_version": .string(first)]), "draft")
        let text = Self.file("From the folder.")
        let article = try ArticleFile.parse(text, file: "", version: ArticleFile.version(of: text))
        _ = try await office.store.takeFolder([FolderFile(file: "returns.md", text: ArticleText(article, text: text, version: article.version))])
        let refused = try await boss.post("/api/v1/articles/returns/publish", ["version": .string(draft)])
        #expect(refused.status == 412 && refused.message.contains(article.version))
        let again: JSON = ["text": .string(Self.file("Both.")), "base_version": .string(draft), "live_version": .string(article.version)]
        let merged = version(try await boss.send(.put, "/api/v1/articles/returns/draft", again), "draft")
        #expect(try await boss.post("/api/v1/articles/returns/publish", ["version": .string(merged)]).status == 200)
    }

    @Test func `where approval is needed another person gives it, to exactly that text`() async throws {
        let office = try await Office(approval: true)
        let boss = try await Browser(office, email: "boss@example.com", role: .admin)
        let other = try await Browser(office, email: "other@example.com", role: .admin)
        let version = version(try await boss.post("/api/v1/articles", ["text": .string(Self.file("One."))]), "draft")
        let body: JSON = ["version": .string(version)]
        #expect(try await boss.post("/api/v1/articles/returns/publish", body).code == "approval_needed")
        #expect(try await other.post("/api/v1/articles/returns/approve", body).code == "not_submitted")
        #expect(try await boss.post("/api/v1/articles/returns/submit", body).json["article"]?["stage"] == "review")
        #expect(try await boss.post("/api/v1/articles/returns/approve", body).code == "own_draft")
        #expect(try await other.post("/api/v1/articles/returns/approve", body).json["article"]?["stage"] == "approved")
        let edited = self.version(try await boss.send(.put, "/api/v1/articles/returns/draft", ["text": .string(Self.file("Two.")), "base_version": .string(version)]), "draft")
        #expect(try await boss.post("/api/v1/articles/returns/publish", ["version": .string(edited)]).code == "approval_needed")
        #expect(try await boss.post("/api/v1/articles/returns/submit", ["version": .string(edited)]).status == 200)
        #expect(try await other.post("/api/v1/articles/returns/approve", ["version": .string(edited)]).status == 200)
        #expect(try await boss.post("/api/v1/articles/returns/publish", ["version": .string(edited)]).status == 200)
    }

    @Test func `one question has one live answer, unless the scopes are apart`() async throws {
        let office = try await Office()
        try await Self.take("live.md", Self.file("Within 30 days.", id: "live"), in: office)
        let boss = try await Browser(office, email: "boss@example.com", role: .admin)
        let version = version(try await boss.post("/api/v1/articles", ["text": .string(Self.file("Within 14 days."))]), "draft")
        let refused = try await boss.post("/api/v1/articles/returns/publish", ["version": .string(version)])
        #expect(refused.status == 409 && refused.code == "contradiction")
        #expect(refused.message.contains("live") && refused.message.contains("returns"))
        #expect(refused.json["error"]?["conflicts"]?.array?.isEmpty == false)
        #expect(try await boss.get("/api/v1/articles/returns/review").json["publishable"] == false)

        let office2 = try await Office()
        try await Self.take("live.md", Self.file("Within 30 days.", id: "live", more: "audience: [public]\n"), in: office2)
        let boss2 = try await Browser(office2, email: "boss@example.com", role: .admin)
        let text = Self.file("Within 14 days.", more: "audience: [traders]\n")
        let draft = self.version(try await boss2.post("/api/v1/articles", ["text": .string(text)]), "draft")
        #expect(try await boss2.post("/api/v1/articles/returns/publish", ["version": .string(draft)]).status == 200)
    }

    @Test(arguments: [
        ("{}", 422), (#"{"text":"no front matter"}"#, 422), (#"{"text":5}"#, 422), (#"{"fields":{"colour":"red"},"id":"x","language":"en"}"#, 422),
        (#"{"fields":{"title":"T","body":"B"},"id":"../x y","language":"en"}"#, 422), (#"{"fields":{"title":"T","body":"B"},"id":"x","language":"en","live":"v"}"#, 422),
    ])
    func `what is no article is not stored`(body: String, status: Int) async throws {
        let office = try await Office()
        let anna = try await Browser(office, email: "anna@example.com")
        let answer = try await anna.send(.post, "/api/v1/articles", try JSON(parsing: Array(body.utf8)))
        #expect(answer.status == status, "\(answer.message)")
        #expect(try await office.store.articles(ArticleFilter(), limit: 10, after: nil).isEmpty)
    }

    @Test func `an id in two languages needs its language, and a slash is a tilde in paths`() async throws {
        let office = try await Office()
        let anna = try await Browser(office, email: "anna@example.com")
        for language in ["en", "it"] {
            let fields: JSON = ["title": "T", "body": "B"]
            #expect(try await anna.post("/api/v1/articles", ["id": "a/b", "language": .string(language), "fields": fields]).status == 201)
        }
        #expect(try await anna.get("/api/v1/articles/a~b").code == "language_needed")
        #expect(try await anna.get("/api/v1/articles/a~b?language=it").json["article"]?["language"] == "it")
        #expect(try await anna.get("/api/v1/articles/nothing").status == 404)
        let page = try await anna.get("/api/v1/articles?limit=1")
        let next = try #require(page.json["next"]?.string)
        #expect(try await anna.get("/api/v1/articles?limit=1&after=\(next)").json["articles"]?.array?.first?["language"] == "it")
        #expect(try await anna.get("/api/v1/articles?after=x").status == 400)
    }

    @Test func `a preview tells what real questions would get, and effect and gaps look back`() async throws {
        let office = try await Office()
        let boss = try await Browser(office, email: "boss@example.com", role: .admin)
        let texts = ["can I return it", "question of returns", "how do I send it back"]
        for (number, text) in texts.enumerated() { _ = try await office.conversation(text, by: "customer-\(number)", finding: .unsure(nearest: [])) }
        let gaps = try await boss.get("/api/v1/knowledge/gaps?days=365")
        #expect(gaps.json["gaps"]?.array?.reduce(0) { $0 + Int($1["times"]?.integer ?? 0) } == 3)
        _ = try await boss.post("/api/v1/articles", ["text": .string(Self.file("Within 30 days."))])
        let preview = try await office.knowledge.preview(
            ArticleKey(id: "returns", language: "en"), version: version(try await boss.get("/api/v1/articles/returns"), "draft"), now: Timestamp(seconds: 1_800_000_100))
        #expect(preview.questions == 3 && preview.looked == 3)
        #expect(preview.counts[.gained, default: 0] >= 2 && preview.counts[.lost] == nil)
        #expect(try await office.knowledge.effect(ArticleKey(id: "returns", language: "en"), now: Timestamp(seconds: 1_800_000_100)).weeks.count == 12)
    }

    @Test func `another question of an article alters no answer that customers get already`() async throws {
        let article = Article(
            id: "returns", title: "Returns", language: "en", questions: ["can I return it", "send something back", "return policy", "how do returns work"], body: "Within 30 days.",
            version: "one")
        let office = try await Office(articles: [article])
        _ = try await office.conversation("can I return it", by: "dora", finding: .unsure(nearest: []))
        var other = article
        (other.version, other.questions) = ("two", article.questions + ["give it back"])
        let now = Timestamp(seconds: 1_800_000_100)
        let same = try await office.knowledge.preview([other], instead: office.library.base, now: now)
        #expect(same.looked == 1 && same.counts.isEmpty)
        other.body = "Within 14 days."
        #expect(try await office.knowledge.preview([other], instead: office.library.base, now: now).counts == [.changed: 1])
    }

    @Test func `a good reply becomes a draft, and an answer names its exact text`() async throws {
        let office = try await Office()
        let boss = try await Browser(office, email: "boss@example.com", role: .admin)
        let id = try await office.conversation("Can I wash the lamp shade?")
        _ = try await boss.post("/api/v1/conversations/\(id)/take")
        let replied = try await boss.post("/api/v1/conversations/\(id)/reply", ["text": "Hi Carla,\n\nyes, by hand, at 30 degrees.\n\nKind regards\nAnna"])
        let message = try #require(replied.json["messages"]?.array?.last?["id"]?.string)
        let draft = try await boss.post("/api/v1/conversations/\(id)/messages/\(message)/draft")
        #expect(draft.status == 201 && draft.json["draft"]?["fields"]?["body"] == "Yes, by hand, at 30 degrees.")
        #expect(draft.json["draft"]?["fields"]?["questions"] == ["Can I wash the lamp shade?"])
        #expect(try await boss.post("/api/v1/conversations/\(id)/messages/\(message)/draft").json["article"]?["id"] == "can-i-wash-the-lamp-shade-2")

        let text = Self.file("Free.", id: "shipping")
        let article = try ArticleFile.parse(text, file: "", version: ArticleFile.version(of: text))
        _ = try await office.store.takeFolder([FolderFile(file: "shipping.md", text: ArticleText(article, text: text, version: article.version))])
        let asked = try await office.conversation(
            "what does it cost", by: "dora", finding: .answer(article: "shipping", title: "Shipping", version: article.version, confidence: 0.9, text: "Free."))
        _ = try await office.store.takeFolder([])
        let answer = try #require(try await boss.get("/api/v1/conversations/\(asked)").json["messages"]?.array?.last?["id"]?.string)
        let traced = try await boss.get("/api/v1/answers/\(answer)")
        #expect(traced.json["answers"]?.array?.first?["text"]?["text"] == .string(text))
        let review = try await boss.post("/api/v1/conversations/\(asked)/messages/\(answer)/review", ["article": .null])
        #expect(review.status == 200 && review.json["given"] == "shipping" && review.json["article"] == .null)
        #expect(try await boss.post("/api/v1/conversations/\(asked)/messages/\(answer)/review", ["article": "nonsense"]).status == 404)
        let shown = try #require(try await boss.get("/api/v1/conversations/\(asked)").json["messages"]?.array?.last)
        #expect(shown["review"]?["agent"]?["name"] == "Anna" && shown["review"]?["article"] == .null && shown["question"] == review.json["message"])
        #expect(try await boss.send(.delete, "/api/v1/conversations/\(asked)/messages/\(answer)/review", nil).status == 204)
        #expect(try await boss.send(.delete, "/api/v1/conversations/\(asked)/messages/\(answer)/review", nil).status == 404)
        #expect(try await boss.get("/api/v1/conversations/\(asked)").json["messages"]?.array?.last?["review"] == .null)
    }

    @Test func `a match explains itself by the articles of today`() async throws {
        let articles = ["returns", "shipping"].map {
            Article(id: $0, title: "About \($0)", language: "en", questions: ["question of \($0)", "tell me about \($0)"], body: "Text.")
        }
        let office = try await Office(articles: articles)
        let boss = try await Browser(office, email: "boss@example.com", role: .admin)
        let asked = try await office.conversation("a question of returns", finding: .unsure(nearest: []))
        let message = try #require(try await boss.get("/api/v1/conversations/\(asked)").json["messages"]?.array?.first?["id"]?.string)
        let found = try await boss.get("/api/v1/conversations/\(asked)/messages/\(message)/explanation")
        #expect(found.json["candidates"]?.array?.compactMap { $0["article"]?.string } == ["returns", "shipping"])
        let words = found.json["words"]?.array ?? []
        #expect(words.first?["word"] == "returns" && (words.first?["weight"]?.number ?? 0) > 0)
        #expect(found.json["question"]?["text"] == "a question of returns" && found.json["threshold"]?.number != nil)
        #expect(try await boss.get("/api/v1/conversations/\(message)/messages/\(message)/explanation").status == 404)
    }

    @Test func `What is answered is what the document says`() async throws {
        let office = try await Office()
        let check = SchemaCheck(schemas: OpenAPIDocument.json["components"]?["schemas"] ?? .null)
        let boss = try await Browser(office, email: "boss@example.com", role: .admin)
        let first = try await boss.post("/api/v1/articles", ["text": .string(Self.file("One. Two. Three."))])
        let body: JSON = ["version": .string(version(first, "draft"))]
        let path = "/api/v1/articles/returns"
        let asked = try await office.conversation("can I return it", by: "dora", finding: .unsure(nearest: []))
        let message = try #require(try await boss.get("/api/v1/conversations/\(asked)").json["messages"]?.array?.first?["id"]?.string)
        let answers = [
            first, try await boss.get("/api/v1/articles?text=returns&status=draft"), try await boss.get(path), try await boss.get("\(path)/review"),
            try await boss.post("\(path)/preview"), try await boss.post("\(path)/submit", body), try await boss.post("\(path)/return", body),
            try await boss.post("\(path)/publish", body), try await boss.post("\(path)/publish", body), try await boss.get("\(path)/versions"), try await boss.get("\(path)/diff"),
            try await boss.get("\(path)/versions/x"), try await boss.get("\(path)/answers"), try await boss.get("\(path)/effect"), try await boss.get("/api/v1/knowledge/gaps"),
            try await boss.post("\(path)/approval", ["needed": true]), try await boss.post("/api/v1/conversations/\(asked)/messages/\(message)/review", ["article": "returns"]),
            try await boss.get("/api/v1/conversations/\(asked)/messages/\(message)/explanation"), try await boss.get("/api/v1/conversations/\(asked)"),
            try await boss.get("/api/v1/answers/\(message)"), try await boss.post("\(path)/archive", body), try await boss.post("\(path)/discard", body),
            try await boss.post("/api/v1/conversations/\(asked)/messages/\(message)/draft"), try await boss.get("/api/v1/knowledge/gaps?days=0"),
            try await boss.get("/api/v1/knowledge/health"), try await boss.get("/api/v1/knowledge/health?x=1"),
        ]
        for (index, answer) in answers.enumerated() {
            let ways = OpenAPIDocument.json["paths"]?[answer.pattern]?.members?.compactMap { $0.value["responses"]?[String(answer.status)] } ?? []
            #expect(!ways.isEmpty, "answer \(index), \(answer.pattern): \(answer.status) is not in the document")
            let found = ways.map { way in way["content"]?["application/json"]?["schema"].map { check.problems(answer.json, $0) } ?? ["no schema"] }
            #expect(found.contains { $0.isEmpty }, "answer \(index), \(answer.pattern) \(answer.status): \(found)")
        }
    }
}
