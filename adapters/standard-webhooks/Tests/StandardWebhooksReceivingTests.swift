import ChannelKit
import Messages
import StandardWebhooksAdapter
import Testing

@Suite struct StandardWebhooksReceivingTests {
    /// The specification page's own vectors.
    static let sharedKey = "whsec_AgICAgICAgICAgICAgICAgICAgICAgIC"
    static let publicKey = "whpk_7UkoxijRwsbq6QM4kFmVYSlZJzpcY/k2NsFGFKyHN9E="
    static let body = Array(#"{"a":1}"#.utf8)
    static let v1 = "v1,yjDWQDqc/J1zbQAn8udC+SG0W6McEsSyF3hLA1vcYys="
    static let v1a = "v1a,MADqaY2rOEhA42ECRvSwHzfz3XA099Vtg6aJ6cE2tR4l9OK4k2JmDbmHBYgmsx2KkUE816bqW8/QRvRgE8VCAw=="

    static func request(
        id: String? = "msg_0001", timestamp: String? = "1772443800", signature: String?, body: [UInt8] = body, now: Int64 = 1_772_443_800, prefix: String = "Webhook",
        method: String = "POST"
    ) -> WebhookRequest {
        let fields = [("-Id", id), ("-Timestamp", timestamp), ("-Signature", signature)].compactMap { name, value in value.map { (name: prefix + name, value: $0) } }
        return WebhookRequest(method: method, path: "/channels/partner", headers: fields, body: body, now: Timestamp(seconds: now))
    }

    static func adapter(_ keys: String..., settings: JSON = [:]) throws -> StandardWebhooksAdapter {
        try StandardWebhooksAdapter(Fixtures.context(settings: settings, secrets: ["keys": .array(keys.map(JSON.string))]))
    }

    /// A request whose body is signed with `sharedKey`.
    static func signed(_ body: String) -> WebhookRequest {
        let bytes = Array(body.utf8)
        let mac = Signatures.hmacSHA256(key: [UInt8](repeating: 2, count: 24), message: Array("msg_1.1772443800.".utf8), bytes)
        return request(id: "msg_1", signature: "v1," + Base64.encode(mac), body: bytes)
    }

    static func read(_ body: String) throws -> WebhookContent {
        let adapter = try adapter(sharedKey)
        let request = signed(body)
        try adapter.authenticate(request)
        return try adapter.read(request)
    }

    @Test func `Every recorded request is there`() { #expect(Fixtures.names.count == 17) }

    @Test(arguments: Fixtures.names)
    func `A recorded request is read as expected`(name: String) throws {
        let result = try FixtureDecoder.decode(StandardWebhooksAdapter.self, request: Fixtures.json(name + ".request.json")) { try Fixtures.bytes($0) }
        try Fixtures.expect(result, toBe: Fixtures.json(name + ".expected.json"))
    }

    @Test func `The vectors of both schemes are accepted, wherever they stand in the list`() throws {
        let adapter = try Self.adapter(Self.sharedKey, Self.publicKey)
        for list in [Self.v1, Self.v1a, "v1,AAAA \(Self.v1)", "v3,x v1a,= \(Self.v1a) v1,zzzz", "junk \(Self.v1)", " \(Self.v1)"] {
            #expect(throws: Never.self, "\(list)") { try adapter.authenticate(Self.request(signature: list)) }
        }
    }

    @Test func `Every changed byte of what is signed is noticed`() throws {
        let adapter = try Self.adapter(Self.sharedKey, Self.publicKey)
        for index in Self.body.indices {
            var body = Self.body
            body[index] ^= 1
            for signature in [Self.v1, Self.v1a] {
                #expect(throws: WebhookRejection.self) { try adapter.authenticate(Self.request(signature: signature, body: body)) }
            }
        }
        #expect(throws: WebhookRejection.self) { try adapter.authenticate(Self.request(id: "msg_0002", signature: Self.v1)) }
        #expect(throws: WebhookRejection.self) { try adapter.authenticate(Self.request(timestamp: "1772443801", signature: Self.v1)) }
        #expect(throws: WebhookRejection.self) { try adapter.authenticate(Self.request(timestamp: "01772443800", signature: Self.v1)) }
    }

    @Test func `A key verifies signatures of its own kind only`() throws {
        let shared = try Self.adapter(Self.sharedKey)
        let verifying = try Self.adapter(Self.publicKey)
        #expect(throws: WebhookRejection.self) { try shared.authenticate(Self.request(signature: Self.v1a)) }
        #expect(throws: WebhookRejection.self) { try verifying.authenticate(Self.request(signature: Self.v1)) }
    }

    @Test(arguments: [(-300, true), (300, true), (-301, false), (301, false)] as [(Int64, Bool)])
    func `A timestamp may be five minutes off, the limit included`(offset: Int64, isAccepted: Bool) throws {
        let adapter = try Self.adapter(Self.sharedKey)
        let request = Self.request(signature: Self.v1, now: 1_772_443_800 + offset)
        if isAccepted {
            #expect(throws: Never.self) { try adapter.authenticate(request) }
        } else {
            let rejection = try #require(throws: WebhookRejection.self) { try adapter.authenticate(request) }
            #expect(rejection.status == 401 && rejection.reason == "timestamp-outside-window")
        }
    }

    @Test(arguments: ["", "+1772443800", "1772443800.0", "1.7e9", " 1772443800", "1772443800 ", "-1", "99999999999999999999", "１７７２４４３８００"])
    func `A timestamp that is not digits is refused`(timestamp: String) throws {
        let adapter = try Self.adapter(Self.sharedKey)
        #expect(throws: WebhookRejection.self) { try adapter.authenticate(Self.request(timestamp: timestamp, signature: Self.v1)) }
    }

    @Test func `A missing or repeated field and an id with a dot are refused`() throws {
        let adapter = try Self.adapter(Self.sharedKey)
        for request in [
            Self.request(id: nil, signature: Self.v1), Self.request(timestamp: nil, signature: Self.v1), Self.request(signature: nil), Self.request(id: "", signature: Self.v1),
            Self.request(id: "msg.0001", signature: Self.v1), Self.request(signature: ""), Self.request(signature: "v1,"), Self.request(signature: ","),
        ] {
            let rejection = try #require(throws: WebhookRejection.self) { try adapter.authenticate(request) }
            #expect(rejection.status == 401)
        }
        var twice = Self.request(signature: Self.v1)
        twice.headers.append((name: "webhook-id", value: "msg_0001"))
        #expect(throws: WebhookRejection.self) { try adapter.authenticate(twice) }
        let get = try #require(throws: WebhookRejection.self) { try adapter.authenticate(Self.request(signature: Self.v1, method: "GET")) }
        #expect(get.status == 405)
    }

    @Test func `Aliases of the three fields are taken by configuration only`() throws {
        let request = Self.request(signature: Self.v1, prefix: "svix")
        let plain = try Self.adapter(Self.sharedKey)
        #expect(throws: WebhookRejection.self) { try plain.authenticate(request) }
        let aliased = try Self.adapter(Self.sharedKey, settings: ["aliases": "svix"])
        #expect(throws: Never.self) { try aliased.authenticate(request) }
        // Half of each name is neither.
        var mixed = Self.request(signature: Self.v1)
        mixed.headers[0].name = "svix-id"
        #expect(throws: WebhookRejection.self) { try aliased.authenticate(mixed) }
    }

    @Test func `A name that occurs twice is refused in what concerns us and passed over in what does not`() throws {
        #expect(try Self.read(#"{"type":"wire.unknown","data":{"a":"b","a":"c"}}"#).ignored != nil)
        for body in [
            #"{"type":"wire.unknown","type":"message.created","data":{}}"#,
            #"{"type":"message.created","data":{"id":"m","conversation_id":"c","text":"x","text":"y","author":{"id":"u"}}}"#,
            #"{"type":"message.created","data":{"id":"m","conversation_id":"c","text":"x","author":{"id":"u","id":"v"}}}"#,
        ] {
            let rejection = try #require(throws: WebhookRejection.self) { try Self.read(body) }
            #expect(rejection.status == 400)
        }
    }

    @Test(arguments: [
        #"[]"#, #""x""#, #"{}"#, #"{"type":1}"#, #"{"type":"message.created"}"#, #"{"type":"message.created","data":[]}"#,
        #"{"type":"message.created","data":{"id":1,"conversation_id":"c","text":"x","author":{"id":"u"}}}"#,
        #"{"type":"message.created","data":{"id":"m","conversation_id":{"$ne":""},"text":"x","author":{"id":"u"}}}"#,
        #"{"type":"message.created","data":{"id":"m","conversation_id":"","text":"x","author":{"id":"u"}}}"#,
        #"{"type":"message.created","data":{"id":"m","conversation_id":"c","text":["x"],"author":{"id":"u"}}}"#,
        #"{"type":"message.created","data":{"id":"m","conversation_id":"c","text":"x","author":"u"}}"#,
        #"{"type":"message.created","data":{"id":"m","conversation_id":"c","text":"x","author":{"id":"u"},"attachments":{}}}"#,
        #"{"type":"message.created","data":{"id":"m","conversation_id":"c","text":"x","author":{"id":"u"},"attachments":[{"name":"no url"}]}}"#,
        #"{"type":"message.created","data":{"id":"m","conversation_id":"c","text":"x","author":{"id":"u"}}"#,
    ])
    func `A signed body of the wrong shape is a bad request`(body: String) throws {
        let rejection = try #require(throws: WebhookRejection.self) { try Self.read(body) }
        #expect(rejection.status == 400)
        #expect(!rejection.explanation.contains("\n"))
    }

    @Test func `Optional parts may be missing, null or of no use`() throws {
        let content = try Self.read(
            #"{"type":"message.created","timestamp":"yesterday","data":{"id":"m","conversation_id":"c","author":{"id":"u","name":null,"email":""},"attachments":null,"in_reply_to":"m-0"}}"#
        )
        let event = try #require(content.events.first)
        #expect(event.text == "" && event.sentAt == nil && event.sender == Sender(id: "u") && event.attachments.isEmpty && event.inReplyTo == "m-0")
        #expect(event.dedupID == "msg_1")
    }

    @Test func `Reactions and statuses keep what they say`() throws {
        let removed = try Self.read(#"{"type":"reaction.removed","data":{"id":"m","conversation_id":"c","author":{"id":"u"},"emoji":"👍"}}"#)
        #expect(removed.events.first?.kind == .reaction)
        #expect(removed.events.first?.extras == [JSON.Member("reaction", ["emoji": "👍", "removed": true])])
        let status = try Self.read(#"{"type":"delivery.updated","data":{"id":"m","conversation_id":"c","author":{"id":"u"},"status":"read"}}"#)
        #expect(status.events.first?.kind == .status && status.events.first?.extras == [JSON.Member("status", "read")])
    }
}
