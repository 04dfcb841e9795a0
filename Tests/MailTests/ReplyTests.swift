import Foundation
import Mail
import Messages
import Testing

@Suite struct ReplyTests {
    /// One of our Italian cases: a mail as a program writes it, and what its writer wrote.
    struct Case: Decodable, Sendable, CustomTestStringConvertible {
        struct Forwarded: Decodable, Sendable {
            var from: String
            var subject: String
            var text: String
            var message: String?
        }

        var name: String
        var reply: String
        var forwarded: Forwarded?
        var testDescription: String { name }
    }

    static let folder = Bundle.module.resourceURL?.appending(path: "Fixtures/italian")
    static let cases: [Case] = {
        guard let folder, let data = try? Data(contentsOf: folder.appending(path: "expected.json")) else { return [] }
        return (try? JSONDecoder().decode([Case].self, from: data)) ?? []
    }()

    /// A case of another project; its origin and licence stand beside the file.
    struct Foreign: Decodable, Sendable, CustomTestStringConvertible {
        var source: String
        var kind: String
        var text: String
        var replies: [String]
        var testDescription: String { source }
    }

    static let foreign: [Foreign] = {
        guard let url = Bundle.module.resourceURL?.appending(path: "Fixtures/replies/cases.json"), let data = try? Data(contentsOf: url) else { return [] }
        return (try? JSONDecoder().decode([Foreign].self, from: data)) ?? []
    }()

    static func squeezed(_ text: String?) -> String { (text ?? "").split(whereSeparator: \.isWhitespace).joined(separator: " ") }

    static func read(_ text: String, subject: String = "Re: x", type: String = "text/plain; charset=utf-8") -> ReplyReading {
        MailMessage.read(Array("Subject: \(subject)\r\nContent-Type: \(type)\r\n\r\n\(text)".utf8), envelopeFrom: nil).reading
    }

    @Test func `there are at least sixty Italian cases`() {
        #expect(Self.cases.count >= 60)
        #expect(!Self.foreign.isEmpty)
    }

