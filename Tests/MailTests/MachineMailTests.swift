import Messages
import Testing

@testable import Mail

@Suite struct MachineMailTests {
    static func read(_ text: String, from: String? = nil) -> MailMessage {
        MailMessage.read(Array(text.replacing("\n", with: "\r\n").utf8), envelopeFrom: from, digests: true)
    }

    static let report = """
        From: Mail Delivery System <MAILER-DAEMON@mx.test>
        To: help@support.test
        Subject: Undelivered Mail Returned to Sender
        Content-Type: multipart/report; report-type=delivery-status; boundary=b

        --b
        Content-Type: text/plain

        Sorry.
        --b
        Content-Type: message/delivery-status

        Reporting-MTA: dns; mx.test

        Final-Recipient: rfc822; anna@example.com
        Action: ACTION
        Status: STATUS
        Diagnostic-Code: smtp; 550 5.1.1 <anna@example.com>:
         no such user

        --b
        Content-Type: text/rfc822-headers

        Subject: Re: your order
        Message-ID: <ours.1@support.test>
        --b--

        """

    @Test(arguments: [
        ("failed", "5.1.1", MailReport.Outcome.failed, "5.1.1"), ("failed", "5.0.0", .failed, "5.1.1"), ("delayed", "4.4.1", .delayed, "4.4.1"),
        ("delivered", "2.0.0", .delivered, "2.0.0"), ("relayed", "2.1.5", .delivered, "2.1.5"),
    ]) func `a delivery report says what became of which mail`(action: String, status: String, outcome: MailReport.Outcome, told: String) throws {
        let mail = Self.read(Self.report.replacing("ACTION", with: action).replacing("STATUS", with: status))
        #expect(mail.automatic == .bounce)
        let report = try #require(mail.report)
        #expect(report == MailReport(outcome: outcome, status: told, recipients: ["anna@example.com"], originalMessageID: "ours.1@support.test"))
    }

    @Test(
        arguments: [
            ("From: MAILER-DAEMON <>\nSubject: Mail delivery failed\n\nThere was an error delivering your mail.\n550 5.2.1 <x@y.test>: full\n", "5.2.1"),
            ("From: postmaster@x.test\nSubject: hello\n\nHi. This is the qmail-send program.\nI'm afraid I wasn't able to deliver your message. #5.1.2\n", "5.1.2"),
            ("From: post_master@x.test\nSubject: Re: Hi\n\nError message below:\n550 - Requested action not taken\n", nil),
            ("From: Mail.Delivery.System@x.test\nSubject: note\n\nwords\n", nil),
            ("From: postmaster@x.it\nSubject: Mancata consegna: x\n\nImpossibile recapitare\n", nil),
        ] as [(String, String?)]) func `bounces in prose are bounces`(text: String, status: String?)
    {
        let mail = Self.read(text, from: "someone@x.test")
        #expect(mail.automatic == .bounce)
        #expect(mail.status == status)
        #expect(mail.report?.outcome == .failed)
    }

    @Test(arguments: [
        "From: postmaster@x.test\nSubject: Our domain moves\n\nDear customers, we move to version 5.1.1 on Monday.\n",
        "From: Anna <anna@x.test>\nSubject: Undeliverable: my order\n\nI got this: 550 5.1.1 user unknown. Why?\n",
        "From: Anna <anna@x.test>\nSubject: Fwd: Returned mail\nPrecedence: bulk\nX-Auto-Response-Suppress: All\n\nPlease look\n",
    ]) func `people who write about bounces are people`(text: String) {
        let mail = Self.read(text, from: "anna@x.test")
        #expect(mail.automatic != .bounce)
        #expect(mail.report == nil)
    }

