import Messages
import Testing

@testable import Mail

@Suite struct SenderCheckTests {
    static let keyRecord = "v=DKIM1; k=ed25519; p=11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo="
    static let suffixes = PublicSuffixes(list: Array("// list\ncom\ntest\nuk\nco.uk\n*.ck\n!www.ck\n".utf8))

    static func check(
        _ table: [String: [String]], from: String = "football.example.com", envelope: String = "joe@football.example.com", peer: String? = "192.0.2.1", sign: Bool = true,
        change: (String) -> String = { $0 }, silent: Set<String> = []
    ) async throws -> Verification {
        var message = sign ? try DKIMTests.signed(DKIMTests.letter) : DKIMTests.crlf(DKIMTests.letter)
        message = Array(change(String(decoding: message, as: UTF8.self)).utf8)
        var table = table
        table["txt brisbane._domainkey.football.example.com"] = [keyRecord]
        return await SenderCheck(names: FakeNames(table: table, silent: silent), suffixes: { suffixes }).check(
            message, peer: peer, envelopeFrom: MailAddress(envelope), greeting: "mail.test", from: from, at: Timestamp(seconds: 1_600_000_000)
        ).verification
    }

    static let reject = ["txt _dmarc.football.example.com": ["v=DMARC1; p=reject"]]
    static let spf = ["txt football.example.com": ["v=spf1 ip4:192.0.2.1 -all"]]

    @Test func `a signature of the writer's domain verifies, with a policy or without`() async throws {
        #expect(try await Self.check([:]) == Verification(.verified, "DKIM of football.example.com"))
        #expect(try await Self.check(Self.reject) == Verification(.verified, "DKIM of football.example.com, DMARC pass"))
        #expect(try await Self.check(Self.reject, peer: nil).verdict == .verified)
    }

    @Test func `alignment is by owner, unless the owner wants it strict`() async throws {
        #expect(try await Self.check([:], from: "example.com").verdict == .verified)
        #expect(try await Self.check(["txt _dmarc.example.com": ["v=DMARC1; p=reject; adkim=s"]], from: "example.com").verdict == .failed)
        #expect(try await Self.check(["txt _dmarc.example.com": ["v=DMARC1; p=none; sp=reject"]], from: "shop.example.com", envelope: "x@y.test", sign: false).verdict == .failed)
    }

    @Test func `SPF alone is enough only where the domain says so by DMARC`() async throws {
        #expect(try await Self.check(Self.spf, sign: false).verdict == .unverified)
        #expect(try await Self.check(Self.spf.merging(Self.reject) { a, _ in a }, sign: false) == Verification(.verified, "SPF of football.example.com, DMARC pass"))
        #expect(try await Self.check(Self.spf.merging(Self.reject) { a, _ in a }, envelope: "x@bulk.test", sign: false).verdict == .failed)
    }

    @Test func `a forgery fails where the domain forbids it`() async throws {
        #expect(try await Self.check(Self.reject, sign: false).verdict == .failed)
        #expect(try await Self.check(Self.reject, change: { $0.replacing("How are you", with: "Pay now") }).verdict == .failed)
        #expect(try await Self.check(["txt _dmarc.football.example.com": ["v=DMARC1; p=none"]], sign: false).verdict == .unverified)
        #expect(try await Self.check(Self.spf, peer: "198.51.100.1", sign: false).verdict == .failed)
        #expect(try await Self.check([:], from: "other.test").verdict == .unverified)
    }

    @Test func `a signature over a part of the text proves nothing`() async throws {
        let verification = try await Self.check([:], change: { $0.replacing("s=brisbane;", with: "s=brisbane; l=5;") })
        #expect(verification.verdict == .unverified)
    }

    @Test(arguments: ["football.example.com", "_dmarc.football.example.com", "brisbane._domainkey.football.example.com"])
    func `name servers that do not answer make nobody a forger`(name: String) async throws {
        #expect(try await Self.check(Self.reject, sign: name.hasPrefix("brisbane"), silent: [name]).verdict == .unverified)
    }

    @Test func `several writers are nobody`() async {
        let findings = await SenderCheck(names: FakeNames(), suffixes: { Self.suffixes }).check(
            Array("From: a@a.test, b@b.test\r\n\r\nx".utf8), peer: "192.0.2.1", envelopeFrom: nil, greeting: "x.test", from: nil, at: Timestamp(seconds: 0))
        #expect(findings.verification.verdict == .unverified)
    }

    @Test(arguments: [
        ("shop.example.co.uk", "example.co.uk"), ("example.co.uk", "example.co.uk"), ("a.b.example.com", "example.com"), ("co.uk", "co.uk"), ("x.y.foo.ck", "y.foo.ck"),
        ("a.www.ck", "www.ck"), ("a.b.unlisted", "b.unlisted"),
    ])
    func `an owner's domain is found by the list`(domain: String, owner: String) {
        #expect(Self.suffixes.organisation(of: domain) == owner)
    }

    @Test(arguments: [
        ("shop.example.co.uk", "example.co.uk"), ("a.example.com", "example.com"), ("mail.shop.it", "shop.it"), ("x.comune.roma.it", "roma.it"), ("a.b.com.br", "b.com.br"),
    ])
    func `without the list a simple rule serves`(domain: String, owner: String) {
        #expect(PublicSuffixes().organisation(of: domain) == owner)
    }
}
