import Mail
import Testing

@Suite struct SMTPSessionTests {
    static let envelope = "EHLO c.test\r\nMAIL FROM:<a@c.test>\r\nRCPT TO:<help@support.test>\r\n"

    /// Each command comes after EHLO; the answer's first line is compared.
    @Test(arguments: [
        ("NOOP", "250"), ("RSET", "250"), ("VRFY help", "252"), ("HELP", "214"), ("EXPN all", "502"), ("AUTH PLAIN AAAA", "502"), ("WHAT", "500 5.5.1"), ("", "500"),
        ("DATA", "503"), ("RCPT TO:<help@support.test>", "503"), ("MAIL FROM:<>", "250 2.1.0"), ("MAIL FROM:<a@c.test> SIZE=10485760 BODY=8BITMIME", "250"),
        ("mail from:<a@c.test> size=5 smtputf8", "250"), ("MAIL FROM:<a@c.test> SIZE=10485761", "552 5.3.4"), ("MAIL FROM:<a@c.test> SIZE=x", "501"),
        ("MAIL FROM:<a@c.test> SIZE=1 SIZE=1", "501"), ("MAIL FROM:<a@c.test> BODY=BINARYMIME", "501"), ("MAIL FROM:<a@c.test> COLOUR=RED", "555"), ("MAIL FROM:a@c.test", "501"),
        ("MAIL FROM:<a>", "553"), ("MAIL FROM:<a@b..c>", "553"), ("MAIL FROM:<a@[127.0.0.1]>", "250"), ("MAIL FROM:<\"a b\"@c.test>", "250"), ("MAIL FROM:<ä@c.test>", "553 5.6.7"),
        ("MAIL FROM:<ä@c.test> SMTPUTF8", "250"), ("MAIL FROM:<@x.test:a@c.test>", "553"), ("STARTTLS now", "501"), ("STARTTLS", "502"), ("BDAT 5 LAST", "502"),
        ("GET / HTTP/1.1", "554"),
        ("QUIT", "221"), ("EHLO", "501"), ("EHLO a\tb", "501"), ("HELO c.test", "250"),
    ])
    func `a command is answered as the RFC says`(command: String, answer: String) {
        var client = Dialogue()
        _ = client.greet()
        _ = client.say("EHLO c.test\r\n")
        let said = client.say(command + "\r\n")
        #expect(said.hasPrefix(answer), "\(command) was answered \(said)")
    }

    @Test(arguments: [
        ("help@support.test", "250"), ("HELP@Support.TEST", "250"), ("nobody@support.test", "550 5.1.1"), ("help@other.test", "550 5.7.1"), ("help", "553"),
        ("help+c1.token@support.test", "550 5.1.1"), ("@support.test:v@other.test", "553"), ("|/bin/sh@support.test", "550"), ("help@[127.0.0.1]", "550 5.7.1"),
        ("help%other.test@support.test", "550 5.1.1"), ("hälp@support.test", "553 5.6.7"), ("help@support.test.", "553"),
    ])
    func `a recipient is taken or refused at once`(recipient: String, answer: String) {
        var client = Dialogue()
        _ = client.say("EHLO c.test\r\nMAIL FROM:<a@c.test>\r\n")
        let said = client.say("RCPT TO:<\(recipient)>\r\n")
        #expect(said.hasPrefix(answer), "\(recipient) was answered \(said)")
    }

