import Mail
import Testing

@Suite struct SMTPDeliveryTests {
    static let text = Array("Subject: x\r\n\r\n.dot\r\nend".utf8)

    /// Plays a relay that gives one answer after the other; returns what was written and how it ended.
    static func play(
        _ answers: [String], manner: SMTPDelivery.Manner = SMTPDelivery.Manner(ownName: "support.test", requiresTLS: false), isEncrypted: Bool = false,
        to recipient: String = "c@c.test",
        text: [UInt8] = text
    ) throws -> (written: [String], outcome: SMTPDelivery.Outcome) {
        let mail = SMTPDelivery.Mail(from: MailAddress("help@support.test"), recipient: try #require(MailAddress(recipient)), data: text)
        var delivery = SMTPDelivery(mail, manner: manner, isEncrypted: isEncrypted)
        var rest = answers[...]
        var written: [String] = []
        var step = SMTPDelivery.Step.read
        while true {
            switch step {
            case .read:
                guard let answer = rest.popFirst() else { return (written, delivery.broken("gone")) }
                step = delivery.receive(Array(answer.utf8))
            case .write(let octets):
                written.append(String(decoding: octets, as: UTF8.self))
                step = .read
            case .content(let text):
                written.append(String(decoding: text, as: UTF8.self))
                step = .write(delivery.contentWritten())
            case .startTLS:
                written.append("(TLS)")
                step = delivery.secured()
            case .finished(let outcome): return (written, outcome)
            }
        }
    }

    @Test func `a mail is handed over with its dots doubled`() throws {
        let (written, outcome) = try Self.play(["220 hi\r\n", "250-r\r\n250 SIZE 1000\r\n", "250 ok\r\n", "250 ok\r\n", "354 go\r\n", "250 2.0.0 queued\r\n"])
        #expect(
            written == [
                "EHLO support.test\r\n", "MAIL FROM:<help@support.test> SIZE=23\r\n", "RCPT TO:<c@c.test>\r\n", "DATA\r\n", "Subject: x\r\n\r\n..dot\r\nend\r\n", ".\r\n",
            ])
        #expect(outcome == .delivered("250 2.0.0 queued"))
    }

    @Test func `with PIPELINING the envelope goes out at once`() throws {
        let (written, outcome) = try Self.play(["220 hi\r\n", "250-r\r\n250 PIPELINING\r\n", "250 ok\r\n250 ok\r\n354 go\r\n", "250 queued\r\n"])
        #expect(written[1] == "MAIL FROM:<help@support.test>\r\nRCPT TO:<c@c.test>\r\nDATA\r\n")
        #expect(outcome == .delivered("250 queued"))
    }

    @Test func `a relay that knows no EHLO gets HELO`() throws {
        let (written, outcome) = try Self.play(["220 hi\r\n", "502 what\r\n", "250 r\r\n", "250 ok\r\n", "250 ok\r\n", "354 go\r\n", "250 ok\r\n"])
        #expect(written[1] == "HELO support.test\r\n")
        #expect(outcome == .delivered("250 ok"))
    }

    /// Where the dialogue ends, and what is certain then.
    @Test(arguments: [
        (["554 no"], "notSent"), (["421 busy"], "notSent"), (["220 a", "250 b", "550 5.7.1 no"], "refused"), (["220 a", "250 b", "451 later"], "notSent"),
        (["220 a", "250 b", "250 c", "550 5.1.1 nobody"], "refused"), (["220 a", "250 b", "250 c", "450 greylisted"], "notSent"),
        (["220 a", "250 b", "250 c", "250 d", "554 no"], "refused"),
        (["220 a", "250 b", "250 c", "250 d", "354 go", "451 later"], "notSent"), (["220 a", "250 b", "250 c", "250 d", "354 go", "552 large"], "refused"),
        (["220 a", "250 b", "250 c", "250 d", "354 go"], "unknown"), (["220 a", "250 b", "250 c", "250 d", "354 go", "hello"], "unknown"),
        (["220 a", "250 b", "250 c", "250 d"], "notSent"),
        (["220 a", "250 b"], "notSent"), ([], "notSent"), (["HTTP/1.1 400 what"], "notSent"),
    ])
    func `every end has its certainty`(answers: [String], verdict: String) throws {
        let (_, outcome) = try Self.play(answers.map { $0 + "\r\n" })
        #expect("\(outcome)".hasPrefix(verdict), "\(answers) ended as \(outcome)")
    }

