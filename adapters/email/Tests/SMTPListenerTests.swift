import ChannelKit
import Logging
import Mail
import Messages
import Testing

@testable import EmailAdapter

@Suite struct SMTPListenerTests {
    let support = MemoryInbox()
    let sales = MemoryInbox()

    func listener() throws -> SMTPListener {
        try SMTPListener(
            hostname: "mail.support.test",
            routes: [
                SMTPListener.Route(
                    channel: "support", addresses: [try #require(MailAddress("help@support.test")), try #require(MailAddress("info@support.test"))], inbox: support),
                SMTPListener.Route(channel: "sales", addresses: [try #require(MailAddress("sales@support.test"))], inbox: sales),
            ], logger: Logger(label: "test", factory: { SwiftLogNoOpLogHandler($0) }))
    }

    static let mail =
        "From: Anna <Anna@C.test>\r\nSubject: Pacco\r\nMessage-ID: <m1@c.test>\r\nReferences: <m0@c.test>\r\n\r\nDov'è?\r\n\r\nOn 2 March 2026 Help <help@support.test> wrote:\r\n> old\r\n"

    static func script(to recipients: [String], from: String = "anna@c.test", mail: String = mail) -> [ScriptedConnection.Line] {
        [
            .silence, .hears("220 mail.support.test"), .says("EHLO c.test\r\nMAIL FROM:<\(from)>\r\n" + recipients.map { "RCPT TO:<\($0)>\r\n" }.joined() + "DATA\r\n"),
            .hears("250-mail"), .says(mail + ".\r\n"),
            .hears("2"), .says("QUIT\r\n"),
        ]
    }

    @Test func `a mail becomes an event and is answered after it is stored`() async throws {
        let connection = ScriptedConnection(Self.script(to: ["HELP@support.test"]))
        try await listener().serve(connection)
        #expect(connection.surprises.isEmpty, "\(connection.surprises)")
        #expect(connection.isClosed)
        #expect(connection.written.contains("250 2.0.0") && connection.written.hasSuffix("221 2.0.0 mail.support.test closing the connection\r\n"))
        let event = try #require(support.events.first)
        #expect(event.sender == Sender(id: "anna@c.test", name: "Anna", email: "anna@c.test"))
        #expect(event.text == "Dov'è?")
        #expect(event.subject == "Pacco")
        #expect(event.externalMessageID == "m1@c.test")
        #expect(event.externalConversationID == "m0@c.test")
        #expect(event.dedupID?.hasPrefix("m1@c.test sha256:") == true)
        #expect(!event.isAutomatic)
        #expect(support.raws == [Array(Self.mail.utf8)])
        #expect(sales.events.isEmpty)
    }

    @Test func `each channel gets the mail once, however many of its addresses are named`() async throws {
        try await listener().serve(ScriptedConnection(Self.script(to: ["help@support.test", "info@support.test", "sales@support.test", "help@support.test"])))
        #expect(support.events.count == 1 && sales.events.count == 1)
        #expect(support.events[0].extras.contains(JSON.Member("delivered_to", ["help@support.test", "info@support.test"])))
    }

    @Test func `a repeat is answered 250 and stored once`() async throws {
        let second = ScriptedConnection(Self.script(to: ["help@support.test"]))
        try await listener().serve(ScriptedConnection(Self.script(to: ["help@support.test"])))
        try await listener().serve(second)
        #expect(second.written.contains("250 2.0.0"))
        #expect(support.events.count == 1)
    }

    @Test(arguments: [(IntakeFailure.Cause.failed, "451 4.3.0"), (.busy, "451 4.3.0"), (.diskFull, "452 4.3.1")])
    func `what is not stored is not acknowledged`(cause: IntakeFailure.Cause, answer: String) async throws {
        support.fail(cause)
        let connection = ScriptedConnection(Self.script(to: ["sales@support.test", "help@support.test"]))
        try await listener().serve(connection)
        #expect(connection.written.contains(answer))
        #expect(!connection.written.contains("250 2.0.0"))
    }

    @Test(arguments: [
        ("From: a@c.test\r\nAuto-Submitted: auto-replied\r\n\r\nx\r\n", "a@c.test", "a@c.test"), ("From: MAILER-DAEMON@c.test\r\n\r\nx\r\n", "", "mailer-daemon@c.test"),
        ("Subject: x\r\n\r\nx\r\n", "", "unknown@invalid"),
    ])
    func `machine mail is marked, and a mail without a sender still arrives`(mail: String, from: String, sender: String) async throws {
        try await listener().serve(ScriptedConnection(Self.script(to: ["help@support.test"], from: from, mail: mail)))
        let event = try #require(support.events.first)
        #expect(event.isAutomatic)
        #expect(event.sender.id == sender)
    }

    @Test func `the sender of the envelope stands in where From does not tell`() async throws {
        try await listener().serve(ScriptedConnection(Self.script(to: ["help@support.test"], from: "Env@C.test", mail: "From: a@x.test, b@x.test\r\n\r\nx\r\n")))
        let event = try #require(support.events.first)
        #expect(event.sender.id == "env@c.test")
        #expect(event.notes.contains("the sender is taken from the envelope"))
        #expect(event.externalMessageID == nil)
        #expect(event.dedupID?.hasPrefix("sha256:") == true)
    }

    @Test func `talk before the greeting is refused`() async throws {
        let connection = ScriptedConnection([.says("PROXY TCP4 127.0.0.1 127.0.0.1 1 25\r\n")])
        try await listener().serve(connection)
        #expect(connection.written.hasPrefix("554"))
        #expect(connection.isClosed)
    }

    @Test func `silence ends with 421`() async throws {
        let connection = ScriptedConnection([.silence, .hears("220"), .silence])
        try await listener().serve(connection)
        #expect(connection.written.contains("421 4.4.2"))
    }

    @Test func `the end in the middle of a message stores nothing`() async throws {
        let connection = ScriptedConnection([.silence, .says("EHLO c.test\r\nMAIL FROM:<a@c.test>\r\nRCPT TO:<help@support.test>\r\nDATA\r\n"), .says("half")])
        try await listener().serve(connection)
        #expect(support.events.isEmpty && connection.isClosed)
    }

    @Test func `TLS is taken up and forgets what was said`() async throws {
        let connection = ScriptedConnection(
            [.silence, .says("EHLO c.test\r\n"), .hears("220"), .says("STARTTLS\r\n"), .hears("220 2.0.0"), .says("MAIL FROM:<a@c.test>\r\n"), .hears("503"), .says("QUIT\r\n")],
            canAcceptTLS: true)
        try await listener().serve(connection)
        #expect(connection.surprises.isEmpty, "\(connection.surprises)")
        #expect(connection.written.contains("250-STARTTLS") && connection.written.contains("(TLS)"))
    }

    @Test func `two channels cannot share an address`() throws {
        let address = try #require(MailAddress("help@support.test"))
        #expect(throws: ConfigurationProblem.self) {
            try SMTPListener(
                hostname: "x",
                routes: [SMTPListener.Route(channel: "a", addresses: [address], inbox: support), SMTPListener.Route(channel: "b", addresses: [address], inbox: sales)],
                logger: Logger(label: "test", factory: { SwiftLogNoOpLogHandler($0) }))
        }
    }
}
