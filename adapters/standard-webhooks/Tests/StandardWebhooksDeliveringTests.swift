import ChannelKit
import Messages
import StandardWebhooksAdapter
import Testing

@Suite struct StandardWebhooksDeliveringTests {
    static let key = [UInt8](repeating: 2, count: 24)
    static let secret = "whsec_AgICAgICAgICAgICAgICAgICAgICAgIC"
    static let message = OutboundMessage(
        id: MessageID("01890000-0000-7000-8000-000000000001"), conversation: ConversationID("01890000-0000-7000-8000-000000000002"), recipient: "u-5",
        externalConversationID: "c-9", text: "Guten Tag \"Anna\"\nbis bald", author: .agent, authorName: "Bea", inReplyTo: "m-1",
        createdAt: Timestamp(microseconds: 1_772_443_796_500_000))

    static func adapter(_ partner: ScriptedPartner, _ more: JSON = [:], now: Int64 = 1_772_443_800) throws -> StandardWebhooksAdapter {
        var secrets: JSON = ["keys": [.string(secret)]]
        if case .object(let members) = secrets { secrets = .object(members + (more.members ?? [])) }
        return try StandardWebhooksAdapter(
            Fixtures.context(settings: ["reply_url": "https://partner.example/replies"], secrets: secrets, http: partner, now: Timestamp(seconds: now)))
    }

    static func field(_ call: HTTPCall, _ name: String) -> String? { call.headers.first { $0.name == name }?.value }

