import HTTPTypes
import Testing
import Wire

@testable import HTTP

@Suite(.timeLimit(.minutes(3))) struct HTTPClientTests {
    static func router() -> Router {
        var router = Router()
        router.on(.post, "/echo") { request, _ in
            let body = try await request.body.collect()
            let names = request.allFields.map { "\($0.name)=\($0.value)" }.filter { !$0.hasPrefix("Host") }.joined(separator: " ")
            return .text(.ok, "\(names) \(String(decoding: body, as: UTF8.self))")
        }
        router.on(.get, "/redirect") { _, _ in .redirect(.found, to: "/echo") }
        router.on(.get, "/large") { _, _ in .bytes(.ok, type: "application/octet-stream", [UInt8](repeating: 1, count: 200_000)) }
        router.on(.get, "/slow") { _, _ in
            try await Task.sleep(for: .seconds(1000))
            return .text(.ok, "late")
        }
        return router
    }

    static func client(_ networks: [String] = ["127.0.0.0/8"], resolver: Resolver = .system) throws -> HTTPClient {
        HTTPClient(policy: ClientPolicy(addressGuard: try AddressGuard(allowNetworks: networks)), resolver: resolver)
    }

    @Test func `a call is sent as it was asked for, and connections are used again`() async throws {
        try await TestServer.run(Self.router()) { server in
            let client = try Self.client()
            for number in 0..<3 {
                let reply = try await client.send(
                    ClientCall(method: "POST", url: "http://127.0.0.1:\(server.port)/echo?x", headers: [("webhook-id", "m\(number)"), ("X-Empty", "")], body: Array("hi".utf8)))
                #expect(reply.status == 200)
                #expect(String(decoding: reply.body, as: UTF8.self) == "webhook-id=m\(number) X-Empty= Content-Length=2 hi\n")
                #expect(reply.headers.contains { $0.name == "Content-Type" && $0.value == "text/plain; charset=utf-8" })
            }
            #expect(server.listener.openConnections == 1)
        }
    }

    @Test func `redirects are not followed and long answers are cut`() async throws {
        try await TestServer.run(Self.router()) { server in
            let client = try Self.client()
            #expect(try await client.send(ClientCall(method: "GET", url: "http://127.0.0.1:\(server.port)/redirect")).status == 302)
            let large = try await client.send(ClientCall(method: "GET", url: "http://127.0.0.1:\(server.port)/large"))
            #expect(large.status == 200 && large.body.count == 65_536)
        }
    }

    @Test func `without a listed network the loopback is forbidden and nothing is dialled`() async throws {
        try await TestServer.run(Self.router()) { server in
            for url in ["http://127.0.0.1:\(server.port)/echo", "https://[::ffff:127.0.0.1]:\(server.port)/", "http://2130706433:\(server.port)/"] {
                let error = await #expect(throws: ClientFailure.self) { try await Self.client([]).send(ClientCall(method: "POST", url: url)) }
                guard case .forbidden = error else {
                    Issue.record("\(url): \(String(describing: error))")
                    return
                }
            }
            #expect(server.exchanges.all.isEmpty)
        }
    }

    @Test func `a name is dialled at the address that was checked`() async throws {
        try await TestServer.run(Self.router()) { server in
            let resolver = Resolver { _, _ async throws(WireError) in [IPAddress(v4: 0x7F00_0001)] }
            let reply = try await Self.client(resolver: resolver).send(ClientCall(method: "POST", url: "http://hooks.example.com:\(server.port)/echo"))
            #expect(reply.status == 200)
        }
    }

    @Test func `the socket itself is guarded`() throws {
        let inside = try SocketAddress("127.0.0.1:443")
        let mail = try SocketAddress("93.184.216.34:25")
        let url = try ClientURL("https://hooks.example.com/")
        let policy = ClientPolicy(addressGuard: AddressGuard())
        let transfer = Transfer(ClientCall(method: "GET", url: url.text), url: url, addresses: [], policy: policy, deadline: .never)
        #expect(transfer.open(inside, family: 2, type: 1, protocol: 6) == -1)
        #expect(transfer.open(mail, family: 2, type: 1, protocol: 6) == -1)
        #expect(transfer.open(nil, family: 1, type: 1, protocol: 0) == -1)
    }

    @Test func `plain http and odd ports are for listed networks only`() async throws {
        let resolver = Resolver { _, _ async throws(WireError) in [IPAddress(v4: 0x5DB8_D822)] }
        let client = try Self.client(resolver: resolver)
        for url in ["http://example.com/", "https://example.com:25/"] {
            let error = await #expect(throws: ClientFailure.self) { try await client.target(of: ClientCall(method: "GET", url: url)) }
            guard case .forbidden = error else {
                Issue.record("\(url): \(String(describing: error))")
                return
            }
        }
        #expect(try await client.target(of: ClientCall(method: "GET", url: "https://example.com:8443/")).addresses.count == 1)
    }

    @Test func `what was certainly not sent is told from what may have been`() async throws {
        let client = try Self.client()
        let group = EventLoopGroup(count: 1)
        defer { group.stop() }
        let refused = await #expect(throws: ClientFailure.self) { try await client.send(ClientCall(method: "POST", url: "http://127.0.0.1:1/")) }
        guard case .notSent = refused else {
            Issue.record("\(String(describing: refused))")
            return
        }
        try await TestServer.run(Self.router()) { server in
            let late = await #expect(throws: ClientFailure.self) {
                try await client.send(ClientCall(method: "GET", url: "http://127.0.0.1:\(server.port)/slow", timeout: .milliseconds(100)))
            }
            guard case .unknown = late else {
                Issue.record("\(String(describing: late))")
                return
            }
            // A handshake that the other side does not understand.
            let insecure = await #expect(throws: ClientFailure.self) { try await client.send(ClientCall(method: "POST", url: "https://127.0.0.1:\(server.port)/")) }
            guard case .notSent = insecure else {
                Issue.record("\(String(describing: insecure))")
                return
            }
        }
    }

    @Test func `a cancelled call ends at once`() async throws {
        try await TestServer.run(Self.router()) { server in
            let client = try Self.client()
            let call = ClientCall(method: "GET", url: "http://127.0.0.1:\(server.port)/slow", timeout: .seconds(50))
            let failed = await withTaskGroup(of: Bool.self) { tasks in
                tasks.addTask { (try? await client.send(call)) == nil }
                while server.listener.openConnections == 0 { await Task.yield() }
                tasks.cancelAll()
                return await tasks.next() ?? false
            }
            #expect(failed)
        }
    }

    @Test(arguments: [("PO ST", "a"), ("POST\r\nX: y", "a"), ("GET", "a\r\nX: y"), ("GET", "a\u{0}")])
    func `a method or value that would break the request is not sent`(_ method: String, _ value: String) async throws {
        let client = try Self.client()
        let error = await #expect(throws: ClientFailure.self) {
            try await client.send(ClientCall(method: method, url: "http://127.0.0.1:9/", headers: [("X-One", value)]))
        }
        guard case .notSent = error else {
            Issue.record("\(String(describing: error))")
            return
        }
    }
}
