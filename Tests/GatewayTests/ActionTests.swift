import ChannelKit
import Conversations
import Messages
import Testing

@testable import Gateway

private let look = Action(name: "look", method: .get, url: "https://erp.example/orders/{number}?by={mail}", changes: false, response: ["state", "delivery.day", "paid"])

private func change(_ idempotency: String?) -> Action {
    Action(
        name: "cancel", method: .post, url: "https://erp.example/cancel", headers: [.init(name: "X-Key", value: "secret")],
        body: ["order": "{{number}}", "n": 1, "why": ["by {{mail}}"]],
        idempotencyHeader: idempotency, changes: true, response: ["state"])
}

private func values(_ number: String) -> [SlotValue] { [.init(name: "number", value: number), .init(name: "mail", value: "a+b@c.it")] }

private func reply(_ status: Int, _ body: String = "{}", headers: [(name: String, value: String)] = []) -> HTTPReply {
    HTTPReply(status: status, headers: headers, body: Array(body.utf8))
}

struct `A request to a company system` {
    @Test(
        arguments: [
            ("BL-1", "BL-1"), ("a/b", "a%2Fb"), ("../x", "..%2Fx"), ("a?b#c&d", "a%3Fb%23c%26d"), ("é \r\n", "%C3%A9%20%0D%0A"), ("%2e", "%252e"), ("{mail}", "%7Bmail%7D"),
            ("@evil.example", "%40evil.example"),
        ])
    func `keeps a value inside its place in the URL`(value: String, encoded: String) throws {
        #expect(try look.request(values(value), id: "i").url == "https://erp.example/orders/\(encoded)?by=a%2Bb%40c.it")
    }

    @Test(arguments: ["", ".", ".."])
    func `is not made of a value that would be a step in the path`(value: String) {
        #expect(throws: Action.Mismatch.self) { try look.request(values(value), id: "i") }
    }

    @Test func `is not made when a value is missing`() {
        #expect(throws: Action.Mismatch.self) { try look.request([.init(name: "number", value: "1")], id: "i") }
        #expect(throws: Action.Mismatch.self) { try change(nil).request([.init(name: "number", value: "1")], id: "i") }
    }

    @Test func `carries values as JSON texts, and its name on every try`() throws {
        let call = try change("Idempotency-Key").request(values("\"},{\"x\":\"{{mail}}"), id: "call-7")
        #expect(String(decoding: call.body, as: UTF8.self) == "{\"order\":\"\\\"},{\\\"x\\\":\\\"{{mail}}\",\"n\":1,\"why\":[\"by a+b@c.it\"]}")
        #expect(call.headers.contains { $0.name == "Idempotency-Key" && $0.value == "call-7" })
        #expect(call.headers.contains { $0.name == "X-Key" && $0.value == "secret" })
    }

    @Test(
        arguments: [
            "ftp://x.example/", "https://{host}/", "https://x.example/{a", "https://x.example/a}", "https://x.example/{a{b}}", "https://user@x.example/", "//x.example/",
            "https://",
            "https://x.example/a b", "https://x{a}.example/",
        ])
    func `has a URL whose host no value can change`(url: String) {
        #expect(Action.problem(ofURL: url) != nil)
    }
}

struct `An answer of a company system` {
    private let now = Timestamp(seconds: 0)

    @Test func `is only what the settings let through, as text`() {
        let body = "{\"state\":\"sent\",\"delivery\":{\"day\":3,\"street\":\"x\"},\"paid\":true,\"secret\":\"y\"}"
        #expect(look.verdict(reply(200, body), now: now, language: "it") == .ended(.answered(["state": "sent", "delivery.day": "3", "paid": "sì"])))
    }

    @Test(arguments: ["", "[]", "\"x\"", "{", "<html>", "{\"state\":1}x"])
    func `is none when it is no JSON object`(body: String) {
        guard case .ended(.failed) = look.verdict(reply(200, body), now: now, language: "en") else {
            Issue.record("taken for an answer")
            return
        }
        guard case .ended(.unknown) = change(nil).verdict(reply(200, body), now: now, language: "en") else {
            Issue.record("a change that may have been made was called a failure")
            return
        }
    }

    @Test(arguments: [408, 425, 429, 500, 502, 503])
    func `that asks for another try gets one only where a repeat does no harm`(status: Int) {
        for action in [look, change("Idempotency-Key")] {
            guard case .again = action.verdict(reply(status), now: now, language: "en") else {
                Issue.record("\(action.name) is not tried again after \(status)")
                return
            }
        }
        if case .again = change(nil).verdict(reply(status), now: now, language: "en") { Issue.record("a change was repeated blindly") }
    }

    @Test(arguments: [301, 302, 400, 401, 403, 409, 410, 422])
    func `that refuses is final`(status: Int) {
        guard case .ended(.failed) = look.verdict(reply(status), now: now, language: "en") else {
            Issue.record("\(status) is not final")
            return
        }
    }

    @Test func `that never came may stand for a change that was made`() {
        #expect(change(nil).verdict(HTTPCallFailure.unknown("time-out")) == .ended(.unknown("time-out")))
        #expect(change("K").verdict(HTTPCallFailure.unknown("time-out")) == .again("time-out", after: nil, mayBeDone: true))
        #expect(change(nil).verdict(HTTPCallFailure.notSent("refused")) == .again("not reached: refused", after: nil, mayBeDone: false))
        #expect(look.verdict(HTTPCallFailure.unknown("time-out")) == .again("time-out", after: nil, mayBeDone: false))
        guard case .ended(.failed) = look.verdict(HTTPCallFailure.forbidden("10.0.0.1")) else {
            Issue.record("a forbidden address is tried again")
            return
        }
    }
}
