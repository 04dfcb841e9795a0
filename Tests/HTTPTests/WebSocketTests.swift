import HTTPTypes
import Testing

@testable import HTTP

/// A WebSocket client that sends what it is told to, right or wrong.
struct SocketPeer: Sendable {
    struct Frame: Sendable, Equatable {
        var opcode: UInt8
        var payload: [UInt8]
        var closeCode: Int { payload.count < 2 ? 0 : Int(payload[0]) << 8 | Int(payload[1]) }
        var text: String { String(decoding: payload, as: UTF8.self) }
    }

    var peer: Peer

    init(_ server: TestServer) async throws {
        peer = try await server.connect()
        try await peer.send(SocketPeer.handshake())
        let answer = try #require(try await peer.answer())
        #expect(answer.status == 101)
        #expect(answer.field("sec-websocket-accept") == "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=")
        #expect(answer.field("upgrade") == "websocket" && answer.field("connection") == "Upgrade")
    }

    static func handshake(
        method: String = "GET", version: String = "HTTP/1.1", upgrade: String = "Upgrade: websocket\r\n", connection: String = "Connection: keep-alive, Upgrade\r\n",
        number: String = "Sec-WebSocket-Version: 13\r\n", key: String = "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n", more: String = ""
    ) -> String {
        "\(method) /ws \(version)\r\nHost: h\r\n\(upgrade)\(connection)\(number)\(key)\(more)\r\n"
    }

    /// A masked frame.
    func send(_ opcode: UInt8, _ payload: [UInt8], isFinal: Bool = true) async throws {
        var bytes: [UInt8] = [(isFinal ? 0x80 : 0) | opcode]
        if payload.count < 126 {
            bytes.append(0x80 | UInt8(payload.count))
        } else {
            bytes += [0x80 | 126, UInt8(payload.count >> 8), UInt8(payload.count & 0xFF)]
        }
        let mask: [UInt8] = [1, 2, 3, 4]
        try await peer.send(bytes + mask + payload.enumerated().map { $0.element ^ mask[$0.offset % 4] })
    }

    /// The server's next frame; nil at the end.
    mutating func frame() async throws -> Frame? {
        while true {
            let bytes = peer.buffer
            if bytes.count >= 2 {
                #expect(bytes[1] & 0x80 == 0, "a server's frames are not masked")
                let short = Int(bytes[1])
                let header = short < 126 ? 2 : short == 126 ? 4 : 10
                if bytes.count >= header {
                    let length = short < 126 ? short : bytes[2..<header].reduce(0) { $0 << 8 | Int($1) }
                    if bytes.count >= header + length {
                        peer.buffer.removeFirst(header + length)
                        return Frame(opcode: bytes[0] & 15, payload: Array(bytes[header..<(header + length)]))
                    }
                }
            }
            guard try await peer.more() else { return nil }
        }
    }
}

