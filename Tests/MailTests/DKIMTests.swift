import Messages
import Testing

@testable import Mail

@Suite struct DKIMTests {
    /// The example of RFC 8463, appendix A.3, with its keys.
    static let football = """
        DKIM-Signature: v=1; a=ed25519-sha256; c=relaxed/relaxed;
         d=football.example.com; i=@football.example.com;
         q=dns/txt; s=brisbane; t=1528637909; h=from : to :
         subject : date : message-id : from : subject : date;
         bh=2jUSOH9NhtVGCQWNr9BrIAPreKQjO6Sn7XIkfJVOzv8=;
         b=/gCrinpcQOoIfuHNQIbq4pgh9kyIK3AQUdt9OdqQehSwhEIug4D11Bus
         Fa3bT3FY5OsU7ZbnKELq+eXdp1Q1Dw==
        DKIM-Signature: v=1; a=rsa-sha256; c=simple/simple;\u{20}
         d=football.example.com; i=@football.example.com;\u{20}
         q=dns/txt; s=test; t=1527915362; h=from : to : subject :\u{20}
         date : message-id : from : subject : date;\u{20}
         bh=4bLNXImK9drULnmePzZNEBleUanJCX5PIsDIFoH4KTQ=;\u{20}
         b=icKcLSEZYXJ95flvWE8FT6hl5iqd8MC/LEKYH0QjsqYy6MO/4pgVNCZH
         l/RAXAuADxE/40Fg7uTlxwwD1hjN2Ple6J//cJfslBdDOq6zTVbne1dqtl
         NOat7iamJ1AfRqyG+ja7a2AZsrpUuJ7VA6O+0zRYPqpwMEkEFIzI9i/Xk=
        From: Joe SixPack <joe@football.example.com>
        To: Suzie Q <suzie@shopping.example.net>
        Subject: Is dinner ready?
        Date: Fri, 11 Jul 2003 21:00:37 -0700 (PDT)
        Message-ID: <20030712040037.46341.5F8J@football.example.com>

        Hi.

        We lost the game.  Are you hungry yet?

        Joe.

        """

    static let names = FakeNames(table: [
        "txt brisbane._domainkey.football.example.com": ["v=DKIM1; k=ed25519; p=11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo="],
        "txt test._domainkey.football.example.com": [
            "v=DKIM1; k=rsa; p=MIGfMA0GCSqGSIb3DQEBAQUAA4GNADCBiQKBgQDkHlOQoBTzWRiGs5V6NpP3idY6Wk08a5qhdR6wy5bdOKb2jLQiY/J16JYi0Qvx/byYzCNb3W91y3FutACDfzwQ/BC/e/8uBsCR+yz1Lxj+PL6lHvqMKrM3rG4hstT5QjvHO9PzoxZyVYLzBfO2EeC3Ip3G+2kryOTIKT+l/K4w3QIDAQAB"
        ],
    ])

    static let key = "-----BEGIN PRIVATE KEY-----\nMC4CAQAwBQYDK2VwBCIEIJ1hsZ3v/VpguoRK9JLsLMREScVpezJpGXA7rAMcrn9g\n-----END PRIVATE KEY-----\n"

    static func crlf(_ text: String) -> [UInt8] { Array(text.split(separator: "\n", omittingEmptySubsequences: false).joined(separator: "\r\n").utf8) }

    static func verify(_ message: [UInt8], _ names: FakeNames = names) async -> [DKIM.Result] {
        await DKIM.verify(message, at: Timestamp(seconds: 1_600_000_000), names: names)
    }

    static func signed(_ message: String, key: String = key) throws -> [UInt8] {
        let signer = DKIMSigner(domain: "football.example.com", keys: [DKIMSigner.Key(selector: "brisbane", key: try DKIMPrivateKey(pem: Array(key.utf8)))])
        return signer.sign(crlf(message), at: Timestamp(seconds: 1_500_000_000))
    }

    static let letter = "From: Joe <joe@football.example.com>\nTo: a@b.test\nSubject: x\n y\nDate: Fri, 11 Jul 2003 21:00:37 -0700\n\nHi.\n\nHow are you?\n"

    @Test func `the published examples of both kinds of keys verify`() async {
        let results = await Self.verify(Self.crlf(Self.football))
        #expect(results.map(\.status) == [.pass, .pass], "\(results)")
        #expect(results.map(\.domain) == ["football.example.com", "football.example.com"])
    }

    @Test(arguments: [("Are you hungry", "Are you angry"), ("Is dinner", "Was dinner"), ("joe@football", "eve@football"), ("From: Joe", "From: Eve <eve@evil.test>\nFrom: Joe")])
    func `what was changed does not verify`(old: String, new: String) async {
        let changed = Self.football.replacing(old, with: new, maxReplacements: 1)
        #expect(changed != Self.football)
        let results = await Self.verify(Self.crlf(changed))
        #expect(results.map(\.status) == [.fail, .fail], "\(results)")
    }

