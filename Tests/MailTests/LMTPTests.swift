import Mail
import Testing

@Suite struct LMTPTests {
    static func session(_ dialect: SMTPSession.Dialect = .lmtp, refusal: String? = nil) -> SMTPSession {
        SMTPSession(hostname: "mx.test", dialect: dialect, sender: { _ in refusal }, recipient: { $0.domain == "a.test" ? .accepted : .unknown })
    }

    static func talk(_ session: inout SMTPSession, _ lines: String...) -> (said: [String], step: SMTPSession.Step) {
        var step = SMTPSession.Step.input
        for line in lines { step = session.receive(Array("\(line)\r\n".utf8)) }
        return (String(decoding: session.takeReplies(), as: UTF8.self).split(separator: "\r\n").map { String($0.prefix(9)) }, step)
    }

    @Test func `each recipient that was taken is answered, in order`() {
        var session = Self.session()
        session.greet()
        let (said, step) = Self.talk(
            &session, "LHLO c.test", "MAIL FROM:<>", "RCPT TO:<x@a.test>", "RCPT TO:<n@b.test>", "RCPT TO:<y@a.test>", "RCPT TO:<x@a.test>", "DATA", "Subject: x", "", "hi", ".")
        #expect(said.first == "220 mx.te" && said.last == "354 End w")
        guard case .message(let envelope) = step else {
            Issue.record("no message")
            return
        }
        #expect(envelope.recipients.map(\.text) == ["x@a.test", "y@a.test"] && envelope.greeting == "c.test")
        _ = session.settle { $0.local == "x" ? .accepted : .busy }
        #expect(String(decoding: session.takeReplies(), as: UTF8.self).split(separator: "\r\n").map { $0.prefix(5) } == ["250 2", "451 4", "250 2"])
        // The transaction is over: a second message begins anew.
        #expect(Self.talk(&session, "RCPT TO:<x@a.test>").said == ["503 5.5.1"])
    }

    @Test func `by SMTP there is one answer, which has the message sent again where it was not stored`() {
        var session = Self.session(.smtp)
        _ = Self.talk(&session, "EHLO c.test", "MAIL FROM:<>", "RCPT TO:<x@a.test>", "RCPT TO:<y@a.test>", "DATA", "", ".")
        _ = session.settle { $0.local == "x" ? .accepted : .busy }
        #expect(String(decoding: session.takeReplies(), as: UTF8.self).hasPrefix("451 4.3.0"))
    }

    @Test(arguments: [("EHLO c.test", SMTPSession.Dialect.lmtp), ("HELO c.test", .lmtp), ("LHLO c.test", .smtp)])
    func `a port speaks one of the two`(line: String, dialect: SMTPSession.Dialect) {
        var session = Self.session(dialect)
        #expect(Self.talk(&session, line).said == ["500 5.5.1"])
    }

    @Test(arguments: [
        ("MAIL FROM:<> RET=HDRS ENVID=ab+2Bc", "250 2.1.0"), ("MAIL FROM:<> RET=ALL", "501 5.5.4"), ("MAIL FROM:<> ENVID=", "501 5.5.4"), ("MAIL FROM:<> ENVID=a+2", "501 5.5.4"),
        ("RCPT TO:<x@a.test> NOTIFY=SUCCESS,FAILURE ORCPT=rfc822;x+2By@a.test", "250 2.1.5"), ("RCPT TO:<x@a.test> NOTIFY=NEVER", "250 2.1.5"),
        ("RCPT TO:<x@a.test> NOTIFY=NEVER,DELAY", "501 5.5.4"), ("RCPT TO:<x@a.test> NOTIFY=", "501 5.5.4"), ("RCPT TO:<x@a.test> ORCPT=x", "501 5.5.4"),
        ("RCPT TO:<x@a.test> NOTIFY=DELAY NOTIFY=DELAY", "501 5.5.4"), ("RCPT TO:<x@a.test> SIZE=1", "555 5.5.4"),
    ])
    func `parameters for reports are taken when they are right`(line: String, answer: String) {
        var session = Self.session(.smtp)
        _ = Self.talk(&session, "EHLO c.test")
        if line.hasPrefix("RCPT") { _ = Self.talk(&session, "MAIL FROM:<>") }
        #expect(Self.talk(&session, line).said == [answer])
    }

    @Test func `a sender who sends too much is told to wait, and the dialogue goes on`() {
        var session = Self.session(.smtp, refusal: "451 4.7.1 later")
        #expect(Self.talk(&session, "EHLO c.test", "MAIL FROM:<a@b.test>", "RCPT TO:<x@a.test>", "RSET").said.suffix(3) == ["451 4.7.1", "503 5.5.1", "250 2.0.0"])
    }
}