    @Test(arguments: [
        ("Autosvar: Your order", true), ("自動返信: Your order", true), ("Automatyczna odpowiedź: x", true), ("[shop #12] AutoReply: Your order", true), ("AUTO: Anna is away", true),
        ("Anna Rossi is out of the office. (returning 10.03.2026)", true), ("Re: Automatic reply: Your order", false), ("AW: Automatische Antwort: Bestellung", false),
        ("Automatic replies from your shop do not stop: help", false), ("I am out of the office next week", false), ("Autosvar?", false), ("Automatic door: no response", false),
    ]) func `the subjects of automatic answers are told from those of people`(subject: String, isAutomatic: Bool) {
        #expect(Self.read("From: anna@example.com\nSubject: \(subject)\n\nwords\n").automatic == (isAutomatic ? .autoReply : .none))
    }

    @Test func `a quoted Message-ID below prose finds the mail it is about`() {
        let mail = Self.read("From: MAILER-DAEMON@x.test\nSubject: failure notice\n\nno such user\n\n--- Below\nMessage-ID: <ours.2@support.test>\nSubject: x\n", from: "")
        #expect(mail.report?.originalMessageID == "ours.2@support.test")
    }

    @Test func `a complaint and a read receipt say what they are`() {
        let complaint = Self.read(
            "From: fbl@isp.test\nSubject: x\nContent-Type: multipart/report; report-type=feedback-report; boundary=b\n\n--b\nContent-Type: message/feedback-report\n\nFeedback-Type: abuse\nOriginal-Rcpt-To: <anna@x.test>\n--b--\n"
        )
        #expect(complaint.automatic == .bounce)
        #expect(complaint.report?.outcome == .complaint)
        #expect(complaint.report?.recipients == ["anna@x.test"])
        let receipt = Self.read(
            "From: anna@x.test\nSubject: Read: x\nContent-Type: multipart/report; report-type=disposition-notification; boundary=b\n\n--b\nContent-Type: message/disposition-notification\n\nOriginal-Message-ID: <ours.3@support.test>\nDisposition: manual-action/MDN-sent-manually; displayed\n--b--\n"
        )
        #expect(receipt.automatic == .autoReply)
        #expect(receipt.report == MailReport(outcome: .read, originalMessageID: "ours.3@support.test"))
    }

    @Test(
        arguments: [
            ("550 5.1.1 no", "5.1.1"), ("#5.7.1", "5.7.1"), ("version 5.1.1 of 10.5.2.1", nil), ("at 5.6.7.8 (4.2.2)", "4.2.2"), ("550-5.7.26 x", "5.7.26"), ("1550 5.1.1", nil),
        ] as [(String, String?)]) func `status codes in prose stand behind a mark`(text: String, code: String?)
    {
        #expect(StatusCode.first(in: text.utf8, onlyMarked: true) == code)
    }

    static let envelope = """
        From: "Per conto di: maria.rossi@pec.example.it" <posta-certificata@pec.gestore.it>
        To: help@pec.support.it
        Subject: POSTA CERTIFICATA: Reclamo ordine 4711
        Message-ID: <opec1.20260302.1@pec.gestore.it>
        X-Trasporto: posta-certificata
        Content-Type: multipart/signed; protocol="application/x-pkcs7-signature"; boundary=s

        --s
        Content-Type: multipart/mixed; boundary=m

        --m
        Content-Type: text/plain; charset=utf-8

        Messaggio di posta certificata. Il messaggio originale è incluso in allegato.
        --m
        Content-Type: message/rfc822; name="postacert.eml"
        Content-Disposition: inline; filename="postacert.eml"

        From: Maria Rossi <maria.rossi@pec.example.it>
        To: help@pec.support.it
        Subject: Reclamo ordine 4711
        Message-ID: <real.1@pec.example.it>
        Content-Type: multipart/mixed; boundary=i

        --i
        Content-Type: text/plain; charset=utf-8

        Buongiorno, il pacco non è arrivato.
        --i
        Content-Type: application/pdf; name="ricevuta.pdf"
        Content-Transfer-Encoding: base64

        JVBERg==
        --i--
        --m
        Content-Type: application/xml; name="daticert.xml"
        Content-Disposition: inline; filename="daticert.xml"

        <?xml version="1.0" encoding="UTF-8"?>
        <postacert tipo="posta-certificata" errore="nessuno"><intestazione><mittente>MITTENTE</mittente>
        <oggetto>Reclamo &amp; altro</oggetto></intestazione><dati><msgid>&lt;real.1@pec.example.it&gt;</msgid></dati></postacert>
        --m--
        --s
        Content-Type: application/x-pkcs7-signature; name="smime.p7s"

        x
        --s--

        """

