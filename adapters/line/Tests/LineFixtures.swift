import ChannelKit
import Foundation
import LineAdapter
import Logging
import Messages
import Synchronization
import Testing

struct NoConnections: HTTPSender, Network {
    func send(_ call: HTTPCall) async throws(HTTPCallFailure) -> HTTPReply {
        Issue.record("an unexpected call to \(call.url)")
        throw .forbidden("unexpected")
    }

    func connect(host: String, port: Int, tls: Bool, within: Duration) async throws(NetworkFailure) -> any ByteChannel {
        Issue.record("an unexpected connection to \(host)")
        throw .forbidden("unexpected")
    }
}

/// Time that passes only when somebody waits.
final class ManualClock: Sendable {
    private let microseconds = Mutex<Int64>(1_772_443_800_000_000)
    var now: Timestamp { Timestamp(microseconds: microseconds.withLock { $0 }) }
    func pass(_ time: Duration) { microseconds.withLock { $0 += Int64(time / .microseconds(1)) } }
}

/// An adapter under test with everything around it.
struct Switchboard {
    let adapter: LineAdapter
    let inbox = ScriptedInbox()
    let clock = ManualClock()

    init(settings: JSON = [:]) throws {
        let clock = clock
        adapter = try LineAdapter(
            AdapterContext(
                channel: "line", settings: AdapterSettings(settings: settings), http: NoConnections(), network: NoConnections(),
                logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }, now: { clock.now }),
            pause: { clock.pass($0) })
    }

    /// Plays a whole connection whose other side sends these pieces and then ends the stream.
    func play(_ pieces: [[UInt8]]) async -> ScriptedChannel {
        let channel = ScriptedChannel()
        for piece in pieces where !piece.isEmpty { channel.feed(piece) }
        channel.end()
        await adapter.serve(channel, inbox: inbox)
        return channel
    }

    func play(_ text: String) async -> ScriptedChannel { await play([Array(text.utf8)]) }

    func deliver(_ text: String, to recipient: String, by author: OutboundMessage.Author = .bot, name: String? = nil) async throws {
        _ = try await adapter.deliver(
            OutboundMessage(
                id: MessageID("m"), conversation: ConversationID("c"), recipient: recipient, externalConversationID: recipient, text: text, author: author, authorName: name,
                createdAt: clock.now))
    }
}

enum Greeting {
    /// The token that a greeting names.
    static func token(_ written: String) throws -> String {
        let start = try #require(written.range(of: "/resume ", options: .backwards))
        return String(written[start.upperBound...].prefix { $0 != "\n" && $0 != " " })
    }

    static func address(_ token: String) -> String { "line:" + Hex.encode(Signatures.sha256(Array(token.utf8))) }
}

enum Hostile {
    struct Case: Sendable, CustomTestStringConvertible {
        var id: String
        var file: String
        var verdict: String
        var most: Int
        var exactly: Int?
        var testDescription: String { id }
    }

    private static let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent().appending(path: "Fixtures/linechat")

    static func bytes(_ file: String) throws -> [UInt8] { [UInt8](try Data(contentsOf: folder.appending(path: file))) }

    static let cases: [Case] = {
        guard let manifest = try? JSON(parsing: bytes("manifest.json")) else { return [] }
        return (manifest["cases"]?.array ?? []).map { entry in
            let expected = entry["expected"]
            return Case(
                id: entry["id"]?.string ?? "", file: entry["file"]?.string ?? "", verdict: expected?["verdict"]?.string ?? "",
                most: Int(expected?["messages_stored_max"]?.integer ?? 0), exactly: expected?["messages_stored"]?.integer.map { Int($0) })
        }
    }()
}
