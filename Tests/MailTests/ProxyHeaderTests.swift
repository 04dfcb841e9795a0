import Mail
import Testing

@Suite struct ProxyHeaderTests {
    static let v2: [UInt8] = [0x0D, 0x0A, 0x0D, 0x0A, 0x00, 0x0D, 0x0A, 0x51, 0x55, 0x49, 0x54, 0x0A, 0x21, 0x11, 0, 12, 192, 0, 2, 9, 10, 0, 0, 1, 0x9C, 0x40, 0, 25]

    @Test(arguments: [
        ("PROXY TCP4 192.0.2.9 10.0.0.1 40000 25\r\nEHLO", ProxyHeader.found(client: "192.0.2.9", length: 40)),
        ("PROXY TCP6 2001:db8::1 ::1 40000 25\r\n", .found(client: "2001:db8::1", length: 37)), ("PROXY UNKNOWN\r\n", .found(client: nil, length: 15)),
        ("", .incomplete), ("PROX", .incomplete), ("PROXY TCP4 192.0.2.9", .incomplete), ("EHLO x\r\n", .invalid), ("PROXY TCP4 192.0.2.9 10.0.0.1 40000 25\n", .invalid),
        ("PROXY TCP4 192.0.2.999 10.0.0.1 40000 25\r\n", .invalid), ("PROXY TCP4 192.0.2.9 10.0.0.1 70000 25\r\n", .invalid), ("PROXY TCP6 192.0.2.9 10.0.0.1 1 25\r\n", .invalid),
        ("PROXY  TCP4 192.0.2.9 10.0.0.1 1 25\r\n", .invalid), ("PROXY TCP4 192.0.2.9 10.0.0.1 1\r\n", .invalid),
    ])
    func `version 1 is read as it is written`(text: String, found: ProxyHeader) {
        #expect(ProxyHeader.read(Array(text.utf8)) == found)
    }

    @Test func `version 2 is read, and waits for its end`() {
        #expect(ProxyHeader.read(Self.v2 + [1]) == .found(client: "192.0.2.9", length: 28))
        for count in 0..<Self.v2.count { #expect(ProxyHeader.read(Array(Self.v2.prefix(count))) == .incomplete) }
        var local = Self.v2
        local[12] = 0x20
        #expect(ProxyHeader.read(local) == .found(client: nil, length: 28))
        for (place, octet) in [(12, UInt8(0x11)), (12, 0x22), (13, 0x12), (14, 0xFF), (15, 4)] {
            var wrong = Self.v2
            wrong[place] = octet
            #expect(ProxyHeader.read(wrong) == .invalid, "octet \(place)")
        }
    }

    @Test func `a header without an end is given up`() {
        #expect(ProxyHeader.read(Array("PROXY ".utf8) + [UInt8](repeating: 0x41, count: 200)) == .invalid)
    }
}
