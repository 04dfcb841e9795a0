import ChannelKit
import Mail
import Messages
import Testing

@testable import EmailAdapter

@Suite struct SettingsTests {
    @Test func `an address and a relay are enough`() throws {
        let adapter = try EmailAdapter.make(["address": "Help@Support.test", "relay": ["host": "smtp.test", "user": "u", "password": "p"]])
        #expect(adapter.addresses.map(\.key) == ["help@support.test"])
        #expect(adapter.exit == .relay(EmailAdapter.Relay(host: "smtp.test", port: 587, security: .starttls, user: "u", password: "p")))
        #expect(adapter.capabilities.repeatsAreIdempotent)
        let patience = adapter.capabilities.retrySchedule.reduce(.zero, +)
        #expect(patience > .seconds(4 * 86_400) && patience <= .seconds(6 * 86_400))
    }

    @Test(arguments: [("tls", 465), ("starttls", 587), ("none", 25)])
    func `the port follows the security`(security: String, port: Int) throws {
        guard case .relay(let relay) = try EmailAdapter.make(["address": "a@b.test", "relay": ["host": "r", "security": .string(security)]]).exit else {
            Issue.record("no relay")
            return
        }
        #expect(relay.port == port)
    }

    @Test(
        arguments: [
            (["relay": ["host": "r"]], "settings.address"), (["address": "nobody", "relay": ["host": "r"]], "settings.address"),
            (["address": "A <a@b.test>", "relay": ["host": "r"]], "settings.address"),
            (["address": "a@b.test"], "settings.relay"), (["address": "a@b.test", "relay": "r"], "settings.relay"),
            (["address": "a@b.test", "relay": ["port": 25]], "settings.relay.host"),
            (["address": "a@b.test", "relay": ["host": "r", "port": 0]], "settings.relay.port"),
            (["address": "a@b.test", "relay": ["host": "r", "security": "ssl"]], "settings.relay.security"),
            (["address": "a@b.test", "relay": ["host": "r", "tls": true]], "settings.relay.tls"),
            (["address": "a@b.test", "relay": ["host": "r", "user": "u"]], "settings.relay.password"),
            (["address": "a@b.test", "relay": ["host": "r", "password": "p"]], "settings.relay.user"),
            (["address": "a@b.test", "relay": ["host": "r", "security": "none", "user": "u", "password": "p"]], "settings.relay.security"),
            (["address": "a@b.test", "relay": ["host": "r"], "colour": "red"], "settings.colour"),
            (["address": "a@b.test", "relay": ["host": "r"], "outbox": "/x"], "settings.outbox"),
            (["address": "a@b.test", "addresses": ["b@b.test", "c"], "relay": ["host": "r"]], "settings.addresses[1]"),
        ] as [(JSON, String)])
    func `a wrong setting is named`(settings: JSON, path: String) {
        let problem = #expect(throws: ConfigurationProblem.self) { try EmailAdapter.make(settings) }
        #expect(problem?.path == path)
    }

    @Test func `a password without TLS is for this machine only`() throws {
        for host in ["127.0.0.1", "localhost", "::1"] {
            _ = try EmailAdapter.make(["address": "a@b.test", "relay": ["host": .string(host), "security": "none", "user": "u", "password": "p"]])
        }
        #expect(throws: ConfigurationProblem.self) {
            try EmailAdapter.make(["address": "a@b.test", "relay": ["host": "127.evil.test", "security": "none", "user": "u", "password": "p"]])
        }
    }

    @Test func `the outbox of the root fills in for a relay`() {
        #expect(EmailAdapter.settings(["address": "a@b.test"], withOutbox: "/x")["outbox"] == "/x")
        #expect(EmailAdapter.settings(["relay": ["host": "r"]], withOutbox: "/x")["outbox"] == nil)
        #expect(EmailAdapter.settings(["outbox": "/y"], withOutbox: "/x")["outbox"] == "/y")
    }
}