    @Test func `a refused recipient is refused although DATA was sent along`() throws {
        let (_, outcome) = try Self.play(["220 hi\r\n", "250-r\r\n250 PIPELINING\r\n", "250 ok\r\n550 5.1.1 nobody\r\n", "354 go\r\n"])
        #expect(outcome == .refused("RCPT: 550 5.1.1 nobody"))
    }

    @Test func `STARTTLS is required, not hoped for`() throws {
        let manner = SMTPDelivery.Manner(ownName: "s.test", requiresTLS: true, user: "u", password: "p")
        let (_, refused) = try Self.play(["220 hi\r\n", "250-r\r\n250 AUTH PLAIN\r\n"], manner: manner)
        #expect(refused == .notSent("the relay does not offer STARTTLS"))
        let (written, outcome) = try Self.play(
            [
                "220 hi\r\n", "250-r\r\n250 STARTTLS\r\n", "220 go\r\n", "250-r\r\n250-PIPELINING\r\n250 AUTH LOGIN PLAIN\r\n", "235 in\r\n", "250 a\r\n250 b\r\n354 c\r\n",
                "250 d\r\n",
            ], manner: manner)
        #expect(written.prefix(5) == ["EHLO s.test\r\n", "STARTTLS\r\n", "(TLS)", "EHLO s.test\r\n", "AUTH PLAIN AHUAcA==\r\n"])
        #expect(outcome == .delivered("250 d"))
        let (_, injected) = try Self.play(["220 hi\r\n", "250-r\r\n250 STARTTLS\r\n", "220 go\r\n250 injected\r\n"], manner: manner)
        #expect(injected == .notSent("the relay spoke before TLS began"))
    }

    @Test func `a password goes over TLS only, unless the caller allows it`() throws {
        var manner = SMTPDelivery.Manner(ownName: "s.test", requiresTLS: false, user: "u", password: "p")
        let (written, outcome) = try Self.play(["220 hi\r\n", "250-r\r\n250 AUTH PLAIN\r\n"], manner: manner)
        #expect(outcome == .notSent("the password is only sent over TLS"))
        #expect(!written.joined().contains("AUTH"))
        manner.allowsPlainPassword = true
        let (login, _) = try Self.play(["220 hi\r\n", "250-r\r\n250 AUTH LOGIN\r\n", "334 VXNlcm5hbWU6\r\n", "334 UGFzc3dvcmQ6\r\n", "235 in\r\n"], manner: manner)
        #expect(login.prefix(4) == ["EHLO s.test\r\n", "AUTH LOGIN\r\n", "dQ==\r\n", "cA==\r\n"])
        let (_, wrong) = try Self.play(["220 hi\r\n", "250-r\r\n250 AUTH PLAIN\r\n", "535 5.7.8 wrong\r\n"], manner: manner)
        #expect(wrong == .notSent("the relay does not take the password: 535 5.7.8 wrong"))
    }

    @Test func `what the relay cannot carry is refused before it is sent`() throws {
        #expect(try Self.play(["220 hi\r\n", "250 r\r\n"], to: "ä@c.test").outcome == .refused("the relay does not take SMTPUTF8"))
        #expect(try Self.play(["220 hi\r\n", "250 r\r\n"], text: Array("\r\nä\r\n".utf8)).outcome == .refused("the relay does not take 8BITMIME"))
        #expect(try Self.play(["220 hi\r\n", "250-r\r\n250 SIZE 10\r\n"]).outcome == .refused("the message is larger than the relay takes"))
        let (written, _) = try Self.play(["220 hi\r\n", "250-r\r\n250-SMTPUTF8\r\n250 8BITMIME\r\n"], to: "ä@c.test", text: Array("ä".utf8))
        #expect(written.last == "MAIL FROM:<help@support.test> BODY=8BITMIME SMTPUTF8\r\n")
    }

    @Test(arguments: ["a\nb", "a\rb", "a\r\n.\nb\r", ".\r\n.", "a\r\r\nb", "\n.\n"])
    func `no CR or LF by itself and no end of data goes out`(text: String) throws {
        let (written, _) = try Self.play(["220 hi\r\n", "250 r\r\n", "250 ok\r\n", "250 ok\r\n", "354 go\r\n"], text: Array(text.utf8))
        let content = Array(try #require(written.dropLast().last).utf8)
        for (index, byte) in content.enumerated() {
            if byte == 10 { #expect(index > 0 && content[index - 1] == 13) }
            if byte == 13 { #expect(index + 1 < content.count && content[index + 1] == 10) }
        }
        #expect(!("\r\n" + String(decoding: content, as: UTF8.self)).utf8.elementsEqual("\r\n.\r\n".utf8))
        #expect(!String(decoding: content, as: UTF8.self).split(separator: "\r\n").contains("."))
    }
}
