import ChannelKit
import Mail
import Messages
import Testing

@testable import EmailAdapter

struct ReplyMarksTests {
    private let now = Timestamp(seconds: 1_795_000_000)
    private let conversation = ConversationID.make(at: Timestamp(seconds: 1_790_000_000))

    private func marks(_ address: String = "help@shop.example", channel: String = "support", key: UInt8 = 7) throws -> ReplyMarks {
        ReplyMarks(channel: channel, address: try #require(MailAddress(address)), key: [UInt8](repeating: key, count: 32), days: 90)
    }

    @Test func `a reply address finds its conversation, in whatever case it comes back`() throws {
        let marks = try marks()
        let address = try #require(marks.replyAddress(for: conversation, writtenAt: now))
        #expect(address.local.utf8.count <= 64 && address.withoutDetail.key == "help@shop.example")
        #expect(marks.read(address, now: now) == .conversation(conversation))
        #expect(marks.read(try #require(MailAddress(address.text.uppercased())), now: now) == .conversation(conversation))
        #expect(marks.replyAddress(for: conversation, writtenAt: now) == address, "every try carries the same address")
    }

    @Test func `it ends after its days`() throws {
        let marks = try marks()
        let address = try #require(marks.replyAddress(for: conversation, writtenAt: now))
        #expect(marks.read(address, now: now + .seconds(90 * 86_400)) == .conversation(conversation))
        #expect(marks.read(address, now: now + .seconds(92 * 86_400)) == .expired)
    }

    @Test func `a changed letter, another channel and another key are forged`() throws {
        let address = try #require(try marks().replyAddress(for: conversation, writtenAt: now))
        #expect(try marks(channel: "other").read(address, now: now) == .forged)
        #expect(try marks(key: 8).read(address, now: now) == .forged)
        let detail = try #require(address.detail)
        for index in detail.indices {
            var changed = Array(detail)
            changed[detail.distance(from: detail.startIndex, to: index)] = detail[index] == "a" ? "b" : "a"
            let other = try #require(MailAddress("help+\(String(changed))@shop.example"))
            let finding = try marks().read(other, now: now)
            #expect(finding == .forged || finding == .nothing, "\(other)")
        }
    }

    @Test(arguments: ["help@shop.example", "help+sales@shop.example", "help+0000000000000000000000000000000000000000aa@shop.example"])
    func `other plus-addresses say nothing`(text: String) throws {
        #expect(try marks().read(try #require(MailAddress(text)), now: now) == .nothing)
    }

    @Test func `an address that leaves no room gets no token`() throws {
        #expect(try marks("a-department-with-a-name@shop.example").replyAddress(for: conversation, writtenAt: now) == nil)
        #expect(try marks("exactly-twenty-one-oc@shop.example").replyAddress(for: conversation, writtenAt: now)?.local.utf8.count == 64)
    }

    @Test func `a Message-ID names its message only when we signed it`() throws {
        let marks = try marks()
        let message = MessageID.make(at: now)
        let id = marks.messageID(of: message)
        #expect(marks.message(id) == message && marks.message(id.uppercased()) == message)
        #expect(marks.message("\(message.text)@shop.example") == nil)
        #expect(marks.message(id.replacing(".", with: ".a")) == nil)
        #expect(try self.marks(channel: "other").message(id) == nil)
        #expect(marks.message("\(marks.messageID(of: MessageID.make(at: now)).prefix(36))\(id.dropFirst(36))") == nil)
        // Identifiers never go back in time: where later ones were made before, by other tests, this one is as late as they are.
        let milliseconds = try #require(Int64(message.text.filter { $0 != "-" }.prefix(12), radix: 16))
        let made = Timestamp(seconds: milliseconds / 1_000)
        #expect(marks.recentMessage(id, now: made + .seconds(89 * 86_400)) == message)
        #expect(marks.recentMessage(id, now: made + .seconds(91 * 86_400)) == nil)
    }

    @Test func `a returned mail names it, folded by quoted-printable or not`() throws {
        let marks = try marks()
        let message = MessageID.make(at: now)
        let id = marks.messageID(of: message)
        #expect(marks.messages(namedIn: Array("Returned:\r\nMessage-ID: <\(id)>\r\nSubject: x\r\n".utf8)) == [message])
        #expect(marks.messages(namedIn: Array("Message-ID: <\(id.prefix(40))=\r\n\(id.dropFirst(40))>\r\n".utf8)) == [message])
        #expect(marks.messages(namedIn: Array("Message-ID: <x\(id.dropFirst(1))>".utf8)) == [])
        #expect(marks.messages(namedIn: Array("@shop.example".utf8)) == [])
    }
}

struct MailThreadTests {
    private let now = Timestamp(seconds: 1_795_000_000)

