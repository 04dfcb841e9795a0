import ChannelKit
import CloudEventsAdapter
import Messages
import Testing

@Suite struct CloudEventsAdapterTests {
    static let structuredType = "application/cloudevents+json"
    static let data = #"{"id":"m-1","conversation_id":"c-9","text":"hi","author":{"id":"u-5"}}"#

    static func adapter(_ settings: JSON = [:], http: any HTTPSender = ScriptedPartner()) throws -> CloudEventsAdapter {
        try CloudEventsAdapter(Fixtures.context(settings: settings, secrets: ["token": "ce-token-5f2b8c"], http: http))
    }

    static func request(
        _ body: String, type: String? = structuredType, method: String = "POST", authorization: String? = "Bearer ce-token-5f2b8c", more: [(name: String, value: String)] = []
    ) -> WebhookRequest {
        var headers = more
        if let type { headers.append((name: "Content-Type", value: type)) }
        if let authorization { headers.append((name: "Authorization", value: authorization)) }
        return WebhookRequest(
            method: method, path: "/channels/events", query: "access_token=ce-token-5f2b8c", headers: headers, body: Array(body.utf8), now: Timestamp(seconds: 1_772_443_800))
    }

    static func event(_ members: String = #""data":\#(data)"#, type: String = "com.example.message.created", id: String = "e-1") -> String {
        #"{"specversion":"1.0","id":"\#(id)","source":"/crm","type":"\#(type)",\#(members)}"#
    }

    static func binary(_ attributes: [String: String] = [:], body: String = data, type: String? = "application/json") -> WebhookRequest {
        let all = ["specversion": "1.0", "id": "e-1", "source": "/crm", "type": "com.example.message.created"].merging(attributes) { $1 }
        return request(body, type: type, more: all.map { (name: "CE-" + $0, value: $1) })
    }

    static func status(_ request: WebhookRequest, _ adapter: CloudEventsAdapter) -> Int {
        do throws(WebhookRejection) {
            try adapter.authenticate(request)
            return try adapter.read(request).response.status
        } catch {
            return error.status
        }
    }

