import Mail
import Messages
import Testing

@Suite struct MailMessageTests {
    static func read(_ text: String, from: String? = "a@c.test", own: Set<String> = []) -> MailMessage {
        MailMessage.read(Array(text.replacing("\n", with: "\r\n").utf8), envelopeFrom: from, ownAddresses: own)
    }

    static func read(_ head: String, body: [UInt8]) -> MailMessage {
        MailMessage.read(Array((head.replacing("\n", with: "\r\n") + "\r\n\r\n").utf8) + body, envelopeFrom: nil)
    }

    @Test func `a plain mail is read`() {
        let mail = Self.read(
            """
            From: "Rossi, Anna" <Anna@Example.com>
            To: help@support.test, =?utf-8?Q?J=C3=BCrgen?= <j@x.test>
            Cc: Team: a@x.test, b@x.test;
            Subject: =?utf-8?B?TWlhIG5vbg==?= =?utf-8?B?bmEgw6g=?=
             arrivata
            Date: Mon, 02 Mar 2026 10:29:56 +0100
            Message-ID: <m1@example.com>
            In-Reply-To: <m0@support.test>
            References: <r0@support.test>
             <m0@support.test>

            Buongiorno,
            dov'è il pacco?
            """)
        #expect(mail.from == Mailbox(name: "Rossi, Anna", address: "Anna@Example.com"))
        #expect(mail.to == [Mailbox(name: nil, address: "help@support.test"), Mailbox(name: "Jürgen", address: "j@x.test")])
        #expect(mail.cc.map(\.address) == ["a@x.test", "b@x.test"])
        #expect(mail.subject == "Mia nonna è arrivata")
        #expect(mail.date == Timestamp(rfc3339: "2026-03-02T09:29:56Z"))
        #expect(mail.messageID == "m1@example.com")
        #expect(mail.inReplyTo == ["m0@support.test"])
        #expect(mail.references == ["r0@support.test", "m0@support.test"])
        #expect(mail.text == "Buongiorno,\ndov'è il pacco?")
        #expect(mail.automatic == .none)
        #expect(mail.notes.isEmpty)
    }

    /// What is declared, what was sent, what is read; whether the agent is told.
    @Test(
        arguments: [
            ("utf-8", [0x63, 0x69, 0x74, 0x74, 0xE0], "città", true), ("utf-8", Array("città".utf8), "città", false), ("iso-8859-1", [0x80, 0xE8], "€è", false),
            ("us-ascii", Array("è".utf8), "è", true), ("x-unknown", Array("è".utf8), "è", true), ("x-unknown", [0xE8], "è", true), ("3DUTF-8", Array("è".utf8), "è", false),
            ("gb2312", [0xC4, 0xE3], "你", false), ("iso-2022-jp", [0x1B, 0x24, 0x42, 0x24, 0x22, 0x1B, 0x28, 0x42], "あ", false), ("koi8-r", [0xC4, 0xC1], "да", false),
            ("ks_c_5601-1987", [0xB0, 0xA1], "가", false), ("shift_jis", [0x82, 0xA0], "あ", false), ("gb2312", [0xE8, 0x20, 0xC4, 0xE3], "è 你", true),
            // What Japanese programs of Microsoft put into ISO-2022-JP: ①, half-width letters.
            ("iso-2022-jp", [0x1B, 0x24, 0x42, 0x2D, 0x21, 0x24, 0x22, 0x1B, 0x28, 0x42, 0x21], "①あ!", false),
            ("iso-2022-jp", [0x1B, 0x28, 0x49, 0x31, 0x32, 0x1B, 0x28, 0x42], "ｱｲ", false), ("iso-8859-2 (Central Europe)", [0xB3], "ł", false),
        ] as [(String, [UInt8], String, Bool)])
    func `no letter is lost to a charset`(declared: String, octets: [UInt8], text: String, isNoted: Bool) {
        let mail = Self.read("From: a@c.test\nContent-Type: text/plain; charset=\"\(declared)\"", body: octets)
        #expect(mail.text == text)
        #expect(mail.notes.isEmpty != isNoted, "\(mail.notes)")
    }