    @Test func `EHLO announces what is there and nothing else`() {
        var client = Dialogue(offersTLS: true)
        #expect(
            client.say("EHLO c.test\r\n")
                == "250-support.test\r\n250-PIPELINING\r\n250-SIZE 10485760\r\n250-8BITMIME\r\n250-SMTPUTF8\r\n250-STARTTLS\r\n250 ENHANCEDSTATUSCODES\r\n")
        var encrypted = Dialogue(offersTLS: true, isEncrypted: true)
        #expect(!encrypted.say("EHLO c.test\r\n").contains("STARTTLS"))
    }

    @Test func `what EHLO says is not said back`() {
        var client = Dialogue()
        #expect(!client.say("EHLO <script>%s%n\r\n").contains("script"))
    }

    /// The text with its dots is cut at every place, so that each state meets the end of a piece.
    @Test(arguments: [1, 2, 3, 4, 5, 7, 11, 100])
    func `a message arrives as it was, however it is cut`(size: Int) throws {
        var client = Dialogue()
        _ = client.say(Self.envelope)
        #expect(client.say("DATA\r\n").hasPrefix("354"))
        let said = client.say("Subject: x\r\n\r\n..\r\n...two\r\nöl\r\n\r\n.\r\nMAIL FROM:<b@c.test>\r\nRCPT TO:<sales@support.test>\r\nDATA\r\n", pieces: size)
        #expect(said == "250 2.0.0 Taken over\r\n250 2.1.0 Sender OK\r\n250 2.1.5 Recipient OK\r\n354 End with a line that is a dot\r\n")
        #expect(client.say("second\r\n.\r\nQUIT\r\n", pieces: size).contains("221"))
        #expect(client.isOver)
        try #require(client.messages.count == 2)
        #expect(client.messages[0].data == Array("Subject: x\r\n\r\n.\r\n..two\r\nöl\r\n\r\n".utf8))
        #expect(client.messages[0].from?.text == "a@c.test")
        #expect(client.messages[1].recipients.map(\.text) == ["sales@support.test"])
        #expect(client.messages[1].data == Array("second\r\n".utf8))
    }

    @Test(
        arguments: ["a\nb\r\n.\r\n", "a\rb\r\n.\r\n", "a\r\r\n.\r\n", "\n.\r\n", "a\r\n.\n", "a\r\n.\r.\r\n", "\r\n.\r\r\n", "a\0b\r\n.\r\n", "a\n.\nMAIL FROM:<evil@x.test>\r\n"],
        [1, 2, 3, 65_536])
    func `a CR, LF or NUL by itself ends everything`(text: String, size: Int) {
        var client = Dialogue()
        _ = client.say(Self.envelope)
        _ = client.say("DATA\r\n")
        #expect(client.say(text, pieces: size).hasPrefix("521 5.5.2"))
        #expect(client.isOver)
        #expect(client.messages.isEmpty)
    }

    @Test(arguments: ["NOOP\n", "NOOP\rX\r\n", "NO\0OP\r\n", "NOOP\r\r\n"])
    func `nor may they stand in a command`(command: String) {
        var client = Dialogue()
        #expect(client.say(command).hasPrefix("521 5.5.2"))
        #expect(client.isOver)
    }

    @Test func `a message over the limit is read to its end and refused`() {
        var client = Dialogue(limits: SMTPSession.Limits(messageBytes: 1000))
        _ = client.say(Self.envelope)
        _ = client.say("DATA\r\n")
        let line = String(repeating: "x", count: 98) + "\r\n"
        #expect(client.say(String(repeating: line, count: 11) + ".\r\n").hasPrefix("552 5.3.4"))
        #expect(client.messages.isEmpty)
        _ = client.say("MAIL FROM:<a@c.test>\r\nRCPT TO:<help@support.test>\r\n")
        _ = client.say("DATA\r\n")
        #expect(client.say(String(repeating: line, count: 10) + ".\r\n").hasPrefix("250"))
        #expect(client.messages.map(\.data.count) == [1000])
    }

    @Test(arguments: [(SMTPSession.Settlement.busy, "451 4.3.0"), (.full, "452 4.3.1"), (.accepted, "250 2.0.0")])
    func `the answer to a message is what became of it`(settlement: SMTPSession.Settlement, answer: String) {
        var client = Dialogue()
        client.settlement = settlement
        _ = client.say(Self.envelope)
        _ = client.say("DATA\r\n")
        #expect(client.say("x\r\n.\r\n").hasPrefix(answer))
    }

    @Test func `commands behind STARTTLS end the dialogue`() {
        var client = Dialogue(offersTLS: true)
        let said = client.say("EHLO c.test\r\nSTARTTLS\r\nMAIL FROM:<evil@x.test>\r\n")
        #expect(said.contains("554"))
        #expect(!said.contains("220"))
        #expect(client.isOver && !client.isSecuring)
    }

    @Test func `TLS forgets what was said before`() {
        var client = Dialogue(offersTLS: true)
        #expect(client.say(Self.envelope + "STARTTLS\r\n").hasSuffix("220 2.0.0 Begin TLS\r\n"))
        #expect(client.isSecuring)
        client.session.tlsBegan()
        #expect(client.say("DATA\r\n").hasPrefix("503"))
        #expect(client.say("MAIL FROM:<a@c.test>\r\n").hasPrefix("503"))
    }

    @Test func `the text may not come before the 354`() {
        var client = Dialogue()
        _ = client.say(Self.envelope)
        #expect(client.say("DATA\r\nSubject: x\r\n\r\n.\r\n").hasPrefix("503"))
        #expect(client.isOver && client.messages.isEmpty)
    }

    @Test func `recipients over the limit are put off, repeats count once`() throws {
        var client = Dialogue(limits: SMTPSession.Limits(recipients: 3))
        _ = client.say("EHLO c.test\r\nMAIL FROM:<a@c.test>\r\n")
        for name in ["list1", "list2", "LIST2", "list3"] { #expect(client.say("RCPT TO:<\(name)@x.test>\r\n").hasPrefix("250")) }
        #expect(client.say("RCPT TO:<list4@x.test>\r\n").hasPrefix("452 4.5.3"))
        _ = client.say("DATA\r\n")
        _ = client.say("x\r\n.\r\n")
        #expect(try #require(client.messages.first).recipients.count == 3)
    }

    @Test func `after 20 errors the dialogue ends`() {
        var client = Dialogue()
        var said = ""
        for _ in 0..<19 { said = client.say("BLA\r\n") }
        #expect(said.hasPrefix("500") && !client.isOver)
        #expect(client.say("BLA\r\n").hasPrefix("421"))
        #expect(client.isOver)
    }

    @Test func `long lines are refused, endless ones end the dialogue`() {
        var client = Dialogue()
        #expect(client.say("NOOP " + String(repeating: "x", count: 505) + "\r\n").hasPrefix("250"))
        #expect(client.say("NOOP " + String(repeating: "x", count: 506) + "\r\n").hasPrefix("500 5.5.2"))
        #expect(client.say("NOOP " + String(repeating: "x", count: 5000) + "\r\nNOOP\r\n", pieces: 100) == "500 5.5.2 Line too long\r\n250 2.0.0 OK\r\n")
        _ = client.say("EHLO c.test\r\n")
        #expect(client.say("MAIL FROM:<a@c.test>" + String(repeating: " ", count: 4000) + "\r\n").hasPrefix("250"))
        #expect(client.say(String(repeating: "x", count: 70_000), pieces: 1000).hasPrefix("500"))
        #expect(client.isOver)
    }

    @Test func `a TLS handshake on the plain port is hung up on`() {
        var client = Dialogue()
        #expect(client.send([0x16, 0x03, 0x01, 0x00, 0xC8]) == "")
        #expect(client.isOver)
    }
}
