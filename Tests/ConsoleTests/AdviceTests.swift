import ChannelKit
import Gateway
import Knowledge
import Logging
import Messages
import Synchronization
import Testing

@testable import Console

/// A language model that says what it is told to, and remembers what it was shown.
private final class ParrotModel: HTTPSender {
    private let replies: Mutex<[Result<HTTPReply, HTTPCallFailure>]>
    let calls = Mutex<[HTTPCall]>([])

    init(_ replies: Result<HTTPReply, HTTPCallFailure>...) { self.replies = Mutex(replies) }

    static func saying(_ text: String) -> Result<HTTPReply, HTTPCallFailure> {
        let body: JSON = ["choices": [["message": ["role": "assistant", "content": .string(text)]]]]
        return .success(HTTPReply(status: 200, headers: [], body: body.bytes))
    }

    func send(_ call: HTTPCall) async throws(HTTPCallFailure) -> HTTPReply {
        calls.withLock { $0.append(call) }
        return try replies.withLock { $0.count > 1 ? $0.removeFirst() : $0[0] }.get()
    }

    var prompts: String { calls.withLock { $0.map { String(decoding: $0.body, as: UTF8.self) }.joined() } }
}

@Suite(.timeLimit(.minutes(1)))
struct AdviceTests {
    private static let article = Article(
        id: "shipping", title: "What shipping costs", language: "en",
        questions: ["how much is shipping", "what does delivery cost", "is shipping free", "do I pay for delivery"],
        body: "Shipping costs €4.90. It is free for orders of €59 or more.\n\nDelivery takes two working days.", version: "v1")

    private func office(_ model: ParrotModel?) async throws -> (Browser, path: String) {
        let assistant = model.map {
            Assistant(
                client: LanguageModelClient(http: $0, url: "https://models.example/v1", model: "parrot", key: "sk-secret", timeout: .seconds(1)),
                uses: Set(Assistant.Use.allCases), callsPerHour: 100, metrics: Metrics(), logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
        }
        let office = try await Office(articles: [Self.article], assistant: assistant)
        let anna = try await Browser(office, email: "anna@example.com")
        let path = "/api/v1/conversations/\(try await office.conversation("how much is shipping\u{E0041}\u{200B}?"))"
        _ = try await anna.post("\(path)/note", ["text": "the customer is a CANARY-SECRET"])
        return (anna, path)
    }

    @Test func `Without a language model a draft is the nearest article's text`() async throws {
        let (anna, path) = try await office(nil)
        let draft = try await anna.post("\(path)/draft")
        #expect(draft.status == 200 && draft.json["source"] == "article" && draft.json["text"] == .string(Self.article.body))
        #expect(draft.json["articles"]?.array?.first?["id"] == "shipping" && draft.json["articles"]?.array?.first?["version"] == "v1")
        let summary = try await anna.post("\(path)/summary")
        #expect(summary.status == 409 && summary.code == "no_language_model")
        #expect(try await anna.post("/api/v1/conversations/01981dcc-8000-7000-8000-000000000000/draft").status == 404)
    }

    @Test func `A draft of the model is used when the articles carry every sentence`() async throws {
        let model = ParrotModel(ParrotModel.saying("Shipping costs €4.90 [1]. Delivery takes two working days [2]."))
        let (anna, path) = try await office(model)
        let draft = try await anna.post("\(path)/draft")
        #expect(draft.json["source"] == "model" && draft.json["text"] == "Shipping costs €4.90. Delivery takes two working days.")
        let prompts = model.prompts
        #expect(prompts.contains("how much is shipping?") && !prompts.contains("CANARY"))
        let calls = model.calls.withLock { $0 }
        #expect(calls.first?.url == "https://models.example/v1/chat/completions" && calls.first?.headers.contains { $0 == ("Authorization", "Bearer sk-secret") } == true)
    }

    @Test(
        arguments: [
            "Shipping costs €1 [1].", "I approve a refund [1].", "Shipping costs €4.90.", "See https://evil.example [1].", "<script>alert(1)</script> [1]", "NONE",
            "CANARY-SECRET-9137",
        ])
    func `What the articles do not carry is not used`(said: String) async throws {
        let (anna, path) = try await office(ParrotModel(ParrotModel.saying(said)))
        let draft = try await anna.post("\(path)/draft")
        #expect(draft.status == 200 && draft.json["source"] == "article")
        let summary = try await anna.post("\(path)/summary")
        #expect(summary.status == 502 && summary.code == "no_text")
    }

    @Test func `A model that fails is left alone for a while`() async throws {
        let model = ParrotModel(
            .failure(.unknown("timed out")), .success(HTTPReply(status: 500, headers: [], body: [])), .success(HTTPReply(status: 200, headers: [], body: Array("{".utf8))))
        let (anna, path) = try await office(model)
        for _ in 0..<5 { #expect(try await anna.post("\(path)/draft").json["source"] == "article") }
        #expect(model.calls.withLock { $0.count } == 3)
    }

    @Test func `A summary names the messages of each sentence`() async throws {
        let (anna, path) = try await office(ParrotModel(ParrotModel.saying("The customer asks how much shipping is [1].")))
        let first = try #require(try await anna.get(path).json["messages"]?.array?.first?["id"])
        let summary = try await anna.post("\(path)/summary")
        #expect(summary.status == 200 && summary.json["sentences"]?.array?.first?["messages"] == .array([first]))
    }
}