    @Test(arguments: [
        // An encoding with a semicolon, or in quotes.
        ("Content-Transfer-Encoding: quoted-printable;", "citt=C3=A0"), ("Content-Transfer-Encoding: \"quoted-printable\"", "citt=C3=A0"),
        ("Content-Transfer-Encoding: \"base64\"", "Y2l0dMOg"),
        // A type that names no kind.
        ("Content-Type: text", "città"), ("Content-Type:", "città"), ("Content-Type: ; charset=utf-8", "città"),
        // A page that says itself what it is.
        ("Content-Type: text/html", "<meta charset='iso-8859-2'><p>cittŕ"),
    ])
    func `fields that are nearly right are read as meant`(field: String, body: String) {
        let octets = field.hasSuffix("html") ? body.unicodeScalars.map { $0 == "ŕ" ? 0xE0 : UInt8($0.value) } : Array(body.utf8)
        let text = Self.read("From: a@c.test\n\(field)", body: octets).text
        #expect(text == (field.hasSuffix("html") ? "cittŕ" : "città"))
    }

    @Test func `lines may end in CR alone`() {
        let mail = MailMessage.read(Array("From: <<a@c.test>>\rSubject: x\rDate: 2 Mar 2026 10.29.56 +0100\r\rhello\rthere\r".utf8), envelopeFrom: nil)
        #expect(mail.from == Mailbox(name: nil, address: "a@c.test"))
        #expect(mail.subject == "x")
        #expect(mail.date == Timestamp(rfc3339: "2026-03-02T09:29:56Z"))
        #expect(mail.text == "hello\nthere\n")
    }

    @Test func `a file's name that was cut inside of a character is put together`() {
        let head = "From: a@c.test\nContent-Type: application/pdf\nContent-Disposition: attachment;\n filename=\"=?UTF-8?B?Q2l0dMM=?=\n =?UTF-8?B?oC5wZGY=?=\""
        #expect(Self.read(head, body: [1]).attachments.map(\.name) == ["Città.pdf"])
    }

    @Test(arguments: [
        ("=?utf-8?B?w6g=?=", "è"), ("=?utf-8?q?a_b=20c?=", "a b c"), ("=?iso-8859-1?q?=E8?= x =?utf-8?q?y?= =?utf-8?q?z?=", "è x yz"),
        ("a =?broken", "a =?broken"), ("=?utf-8?x?y?=", "=?utf-8?x?y?="), ("=?utf-8?q?a=0D=0ABcc:_x=00?=", "aBcc: x"), ("caffè", "caffè"), ("", ""),
    ])
    func `encoded words are read and stay on one line`(raw: String, text: String) {
        #expect((Self.read("Subject: \(raw)\n\n").subject ?? "") == text)
    }

    @Test func `the last octet of a cut encoded word joins the next one`() {
        #expect(Self.read("Subject: =?utf-8?Q?caff=C3?= =?utf-8?Q?=A8?=\n\n").subject == "caffè")
    }

    @Test(arguments: [
        ("From: \"gpj\u{202E}exe\" <a@x.test>", "the name of the sender holds"), ("From: =?utf-8?q?Sup=E2=80=8Bport?= <a@x.test>", "the name of the sender holds"),
        ("Subject: in\u{2066}voice", "the subject holds"), ("Subject: pay\u{AD}pal", "the subject holds"),
        ("Content-Type: application/pdf; name=\"a\u{202E}fdp.exe\"", "the name of a file holds"), ("From: \"P\u{430}yPal\" <a@x.test>", "the name of the sender mixes letters"),
    ])
    func `characters that disguise are noted, and stay in what was read`(_ head: String, _ note: String) {
        let mail = Self.read(head)
        #expect(mail.notes.count { $0.hasPrefix(note) } == 1)
        let shown = [mail.senders.first?.name, mail.subject, mail.attachments.first?.name].compactMap { $0 }
        #expect(shown.contains { $0.unicodeScalars.contains { $0.value > 0x7F } })
    }

