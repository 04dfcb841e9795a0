import Testing
import Wire

@Suite struct AddressGuardTests {
    @Test(arguments: [
        "0.0.0.0", "0.1.2.3", "10.0.0.1", "100.64.0.1", "100.127.255.255", "127.0.0.1", "127.255.255.254", "169.254.169.254", "172.16.0.1", "172.31.255.255",
        "192.0.0.1", "192.0.2.1", "192.88.99.1", "192.168.1.1", "198.18.0.1", "198.19.255.255", "198.51.100.7", "203.0.113.9", "224.0.0.1", "239.255.255.250",
        "240.0.0.1", "255.255.255.255", "::", "::1", "::ffff:127.0.0.1", "::ffff:169.254.169.254", "::127.0.0.1", "::a9fe:a9fe", "64:ff9b::7f00:1",
        "64:ff9b:1::a9fe:a9fe", "100::1", "2001::1", "2001:2::1", "2001:10::1", "2001:db8::1", "2002:7f00:1::1", "3fff::1", "5f00::1", "fc00::1", "fd12::1",
        "fe80::1", "fec0::1", "ff02::1", "4000::1", "e000::1",
    ])
    func `addresses that are not globally routable are refused`(_ text: String) throws {
        let address = try #require(IPAddress(text))
        #expect(AddressGuard().refusal(of: address) != nil)
    }

    @Test(arguments: [
        "1.1.1.1", "9.255.255.255", "11.0.0.0", "100.63.255.255", "100.128.0.1", "126.255.255.255", "128.0.0.1", "169.253.1.1", "172.15.255.255", "172.32.0.1",
        "192.0.1.1", "192.167.1.1", "198.17.255.255", "198.20.0.1", "223.255.255.255", "2606:4700:4700::1111", "2a00:1450::1", "2001:200::1", "::ffff:1.1.1.1",
    ])
    func `public addresses, also at the edges, are allowed`(_ text: String) throws {
        let address = try #require(IPAddress(text))
        #expect(AddressGuard().refusal(of: address) == nil)
    }

    @Test func `a listed network is allowed, also in mapped spelling, and nothing beside it`() throws {
        let addresses = try AddressGuard(allowNetworks: ["10.1.0.0/16", "::1/128"])
        #expect(addresses.refusal(of: try #require(IPAddress("10.1.255.1"))) == nil)
        #expect(addresses.refusal(of: try #require(IPAddress("::ffff:10.1.2.3"))) == nil)
        #expect(addresses.refusal(of: try #require(IPAddress("::1"))) == nil)
        #expect(addresses.refusal(of: try #require(IPAddress("10.2.0.1"))) != nil)
        #expect(addresses.refusal(of: try #require(IPAddress("::2"))) != nil)
    }

    @Test(arguments: [
        "", "10.0.0.0/33", "10.0.0.1/8", "10.0.0.0/", "10.0.0.0/-1", "10.0.0.0/8/8", "::1/129", "localhost/8", "10.0.0/8", "010.0.0.0/8", "fe80::%eth0/64",
        "10.0.0.0/ 8", "::ffff:0:0/0",
    ])
    func `what is not a network is refused with a line that shows it`(_ text: String) {
        let error = #expect(throws: WireError.self) { _ = try AddressRange(text) }
        guard case .invalid(let line) = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(line.contains("\"\(text)\"") && !line.contains("\n"))
    }

    @Test(arguments: ["0x7f.0.0.1", "0177.0.0.1", "2130706433", "127.1", "127.0.0.01", "127.0.0.1 ", "fe80::1%eth0", "[::1]", "", "1.2.3.4.5", "::ffff:0177.0.0.1"])
    func `odd spellings are no addresses`(_ text: String) {
        #expect(IPAddress(text) == nil)
        #expect(!HostName.isValid(text))
    }

    @Test(arguments: ["example.com", "EXAMPLE.com.", "a", "xn--bcher-kva.example", "_dmarc.example.com", "1.example", "0x.example"])
    func `host names are taken`(_ name: String) {
        #expect(HostName.isValid(name))
    }

    @Test(arguments: [
        "127.0.0.1", "127.0.0.1:", "127.0.0.1:65536", "127.0.0.1:-1", "127.0.0.1:80a", "::1:80", "localhost:80", ":80", "[::1]", "[::1:80", "127.0.0.1:+80",
    ])
    func `what cannot be listened on is refused with one line`(_ text: String) {
        #expect(throws: WireError.self) { _ = try SocketAddress(text) }
    }

    @Test(arguments: ["127.0.0.1:8080", "[::1]:0", "0.0.0.0:65535"])
    func `addresses with ports read and write the same`(_ text: String) throws {
        #expect(try SocketAddress(text).description == text)
    }
}
