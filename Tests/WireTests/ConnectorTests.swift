import Testing
import Wire

@Suite(.timeLimit(.minutes(3))) struct ConnectorTests {
    @Test func `a name that leads partly inside is refused whole`() async throws {
        let group = EventLoopGroup(count: 1)
        defer { group.stop() }
        let resolver = Resolver { _, _ async throws(WireError) in
            [IPAddress(v4: 0x5DB8_D822), IPAddress(v4: 0x7F00_0001)]
        }
        let error = await #expect(throws: WireError.self) {
            try await Connector(group: group, resolver: resolver).connect(host: "mixed.example.com", port: 443, within: .seconds(50), guard: AddressGuard())
        }
        #expect(error == .forbidden("127.0.0.1 is not allowed: loopback (RFC 1122)"))
    }

    @Test(arguments: ["127.0.0.1", "::1", "0x7f.1", "2130706433", "127.1", "bad host", "a..b"])
    func `a forbidden address in any spelling is not dialled`(_ host: String) async throws {
        let group = EventLoopGroup(count: 1)
        defer { group.stop() }
        let error = await #expect(throws: WireError.self) {
            try await Connector(group: group).connect(host: host, port: 80, within: .seconds(50), guard: AddressGuard())
        }
        guard case .forbidden = error else {
            Issue.record("\(String(describing: error))")
            return
        }
    }

    @Test func `the next address is tried when the first refuses`() async throws {
        try await withListener(handler: echo) { listener, group in
            let resolver = Resolver { _, _ async throws(WireError) in [IPAddress(v4: 0x7F00_0002), IPAddress(v4: 0x7F00_0001)] }
            let local = try AddressGuard(allowNetworks: ["127.0.0.0/8"])
            let stream = try await Connector(group: group, resolver: resolver)
                .connect(host: "two.example.com", port: Int(listener.boundAddress.port), within: .seconds(50), guard: local)
            #expect(stream.peerAddress == "127.0.0.1")
            stream.close()
        }
    }

    @Test func `a port where nobody listens is unreachable`() async throws {
        let group = EventLoopGroup(count: 1)
        defer { group.stop() }
        let local = try AddressGuard(allowNetworks: ["127.0.0.0/8"])
        let error = await #expect(throws: WireError.self) {
            try await Connector(group: group).connect(host: "127.0.0.1", port: 1, within: .seconds(50), guard: local)
        }
        guard case .unreachable = error else {
            Issue.record("\(String(describing: error))")
            return
        }
    }

    @Test func `the system's resolver knows this machine and gives up on what cannot be`() async throws {
        #expect(try await Resolver.system.addresses(of: "localhost", within: .seconds(10)).allSatisfy { AddressGuard.special($0) != nil })
    }
}
