import Messages
import Testing

@testable import Mail

@Suite struct SPFTests {
    static let names = FakeNames(
        table: [
            "txt a.test": ["v=spf1 ip4:192.0.2.0/24 ip6:2001:db8::/32 -all", "something else"],
            "txt soft.test": ["v=spf1 ip4:198.51.100.1 ~all"], "txt neutral.test": ["v=spf1 ?all"], "txt empty.test": ["v=spf1"],
            "txt two.test": ["v=spf1 -all", "v=spf1 +all"], "txt wrong.test": ["v=spf1 ip4:300.1.1.1 -all"], "txt late.test": ["v=spf1 ip4:192.0.2.1 foo:bar -all"],
            "txt in.test": ["v=spf1 include:a.test -all"], "txt nothing.test": ["v=spf1 include:gone.test -all"], "txt to.test": ["v=spf1 redirect=a.test"],
            "txt hosts.test": ["v=spf1 a:host.test mx/28 -all"], "a host.test": ["192.0.2.7"], "mx hosts.test": ["10 mx.hosts.test"], "a mx.hosts.test": ["198.51.100.16"],
            "txt macro.test": ["v=spf1 exists:%{ir}.%{l1r-}._spf.%{d2} -all"], "a 1.2.0.192.bob._spf.macro.test": ["127.0.0.2"],
            "txt loop.test": ["v=spf1 include:loop.test -all"],
            "txt many.test": ["v=spf1 " + (1...11).map { "a:h\($0).test" }.joined(separator: " ") + " -all"],
            "txt voids.test": ["v=spf1 a:v1.test a:v2.test a:v3.test -all"],
            "txt ptr.test": ["v=spf1 ptr -all"], "ptr 1.2.0.192.in-addr.arpa": ["mail.ptr.test"], "a mail.ptr.test": ["192.0.2.1"],
            "txt slow.test": ["v=spf1 include:silent.test -all"], "txt mail.helo.test": ["v=spf1 ip4:192.0.2.1 -all"],
            "txt unknown.test": ["v=spf1 moo=%{x} ip4:192.0.2.1 -all"],
        ].merging((1...11).map { ("a h\($0).test", ["203.0.113.9"]) }, uniquingKeysWith: { first, _ in first }), silent: ["silent.test", "dead.test"])

    @Test(arguments: [
        ("a.test", "192.0.2.1", SPF.Status.pass), ("a.test", "198.51.100.1", .fail), ("a.test", "2001:db8::1", .pass), ("a.test", "2001:db9::1", .fail),
        ("a.test", "::ffff:192.0.2.9", .pass),
        ("soft.test", "192.0.2.1", .softfail), ("soft.test", "198.51.100.1", .pass), ("neutral.test", "192.0.2.1", .neutral), ("empty.test", "192.0.2.1", .neutral),
        ("none.test", "192.0.2.1", .none), ("two.test", "192.0.2.1", .permerror), ("wrong.test", "192.0.2.1", .permerror), ("late.test", "192.0.2.1", .permerror),
        ("in.test", "192.0.2.1", .pass), ("in.test", "198.51.100.1", .fail), ("nothing.test", "192.0.2.1", .permerror), ("to.test", "192.0.2.1", .pass),
        ("to.test", "10.0.0.1", .fail),
        ("hosts.test", "192.0.2.7", .pass), ("hosts.test", "198.51.100.20", .pass), ("hosts.test", "198.51.100.40", .fail), ("macro.test", "192.0.2.1", .pass),
        ("macro.test", "192.0.2.2", .fail), ("loop.test", "192.0.2.1", .permerror), ("many.test", "192.0.2.1", .permerror), ("voids.test", "192.0.2.1", .permerror),
        ("ptr.test", "192.0.2.1", .pass), ("ptr.test", "192.0.2.2", .fail), ("slow.test", "192.0.2.1", .temperror), ("dead.test", "192.0.2.1", .temperror),
        ("unknown.test", "192.0.2.1", .pass),
    ])
    func `a domain's record decides`(domain: String, peer: String, status: SPF.Status) async {
        let result = await SPF.check(peer: peer, from: MailAddress("bob@\(domain)"), greeting: "mail.x.test", names: Self.names)
        #expect(result.status == status, "\(result)")
        #expect(result.domain == domain)
    }

    @Test func `without a return path the greeting is asked`() async {
        let result = await SPF.check(peer: "192.0.2.1", from: nil, greeting: "mail.helo.test", names: Self.names)
        #expect(result.status == .pass && result.domain == "mail.helo.test")
    }

    @Test(arguments: ["[192.0.2.1]", "localhost", ""])
    func `a greeting that is no name is not asked`(greeting: String) async {
        #expect(await SPF.check(peer: "192.0.2.1", from: nil, greeting: greeting, names: Self.names).status == .none)
    }

    @Test(arguments: ["a/33", "a//129", "ip4:1.2.3.4/33", "ip4:1.2.3", "ip6:1.2.3.4", "include:", "exists", "all:x", "mx:", "a:/24", "ip4:1.2.3.4/08"])
    func `a term that is wrong is no term`(text: String) {
        #expect(SPFTerm(text[...]) == nil)
    }
}
