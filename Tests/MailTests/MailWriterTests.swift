import Foundation
import Mail
import Messages
import Testing

@Suite struct MailWriterTests {
    static func writer(
        name: String? = "Help", subject: String = "Re: x", text: String = "hello", isAutomatic: Bool = true, inReplyTo: String? = "q1@c.test", references: [String] = ["q0@c.test"]
    ) throws -> MailWriter {
        MailWriter(
            from: try #require(MailAddress("help@support.test")), fromName: name, to: try #require(MailAddress("a@c.test")), subject: subject, messageID: "id-1@support.test",
            inReplyTo: inReplyTo, references: references, date: try #require(Timestamp(rfc3339: "2026-03-02T09:29:56.5Z")), isAutomatic: isAutomatic, text: text)
    }

    @Test func `a reply is these octets`() throws {
        #expect(
            String(decoding: try Self.writer().bytes, as: UTF8.self)
                == """
                Date: Mon, 02 Mar 2026 09:29:56 +0000
                From: "Help"
                 <help@support.test>
                To: a@c.test
                Subject: Re: x
                Message-ID: <id-1@support.test>
                In-Reply-To: <q1@c.test>
                References: <q0@c.test>
                 <q1@c.test>
                Auto-Submitted: auto-replied
                X-Auto-Response-Suppress: OOF, AutoReply
                X-Loop: help@support.test
                MIME-Version: 1.0
                Content-Type: text/plain; charset=utf-8
                Content-Transfer-Encoding: 7bit

                hello

                """.replacing("\n", with: "\r\n"))
    }

    @Test func `an agent's reply is not marked as a machine's`() throws {
        #expect(!String(decoding: try Self.writer(isAutomatic: false).bytes, as: UTF8.self).contains("Auto-Submitted"))
    }

    static let texts = [
        "hello", "", "à la carte\n", "From here\n.\n..\nend", "trailing blank \nnext\t\nx", String(repeating: "long ", count: 500), String(repeating: "日本語", count: 300), "a=b=3D",
        "👩‍👩‍👧 family\nè", String(repeating: "x", count: 2000) + ".", "tab\tok", String(repeating: "è.", count: 100) + "\n.",
    ]

    @Test(arguments: texts)
    func `what is written is read back the same`(text: String) throws {
        let bytes = try Self.writer(text: text).bytes
        let mail = MailMessage.read(bytes, envelopeFrom: "help@support.test")
        #expect(mail.text.trimmingSuffix(while: \.isNewline) == Substring(text).trimmingSuffix(while: \.isNewline))
        for line in String(decoding: bytes, as: UTF8.self).split(separator: "\r\n", omittingEmptySubsequences: false) {
            #expect(line.utf8.count <= 998 && !line.utf8.contains(10) && !line.utf8.contains(13))
            #expect(line != "." && line.utf8.allSatisfy { $0 < 0x80 })
        }
    }

    @Test(arguments: [
        "Re: è arrivato?", "plain", "Re: x\r\nBcc: evil@x.test", "a\u{2028}b\u{85}c\u{0}d", "=?utf-8?q?trap?=", String(repeating: "long subject ", count: 40),
        String(repeating: "日本", count: 200),
        "x" + String(repeating: "y", count: 900), " ", "\"quotes\" <x@y>",
    ])
    func `a subject and a name cannot break the header`(text: String) throws {
        let bytes = try Self.writer(name: text, subject: text).bytes
        let mail = MailMessage.read(bytes, envelopeFrom: "help@support.test")
        let tidy = MailWriter.replySubject("re:" + text).dropFirst(3)
        #expect((mail.subject ?? "").filter { $0 != " " } == tidy.filter { $0 != " " })
        #expect(mail.from?.address == "help@support.test")
        let head = String(decoding: bytes, as: UTF8.self).split(separator: "\r\n\r\n")[0]
        #expect(!head.contains("\r\nBcc"))
        for line in head.split(separator: "\r\n") { #expect(line.utf8.count <= 998 && line.utf8.allSatisfy { $0 >= 0x20 && $0 < 0x7F } && line.contains { $0 != " " }) }
    }

    @Test func `ids that could break the header are left out, long threads cut`() throws {
        let bytes = try Self.writer(inReplyTo: "x>\r\nBcc: y", references: (0..<100).map { "r\($0)@c.test" }).bytes
        let mail = MailMessage.read(bytes, envelopeFrom: nil)
        #expect(mail.inReplyTo.isEmpty)
        #expect(mail.references.count == 21)
        #expect(mail.references.first == "r0@c.test" && mail.references.last == "r99@c.test")
    }

    @Test(arguments: [("x", "Re: x"), ("RE: x", "RE: x"), (nil, "Re: (no subject)"), ("  ", "Re: (no subject)"), ("a\r\nb", "Re: ab")] as [(String?, String)])
    func `a reply's subject says Re once`(subject: String?, reply: String) {
        #expect(MailWriter.replySubject(subject) == reply)
    }
}

extension StringProtocol {
    func trimmingSuffix(while predicate: (Character) -> Bool) -> String {
        var text = String(self)
        while let last = text.last, predicate(last) { text.removeLast() }
        return text
    }
}
