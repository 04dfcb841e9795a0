import Foundation
import Gateway
import HTTP
import HTTPTypes
import Messages
import Storage
import Testing
import Wire

@testable import Console

/// Reads a live stream over a real connection.
private struct Listening {
    let stream: ByteStream
    private var text = ""

    init(_ port: Int, _ group: EventLoopGroup, fields: [String]) async throws {
        stream = try await Connector(group: group).connect(host: "127.0.0.1", port: port, within: .seconds(5), guard: AddressGuard(allowNetworks: ["127.0.0.0/8"]))
        try await stream.write(Array((["GET /events HTTP/1.1", "Host: localhost"] + fields + ["", ""]).joined(separator: "\r\n").utf8), within: .seconds(5))
    }

    /// Reads until `part` has come; false when the stream ended before.
    mutating func has(_ part: String) async throws -> Bool {
        while !text.contains(part) {
            let bytes = try await stream.read(upTo: 4096, within: .seconds(10))
            if bytes.isEmpty { return false }
            text += String(decoding: bytes, as: UTF8.self)
        }
        return true
    }

    /// Reads to the end of the answer: true when it ended as it should, with the last chunk.
    mutating func ends() async throws -> Bool { try await has("\r\n0\r\n\r\n") }

    /// The last `id:` that was read.
    var lastID: String? { text.components(separatedBy: "id: ").last?.components(separatedBy: "\n").first }
    var all: String { text }
}

@Suite(.timeLimit(.minutes(1)))
struct EventStreamTests {
    /// Runs a server with the office's routes for as long as `body` does.
    private func serving(_ office: Office, _ body: @Sendable (Int, EventLoopGroup) async throws -> Void) async throws {
        let group = EventLoopGroup(count: 1)
        let listener = try Listener("127.0.0.1:0", group: group)
        let server = HTTPServer(router: office.router)
        defer { group.stop() }
        try await withThrowingTaskGroup(of: Void.self) { tasks in
            tasks.addTask { await listener.run { await server.serve($0) } }
            defer { listener.stop(grace: .zero) }
            try await body(Int(listener.boundAddress.port), group)
        }
    }

    @Test func `A change is told after it happened, and what was missed is told to who comes back`() async throws {
        let office = try await Office()
        let anna = try await Browser(office, email: "anna@example.com")
        try await serving(office) { port, group in
            var live = try await Listening(port, group, fields: ["Cookie: \(anna.cookie ?? "")"])
            #expect(try await live.has("retry: 2000\n\n"))
            #expect(live.all.lowercased().contains("content-type: text/event-stream"))
            let id = try await office.conversation()
            #expect(try await live.has(#""owner":"queue"}"#))
            #expect(live.all.contains(#"event: conversation"# + "\n" + #"data: {"id":"\#(id)""#))
            let last = try #require(live.lastID)
            live.stream.close()
            _ = try await anna.post("/api/v1/conversations/\(id)/take")
            var again = try await Listening(port, group, fields: ["Cookie: \(anna.cookie ?? "")", "Last-Event-ID: \(last)"])
            #expect(try await again.has(#""owner":"agent"}"#))
            #expect(!again.all.contains("queue"))
            again.stream.close()
            var stranger = try await Listening(port, group, fields: ["Cookie: \(anna.cookie ?? "")", "Last-Event-ID: another-run-7"])
            #expect(try await stranger.has("event: reset\n"))
            stranger.stream.close()
        }
    }

    @Test func `A stream says that it lives, and ends soon after its session`() async throws {
        let office = try await Office(recheck: .milliseconds(20), ping: .milliseconds(40))
        let anna = try await Browser(office, email: "anna@example.com")
        try await serving(office) { port, group in
            var live = try await Listening(port, group, fields: ["Cookie: \(anna.cookie ?? "")"])
            #expect(try await live.has(": still here\n\n"))
            #expect(try await anna.send(.delete, "/api/v1/session", nil).status == 204)
            #expect(try await live.ends())
            var refused = try await Listening(port, group, fields: ["Cookie: \(anna.cookie ?? "")"])
            #expect(try await refused.has("HTTP/1.1 401 "))
            live.stream.close()
            refused.stream.close()
        }
        #expect(office.feed.listeners == 0)
    }

    @Test func `A token that is taken away ends its stream`() async throws {
        let office = try await Office(recheck: .milliseconds(20))
        let anna = try await office.addAgent("anna@example.com")
        let token = APIToken.make()
        try await office.store.setToken(digest: APIToken.digest(of: token), of: anna.id)
        try await serving(office) { port, group in
            var live = try await Listening(port, group, fields: ["Authorization: Bearer \(token)"])
            #expect(try await live.has("retry: 2000\n\n"))
            try await office.store.setToken(digest: nil, of: anna.id)
            #expect(try await live.ends())
            live.stream.close()
        }
    }
}
