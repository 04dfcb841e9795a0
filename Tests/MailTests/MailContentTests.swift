import Messages
import Testing

@testable import Mail

@Suite struct MailContentTests {
    static func read(_ text: String) -> MailMessage { MailMessage.read(Array(text.replacing("\n", with: "\r\n").utf8), envelopeFrom: "a@c.test", digests: true) }

    @Test(arguments: [
        ("Mon, 02 Mar 2026 10:29:56 +0100", 1_772_443_796), ("2 Mar 26 10:29 GMT", 1_772_447_340), ("Sat, 01 Jan 1966 12:00:00 -0400", -126_172_800),
        ("01 Jan 2001 00:01+0000", 978_307_260), ("Thu, 1 Jan 1970 00:00:00 -0000 (GMT)", 0), ("1-Jan-1970 01:00:00 CET", 0), ("Thu Jan  1 00:00:00 1970", 0),
    ]) func `dates are read as they are written`(text: String, seconds: Int64) {
        #expect(MailDate.seconds(text) == seconds)
    }

    @Test(arguments: ["", "yesterday", "Mon, Mar", "99999999999999999999 Jan 2000", "1 Jan 99999", "(((((((", ":::::", "1 Jan 2000 +1:30", "1 Jan 2000 -:", "1 Jan 2000 99:99:99"])
    func `what is no date is none`(
        text: String
    ) {
        #expect(MailDate.seconds(text) == nil)
    }

    @Test func `an invitation is a readable line`() {
        let mail = Self.read(
            """
            From: Anna <a@c.test>
            Subject: Incontro
            Content-Type: text/calendar; method=REQUEST; charset=utf-8

            BEGIN:VCALENDAR
            METHOD:REQUEST
            BEGIN:VEVENT
            SUMMARY:Sopralluogo\\, cucina
            DTSTART;TZID=Europe/Rome:20260302T103000
            DTEND:20260302T110000Z
            LOCATION:Via Roma
              1
            ORGANIZER;CN="x:y":mailto:anna@c.test
            END:VEVENT
            END:VCALENDAR
            """)
        #expect(mail.text == "Invitation: Sopralluogo, cucina, 2026-03-02 10:30 Europe/Rome – 2026-03-02 11:00 UTC, Via Roma 1, by anna@c.test")
    }

    @Test func `an answer to an invitation says which`() {
        let text = "BEGIN:VCALENDAR\r\nMETHOD:REPLY\r\nBEGIN:VEVENT\r\nSUMMARY:Call\r\nATTENDEE;PARTSTAT=DECLINED:mailto:b@x.test\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
        #expect(Invitation.line(text) == "Answer to an invitation: Call: b@x.test declined")
        #expect(Invitation.line("no calendar") == nil)
    }

    static func attribute(_ level: UInt8, _ id: UInt32, _ data: [UInt8]) -> [UInt8] {
        func little(_ value: UInt32) -> [UInt8] { (0..<4).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) } }
        return [level] + little(id) + little(UInt32(data.count)) + data + [0, 0]
    }

    static let tnef: [UInt8] =
        [0x78, 0x9F, 0x3E, 0x22, 1, 0] + attribute(1, 0x0002_800C, Array("Hello from Outlook\0".utf8)) + attribute(2, 0x0006_9002, [0, 0])
        + attribute(2, 0x0001_8010, Array("REPORT~1.PDF\0".utf8)) + attribute(2, 0x0006_800F, Array("%PDF".utf8))
        + attribute(2, 0x0006_9005, [1, 0, 0, 0, 0x1E, 0, 0x07, 0x37, 1, 0, 0, 0, 11, 0, 0, 0] + Array("report.pdf\0".utf8) + [0])

    @Test func `winmail dat gives its files and its text`() {
        let head = "From: a@c.test\r\nContent-Type: application/ms-tnef; name=winmail.dat\r\nContent-Transfer-Encoding: base64\r\n\r\n"
        let mail = MailMessage.read(Array((head + Base64.encode(Self.tnef)).utf8), envelopeFrom: nil, digests: true)
        #expect(mail.attachments.map(\.name) == ["report.pdf"])
        #expect(mail.attachments.map(\.size) == [4])
        #expect(mail.text == "Hello from Outlook")
    }

    @Test func `every cut of a winmail dat is read without harm`() {
        for count in 0..<Self.tnef.count {
            let read = TNEF(Array(Self.tnef[..<count]))
            #expect((read?.attachments.count ?? 0) <= 1)
        }
    }

    @Test func `an end of base64 that is not whole is not lost`() {
        let mail = Self.read("Content-Type: application/x; name=a\nContent-Transfer-Encoding: base64\n\nAAAAAA\n")
        #expect(mail.attachments.map(\.size) == [4])
    }

    @Test func `both writers of two From fields are shown, and neither is the writer`() {
        let mail = Self.read("From: a@x.test\nFrom: b@x.test\n\nx")
        #expect(mail.senders.map(\.address) == ["a@x.test", "b@x.test"])
        #expect(mail.from == nil)
    }

    @Test func `a name that is another address is noted`() {
        #expect(Self.read("From: \"support@bank.it\" <x@evil.test>\n\nx").notes == ["the name of the sender looks like another address than the one it stands for"])
        #expect(Self.read("From: \"x@evil.test\" <x@evil.test>\n\nx").notes.isEmpty)
    }

    @Test func `a comment is no name`() {
        #expect(Self.read("From: a@x.test (Anna \\) (x))\n\nx").from == Mailbox(name: nil, address: "a@x.test"))
    }

    @Test func `files come with their octets when asked for, and images are found by their Content-ID`() throws {
        let raw = Array(
            "From: a@x.test\r\nContent-Type: multipart/related; boundary=b\r\n\r\n--b\r\nContent-Type: text/html\r\n\r\n<p>x<img src=\"cid:1@x\"><img src=\"cid:2@x\"></p>\r\n--b\r\nContent-Type: text/plain; name=a.png\r\nContent-ID: <1@x>\r\nContent-Transfer-Encoding: base64\r\n\r\niVBORw0KGgo=\r\n--b\r\nContent-Type: image/svg+xml\r\nContent-ID: <2@x>\r\n\r\n<svg/>\r\n--b--\r\n"
                .utf8)
        let file = try #require(MailMessage.read(raw, envelopeFrom: nil, files: true).attachments.first)
        #expect(file.name == "a.png")
        #expect(file.content == [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A])
        #expect(MailMessage.read(raw, envelopeFrom: nil, digests: true).attachments.first?.content == nil)
        let page = try #require(MailMessage.page(raw, showsRemoteImages: false))
        #expect(page.html == "<p>x<img src=\"data:image/png;base64,iVBORw0KGgo=\"><img src=\"cid:2@x\"></p>")
    }
}
