import ChannelKit
import Foundation
import Mail
import Messages
import Testing

@testable import EmailAdapter

@Suite struct DeliveryTests {
    static let relay: JSON = ["address": "help@support.test", "name": "Help", "relay": ["host": "127.0.0.1", "port": 2525, "security": "none"]]

    static func message(to recipient: String = "anna@c.test", attempt: Int = 1) -> OutboundMessage {
        OutboundMessage(
            id: MessageID("0190-id"), conversation: ConversationID("c"), recipient: recipient, externalConversationID: "q0@c.test", text: "Ecco è qui", author: .bot,
            subject: "Dov'è?", inReplyTo: "q1@c.test", references: ["q0@c.test"], createdAt: Timestamp(seconds: 1_772_443_796), attempt: attempt)
    }

    static let happy: [ScriptedConnection.Line] = [
        .says("220 hi\r\n"), .hears("EHLO support.test"), .says("250-r\r\n250-PIPELINING\r\n250 8BITMIME\r\n"),
        .hears("MAIL FROM:<>\r\nRCPT TO:<anna@c.test>\r\nDATA"),
        .says("250 ok\r\n250 ok\r\n354 go\r\n"), .hears("Date: "), .says("250 queued\r\n"), .hears("QUIT"),
    ]

    @Test func `a reply goes out through the relay, the same on every try`() async throws {
        var texts: [String] = []
        for attempt in 1...2 {
            let connection = ScriptedConnection(Self.happy)
            let network = ScriptedNetwork(connection)
            let receipt = try await EmailAdapter.make(Self.relay, network: network).deliver(Self.message(attempt: attempt))
            let signed = try EmailAdapter.make(Self.relay).marks.messageID(of: MessageID("0190-id"))
            #expect(receipt.externalID == signed && signed.hasPrefix("0190-id.") && signed.hasSuffix("@support.test"))
            #expect(connection.surprises.isEmpty, "\(connection.surprises)")
            #expect(connection.isClosed)
            #expect(network.calls == ["127.0.0.1:2525 false"])
            texts.append(connection.written)
        }
        #expect(texts[0] == texts[1])
        for part in [
            "Message-ID: <0190-id.", "In-Reply-To: <q1@c.test>\r\n", "References: <q0@c.test>\r\n <q1@c.test>\r\n", "Auto-Submitted: auto-replied\r\n",
            "\r\n.\r\n",
        ] {
            #expect(texts[0].contains(part))
        }
    }

    @Test(
        arguments: [
            ([.says("554 no\r\n")], .notSent(retryAfter: nil)), ([.says("220 hi\r\n"), .says("250 r\r\n"), .says("250 a\r\n"), .says("550 5.1.1 nobody\r\n")], .refused),
            ([.says("220 hi\r\n"), .says("250 r\r\n"), .says("250 a\r\n"), .says("450 later\r\n")], .notSent(retryAfter: nil)),
            ([.says("220 hi\r\n"), .says("250 r\r\n"), .says("250 a\r\n"), .says("250 b\r\n"), .says("354 go\r\n"), .hears(""), .silence], .unknown),
            ([.says("220 hi\r\n"), .says("250 r\r\n"), .says("250 a\r\n"), .says("250 b\r\n"), .says("354 go\r\n"), .breaks(.closed)], .notSent(retryAfter: nil)),
            ([.says("220 hi\r\n"), .breaks(.closed)], .notSent(retryAfter: nil)), ([], .notSent(retryAfter: nil)),
        ] as [([ScriptedConnection.Line], DeliveryFailure.Verdict)])
    func `a failure says what is certain`(script: [ScriptedConnection.Line], verdict: DeliveryFailure.Verdict) async throws {
        let adapter = try EmailAdapter.make(Self.relay, network: ScriptedNetwork(ScriptedConnection(script)))
        let failure = await #expect(throws: DeliveryFailure.self) { try await adapter.deliver(Self.message()) }
        #expect(failure?.verdict == verdict)
    }

    @Test func `a relay that is away is tried later, a recipient that is none is refused`() async throws {
        let adapter = try EmailAdapter.make(Self.relay)
        #expect(await #expect(throws: DeliveryFailure.self) { try await adapter.deliver(Self.message()) }?.verdict == .notSent(retryAfter: nil))
        #expect(await #expect(throws: DeliveryFailure.self) { try await adapter.deliver(Self.message(to: "unknown")) }?.verdict == .refused)
        #expect(await #expect(throws: DeliveryFailure.self) { try await adapter.deliver(Self.message(to: "a@b.test>\r\nRCPT TO:<x@y.test")) }?.verdict == .refused)
    }

    @Test func `STARTTLS comes before the password`() async throws {
        let connection = ScriptedConnection([
            .says("220 hi\r\n"), .hears("EHLO"), .says("250-r\r\n250 STARTTLS\r\n"), .hears("STARTTLS"), .says("220 go\r\n"), .hears("EHLO"), .says("250-r\r\n250 AUTH PLAIN\r\n"),
            .hears("AUTH PLAIN AHUAcA=="), .says("535 no\r\n"),
        ])
        let adapter = try EmailAdapter.make(["address": "help@support.test", "relay": ["host": "smtp.test", "user": "u", "password": "p"]], network: ScriptedNetwork(connection))
        #expect(await #expect(throws: DeliveryFailure.self) { try await adapter.deliver(Self.message()) }?.verdict == .notSent(retryAfter: nil))
        #expect(connection.surprises.isEmpty, "\(connection.surprises)")
        #expect(connection.written.contains("(TLS smtp.test)"))
    }

    @Test func `without a relay a reply is a file, whole, and the same twice`() async throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "outbox-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: folder) }
        let adapter = try EmailAdapter.make(["address": "help@support.test", "outbox": .string(folder.path)])
        _ = try await adapter.deliver(Self.message())
        _ = try await adapter.deliver(Self.message(attempt: 2))
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["0190-id.eml"])
        let mail = MailMessage.read([UInt8](try Data(contentsOf: folder.appending(path: "0190-id.eml"))), envelopeFrom: nil)
        #expect(mail.subject == "Re: Dov'è?")
        #expect(mail.text.hasPrefix("Ecco è qui"))
    }

    @Test func `an outbox that cannot be written to is no success`() async throws {
        let adapter = try EmailAdapter.make(["address": "help@support.test", "outbox": "/proc/nothing/here"])
        #expect(await #expect(throws: DeliveryFailure.self) { try await adapter.deliver(Self.message()) }?.verdict == .notSent(retryAfter: nil))
    }
}