    @Test(arguments: [
        "From: \"\u{200F}אבג\u{200F}\" <a@x.test>", "Subject: 👩\u{200D}🔧", "From: \"Müller Ελένη Иван\" <a@x.test>", "Subject: می\u{200C}خواهم",
    ])
    func `marks of direction, joiners and names of one alphabet are no disguise`(_ head: String) {
        #expect(Self.read(head).notes.filter { $0.contains("holds") || $0.contains("mixes") }.isEmpty)
    }

    @Test(arguments: [
        ("info@bücher.example", "info@xn--bcher-kva.example"), ("info@Bu\u{308}cher.example", "info@xn--bcher-kva.example"),
        ("info@città.例え.jp", "info@xn--citt-3na.xn--r8jz45g.jp"),
        ("a@b.example", "a@b.example"), ("è@b.example", "è@b.example"),
    ])
    func `a domain in other letters has a form in ASCII, and both are one mailbox`(_ text: String, _ ascii: String) throws {
        let address = try #require(MailAddress(text))
        #expect(address.withASCIIDomain.text == ascii)
        #expect(address.key == MailAddress(ascii)?.key)
    }

    @Test(arguments: [("a\u{202E}b\u{200B}c\u{2028}d", "abc d"), ("\u{200F}א", "א"), ("👩\u{200D}🔧", "👩\u{200D}🔧"), ("plain", "plain")])
    func `a disguise is not shown`(_ text: String, _ shown: String) {
        #expect(Disguise.plain(text) == shown)
    }

    @Test(arguments: ["From: a@x.test, b@x.test", "From: a@x.test\nFrom: b@x.test", "From: \"no address\"", "Subject: x"])
    func `an uncertain writer is none`(head: String) {
        #expect(Self.read("\(head)\n\ntext").from == nil)
    }

    @Test func `parts are sorted into text and attachments`() {
        let mail = Self.read(
            """
            From: a@c.test
            Content-Type: multipart/mixed; boundary=m

            --m
            Content-Type: multipart/alternative; boundary=a

            --a
            Content-Type: text/plain; charset=utf-8

            plain
            --a
            Content-Type: text/html; charset=utf-8

            <p>html</p>
            --a--
            --m
            Content-Type: image/png; name="=?utf-8?Q?caff=C3=A8.png?="
            Content-Transfer-Encoding: base64
            Content-ID: <pic>

            AAEC
            --m
            Content-Type: application/pdf
            Content-Disposition: attachment; filename*=utf-8''fattura%20n%C2%B01.pdf

            x
            --m
            Content-Type: message/rfc822

            Subject: inner

            inner text
            --m--
            """)
        #expect(mail.text == "plain")
        #expect(mail.attachments.map(\.name) == ["caffè.png", "fattura n°1.pdf", nil])
        #expect(mail.attachments.map(\.mime) == ["image/png", "application/pdf", "message/rfc822"])
        #expect(mail.attachments[0].size == 3)
        #expect(mail.attachments[0].contentID == "pic")
    }

    @Test(arguments: [
        ("<p>One</p><p>Two &amp; &egrave; &#8364;&#x41;</p>", "One\n\nTwo & è €A"), ("a<br>b<BR/>c", "a\nb\nc"), ("<style>p{}</style><script>1<2</script>x", "x"),
        ("a &lt;b&gt; &unknown; 1 < 2", "a <b> &unknown; 1 < 2"),
        ("<ul><li>x<li>y</ul>", "- x\n- y"), ("<div>a</div><div>b</div>", "a\nb"), ("<!-- <b>hidden --> x", "x"), ("<pre>a  b\n c</pre>", "a  b\n c"), ("<a href='x>y'>t</a>", "t"),
        ("<script>never closed", ""),
    ])
    func `HTML becomes its words`(html: String, text: String) {
        #expect(Self.read("Content-Type: text/html; charset=utf-8", body: Array(html.utf8)).text == text)
    }