    @Test func `what we sign verifies, also with blanks and lines changed on the way`() async throws {
        let message = String(decoding: try Self.signed(Self.letter), as: UTF8.self)
        #expect(message.utf8.starts(with: "DKIM-Signature: v=1; a=ed25519-sha256; c=relaxed/relaxed;\r\n d=football.example.com;".utf8))
        #expect(message.contains("h=from:from:to:to:cc:subject:subject:date:date:"))
        #expect(message.split(separator: "\r\n").allSatisfy { $0.utf8.count <= 78 })
        for changed in [message, message + "\r\n\r\n", message.replacing("Subject: x\r\n y", with: "SUBJECT:   x y"), message.replacing("Hi.\r\n", with: "Hi.  \r\n")] {
            let results = await Self.verify(Array(changed.utf8))
            #expect(results.map(\.status) == [.pass], "\(results)")
        }
    }

    @Test(arguments: ["From: eve@evil.test\r\n", "Subject: y\r\n", "Cc: c@c.test\r\n", "Content-Type: text/html\r\n", "Reply-To: eve@evil.test\r\n"])
    func `nobody can add a field that people would see`(field: String) async throws {
        let message = Array(field.utf8) + (try Self.signed(Self.letter))
        let results = await Self.verify(message)
        #expect(results.map(\.status) == [.fail])
    }

    @Test func `the same message gets the same signature`() throws {
        #expect(try Self.signed(Self.letter) == Self.signed(Self.letter))
    }

    @Test(arguments: [
        ("v=1;", "v=2;", "another version"), ("a=ed25519-sha256", "a=rsa-sha1", "not taken"), ("from:from:", "", "From field"), ("d=football.example.com", "d=com", "no domain"),
        ("s=brisbane;", "s=brisbane; i=@example.org;", "another domain"), ("s=brisbane;", "s=nowhere;", "no key"), ("s=brisbane;", "s=brisbane; s=x;", "list of tags"),
        ("s=brisbane;", "s=brisbane; l=99999;", "longer text"), ("s=brisbane;", "s=brisbane; l=x;", "no number"), ("c=relaxed/relaxed", "c=loose", "not known"),
    ])
    func `a signature of a wrong form is not judged`(old: String, new: String, reason: String) async throws {
        let message = String(decoding: try Self.signed(Self.letter), as: UTF8.self).replacing(old, with: new, maxReplacements: 1)
        let results = await Self.verify(Array(message.utf8))
        #expect(results.map(\.status) == [.permerror])
        #expect(results.first?.reason.contains(reason) == true, "\(results)")
    }

    @Test func `an expired signature fails`() async throws {
        let message = String(decoding: try Self.signed(Self.letter), as: UTF8.self).replacing("t=1500000000;", with: "t=1500000000; x=1500000001;")
        let results = await Self.verify(Array(message.utf8))
        #expect(results.first?.reason == "the signature has expired")
    }

    @Test(arguments: [
        ("v=DKIM1; k=ed25519; p=", "revoked"), ("v=DKIM2; k=ed25519; p=11qY", "another version"), ("k=rsa; p=11qY", "another kind"),
        ("v=DKIM1; k=ed25519; h=sha1; p=11qY", "SHA-256"),
        ("v=DKIM1; k=ed25519; s=web; p=11qY", "not for mail"), ("v=DKIM1; k=ed25519; p=11qYAYKx", "no Ed25519 key"), ("hello", "no list of tags"),
    ])
    func `a key that cannot be used is named`(record: String, reason: String) async throws {
        let names = FakeNames(table: ["txt brisbane._domainkey.football.example.com": [record]])
        let results = await Self.verify(try Self.signed(Self.letter), names)
        #expect(results.map(\.status) == [.permerror])
        #expect(results.first?.reason.contains(reason) == true, "\(results)")
    }

    @Test func `name servers that do not answer are no failure of the signature`() async throws {
        let results = await Self.verify(try Self.signed(Self.letter), FakeNames(silent: ["brisbane._domainkey.football.example.com"]))
        #expect(results.map(\.status) == [.temperror])
    }

    @Test func `of many signatures a few are looked at`() async throws {
        let message = String(repeating: "DKIM-Signature: v=1; d=a.test\r\n", count: 500) + "From: a@a.test\r\n\r\nx\r\n"
        #expect(await Self.verify(Array(message.utf8)).count == DKIM.mostSignatures)
    }

    /// RFC 6376 §3.4.5.
    @Test func `the canonical forms are those of the RFC`() {
        let field = Array("SUBJect \t:  Your \t Name \r\n \t Z  ".utf8)[...]
        #expect(String(decoding: DKIMCanonical.relaxed.header(field), as: UTF8.self) == "subject:Your Name Z\r\n")
        let body = Array(" C \r\nD \t E\r\n\r\n\r\n".utf8)[...]
        #expect(String(decoding: DKIMCanonical.relaxed.body(body), as: UTF8.self) == " C\r\nD E\r\n")
        #expect(String(decoding: DKIMCanonical.simple.body(body), as: UTF8.self) == " C \r\nD \t E\r\n")
        #expect(DKIMCanonical.relaxed.body([]).isEmpty && DKIMCanonical.simple.body([]) == [0x0D, 0x0A])
        #expect(DKIMCanonical.relaxed.body(Array(" \r\n\r\n".utf8)[...]).isEmpty)
    }

    @Test(arguments: ["", "no key", "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n"])
    func `what is no private key is refused`(pem: String) {
        #expect(throws: DKIMKeyProblem.self) { try DKIMPrivateKey(pem: Array(pem.utf8)) }
    }
}
