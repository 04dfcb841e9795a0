import Mail
import Messages
import Testing

@Suite struct AuthenticationResultsTests {
    static func mail(_ fields: String...) -> [UInt8] { Array((fields.map { "Authentication-Results: \($0)\r\n" }.joined() + "From: a@shop.test\r\n\r\nx\r\n").utf8) }

    static func verdict(_ field: String, from: String = "anna@shop.test", id: String = "mx.ours.test") -> Verification.Verdict? {
        AuthenticationResults.trusted(mail(field), authservID: id)?.verification(of: from, suffixes: PublicSuffixes()).verdict
    }

    @Test(arguments: [
        ("mx.ours.test; dmarc=pass (p=REJECT) header.from=shop.test", Verification.Verdict.verified),
        ("mx.ours.test 1;\r\n dkim=pass header.i=@shop.test header.s=s1 header.b=\"ab/c=\";\r\n spf=pass smtp.mailfrom=x@y.test", .verified),
        ("MX.Ours.test; dkim=pass header.d=mail.shop.test", .verified), ("mx.ours.test; dkim=pass header.d=other.test", .unverified),
        ("mx.ours.test; dkim=fail reason=\"bad; dmarc=pass header.from=shop.test\" header.d=shop.test", .unverified),
        ("mx.ours.test; spf=pass smtp.mailfrom=shop.test", .unverified), ("mx.ours.test; none", .unverified), ("mx.ours.test", .unverified),
        ("mx.ours.test; dmarc=fail (p=REJECT sp=NONE dis=QUARANTINE) header.from=shop.test", .failed),
        ("mx.ours.test; dmarc=fail header.from=shop.test policy.dmarc=none", .unverified),
        ("mx.ours.test; dmarc=fail (p=none) header.from=shop.test; dkim=pass header.d=shop.test", .unverified),
        ("mx.ours.test; (dmarc=pass) dmarc=fail (p=reject) header.from=shop.test", .failed),
        ("mx.ours.test; dmarc=pass header.from=other.test", .unverified), ("mx.ours.test; =; dmarc=pass header.from=shop.test", .unverified),
    ])
    func `the server that is believed decides`(field: String, verdict: Verification.Verdict) {
        #expect(Self.verdict(field) == verdict)
    }

    @Test(arguments: ["mx.evil.test; dmarc=pass header.from=shop.test", "", ";", "\"mx.ours.test", "x (mx.ours.test); dmarc=pass"])
    func `nobody else is believed`(field: String) {
        #expect(Self.verdict(field) == nil)
    }

    @Test func `only the topmost field counts`() {
        let forged = "mx.ours.test; dmarc=pass header.from=shop.test"
        #expect(AuthenticationResults.trusted(Self.mail("mx.evil.test; none", forged), authservID: "mx.ours.test") == nil)
        let real = AuthenticationResults.trusted(Self.mail("mx.ours.test; dmarc=fail (p=reject)", forged), authservID: "mx.ours.test")
        #expect(real?.verification(of: "a@shop.test", suffixes: PublicSuffixes()).verdict == .failed)
    }
}