    private func event(_ fields: String, body: String = "hello", marks: ReplyMarks, from: String = "bob@customer.test") throws -> InboundEvent {
        let raw = Array("From: \(from)\r\nSubject: Re: x\r\nMessage-ID: <own@customer.test>\r\n\(fields)\r\n\(body)\r\n".utf8)
        let now = now
        let reading = EmailEvent.Reading(ownAddresses: ["help@shop.example"], marks: marks, now: { now })
        return EmailEvent.make(raw, folder: "INBOX", excerptOf: nil, reading)
    }

    private func marks() throws -> ReplyMarks {
        ReplyMarks(channel: "support", address: try #require(MailAddress("help@shop.example")), key: [UInt8](repeating: 7, count: 32), days: 90)
    }

    @Test(arguments: ["To", "Cc", "Delivered-To", "X-Original-To", "Envelope-To"])
    func `the token counts in every field that names a recipient`(field: String) throws {
        let marks = try marks()
        let conversation = ConversationID.make(at: now)
        let address = try #require(marks.replyAddress(for: conversation, writtenAt: now))
        #expect(try event("\(field): <\(address.text)>\r\n", marks: marks).answers == [.conversation(conversation)])
    }

    @Test func `Message-IDs of ours count in In-Reply-To and References, others and subjects do not`() throws {
        let marks = try marks()
        let (first, second) = (MessageID.make(at: now), MessageID.make(at: now))
        let found = try event(
            "References: <a@b> <\(marks.messageID(of: first))>\r\n <\(first.text)@shop.example>\r\nIn-Reply-To: <\(marks.messageID(of: second))>\r\n", marks: marks)
        #expect(found.answers == [.message(second), .message(first)])
        #expect(try event("In-Reply-To: <\(first.text).aaaaaaaaaaaaa@shop.example>\r\n", marks: marks).answers.isEmpty)
    }

    @Test func `a forged or expired token opens a conversation of its own, with a note`() throws {
        let marks = try marks()
        let old = try #require(marks.replyAddress(for: .make(at: now), writtenAt: now - .seconds(100 * 86_400)))
        let signed = marks.messageID(of: .make(at: now))
        for address in [old.text, "help+\(String(repeating: "a", count: 42))@shop.example"] {
            let found = try event("To: \(address)\r\nReferences: <root@customer.test> <\(signed)>\r\n", marks: marks)
            #expect(found.answers.isEmpty && found.externalConversationID == "own@customer.test")
            #expect(found.notes.contains { $0.hasSuffix("a conversation of its own") })
        }
    }

    private func report(_ fields: String, type: String = "delivery-status", returned: String) -> (fields: String, body: String) {
        (
            "MIME-Version: 1.0\r\nContent-Type: multipart/report; report-type=\(type); boundary=b\r\n",
            "--b\r\nContent-Type: text/plain\r\n\r\nSorry.\r\n--b\r\nContent-Type: message/\(type)\r\n\r\n\(fields)\r\n--b\r\nContent-Type: text/rfc822-headers\r\n\r\n\(returned)\r\n--b--\r\n"
        )
    }

    @Test(arguments: [
        ("Reporting-MTA: dns; r\r\n\r\nFinal-Recipient: rfc822; a@b\r\nAction: failed\r\nStatus: 5.1.1\r\n", DeliveryReport.Outcome.failed),
        ("Reporting-MTA: dns; r\r\n\r\nFinal-Recipient: rfc822; a@b\r\nAction: delayed\r\nStatus: 4.4.1\r\n", .delayed),
        ("Reporting-MTA: dns; r\r\n\r\nFinal-Recipient: rfc822; a@b\r\nAction: failed\r\nStatus: 4.4.7\r\n", .failed),
    ])
    func `a bounce reports of the mail that it returns`(fields: String, outcome: DeliveryReport.Outcome) throws {
        let marks = try marks()
        let message = MessageID.make(at: now)
        let bounce = report(fields, returned: "Message-ID: <\(marks.messageID(of: message))>\r\n")
        let found = try event(bounce.fields, body: bounce.body, marks: marks, from: "MAILER-DAEMON@relay.example")
        #expect(found.isAutomatic && found.report?.outcome == outcome && found.answers == [.message(message)])
    }

    @Test func `a complaint and an arrival are no failures`() throws {
        let marks = try marks()
        let returned = "Message-ID: <\(marks.messageID(of: MessageID.make(at: now)))>\r\n"
        let complaint = report("Feedback-Type: abuse\r\nVersion: 1\r\n", type: "feedback-report", returned: returned)
        #expect(try event(complaint.fields, body: complaint.body, marks: marks, from: "staff@isp.example").report == nil)
        let arrival = report("Reporting-MTA: dns; r\r\n\r\nFinal-Recipient: rfc822; a@b\r\nAction: delivered\r\nStatus: 2.0.0\r\n", returned: returned)
        #expect(try event(arrival.fields, body: arrival.body, marks: marks, from: "MAILER-DAEMON@relay.example").report == nil)
    }

    @Test func `a bounce that returns nothing is found by the name of the envelope`() throws {
        let message = MessageID.make(at: now)
        let found = try event("", body: "Original-Envelope-Id: \(message.text)\r\nAction: failed\r\nStatus: 5.2.2", marks: try marks(), from: "MAILER-DAEMON@relay.example")
        #expect(found.answers == [.message(message)] && found.report == DeliveryReport(.failed, found.report?.explanation ?? ""))
    }

    @Test(arguments: [
        ("Authentication-Results: mx.example; dmarc=pass header.from=customer.test\r\n", Verification.Verdict.verified),
        ("Authentication-Results: mx.evil; dmarc=pass header.from=customer.test\r\n", .unverified), ("", .unverified),
        ("Authentication-Results: mx.example; dmarc=fail (p=reject) header.from=customer.test\r\n", .failed),
    ])
    func `of a mailbox's server only the one that is named is believed`(field: String, verdict: Verification.Verdict) throws {
        let marks = try marks()
        let now = now
        let signed = marks.messageID(of: .make(at: now))
        let reading = EmailEvent.Reading(ownAddresses: ["help@shop.example"], marks: marks, authservID: "mx.example", now: { now })
        let raw = Array("\(field)From: bob@customer.test\r\nMessage-ID: <own@customer.test>\r\nIn-Reply-To: <\(signed)>\r\n\r\nhello\r\n".utf8)
        let found = EmailEvent.make(raw, folder: "INBOX", excerptOf: nil, reading)
        #expect(found.sender.verification?.verdict == verdict)
        #expect(found.answers.isEmpty == (verdict == .failed), "who is disowned joins nothing")
    }

    @Test func `only a wish about answers keeps the bot silent`() throws {
        #expect(try event("X-Auto-Response-Suppress: DR, RN, AutoReply\r\n", marks: try marks()).refusesAutomaticAnswers)
        #expect(try event("X-Auto-Response-Suppress: All\r\n", marks: try marks()).refusesAutomaticAnswers)
        #expect(try !event("X-Auto-Response-Suppress: OOF\r\n", marks: try marks()).refusesAutomaticAnswers)
    }
}