    @Test func `the mail inside of a PEC envelope is the mail`() {
        let mail = Self.read(Self.envelope.replacing("MITTENTE", with: "maria.rossi@pec.example.it"), from: "posta-certificata@pec.gestore.it")
        #expect(mail.from == Mailbox(name: "Maria Rossi", address: "maria.rossi@pec.example.it"))
        #expect(mail.subject == "Reclamo ordine 4711")
        #expect(mail.messageID == "real.1@pec.example.it")
        #expect(mail.text.trimmed == "Buongiorno, il pacco non è arrivato.")
        #expect(mail.attachments.map(\.name) == ["ricevuta.pdf"])
        #expect(mail.automatic == .none)
        #expect(mail.isUnwrapped)
        #expect(mail.notes == ["certified mail (PEC); the signature of the provider was not checked"])
    }

    @Test func `another sender in daticert is told`() {
        let mail = Self.read(Self.envelope.replacing("MITTENTE", with: "altro@pec.example.it"))
        #expect(mail.notes.contains { $0.contains("another sender: altro@pec.example.it") })
    }

    @Test func `an ordinary mail with a postacert is not unwrapped`() {
        let mail = Self.read(Self.envelope.replacing("X-Trasporto: posta-certificata", with: "X-Nothing: 1"))
        #expect(mail.from?.address == "posta-certificata@pec.gestore.it")
        #expect(!mail.isUnwrapped)
    }

    @Test(arguments: [
        ("accettazione", MailMessage.Automatic.autoReply, MailReport.Outcome.delayed), ("avvenuta-consegna", .autoReply, .delivered), ("errore-consegna", .bounce, .failed),
        ("preavviso-errore-consegna", .bounce, .delayed), ("non-accettazione", .bounce, .failed),
    ]) func `receipts of PEC are machine mail`(kind: String, automatic: MailMessage.Automatic, outcome: MailReport.Outcome) {
        let mail = Self.read(
            "From: posta-certificata@pec.gestore.it\nSubject: X: Re: Reclamo\nX-Ricevuta: \(kind)\nX-Riferimento-Message-ID: <ours.9@support.test>\n\nRicevuta\n",
            from: "posta-certificata@pec.gestore.it")
        #expect(mail.automatic == automatic)
        #expect(mail.report == MailReport(outcome: outcome, originalMessageID: "ours.9@support.test"))
    }

    @Test(arguments: [
        "<postacert tipo=\"x\"><mittente>a</mittente>", "<!DOCTYPE x [<!ENTITY a \"b\">]><postacert tipo=\"x\"><mittente>&a;</mittente></postacert>",
        "<postacert tipo=\"x\"><mittente>&a;</mittente></postacert>", "<other tipo=\"x\"><mittente>a</mittente></other>", "", "<postacert tipo=\"x\"></postacert>",
        "<postacert tipo=\"x\"><a><b></a></b><mittente>a</mittente></postacert>", "<postacert tipo=\"x\"><mittente>a</mittente></postacert>x",
    ]) func `daticert is read strictly`(xml: String) {
        #expect(CertifiedMail.data(Array(xml.utf8)) == nil)
    }
}

extension String {
    fileprivate var trimmed: String { split(whereSeparator: \.isNewline).joined(separator: "\n") }
}
