import ChannelKit
import Logging
import Messages
import Testing

@testable import EmailAdapter

/// Mail exchangers out of a table.
private struct Table: NameSystem {
    var records: [String: [NameRecord]] = [:]
    var isSilent = false

    func records(_ kind: NameRecord.Kind, of name: String) async throws(NameFailure) -> [NameRecord] {
        if isSilent { throw NameFailure("time-out") }
        return records["\(kind) \(name)"] ?? []
    }
}

@Suite struct DirectDeliveryTests {
    static let script: [ScriptedConnection.Line] = [
        .says("220 mx\r\n"), .hears("EHLO b.test"), .says("250-mx\r\n250 DSN\r\n"), .hears("MAIL FROM:<a@b.test> RET=HDRS ENVID=m1"), .says("250 ok\r\n"),
        .hears("RCPT TO:<x@c.test> NOTIFY=FAILURE ORCPT=rfc822;x@c.test"), .says("250 ok\r\n"), .hears("DATA"), .says("354 go\r\n"), .hears("Date"), .says("250 ok\r\n"),
    ]

    fileprivate static func deliver(_ names: Table, _ network: ScriptedNetwork) async throws {
        let adapter = try EmailAdapter(
            AdapterContext(
                channel: "support", settings: AdapterSettings(settings: ["address": "a@b.test", "delivery": "direct"]), http: NoHTTP(), network: network, names: names,
                logger: Logger(label: "test", factory: { SwiftLogNoOpLogHandler($0) })))
        _ = try await adapter.deliver(
            OutboundMessage(
                id: MessageID("m1"), conversation: ConversationID("c1"), recipient: "x@c.test", externalConversationID: "t", text: "hi", author: .agent,
                createdAt: Timestamp(seconds: 0)))
    }

    @Test func `the best exchanger that can be reached takes it, by its address`() async throws {
        let connection = ScriptedConnection(Self.script)
        let network = ScriptedNetwork(connection)
        let names = Table(records: [
            "mx c.test": [.exchange(preference: 20, host: "two.test"), .exchange(preference: 10, host: "one.test")], "a one.test": [.address([192, 0, 2, 1])],
            "a two.test": [.address([192, 0, 2, 2])],
        ])
        try await Self.deliver(names, network)
        #expect(connection.surprises.isEmpty, "\(connection.surprises)")
        #expect(network.calls == ["192.0.2.1:25 false"])
    }

    @Test func `all of them are tried, in order`() async throws {
        let network = ScriptedNetwork(nil)
        let names = Table(records: [
            "mx c.test": [.exchange(preference: 20, host: "two.test"), .exchange(preference: 10, host: "one.test")], "a one.test": [.address([192, 0, 2, 1])],
            "aaaa one.test": [.address([0x20, 1] + [UInt8](repeating: 0, count: 13) + [1])], "a two.test": [.address([192, 0, 2, 2])],
        ])
        await #expect(throws: DeliveryFailure.self) { try await Self.deliver(names, network) }
        #expect(network.calls.map { $0.split(separator: " ")[0] } == ["192.0.2.1:25", "2001:0:0:0:0:0:0:1:25", "192.0.2.2:25"])
    }

    @Test func `what the names say decides between final and later`() async {
        func verdict(_ names: Table) async -> DeliveryFailure.Verdict? {
            do { try await Self.deliver(names, ScriptedNetwork(nil)) } catch { return (error as? DeliveryFailure)?.verdict }
            return nil
        }
        #expect(await verdict(Table(records: ["mx c.test": [.exchange(preference: 0, host: ".")], "a c.test": [.address([192, 0, 2, 1])]])) == .refused)
        #expect(await verdict(Table(isSilent: true)) == .notSent(retryAfter: nil))
        #expect(await verdict(Table()) == .notSent(retryAfter: nil))
    }
}
