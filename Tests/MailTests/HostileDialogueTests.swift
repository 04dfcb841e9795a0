import Foundation
import Mail
import Messages
import Testing

/// Plays the recorded hostile dialogues against the state machine: the same octets, no sockets.
@Suite struct HostileDialogueTests {
    struct Case: Sendable, CustomTestStringConvertible {
        var id: String
        var steps: [JSON]
        var expected: JSON
        var testDescription: String { id }
    }

    static let cases: [Case] = {
        let file = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Fixtures/hostile-smtp.json")
        guard let data = try? Data(contentsOf: file), let manifest = try? JSON(parsing: [UInt8](data)) else { return [] }
        return (manifest["cases"]?.array ?? []).map { Case(id: $0["id"]?.string ?? "", steps: $0["steps"]?.array ?? [], expected: $0["expected"] ?? .null) }
    }()

    @Test func `all dialogues are there`() {
        #expect(Self.cases.count == 47)
    }

    @Test(arguments: cases)
    func `a hostile dialogue ends as it should`(dialogue: Case) throws {
        var client = Dialogue(offersTLS: true)
        let actions = dialogue.steps.map { $0["do"]?.string ?? "" }
        for (index, step) in dialogue.steps.enumerated() {
            let verb = actions[index].split(separator: ":").map(String.init)
            var answer = ""
            switch verb.first ?? "" {
            case "greeting": answer = client.greet()
            case "send_before_greeting": answer = client.speakFirst()
            case "send_without_crlf":
                let octet = try #require(UInt8(verb[2], radix: 16))
                answer = client.send([UInt8](repeating: octet, count: try #require(Int(verb[1]))))
            case "send_data_bytes":
                let line = [UInt8](repeating: UInt8(ascii: "x"), count: 76) + [13, 10]
                let text = Array("Subject: big\r\n\r\n".utf8) + [[UInt8]](repeating: line, count: try #require(Int(verb[1])) / 78).flatMap(\.self)
                answer = client.send(text + Array(".\r\n".utf8))
            case "drip":
                for octet in try #require(Base64.decode(verb[3])) { answer += client.send([octet]) }
            case "close", "close_before_reply": client.isOver = true
            case "drain", "": answer = client.send(step["send_b64"]?.string.flatMap { Base64.decode($0) } ?? [])
            case let other: Issue.record("no such verb: \(other)")
            }
            let pattern = step["expect_reply_regex"]?.string ?? ""
            guard !pattern.isEmpty, verb.first != "drain" else { continue }
            let replies = answer.split(separator: "\r\n").map(String.init)
            let wanted = try Regex(pattern)
            #expect((replies.isEmpty ? [""] : replies).contains { $0.contains(wanted) }, "step \(index): wanted \(pattern), got \(replies)")
        }
        // A repeat with the same Message-ID and body counts once, as in the store.
        let stored = Set(client.messages.map { MailDigest.identity(of: $0.data, messageID: nil) }).count
        if let wanted = dialogue.expected["messages_stored"]?.integer { #expect(stored == Int(wanted)) }
        if let most = dialogue.expected["messages_stored_max"]?.integer { #expect(stored <= Int(most)) }
        if let smuggled = dialogue.expected["must_not_store_message_with"]?["envelope_from"]?.string {
            #expect(!client.messages.contains { $0.from?.text == smuggled })
        }
        let clientEnds = dialogue.steps.contains { $0["expect_reply_regex"]?.string == "^$" } || actions.contains { $0.hasPrefix("close") }
        if dialogue.expected["final"]?.string == "disconnect", !clientEnds { #expect(client.isOver) }
    }
}

/// A client at the other end of a session, for tests.
struct Dialogue {
    var session: SMTPSession
    var messages: [SMTPSession.Envelope] = []
    var isOver = false
    var isSecuring = false
    var settlement = SMTPSession.Settlement.accepted

    init(offersTLS: Bool = false, isEncrypted: Bool = false, limits: SMTPSession.Limits = SMTPSession.Limits()) {
        session = SMTPSession(hostname: "support.test", limits: limits, offersTLS: offersTLS, isEncrypted: isEncrypted) { address in
            if ["help@support.test", "sales@support.test"].contains(address.key) { return .accepted }
            if address.key.hasPrefix("list") { return .accepted }
            return address.domain == "support.test" ? .unknown : .relaying
        }
    }

    mutating func greet() -> String {
        session.greet()
        return replies()
    }

    mutating func speakFirst() -> String { play(session.refuseEarlyTalk()) }

    /// Sends octets, in pieces as a socket would give them, and returns all that is answered.
    mutating func send(_ octets: [UInt8], pieces size: Int = 65_536) -> String {
        var answer = ""
        var index = 0
        while index < octets.count, !isOver {
            let end = min(index + size, octets.count)
            answer += play(session.receive(Array(octets[index..<end])))
            index = end
        }
        return answer
    }

    mutating func say(_ text: String, pieces size: Int = 65_536) -> String { send(Array(text.utf8), pieces: size) }

    private mutating func play(_ first: SMTPSession.Step) -> String {
        var step = first
        var answer = replies()
        while true {
            switch step {
            case .input: return answer
            case .message(let envelope):
                messages.append(envelope)
                step = session.settle(settlement)
                answer += replies()
            case .startTLS:
                isSecuring = true
                return answer
            case .close:
                isOver = true
                return answer
            }
        }
    }

    private mutating func replies() -> String { String(decoding: session.takeReplies(), as: UTF8.self) }
}
