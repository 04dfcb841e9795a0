import HTTP
import HTTPTypes
import Synchronization
import Wire

/// A server on a free port of the loopback, and raw connections to it.
struct TestServer: Sendable {
    let listener: Listener
    let group: EventLoopGroup
    let server: HTTPServer
    let exchanges: Exchanges

    var port: Int { Int(listener.boundAddress.port) }

    /// Runs a server for the time of `body`.
    static func run(_ router: Router, limits: ServerLimits = ServerLimits(), _ body: @Sendable (TestServer) async throws -> Void) async throws {
        let group = EventLoopGroup(count: 1)
        defer { group.stop() }
        let exchanges = Exchanges()
        let listener = try Listener("127.0.0.1:0", group: group, limits: ListenerLimits(connections: 5000, connectionsPerAddress: 5000))
        let server = HTTPServer(router: router, limits: limits, now: { 784_111_777 }) { exchanges.add($0) }
        try await withThrowingTaskGroup(of: Void.self) { tasks in
            tasks.addTask { await listener.run { await server.serve($0) } }
            defer { listener.stop(grace: .zero) }
            try await body(TestServer(listener: listener, group: group, server: server, exchanges: exchanges))
        }
    }

    func connect() async throws -> Peer {
        let local = try AddressGuard(allowNetworks: ["127.0.0.0/8"])
        return Peer(stream: try await Connector(group: group).connect(host: "127.0.0.1", port: port, within: .seconds(50), guard: local))
    }

    /// Sends the bytes on a connection of their own and returns all answers until the server closes or `count` have come.
    func exchange(_ text: String, answers count: Int = .max) async throws -> [Answer] {
        try await exchange(Array(text.utf8), answers: count)
    }

    func exchange(_ bytes: [UInt8], answers count: Int = .max) async throws -> [Answer] {
        var peer = try await connect()
        defer { peer.close() }
        try await peer.send(bytes)
        var answers: [Answer] = []
        while answers.count < count, let answer = try await peer.answer() { answers.append(answer) }
        return answers
    }

    func statuses(_ text: String) async throws -> [Int] {
        let answers = try await exchange(text)
        return answers.map(\.status)
    }

    /// What the observer was told.
    final class Exchanges: Sendable {
        private let list = Mutex<[ServedExchange]>([])
        func add(_ exchange: ServedExchange) { list.withLock { $0.append(exchange) } }
        var all: [ServedExchange] { list.withLock { $0 } }
    }
}

struct Answer: Sendable, Equatable {
    var status: Int
    var head: String
    var body: [UInt8]
    var text: String { String(decoding: body, as: UTF8.self) }

    func field(_ name: String) -> String? {
        head.split(separator: "\r\n").dropFirst().first { $0.lowercased().hasPrefix(name.lowercased() + ":") }
            .map { $0.dropFirst(name.utf8.count + 1).drop { $0 == " " }.description }
    }
}

/// The client's end of a raw connection.
struct Peer: Sendable {
    let stream: ByteStream
    var buffer: [UInt8] = []

    init(stream: ByteStream) { self.stream = stream }

    func send(_ text: String) async throws { try await send(Array(text.utf8)) }
    func send(_ bytes: [UInt8]) async throws {
        try? await stream.write(bytes, within: .seconds(50))  // the server may have answered and closed before all was sent
    }

    func close() { stream.close() }

    /// False at the end of the stream.
    mutating func more() async throws -> Bool {
        let piece = (try? await stream.read(upTo: 65_536, within: .seconds(50))) ?? []  // a reset is an end too
        buffer += piece
        return !piece.isEmpty
    }

    /// The next final answer; nil when the connection ended before one. Understands Content-Length, chunks and the end of the connection.
    mutating func answer(toHead: Bool = false) async throws -> Answer? {
        while true {
            guard let answer = try await anyAnswer(toHead: toHead) else { return nil }
            if answer.status >= 200 || answer.status == 101 { return answer }
        }
    }

    mutating func anyAnswer(toHead: Bool = false) async throws -> Answer? {
        while true {
            if let end = headEnd {
                let head = String(decoding: buffer[..<end], as: UTF8.self)
                buffer.removeFirst(end + 4)
                var answer = Answer(status: Int(head.dropFirst(9).prefix(3)) ?? 0, head: head, body: [])
                if toHead || answer.status < 200 || answer.status == 204 || answer.status == 304 { return answer }
                if let length = answer.field("content-length").flatMap({ Int($0) }) {
                    while buffer.count < length, try await more() {}
                    answer.body = Array(buffer.prefix(length))
                    buffer.removeFirst(min(length, buffer.count))
                } else if answer.field("transfer-encoding") == "chunked" {
                    while let chunk = try await chunk(), !chunk.isEmpty { answer.body += chunk }
                } else {
                    while try await more() {}
                    answer.body = buffer
                    buffer = []
                }
                return answer
            }
            guard try await more() else { return nil }
        }
    }

    mutating func chunk() async throws -> [UInt8]? {
        while true {
            if let end = buffer.indices.dropLast().first(where: { buffer[$0] == 13 && buffer[$0 + 1] == 10 }),
                let size = Int(String(decoding: buffer[..<end], as: UTF8.self), radix: 16), buffer.count >= end + 2 + size + 2
            {
                let chunk = Array(buffer[(end + 2)..<(end + 2 + size)])
                buffer.removeFirst(end + 2 + size + 2)
                return chunk
            }
            guard try await more() else { return nil }
        }
    }

    private var headEnd: Int? {
        guard buffer.count >= 4 else { return nil }
        return (0...(buffer.count - 4)).first { buffer[$0] == 13 && buffer[$0 + 1] == 10 && buffer[$0 + 2] == 13 && buffer[$0 + 3] == 10 }
    }
}