    @Test func `Every recorded request is there`() { #expect(Fixtures.names.count == 11) }

    @Test(arguments: Fixtures.names)
    func `A recorded request is read as expected`(name: String) throws {
        let result = try FixtureDecoder.decode(CloudEventsAdapter.self, request: Fixtures.json(name + ".request.json")) { try Fixtures.bytes($0) }
        try Fixtures.expect(result, toBe: Fixtures.json(name + ".expected.json"))
    }

    @Test(
        arguments: [
            ("Bearer ce-token-5f2b8c", 202), ("bearer  ce-token-5f2b8c", 202), ("Bearer nope", 401), ("Bearer ", 401), ("Bearer", 401), ("Basic ce-token-5f2b8c", 401),
            ("Bearer ce-token-5f2b8cc", 401), ("", 401), (nil, 401),
        ] as [(String?, Int)])
    func `Only the bearer token opens the channel, and never from the query`(authorization: String?, status: Int) throws {
        #expect(try Self.status(Self.request(Self.event(), authorization: authorization), Self.adapter()) == status)
    }

    @Test func `Two Authorization fields are refused`() throws {
        let request = Self.request(Self.event(), more: [(name: "authorization", value: "Bearer ce-token-5f2b8c")])
        #expect(try Self.status(request, Self.adapter()) == 401)
    }

    @Test(arguments: [
        (#"{"specversion":"1.0","id":"","source":"/crm","type":"t"}"#, 400), (#"{"specversion":"1.0","id":7,"source":"/crm","type":"t"}"#, 400),
        (#"{"specversion":"1.0","id":"e","type":"t"}"#, 400), (#"{"specversion":"1.0","id":"e","source":"/crm"}"#, 400),
        (#"{"specversion":1.0,"id":"e","source":"/crm","type":"t"}"#, 400),
        (#"{"SpecVersion":"1.0","id":"e","source":"/crm","type":"t"}"#, 400), (#"[]"#, 400), (#"{"#, 400), ("", 400),
        (#"{"specversion":"1.0","id":"e","id":"f","source":"/crm","type":"t"}"#, 400), (#"{"specversion":"1.0","id":"e","source":"/crm","type":"t","data":{"a":1,"a":2}}"#, 202),
        (event(#""data":1"#), 400), (event(#""data":null"#), 202), (event(#""time":"2026""#), 202), (event(#""data":{},"data_base64":"e30=""#), 400),
        (event(#""data_base64":"e30""#), 400),
        (event(#""data_base64":"e30=""#), 400), (event(#""datacontenttype":"text/plain","data":"hi""#), 415),
        (event(#""datacontenttype":"text/plain","data":"hi""#, type: "other"), 202),
        (event(#""data":{"id":"m","id":"n"}"#), 400), (event(type: "com.example.message.gone"), 202), (event(type: "org.example.message.created"), 202),
    ])
    func `A structured event gets the status that its shape earns`(body: String, status: Int) throws {
        #expect(try Self.status(Self.request(body), Self.adapter()) == status)
    }

    @Test func `A time that is missing or wrong leaves the event without one`() throws {
        for time in ["", #""time":"tomorrow","#, #""time":7,"#] {
            let content = try Self.adapter().read(Self.request(Self.event(time + #""data":\#(Self.data)"#)))
            let event = try #require(content.events.first)
            #expect(event.sentAt == nil && event.text == "hi" && event.dedupID == "/crm|e-1")
        }
    }

    @Test(
        arguments: [
            ("Euro%20%E2%82%AC%20%F0%9F%98%80", "Euro € 😀"), (#""quoted%20\"x\"""#, #"quoted "x""#), ("%2541", "%41"), ("plain", "plain"), ("%C0%A0", nil), ("%4", nil),
            ("%zz", nil), ("50%", nil),
        ] as [(String, String?)])
    func `A header attribute is unquoted and percent-decoded once`(field: String, text: String?) throws {
        let request = Self.binary(["source": field])
        if let text {
            #expect(try Self.adapter().read(request).events.first?.dedupID == "\(text)|e-1")
        } else {
            #expect(try Self.status(request, Self.adapter()) == 400)
        }
    }

    @Test func `Binary mode wants JSON data for what concerns us`() throws {
        let adapter = try Self.adapter()
        #expect(Self.status(Self.binary(), adapter) == 202)
        #expect(Self.status(Self.binary(type: "text/plain"), adapter) == 415)
        #expect(Self.status(Self.binary(["type": "other"], type: "text/plain"), adapter) == 202)
        #expect(Self.status(Self.binary(["datacontenttype": "application/json"]), adapter) == 400)
        #expect(Self.status(Self.binary(body: "{"), adapter) == 400)
        #expect(Self.status(Self.binary(["specversion": "0.3"]), adapter) == 400)
        #expect(try adapter.read(Self.binary(body: "")).ignored != nil)
        #expect(Self.status(Self.request(Self.data, type: "application/json"), adapter) == 415)
        #expect(Self.status(Self.request("", type: "application/cloudevents+avro"), adapter) == 415)
        #expect(Self.status(Self.request(Self.event(), type: "application/cloudevents+json; charset=utf-16"), adapter) == 415)
    }

    @Test func `Of a batch the good events are taken, and it is refused only when nothing could be`() throws {
        let adapter = try Self.adapter()
        let type = "application/cloudevents-batch+json"
        func read(_ body: String) throws -> WebhookContent { try adapter.read(Self.request(body, type: type)) }
        #expect(try read("[]").ignored != nil)
        #expect(try read("[\(Self.event()),{},\(Self.event(id: "e-2"))]").events.map(\.dedupID) == ["/crm|e-1", "/crm|e-2"])
        #expect(try read("[\(Self.event(type: "other")),{}]").ignored != nil)
        #expect(Self.status(Self.request("[{}]", type: type), adapter) == 400)
        #expect(Self.status(Self.request(Self.event(), type: type), adapter) == 400)
    }

    @Test func `The handshake names allowed origins only`() throws {
        func greet(_ adapter: CloudEventsAdapter, _ origin: String, authorization: String? = "Bearer ce-token-5f2b8c") throws -> String? {
            let request = Self.request("", type: nil, method: "OPTIONS", authorization: authorization, more: [(name: "WebHook-Request-Origin", value: origin)])
            try adapter.authenticate(request)
            let response = try adapter.read(request).response
            #expect(response.status == 200)
            return response.headers.first { $0.name == "WebHook-Allowed-Origin" }?.value
        }
        let open = try Self.adapter()
        let listed = try Self.adapter(["allowed_origins": ["Good.example"]])
        #expect(try greet(open, "any.example") == "any.example")
        #expect(try greet(open, "any.example\r\nx: y") == nil)
        #expect(throws: WebhookRejection.self) { try greet(open, "any.example", authorization: nil) }
        #expect(try greet(listed, "good.example", authorization: nil) == "good.example")
        #expect(try greet(listed, "bad.example") == nil)
        #expect(throws: WebhookRejection.self) { try greet(listed, "bad.example", authorization: nil) }
        #expect(throws: WebhookRejection.self) { try greet(listed, "good.example", authorization: "Bearer nope") }
        let origin = [(name: "webhook-request-origin", value: "bad.example")]
        #expect(Self.status(Self.request(Self.event(), more: origin), listed) == 403)
        #expect(Self.status(Self.request(Self.event(), method: "PUT"), listed) == 405)
    }

    @Test func `A reply is a structured event with the same id on every try`() async throws {
        let partner = ScriptedPartner([.failure(.unknown("time-out")), .success(HTTPReply(status: 202, headers: [], body: []))])
        let adapter = try CloudEventsAdapter(
            Fixtures.context(
                settings: ["reply_url": "https://e.example/in", "type_prefix": "shop.chat"], secrets: ["token": "in-token", "reply_token": "out-token"], http: partner))
        let message = OutboundMessage(
            id: MessageID("01890000-0000-7000-8000-000000000001"), conversation: ConversationID("c"), recipient: "u", externalConversationID: "c-9", text: "ciao", author: .bot,
            createdAt: Timestamp(seconds: 1_772_443_796))
        await #expect(throws: DeliveryFailure(.unknown, "the receiver may have it: time-out")) { try await adapter.deliver(message) }
        _ = try await adapter.deliver(message)
        #expect(partner.calls.count == 2 && partner.calls[0].body == partner.calls[1].body)
        let call = try #require(partner.calls.last)
        #expect(call.headers.contains { $0.name == "authorization" && $0.value == "Bearer out-token" })
        #expect(call.headers.contains { $0.name == "content-type" && $0.value.hasPrefix("application/cloudevents+json") })
        #expect(
            try JSON(parsing: call.body) == [
                "specversion": "1.0", "id": "01890000-0000-7000-8000-000000000001", "source": "/gateway/events", "type": "shop.chat.message.created",
                "time": "2026-03-02T09:29:56.000Z", "datacontenttype": "application/json",
                "data": ["id": "01890000-0000-7000-8000-000000000001", "conversation_id": "c-9", "text": "ciao", "author": ["id": "bot"]],
            ])
    }

    @Test(
        arguments: [
            (410, nil, .refused), (415, nil, .refused), (429, "30", .notSent(retryAfter: .seconds(30))), (500, nil, .notSent(retryAfter: nil)),
            (302, nil, .notSent(retryAfter: nil)),
            (401, nil, .notSent(retryAfter: nil)),
        ] as [(Int, String?, DeliveryFailure.Verdict)])
    func `Every status outside 2xx has its verdict`(status: Int, retryAfter: String?, verdict: DeliveryFailure.Verdict) async throws {
        let partner = ScriptedPartner([.success(HTTPReply(status: status, headers: retryAfter.map { [("retry-after", $0)] } ?? [], body: []))])
        let adapter = try Self.adapter(["reply_url": "https://e.example/in"], http: partner)
        let message = OutboundMessage(
            id: MessageID("m"), conversation: ConversationID("c"), recipient: "u", externalConversationID: "c-9", text: "ciao", author: .bot, createdAt: Timestamp(seconds: 0))
        let failure = try await #require(throws: DeliveryFailure.self) { try await adapter.deliver(message) }
        #expect(failure.verdict == verdict)
    }

    @Test(
        arguments: [
            ([:], [:], "secrets.token"), ([:], ["token": "a\r\nb"], "secrets.token"), ([:], ["token": "a", "reply_token": "a b"], "secrets.reply_token"),
            (["type_prefix": "com example"], ["token": "a"], "settings.type_prefix"), (["allowed_origins": "x"], ["token": "a"], "settings.allowed_origins"),
            (["allowed_origins": ["x", "y z"]], ["token": "a"], "settings.allowed_origins[1]"), (["reply_url": "x"], ["token": "a"], "settings.reply_url"),
            (["other": 1], ["token": "a"], "settings.other"),
        ] as [(JSON, JSON, String)])
    func `A wrong setting is named`(settings: JSON, secrets: JSON, path: String) throws {
        let problem = try #require(throws: ConfigurationProblem.self) { try CloudEventsAdapter(Fixtures.context(settings: settings, secrets: secrets)) }
        #expect(problem.path == path)
    }
}