@Suite(.timeLimit(.minutes(3))) struct WebSocketTests {
    static func router(_ limits: WebSocketLimits = WebSocketLimits()) -> Router {
        var router = Router()
        router.on(.get, "/ws") { _, _ in
            .webSocket(limits: limits) { socket in
                while let message = await socket.receive() {
                    switch message {
                    case .text("crowd"):
                        await withTaskGroup(of: Void.self) { tasks in
                            for number in 0..<20 { tasks.addTask { try? await socket.send(String(repeating: "\(number % 10)", count: 30_000)) } }
                        }
                    case .text("bye"): await socket.close(4000, "bye")
                    case .text(let text): try? await socket.send(text)
                    case .binary(let bytes): try? await socket.send(binary: bytes)
                    }
                }
            }
        }
        router.on(.get, "/plain") { _, _ in .text(.ok, "plain") }
        router.on(.post, "/ws") { _, _ in .webSocket { _ in } }
        return router
    }

    @Test func `messages of every size come back`() async throws {
        try await TestServer.run(Self.router()) { server in
            var socket = try await SocketPeer(server)
            defer { socket.peer.close() }
            for size in [0, 1, 125, 126, 127, 65_535] {
                let payload = [UInt8](repeating: 97, count: size)
                try await socket.send(1, payload)
                #expect(try await socket.frame() == .init(opcode: 1, payload: payload))
                try await socket.send(2, payload)
                #expect(try await socket.frame() == .init(opcode: 2, payload: payload))
            }
        }
    }

    @Test func `fragments make one message, pings between them are answered at once`() async throws {
        try await TestServer.run(Self.router()) { server in
            var socket = try await SocketPeer(server)
            defer { socket.peer.close() }
            let text = Array("grüß dich".utf8)  // cut within a character
            try await socket.send(1, Array(text.prefix(3)), isFinal: false)
            try await socket.send(9, [1, 2])
            #expect(try await socket.frame() == .init(opcode: 10, payload: [1, 2]))
            try await socket.send(0, Array(text[3..<4]), isFinal: false)
            try await socket.send(0, Array(text[4...]))
            #expect(try await socket.frame()?.text == "grüß dich")
        }
    }

    @Test(
        arguments: [
            ([(0, "x", true)], 1002), ([(1, "a", false), (1, "b", true)], 1002), ([(9, "a", false)], 1002), ([(3, "", true)], 1002), ([(8, "x", true)], 1002),
            ([(8, "", true)], 1000),
        ] as [([(UInt8, String, Bool)], Int)])
    func `violations and closings are answered with their code`(_ frames: [(UInt8, String, Bool)], _ code: Int) async throws {
        try await TestServer.run(Self.router()) { server in
            var socket = try await SocketPeer(server)
            defer { socket.peer.close() }
            for (opcode, text, isFinal) in frames { try await socket.send(opcode, Array(text.utf8), isFinal: isFinal) }
            #expect(try await socket.frame()?.closeCode == code)
            #expect(try await socket.frame() == nil)
        }
    }

    @Test func `a frame without a mask is a violation`() async throws {
        try await TestServer.run(Self.router()) { server in
            var socket = try await SocketPeer(server)
            defer { socket.peer.close() }
            try await socket.peer.send([0x81, 1, 97])
            #expect(try await socket.frame()?.closeCode == 1002)
        }
    }

    @Test func `the server closes with the handler's code`() async throws {
        try await TestServer.run(Self.router()) { server in
            var socket = try await SocketPeer(server)
            defer { socket.peer.close() }
            try await socket.send(1, Array("bye".utf8))
            let frame = try #require(try await socket.frame())
            #expect(frame.closeCode == 4000 && frame.payload.dropFirst(2).elementsEqual("bye".utf8))
        }
    }

    @Test func `another task may close while one receives`() async throws {
        var router = Router()
        router.on(.get, "/ws") { _, _ in
            .webSocket { socket in
                await withTaskGroup(of: Void.self) { tasks in
                    tasks.addTask { while await socket.receive() != nil {} }
                    tasks.addTask { await socket.close(1001, "going away") }
                    tasks.addTask { await socket.close(1001, "going away") }
                    await tasks.waitForAll()
                }
            }
        }
        try await TestServer.run(router) { server in
            var socket = try await SocketPeer(server)
            defer { socket.peer.close() }
            let frame = try await socket.frame()
            #expect(frame?.closeCode == 1001)
            try await socket.send(8, [3, 233])
            #expect(try await socket.frame() == nil)
        }
    }

    @Test func `a silent client is pinged, then closed`() async throws {
        var limits = WebSocketLimits()
        limits.pingAfter = .milliseconds(50)
        try await TestServer.run(Self.router(limits)) { server in
            var socket = try await SocketPeer(server)
            defer { socket.peer.close() }
            #expect(try await socket.frame()?.opcode == 9)
            try await socket.send(10, [])
            // A pong that comes in time buys another ping; on a busy machine it may come late.
            var last = try await socket.frame()
            if last?.opcode == 9 { last = try await socket.frame() }
            #expect(last?.closeCode == 1001)
        }
    }

    @Test func `messages of many senders do not mix`() async throws {
        try await TestServer.run(Self.router()) { server in
            var socket = try await SocketPeer(server)
            defer { socket.peer.close() }
            try await socket.send(1, Array("crowd".utf8))
            for _ in 0..<20 {
                let frame = try #require(try await socket.frame())
                #expect(frame.payload.count == 30_000 && Set(frame.payload).count == 1)
            }
        }
    }

    @Test(arguments: [
        (SocketPeer.handshake(upgrade: ""), 426), (SocketPeer.handshake(connection: ""), 426), (SocketPeer.handshake(number: "Sec-WebSocket-Version: 8\r\n"), 426),
        (SocketPeer.handshake(number: ""), 426), (SocketPeer.handshake(key: ""), 400), (SocketPeer.handshake(key: "Sec-WebSocket-Key: short\r\n"), 400),
        (SocketPeer.handshake(more: "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"), 400), (SocketPeer.handshake(method: "POST"), 400),
        (SocketPeer.handshake(version: "HTTP/1.0"), 400), (SocketPeer.handshake(more: "Content-Length: 1\r\n") + "x", 400),
        (SocketPeer.handshake(more: "Origin: https://a.test\r\nOrigin: https://b.test\r\n"), 400),
    ])
    func `a handshake that is not one is refused`(_ text: String, _ status: Int) async throws {
        try await TestServer.run(Self.router()) { server in
            let answers = try await server.exchange(text, answers: 1)
            #expect(answers.first?.status == status)
        }
    }
}