    @Test(arguments: [
        ("Subject: hi", "a@c.test", MailMessage.Automatic.none), ("Auto-Submitted: auto-replied (vacation)", "a@c.test", .autoReply), ("Auto-Submitted: no", "a@c.test", .none),
        ("Subject: hi", "", .bounce), ("Auto-Submitted: auto-replied", "", .autoReply), ("List-Id: <l.x.test>", "a@c.test", .list), ("Precedence: bulk", "a@c.test", .list),
        ("X-Auto-Response-Suppress: All", "a@c.test", .none), ("Subject: Automatic reply: hi", "a@c.test", .autoReply), ("From: MAILER-DAEMON@x.test", "a@c.test", .bounce),
        ("Content-Type: multipart/report; report-type=delivery-status; boundary=b", "a@c.test", .bounce), ("From: help@support.test", "a@c.test", .loop),
        ("X-Loop: help@support.test", "a@c.test", .loop), (String(repeating: "Received: x\n", count: 51) + "Subject: x", "a@c.test", .loop),
    ])
    func `mail of machines is told from people's`(head: String, from: String, kind: MailMessage.Automatic) {
        #expect(Self.read("\(head)\n\ntext", from: from, own: ["help@support.test"]).automatic == kind)
    }

    @Test(arguments: [
        ("Thanks!\n\nOn Mon, Mar 2, 2026 at 10:00 AM Help <help@support.test> wrote:\n> old\n> older\n", "Thanks!"),
        ("Grazie\n\nIl giorno lun 2 mar 2026 alle ore 10:00 Help <help@support.test> ha\nscritto:\n\n> vecchio\n", "Grazie"),
        ("Danke\n\nAm 02.03.2026 um 10:00 schrieb Help:\n> alt", "Danke"),
        ("Merci\n\nLe lun. 2 mars 2026 à 10:00, Help <help@support.test> a écrit :\n> vieux", "Merci"), ("Ok\n\n-----Original Message-----\nFrom: x\nold", "Ok"),
        ("Va bene\n\nDa: Help <help@support.test>\nInviato: lunedì 2 marzo 2026 10:00\nA: Anna\nOggetto: R: x\n\nvecchio", "Va bene"), ("Hi\n-- \nAnna\nTel. 1", "Hi"),
        ("> q1\n\nmy answer\n\n> q2", "> q1\n\nmy answer"), ("> only quoted", "> only quoted"), ("On it: see the list\nbelow", "On it: see the list\nbelow"), ("", ""),
        ("I wrote:\n\nsomething long", "I wrote:\n\nsomething long"), ("Total: 3\nPrice: 4\nName: Anna", "Total: 3\nPrice: 4\nName: Anna"),
    ])
    func `what was written now is told from what was quoted`(text: String, reply: String) {
        #expect(Self.read("Subject: Re: x\nContent-Type: text/plain; charset=utf-8", body: Array(text.utf8)).strippedText == reply)
    }

    /// Everything here once stopped or slowed down some mail program; it must be read, however little, in a moment.
    @Test(
        .timeLimit(.minutes(1)),
        arguments: [
            Array("no header at all\r\n".utf8), [], [0, 255, 254], Array("\r\n\r\nFrom: a@c.test\r\n\r\nx".utf8),
            Array((String(repeating: "X", count: 1_000_000) + ": y\r\n\r\nz").utf8),
            Array(("Subject: " + String(repeating: "=?u?q?a", count: 20_000) + "\r\n\r\nz").utf8), Array(("From: " + String(repeating: "(", count: 60_000) + "\r\n\r\nz").utf8),
            Array(("To: " + String(repeating: "a@b.test, ", count: 100_000) + "\r\n\r\nz").utf8),
            Array(("References: " + String(repeating: "<a@b> ", count: 10_000) + "\r\n\r\nz").utf8),
            Array((0..<3000).map { "Content-Type: multipart/mixed; boundary=b\($0)\r\n\r\n--b\($0)\r\n" }.joined().utf8),
            Array(("Content-Type: multipart/mixed; boundary=b\r\n\r\n" + String(repeating: "--b\r\n\r\nx\r\n", count: 50_000)).utf8),
            Array(("Content-Type: text/html\r\n\r\n" + String(repeating: "<script>", count: 50_000)).utf8),
            Array(("Content-Type: text/plain\r\n\r\n" + String(repeating: "a:\n", count: 100_000)).utf8),
        ] as [[UInt8]])
    func `nothing that arrives stops the reading`(raw: [UInt8]) {
        let mail = MailMessage.read(raw, envelopeFrom: nil)
        #expect(mail.to.count <= 500 && mail.references.count <= 100 && mail.attachments.count <= 1000 && mail.notes.count <= 20)
        _ = mail.strippedText
    }