    @Test func `A reply is posted in the envelope, signed over exactly what is sent`() async throws {
        let partner = ScriptedPartner([.success(HTTPReply(status: 200, headers: [], body: []))])
        _ = try await Self.adapter(partner).deliver(Self.message)
        let call = try #require(partner.calls.first)
        #expect(call.method == "POST" && call.url == "https://partner.example/replies")
        #expect(Self.field(call, "content-type") == "application/json")
        #expect(Self.field(call, "webhook-id") == "msg_01890000-0000-7000-8000-000000000001")
        #expect(Self.field(call, "webhook-timestamp") == "1772443800")
        let mac = Signatures.hmacSHA256(key: Self.key, message: Array("msg_01890000-0000-7000-8000-000000000001.1772443800.".utf8), call.body)
        #expect(Self.field(call, "webhook-signature") == "v1," + Base64.encode(mac))
        #expect(
            try JSON(parsing: call.body) == [
                "type": "message.created", "timestamp": "2026-03-02T09:29:56.500Z",
                "data": [
                    "id": "01890000-0000-7000-8000-000000000001", "conversation_id": "c-9", "text": "Guten Tag \"Anna\"\nbis bald", "author": ["id": "agent", "name": "Bea"],
                    "in_reply_to": "m-1",
                ],
            ])
    }

    @Test func `A second try has the same id and body, and a new timestamp and signature`() async throws {
        let partner = ScriptedPartner([.failure(.unknown("timed out")), .success(HTTPReply(status: 204, headers: [], body: []))])
        await #expect(throws: DeliveryFailure.self) { try await Self.adapter(partner).deliver(Self.message) }
        _ = try await Self.adapter(partner, now: 1_772_444_100).deliver(Self.message)
        let (first, second) = (try #require(partner.calls.first), try #require(partner.calls.last))
        #expect(first.body == second.body)
        #expect(Self.field(first, "webhook-id") == Self.field(second, "webhook-id"))
        #expect(Self.field(second, "webhook-timestamp") == "1772444100")
        #expect(Self.field(first, "webhook-signature") != Self.field(second, "webhook-signature"))
    }

    @Test func `A private key signs with Ed25519, and our own receiver verifies it`() async throws {
        let seed = [UInt8](repeating: 3, count: 32)
        let partner = ScriptedPartner([.success(HTTPReply(status: 202, headers: [], body: []))])
        _ = try await Self.adapter(partner, ["reply_key": .string("whsk_" + Base64.encode(seed))]).deliver(Self.message)
        let call = try #require(partner.calls.first)
        let receiver = try StandardWebhooksAdapter(Fixtures.context(secrets: ["keys": ["whpk_7UkoxijRwsbq6QM4kFmVYSlZJzpcY/k2NsFGFKyHN9E="]]))
        let request = WebhookRequest(method: "POST", path: "/", headers: call.headers, body: call.body, now: Timestamp(seconds: 1_772_443_800))
        #expect(throws: Never.self) { try receiver.authenticate(request) }
        #expect(try receiver.read(request).events.first?.text == Self.message.text)
    }

    @Test(
        arguments: [
            (410, nil, .refused), (301, nil, .notSent(retryAfter: nil)), (400, nil, .notSent(retryAfter: nil)), (404, nil, .notSent(retryAfter: nil)),
            (429, "7", .notSent(retryAfter: .seconds(7))), (503, "Mon, 02 Mar 2026 09:31:00 GMT", .notSent(retryAfter: .seconds(60))), (502, "soon", .notSent(retryAfter: nil)),
            (504, "-5", .notSent(retryAfter: nil)), (500, "999999999", .notSent(retryAfter: .seconds(86_400))), (199, nil, .notSent(retryAfter: nil)),
        ] as [(Int, String?, DeliveryFailure.Verdict)])
    func `Every status outside 2xx has its verdict`(status: Int, retryAfter: String?, verdict: DeliveryFailure.Verdict) async throws {
        let partner = ScriptedPartner([.success(HTTPReply(status: status, headers: retryAfter.map { [("Retry-After", $0)] } ?? [], body: Array("secret".utf8)))])
        let failure = try await #require(throws: DeliveryFailure.self) { try await Self.adapter(partner).deliver(Self.message) }
        #expect(failure.verdict == verdict)
        #expect(!failure.explanation.contains("secret") && !failure.explanation.contains("Anna"))
    }

    @Test(
        arguments: [(.notSent("no route"), .notSent(retryAfter: nil)), (.forbidden("private"), .refused), (.unknown("time-out"), .unknown)]
            as [(HTTPCallFailure, DeliveryFailure.Verdict)])
    func `Every way a call can fail has its verdict`(failed: HTTPCallFailure, verdict: DeliveryFailure.Verdict) async throws {
        let partner = ScriptedPartner([.failure(failed)])
        let failure = try await #require(throws: DeliveryFailure.self) { try await Self.adapter(partner).deliver(Self.message) }
        #expect(failure.verdict == verdict)
    }

    @Test func `Without a reply address a reply is refused and nothing is called`() async throws {
        let adapter = try StandardWebhooksAdapter(Fixtures.context(secrets: ["keys": [.string(Self.secret)]]))
        let failure = try await #require(throws: DeliveryFailure.self) { try await adapter.deliver(Self.message) }
        #expect(failure.verdict == .refused)
    }

    @Test(
        arguments: [
            ([:], [:], "secrets.keys"), ([:], ["keys": []], "secrets.keys"), ([:], ["keys": ["AgICAgICAgICAgICAgICAgICAgICAgIC"]], "secrets.keys[0]"),
            ([:], ["keys": ["whsec_AgIC"]], "secrets.keys[0]"), ([:], ["keys": ["whsec_AgICAgICAgICAgICAgICAgICAgICAgIC", "whsec_!"]], "secrets.keys[1]"),
            ([:], ["keys": ["whpk_AgICAgICAgICAgICAgICAgICAgICAgIC"]], "secrets.keys[0]"),
            ([:], ["keys": ["whsk_AwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwM="]], "secrets.keys[0]"),
            ([:], ["keys": ["whsec_AgICAgICAgICAgICAgICAgICAgICAgIC"], "reply_key": "whpk_7UkoxijRwsbq6QM4kFmVYSlZJzpcY/k2NsFGFKyHN9E="], "secrets.reply_key"),
            (["reply_url": "https://p.example/"], ["keys": ["whpk_7UkoxijRwsbq6QM4kFmVYSlZJzpcY/k2NsFGFKyHN9E="]], "secrets.reply_key"),
            (["reply_url": "ftp://p.example/"], ["keys": ["whsec_AgICAgICAgICAgICAgICAgICAgICAgIC"]], "settings.reply_url"),
            (["reply_url": "https://u:p@p.example/"], ["keys": ["whsec_AgICAgICAgICAgICAgICAgICAgICAgIC"]], "settings.reply_url"),
            (["reply_url": "https://p.example/\r\nx: y"], ["keys": ["whsec_AgICAgICAgICAgICAgICAgICAgICAgIC"]], "settings.reply_url"),
            (["aliases": "other"], ["keys": ["whsec_AgICAgICAgICAgICAgICAgICAgICAgIC"]], "settings.aliases"),
            (["replyurl": "x"], ["keys": ["whsec_AgICAgICAgICAgICAgICAgICAgICAgIC"]], "settings.replyurl"),
            ([:], ["keys": ["whsec_AgICAgICAgICAgICAgICAgICAgICAgIC"], "key": "x"], "secrets.key"),
        ] as [(JSON, JSON, String)])
    func `A wrong setting is named, and its value is not repeated`(settings: JSON, secrets: JSON, path: String) throws {
        let problem = try #require(throws: ConfigurationProblem.self) { try StandardWebhooksAdapter(Fixtures.context(settings: settings, secrets: secrets)) }
        #expect(problem.path == path)
        for word in ["AgICAg", "AwMDA", "u:p@"] { #expect(!problem.explanation.contains(word)) }
    }
}
