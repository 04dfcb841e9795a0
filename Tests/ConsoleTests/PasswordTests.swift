import Messages
import Testing

@testable import Console

struct PasswordTests {
    @Test func `A password is known again, and no other one is`() async throws {
        let stored = try await Passwords.hash("correct horse battery")
        #expect(stored.hasPrefix("scrypt$15$8$1$"))
        #expect(try await Passwords.verify("correct horse battery", against: stored))
        #expect(try await !Passwords.verify("correct horse batterY", against: stored))
        #expect(try await Passwords.hash("correct horse battery") != stored)
    }

    /// RFC 7914 §12, the third vector: N = 16384, r = 8, p = 1.
    @Test func `scrypt is what RFC 7914 says`() throws {
        let encoded = Passwords.encode("pleaseletmein", salt: Array("SodiumChloride".utf8), .init(exponent: 14, r: 8, p: 1))
        let key = try #require(encoded.split(separator: "$").last.flatMap { Base64.decode($0) })
        #expect(Hex.encode(key) == "7023bdcb3afd7348461c06cd81fd38ebfda8fbba904f8e3ea9b543f6545da1f2")
    }

    @Test(arguments: [
        "", "scrypt", "scrypt$15$8$1$AAAA$AAAA", "scrypt$40$8$1$BwcHBwcHBwcHBwcHBwcHBw==$BwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwc=", "plain$15$8$1$x$y",
        "scrypt$15$8$99$BwcHBwcHBwcHBwcHBwcHBw==$BwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwc=",
    ])
    func `What this program did not write fits no password`(stored: String) async throws {
        #expect(Passwords.Parsed(stored) == nil)
        #expect(try await !Passwords.verify("", against: stored))
    }

    @Test(arguments: [
        ("elevenchars", false), ("twelve chars", true), ("ÈÈÈÈÈÈÈÈÈÈÈÈ", true), (String(repeating: "x", count: 256), true), (String(repeating: "x", count: 257), false),
    ])
    func `A new password has twelve characters and at most 256 bytes`(password: String, allowed: Bool) {
        #expect((Passwords.check(password) == nil) == allowed)
    }

    @Test(arguments: [
        ("anna@example.com", "anna@example.com"), ("  Anna@Example.COM \n", "anna@example.com"), ("anna", nil), ("@example.com", nil), ("anna@", nil), ("a b@example.com", nil),
        ("a@b@c", nil), ("anna@exam\u{0}ple.com", nil), ("\"anna\"@example.com", nil), ("", nil), (String(repeating: "a", count: 65) + "@example.com", nil),
    ])
    func `An agent's address has one spelling`(written: String, read: String?) {
        #expect(EmailAddress.normalized(written) == read)
    }

    @Test(arguments: [
        (" Anna ", "Anna"), ("", nil), ("   ", nil), ("An\nna", nil), ("Anna\u{202E}evil", nil), ("👩‍🔧 Anna", "👩‍🔧 Anna"), (String(repeating: "n", count: 101), nil),
    ])
    func `A name is what people see of it`(written: String, read: String?) {
        #expect(AgentName.normalized(written) == read)
    }
}

struct ThrottleTests {
    @Test func `After the burst there is one try an interval`() {
        let throttle = Throttle(burst: 3, every: .seconds(30))
        let start = ContinuousClock.now
        for _ in 1...3 { #expect(throttle.take("a", at: start) == nil) }
        #expect(throttle.take("a", at: start) == .seconds(30))
        #expect(throttle.take("b", at: start) == nil)
        #expect(throttle.take("a", at: start + .seconds(29)) != nil)
        #expect(throttle.take("a", at: start + .seconds(30)) == nil)
        #expect(throttle.take("a", at: start + .seconds(30)) != nil)
    }

    @Test func `A good try is given back`() {
        let throttle = Throttle(burst: 1, every: .seconds(30))
        let start = ContinuousClock.now
        for _ in 1...5 {
            #expect(throttle.take("a", at: start) == nil)
            throttle.giveBack("a")
        }
        #expect(throttle.keys == 0)
    }

    @Test func `Keys are bounded, and who tried most is remembered`() {
        let throttle = Throttle(burst: 2, every: .seconds(30), mostKeys: 100)
        let start = ContinuousClock.now
        for _ in 1...2 { _ = throttle.take("attacker", at: start) }
        for number in 1...10_000 { _ = throttle.take("key \(number)", at: start) }
        #expect(throttle.keys <= 100)
        #expect(throttle.take("attacker", at: start) != nil)
    }

    @Test(arguments: [
        ("192.0.2.7", "192.0.2.7"), ("2001:db8:1:2:3:4:5:6", "20:1:d:b8:0:1:0:2"), ("2001:db8:1:2::9", "20:1:d:b8:0:1:0:2"), ("::ffff:192.0.2.7", "192.0.2.7"),
        ("nonsense:", "nonsense:"),
    ])
    func `An IPv6 customer is a network of 64 bits`(address: String, network: String) {
        #expect(Throttle.network(of: address) == network)
    }
}