    @Test func `the report has the keys of the contract`() throws {
        let report = MailParseReport.json(raw: Array("From: A <a@c.test>\r\nSubject: x\r\n\r\nhello\r\n".utf8), envelopeFrom: nil)
        #expect(
            try #require(report.members).map(\.name) == [
                "subject", "from", "to", "cc", "date", "message_id", "in_reply_to", "references", "text", "reply", "forwarded", "html", "attachments", "auto", "status", "report",
                "notes",
            ])
        #expect(report["reply"] == "hello")
        #expect(report["from"]?["address"] == "a@c.test")
    }
}

@Suite struct MailDigestTests {
    static func identity(_ text: String) -> String {
        let raw = Array(text.utf8)
        return MailDigest.identity(of: raw, messageID: MailMessage.read(raw, envelopeFrom: nil).messageID)
    }

    @Test func `a repeat over another way is the same mail`() {
        let first = Self.identity("Message-ID: <a@b>\r\n\r\nhello \r\nyou\r\n")
        #expect(first == Self.identity("Received: x\r\nMessage-ID: <a@b>\r\n\r\nhello\nyou\r\n\r\n"))
        #expect(first != Self.identity("Message-ID: <a@b>\r\n\r\nhello\r\nme\r\n"))
        #expect(first != Self.identity("Message-ID: <c@b>\r\n\r\nhello\r\nyou\r\n"))
    }

    @Test func `without a Message-ID the Received fields do not count`() {
        let first = Self.identity("Received: one\r\n\tfolded\r\nSubject: x\r\n\r\nhello\r\n")
        #expect(first == Self.identity("RECEIVED: two\r\nReceived: three\r\nSubject: x\r\n\r\nhello\r\n"))
        #expect(first != Self.identity("Received: one\r\nSubject: y\r\n\r\nhello\r\n"))
    }

    /// RFC 6234's own example: the digest is SHA-256 and nothing like it.
    @Test func `the digest is SHA-256`() {
        #expect(
            MailDigest.identity(of: Array("Message-ID: <a>\r\n\r\nabc\r\n".utf8), messageID: "a") == "a sha256:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
    }
}

@Suite struct MailAddressTests {
    @Test(arguments: ["a@b.test", "a.b+c@x-y.test", "\"a b\"@c.test", "a@[127.0.0.1]", "ä@ö.test", "|/bin/sh@c.test", "a@localhost"])
    func `an address is read and written the same`(text: String) throws {
        #expect(try #require(MailAddress(text)).text == text)
    }

    @Test(arguments: [
        "", "a", "@b", "a@", "a@@b", "a b@c", ".a@b", "a.@b", "a..b@c", "a@b..c", "a@-b.c", "a@b.", "a@b c", "<a@b>", "a@b\r\n", "a@b>", "\"a@b", "a@[]", "a\u{0}@b", "a,b@c",
        "a@b,c",
    ])
    func `what is no address is none`(text: String) {
        #expect(MailAddress(text) == nil)
    }

    @Test func `plus addresses are recognised`() throws {
        let address = try #require(MailAddress("Help+T.1@Support.Test"))
        #expect(address.detail == "T.1")
        #expect(address.withoutDetail.key == "help@support.test")
        #expect(try #require(MailAddress("+x@y.test")).detail == nil)
        #expect(MailAddress("ä@b.test", allowsUTF8: false) == nil)
    }
}
