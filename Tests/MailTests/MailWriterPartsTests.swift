import Mail
import Messages
import Testing

@Suite struct MailWriterPartsTests {
    static func writer(html: String? = nil, files: [MailWriter.File] = []) throws -> MailWriter {
        var writer = MailWriter(
            from: try #require(MailAddress("help@support.test")), to: try #require(MailAddress("a@b.test")), subject: "Città", messageID: "m1@support.test",
            date: Timestamp(seconds: 1_700_000_000), isAutomatic: false, text: "Buongiorno,\n\nperché no? €")
        writer.html = html
        writer.files = files
        return writer
    }

    static let picture = MailWriter.File(name: "logo.png", mime: "image/png", contentID: "logo@support.test", bytes: [UInt8](repeating: 7, count: 200))
    static let letter = MailWriter.File(name: "../Perché \"no\"\r\nX: y – un nome molto lungo che non sta in una riga sola.pdf", mime: "application/pdf", bytes: [UInt8](0...255))

    @Test func `the parts nest as their kinds want it`() throws {
        let octets = try Self.writer(html: "<p>Ciao <img src=\"cid:logo@support.test\"></p>", files: [Self.picture, Self.letter]).bytes
        let text = String(decoding: octets, as: UTF8.self)
        let order = ["multipart/mixed", "multipart/alternative", "text/plain", "multipart/related", "text/html", "image/png", "Content-ID: <logo@support.test>", "application/pdf"]
        var rest = text[...]
        for word in order {
            let range = rest.firstRange(of: word)
            #expect(range != nil, "\(word)")
            if let range { rest = rest[range.upperBound...] }
        }
        #expect(text.split(separator: "\r\n", omittingEmptySubsequences: false).allSatisfy { $0.utf8.count <= 78 && $0.utf8.allSatisfy { $0 < 0x80 && $0 != 0x0D && $0 != 0x0A } })
        #expect(!text.contains("\r\nX: y"))
    }

    @Test func `what is written is read back`() throws {
        let mail = MailMessage.read(try Self.writer(html: "<p>Ciao</p>", files: [Self.picture, Self.letter]).bytes, envelopeFrom: nil, digests: true)
        #expect(mail.subject == "Città")
        #expect(mail.text.contains("perché no? €"))
        #expect(mail.attachments.map(\.size) == [200, 256])
        #expect(mail.attachments.map(\.mime) == ["image/png", "application/pdf"])
        #expect(mail.attachments.last?.name?.hasPrefix("Perché no") == true, "\(mail.attachments.last?.name ?? "")")
        #expect(mail.notes.isEmpty, "\(mail.notes)")
    }

    @Test(arguments: ["text/html; x=y", "a", "multipart/mixed", "message/rfc822", "a/b/c", "", "x/\r\ny"])
    func `a type that could change how the message is read is any octets`(mime: String) throws {
        let text = String(decoding: try Self.writer(files: [MailWriter.File(name: "", mime: mime, bytes: [1])]).bytes, as: UTF8.self)
        #expect(text.contains("Content-Type: application/octet-stream\r\nContent-Transfer-Encoding: base64\r\nContent-Disposition: attachment\r\n\r\nAQ==\r\n"))
    }

    @Test(arguments: [
        ("a\nb\n\n c", "<p dir=\"auto\">a<br>\nb</p>\n<p dir=\"auto\">&nbsp;c</p>"), ("<b>&\"", "<p dir=\"auto\">&lt;b&gt;&amp;\"</p>"),
        ("see (https://a.test/x?y=1&z).", "<p dir=\"auto\">see (<a href=\"https://a.test/x?y=1&amp;z\">https://a.test/x?y=1&amp;z</a>).</p>"),
        ("javascript:x http:// https://\"onclick", "<p dir=\"auto\">javascript:x http:// https://\"onclick</p>"), ("\n\n", ""), ("a\rb", "<p dir=\"auto\">a<br>\nb</p>"),
    ])
    func `plain words become a page that says the same`(text: String, html: String) {
        #expect(MailPage.formatted(plain: text) == html)
    }

    @Test func `a page of ours is as safe as a stranger's`() {
        let page = MailPage.document("<p onclick=\"x()\">a<script>b</script><img src=\"https://t.test/p.gif\"></p>")
        #expect(!page.contains("script") && !page.contains("onclick") && !page.contains(" src="))
    }
}