    @Test(arguments: cases)
    func `an Italian mail is read as its writer meant it`(example: Case) throws {
        let raw = try Data(contentsOf: #require(Self.folder).appending(path: "\(example.name).eml"))
        let reading = MailMessage.read([UInt8](raw), envelopeFrom: nil).reading
        #expect(Self.squeezed(reading.reply) == Self.squeezed(example.reply))
        #expect((reading.forwarded == nil) == (example.forwarded == nil))
        guard let wanted = example.forwarded, let found = reading.forwarded else { return }
        #expect(found.from?.address == wanted.from)
        #expect(found.subject == wanted.subject)
        #expect(Self.squeezed(found.text) == Self.squeezed(wanted.text))
        #expect(found.message.map(Self.squeezed) == wanted.message.map(Self.squeezed))
    }

    @Test(arguments: foreign)
    func `other projects' cases are read as they expect`(example: Foreign) {
        let found = Self.read(example.text, type: "text/\(example.kind == "html" ? "html" : "plain"); charset=utf-8").reply
        // In HTML white space carries no meaning.
        func form(_ text: String) -> String { example.kind == "html" ? text.filter { !$0.isWhitespace } : Self.squeezed(text) }
        #expect(example.replies.map(form).contains(form(found)))
    }

    @Test(arguments: [
        // An introduction nobody has words for: a date, an address, a colon.
        ("Sure.\n\nXyzzy 18 02 2025, 10:12, John <j@acme.test> plugh:\n\n> old", "Sure."), ("Sure.\n\nXyzzy 18 02 2025, 10:12, John <j@acme.test> plugh:\n\nold", "Sure."),
        // Wrapped over three lines, right below the answer.
        ("Sure.\nOn Nov 30, 2011, at 12:47 PM, Somebody <\n4164e3@somebody.test>\nwrote:\n\n> old", "Sure."),
        // What a customer tells with a date and an address is no introduction.
        ("On 3 March at 10:15 I wrote to info@shop.test:\n\nno answer came.", "On 3 March at 10:15 I wrote to info@shop.test:\n\nno answer came."),
        ("Sure.\n\n-------- Xyzzy --------\nFoo: John <j@acme.test>\nBar: 18 02 2025, 10:12\nBaz: a@acme.test\n\nold", "Sure."),
        ("Two parts:\n\n--- Part one ---\n\ntext", "Two parts:\n\n--- Part one ---\n\ntext"),
        (
            "Service  Date\n------------------------\nA  Jun 27, 2018 a.test\nB  Jun 27, 2018 b.test",
            "Service  Date\n------------------------\nA  Jun 27, 2018 a.test\nB  Jun 27, 2018 b.test"
        ),
        ("top\n\nOn Mon, Mar 2, 2026 A <a@b.test> wrote:\n> old\n\nbottom", "top\n\nbottom"), ("Sure.\n\nSent from my iPhone", "Sure."),
        ("Was it sent from my shop?", "Was it sent from my shop?"),
        ("Sure.\n\nBest regards\nAnna Rossi\nSales", "Sure."), ("Please send my\nregards\nto Anna, she helped.", "Please send my\nregards\nto Anna, she helped."),
        ("Sure.\n\n##- Please type your reply above this line -##\n\nold", "Sure."), ("Sure.\n\nThanks,\nAnna", "Sure.\n\nThanks,\nAnna"), ("-- \nAnna", "-- \nAnna"),
    ])
    func `form decides before words do`(text: String, reply: String) {
        #expect(Self.read(text).reply == reply)
    }

    /// Forms of programs and of people that other rules than the common ones tell apart.
    @Test(arguments: [
        // Wrapped before the verb, with a first word that no list holds.
        ("Sure.\n\nΣτις Τρί 3 Μαρ 2026 στις 4:05 μ.μ., ο/η Άννα <a@b.test>\nέγραψε:\n\n> old", "Sure."),
        // Digits of Arabic programs.
        ("Sure.\n\nفي الثلاثاء، ٣ مارس ٢٠٢٦ في ٤:٠٥ م تمت كتابة ما يلي بواسطة آنا <\na@b.test>:\n\n> old", "Sure."),
        ("Sure.\n\n---- On Tue, 03 Mar 2026 16:05:11 +0100 Anna <a@b.test> wrote ----\n\nold", "Sure."),
        ("Sure.\n\n>>> Anna <a@b.test> 3/3/2026 4:05 PM >>>\nold", "Sure."),
        ("Sure.\n\n—-—-—-—\nReply above this line.\n\nAnna commented:\n\nold", "Sure."), ("Sure.\n\nFrom: a@b.test\nSent: 3 March 2026\n\nold", "Sure."),
        ("네\n\n나의 iPhone에서 보냄", "네"), ("Sure\nSent via BlackBerry from X-Mobile\n\nOn Mon, Mar 2, 2026 Anna <a@b.test> wrote:\n> old", "Sure"),
        ("Ready.\n\n__________________\nAnna Rossi\nRossi Ltd.", "Ready."),
        ("Sure.\n\nAnna schrieb am 03.03.2026 um 16:05:\n\nold", "Sure."),
        ("Sure.\n\n–––––– Original message ––––––\nFrom: Anna <a@b.test>\nDate: 3/3/2026\nTo: me\nSubject: x\n\nold", "Sure."),
        ("Sure.\n\nPlease reply above this line\n________________________________\nold", "Sure."),
        ("Sure.\n________________________________\n> Od: Anna <a@b.test>\n> Komu: c@d.test\n> Datum: 3.3.2026 16:05\n>\n>old", "Sure."),
        ("Да.\n\nПолучить Outlook для Android<https://aka.ms/x>\n________________________________\nFrom: Anna <a@b.test>\nSent: 3 March 2026\nSubject: x\n\nold", "Да."),
        ("Black.\n\nRegards\nAnna\n\nPS: and please hurry!", "Black.\n\nRegards\nAnna\n\nPS: and please hurry!"),
        // A header in words that no list holds.
        ("Ok.\n\nXyzzy: Anna <a@b.test>\nPlugh: 3 2026 16:05\nFrotz: Bob <c@d.test>\nBaz: x\n\nold", "Ok."),
        // The customer's own.
        ("Name: Anna <a@b.test>\nOrder: 4411\nSize: 38\n\nIs it there?", "Name: Anna <a@b.test>\nOrder: 4411\nSize: 38\n\nIs it there?"),
        ("Il 3 marzo alle 16:05 la vostra collega mi ha scritto:\n\n\"arriva\".\n\nDove?", "Il 3 marzo alle 16:05 la vostra collega mi ha scritto:\n\n\"arriva\".\n\nDove?"),
        (
            "Hello,\non 3 March 2026 at 16:05 your colleague wrote:\nit is on its way\n\nWhere?",
            "Hello,\non 3 March 2026 at 16:05 your colleague wrote:\nit is on its way\n\nWhere?"
        ),
        (
            "Here:\n\nReturn-Path: <a@b.test>\nReceived: from x\n\tby y; Tue, 3 Mar 2026 16:05:11 +0100\nFrom: a@b.test\nTo: c@d.test\nSubject: x\n\nIs it spam?",
            "Here:\n\nReturn-Path: <a@b.test>\nReceived: from x\n\tby y; Tue, 3 Mar 2026 16:05:11 +0100\nFrom: a@b.test\nTo: c@d.test\nSubject: x\n\nIs it spam?"
        ),
        (
            "My iPhone is old.\nSent from my iPhone it says error 5, sent from the PC it works.",
            "My iPhone is old.\nSent from my iPhone it says error 5, sent from the PC it works."
        ),
        ("Two:\n\n__________________\nfirst thing\nsecond thing", "Two:\n\n__________________\nfirst thing\nsecond thing"),
    ])
    func `rarer programs, and people who write like programs`(text: String, reply: String) {
        #expect(Self.squeezed(Self.read(text).reply) == Self.squeezed(reply))
    }

    @Test func `what a writer quotes from a page stays`() {
        let page = "<p>Your page says:</p><blockquote>Returns are free.</blockquote><p>Is that so?</p>"
        #expect(Self.squeezed(Self.read(page, type: "text/html").reply) == "Your page says: Returns are free. Is that so?")
        // Gmail's button for indenting makes the element of its history, but not the box around it.
        let indented = "<div>My address:</div><blockquote class='gmail_quote'>Via Roma 1</blockquote>"
        #expect(Self.squeezed(Self.read(indented, type: "text/html").reply) == "My address: Via Roma 1")
        let history = "<div>Sure</div><div class='gmail_quote'>On Tue, Mar 3, 2026 Anna wrote:<blockquote class='gmail_quote'>old</blockquote></div>"
        #expect(Self.read(history, type: "text/html").reply == "Sure")
    }

    @Test(arguments: [
        "---------- Forwarded message ---------\nFrom: A B <a@b.test>\nSubject: Hello\n\nbody\n\n----- End forwarded message -----",
        "====== Forwarded message ======\nFrom: A B <a@b.test>\nDate: Mon, 2 Mar 2026 10:15\nSubject: Hello\n====== Forwarded message ======\n\nbody",
        "Begin forwarded message:\n\n> From: A B <a@b.test>\n> Date: 2 March 2026 at 10:15\n> Subject: Hello\n> \n> \u{FEFF}body",
    ])
    func `rules and marks around what is passed on are not part of it`(text: String) {
        #expect(Self.read(text, subject: "Fwd: Hello").forwarded?.text == "body")
    }

    @Test(arguments: [
        ("FW: Hello", "me\n\nFrom: A B <a@b.test>\nSent: Monday, March 2, 2026 10:15\nTo: c@d.test\nSubject: Hello\n\nbody", true),
        ("Re: Hello", "me\n\nFrom: A B <a@b.test>\nSent: Monday, March 2, 2026 10:15\nTo: c@d.test\nSubject: Hello\n\nbody", false),
        ("Re: Hello", "me\n\n---------- Forwarded message ---------\nFrom: A B <a@b.test>\nDate: Mon, 2 Mar 2026 10:15\nSubject: Hello\nTo: c@d.test\n\nbody", true),
        ("VS: Hello", "Fra: A B <a@b.test>\nSendt: 2. mars 2026 10:15\nTil: c@d.test\nEmne: Hello\n\nbody", true),
    ])
    func `what is passed on is content`(subject: String, text: String, isForward: Bool) {
        let reading = Self.read(text, subject: subject)
        #expect((reading.forwarded != nil) == isForward)
        #expect(reading.reply == (isForward ? text : "me"))
        guard isForward else { return }
        #expect(reading.forwarded?.from == Mailbox(name: "A B", address: "a@b.test"))
        #expect(reading.forwarded?.subject == "Hello")
        #expect(reading.forwarded?.text == "body")
    }

    @Test func `nothing but quoted text is shown whole, and said so`() {
        let reading = Self.read("> only\n> quoted")
        #expect(reading.reply == "> only\n> quoted")
        #expect(reading.note != nil)
        #expect(Self.read("").note == nil)
    }

    @Test func `of a bounce nothing is cut`() {
        let text = "It could not be delivered.\n\n----- Original message -----\nFrom: a@b.test\n\nhello"
        let mail = MailMessage.read(Array("From: MAILER-DAEMON@b.test\r\nSubject: Undelivered\r\n\r\n\(text)".utf8), envelopeFrom: "")
        #expect(mail.reading.reply == text)
        #expect(mail.reading.note == nil)
    }

    @Test(arguments: [
        ("one \ntwo\n\n> q \n> r\n", "no", "one two"), ("one \ntwo", "yes", "onetwo"), (" >not quoted\nend", "no", " >not quoted\nend"),
    ])
    func `flowed text is joined as its writer saw it`(text: String, deletes: String, reply: String) {
        #expect(Self.read(text, type: "text/plain; charset=utf-8; format=flowed; delsp=\(deletes)").reply == reply)
    }

    @Test(arguments: [
        ("<p>New</p><div class=\"gmail_quote\"><div class=\"gmail_attr\">Any words</div><blockquote>old</blockquote></div>", "New"),
        ("New<div id=\"divRplyFwdMsg\"><b>Xx:</b> A<br><b>Yy:</b> B</div><div>old</div>", "New"), ("New<div class=\"x_gmail_signature\">Anna</div>", "New"),
        ("New<div style=\"border-top:solid #E1E1E1 1pt\"><b>От:</b> A<br><b>Кому:</b> B</div><p>old</p>", "New"), ("New <blockquote type=\"cite\">old</blockquote>", "New"),
        ("<ul><li>one<li><p>two</p></ul><table><tr><td>a<td>b</table><pre>x  y\n z</pre><p style=\"display: none\">hidden</p>", "- one\n- two\n\na b\nx  y\n z"),
    ])
    func `the marks of mail programs in HTML are read on the tree`(html: String, reply: String) {
        #expect(Self.read(html, type: "text/html; charset=utf-8").reply == reply)
    }

    /// The text, the page beside it, and what its writer wrote.
    @Test(arguments: [
        ("Neu\n\nalt eins\nalt zwei", "<div>Neu</div><div class=\"gmail_quote\">alt eins<br>alt zwei</div>", "Neu"),
        ("Neu\n\nalt", "<p>Neu</p><blockquote type=\"cite\">alt</blockquote>", "Neu"),
        // The text shows the quotation itself: its rules are enough.
        ("Neu\n> alt\nmehr", "<p>Neu</p><blockquote type=\"cite\">alt</blockquote>", "Neu\n> alt\nmehr"),
        // What the page says and the text does not counts for nothing.
        ("Neu\n\nalt", "<p>Anderes</p><blockquote type=\"cite\">alt</blockquote>", "Neu\n\nalt"),
        // Never to nothing.
        ("alles", "<blockquote type=\"cite\">alles</blockquote>", "alles"), ("Neu\n\nalt", "<p>Neu</p><p>alt</p>", "Neu\n\nalt"),
    ])
    func `a page tells what a text without marks does not`(_ text: String, _ page: String, _ reply: String) {
        let body = "--b\nContent-Type: text/plain\n\n\(text)\n--b\nContent-Type: text/html\n\n\(page)\n--b--\n"
        #expect(Self.read(body.replacing("\n", with: "\r\n"), type: "multipart/alternative; boundary=b").reply == reply)
    }

    /// Every line of these asks for all the rules at once; the time is linear, so they end long before the limit.
    @Test(
        .timeLimit(.minutes(1)),
        arguments: [
            ">", ">\n", "> x\n", ":\n", "a:\n", "\n", "-----\n", "-", "From: a@b.c\n", "-----Original Message-----\n", "On Mon, Mar 2, 2026 at 10:00 AM A <a@b.c> said\n",
            "On Mon, Mar 2, 2026 at 10:00 wrote:\n> x\ny\n",
            "-- \n", "\nSent from my iPhone\n", "Regards\nAnna\n", "\nAnna Rossi\na@b.c\nwww.x.y\n", "> a\nb:\n", "@", "<a@b.c ", "\n-Anna\n", "From: a@b.c\n,\n",
        ])
    func `no body makes the reading slow`(piece: String) {
        let text = String(repeating: piece, count: 1_000_000 / piece.utf8.count)
        #expect(!Self.read("Hello\n" + text).reply.isEmpty)
        #expect(!Self.read(text).reply.isEmpty || text.allSatisfy(\.isWhitespace))
    }
}
