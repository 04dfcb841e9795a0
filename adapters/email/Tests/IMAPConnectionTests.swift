import ChannelKit
import Messages
import Testing

@testable import EmailAdapter

struct IMAPConnectionTests {
    private func settings(_ more: JSON = ["password": "secret"], security: String = "tls") throws -> IMAPSettings {
        var value: JSON = ["host": "imap.example.com", "user": "shop", "security": .string(security)]
        for member in more.members ?? [] { value[member.name] = member.value }
        var settings = AdapterSettings(settings: ["imap": value])
        return try #require(try IMAPSettings(&settings))
    }

    /// Signs in on a scripted connection; what went wrong, or nil.
    private func open(_ script: [ScriptedConnection.Line], _ settings: IMAPSettings, encrypted: Bool = true) async -> (failure: IMAPFailure?, connection: ScriptedConnection) {
        let scripted = ScriptedConnection(script, isEncrypted: encrypted)
        do throws(IMAPFailure) {
            let connection = try await IMAPConnection.open(settings, network: ScriptedNetwork(scripted), http: NoHTTP())
            connection.close()
            return (nil, scripted)
        } catch {
            return (error, scripted)
        }
    }

    @Test func `a password leaves by AUTHENTICATE PLAIN where the server has it`() async throws {
        let (failure, connection) = await open(
            [
                .says("* OK [CAPABILITY IMAP4rev1 SASL-IR AUTH=PLAIN] ready\r\n"), .hears("c1 AUTHENTICATE PLAIN AHNob3AAc2VjcmV0\r\n"),
                .says("c1 OK [CAPABILITY IMAP4rev1 IDLE] welcome\r\n"),
            ], try settings())
        #expect(failure == nil && connection.surprises.isEmpty && connection.isClosed)
    }

    @Test func `else by LOGIN, with a literal for what cannot be quoted`() async throws {
        let (failure, connection) = await open(
            [
                .says("* OK ready\r\n"), .hears("c1 CAPABILITY\r\n"), .says("* CAPABILITY IMAP4rev1\r\nc1 OK done\r\n"), .hears("c2 LOGIN \"shop\" {2}\r\n"), .says("+ go on\r\n"),
                .hears("é\r\n"), .says("c2 OK welcome\r\n"), .hears("c3 CAPABILITY\r\n"), .says("* CAPABILITY IMAP4rev1 IDLE\r\nc3 OK done\r\n"),
            ], try settings(["password": "é"]))
        #expect(failure == nil && connection.surprises.isEmpty)
    }

    @Test func `a token leaves by XOAUTH2, and the server's errors are answered with an empty line`() async throws {
        let (failure, connection) = await open(
            [
                .says("* OK [CAPABILITY IMAP4rev1 AUTH=XOAUTH2] ready\r\n"), .hears("c1 AUTHENTICATE XOAUTH2\r\n"), .says("+ \r\n"),
                .hears("dXNlcj1zaG9wAWF1dGg9QmVhcmVyIHQwazNuAQE=\r\n"), .says("+ eyJzdGF0dXMiOiI0MDAifQ==\r\n"), .hears("\r\n"), .says("c1 NO [AUTHENTICATIONFAILED] expired\r\n"),
            ], try settings(["token": "t0k3n"]))
        #expect(failure == .locked("the mail server refuses the sign-in: expired") && connection.surprises.isEmpty)
    }

    @Test func `what passes by itself locks nobody out`() async throws {
        let script: [ScriptedConnection.Line] = [
            .says("* OK [CAPABILITY IMAP4rev1 SASL-IR AUTH=PLAIN] ready\r\n"), .hears("c1 "), .says("c1 NO [UNAVAILABLE] later\r\n"),
        ]
        let (failure, _) = await open(script, try settings())
        #expect(failure == .refused(code: "UNAVAILABLE", "later"))
    }

    @Test func `no password leaves before STARTTLS, nor after words that came too early`() async throws {
        let good = await open(
            [
                .says("* OK [CAPABILITY IMAP4rev1 STARTTLS LOGINDISABLED] ready\r\n"), .hears("c1 STARTTLS\r\n"), .says("c1 OK begin\r\n"), .hears("c2 CAPABILITY\r\n"),
                .says("* CAPABILITY IMAP4rev1 SASL-IR AUTH=PLAIN\r\nc2 OK\r\n"), .hears("c3 AUTHENTICATE PLAIN "), .says("c3 OK [CAPABILITY IMAP4rev1] welcome\r\n"),
            ], try settings(security: "starttls"), encrypted: false)
        #expect(good.failure == nil && good.connection.surprises.isEmpty && good.connection.isEncrypted)
        for script: [ScriptedConnection.Line] in [
            [.says("* OK ready\r\n"), .hears("c1 STARTTLS\r\n"), .says("c1 OK begin\r\n* CAPABILITY AUTH=PLAIN\r\n")],
            [.says("* PREAUTH welcome\r\n")], [.says("* OK ready\r\n"), .hears("c1 STARTTLS\r\n"), .says("c1 BAD what\r\n")],
        ] {
            let bad = await open(script, try settings(security: "starttls"), encrypted: false)
            #expect(bad.failure != nil && !bad.connection.written.contains("AUTHENTICATE") && !bad.connection.written.contains("LOGIN"))
        }
    }

    @Test(arguments: ["220 mail ESMTP\r\n", "* BYE full\r\n", "HTTP/1.1 400 Bad Request\r\n", "* OK \(String(repeating: "x", count: 10))\n"])
    func `what is no IMAP server is refused`(greeting: String) async throws {
        let (failure, connection) = await open([.says(greeting)], try settings())
        guard case .broken = failure else {
            Issue.record("not refused: \(greeting)")
            return
        }
        #expect(connection.written.isEmpty && connection.isClosed)
    }

    @Test(
        arguments: [
            (["user": "a", "password": "b"], "settings.imap.host"), (["host": "h", "password": "b"], "settings.imap.user"), (["host": "h", "user": "a"], "settings.imap.password"),
            (["host": "h", "user": "a", "password": "b", "token": "c"], "settings.imap"),
            (["host": "h", "user": "a", "password": "b", "security": "none"], "settings.imap.security"),
            (["host": "h", "user": "a", "password": "b", "after": "delete"], "settings.imap.after"),
            (["host": "h", "user": "a", "password": "b", "after": "move to INBOX"], "settings.imap.after"),
            (["host": "h", "user": "a", "password": "b", "folders": []], "settings.imap.folders"),
            (["host": "h", "user": "a", "password": "b", "check_seconds": 1800], "settings.imap.check_seconds"),
            (["host": "h", "user": "a", "password": "b", "backlog": "old"], "settings.imap.backlog"),
            (["host": "h", "user": "a", "password": "b", "idle": 1], "settings.imap.idle"),
            (["host": "h", "user": "a", "oauth": ["token_url": "ftp://x"]], "settings.imap.oauth.token_url"),
        ] as [(JSON, String)])
    func `a wrong setting is named`(imap: JSON, path: String) {
        var settings = AdapterSettings(settings: ["imap": imap])
        #expect { _ = try IMAPSettings(&settings) } throws: { ($0 as? ConfigurationProblem)?.path == path }
    }
}
