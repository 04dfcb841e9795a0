import ChannelKit
import Foundation
import Logging
import Messages
import Synchronization
import Testing

/// Plays the partner: answers as told and keeps what was sent. A call that nothing was told about is an issue.
final class ScriptedPartner: HTTPSender {
    private struct State {
        var answers: [Result<HTTPReply, HTTPCallFailure>]
        var calls: [HTTPCall] = []
    }

    private let state: Mutex<State>

    init(_ answers: [Result<HTTPReply, HTTPCallFailure>] = []) { state = Mutex(State(answers: answers)) }

    var calls: [HTTPCall] { state.withLock { $0.calls } }

    func send(_ call: HTTPCall) async throws(HTTPCallFailure) -> HTTPReply {
        let answer: Result<HTTPReply, HTTPCallFailure>? = state.withLock { state in
            state.calls.append(call)
            return state.answers.isEmpty ? nil : state.answers.removeFirst()
        }
        guard let answer else {
            Issue.record("an unexpected call to \(call.url)")
            throw .forbidden("unexpected")
        }
        return try answer.get()
    }
}

struct NoNetwork: Network {
    func connect(host: String, port: Int, tls: Bool, within: Duration) async throws(NetworkFailure) -> any ByteChannel {
        Issue.record("an unexpected connection to \(host)")
        throw .forbidden("unexpected")
    }
}

enum Fixtures {
    static let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent().appending(path: "Fixtures")

    static func bytes(_ name: String) throws -> [UInt8] { [UInt8](try Data(contentsOf: folder.appending(path: name))) }
    static func json(_ name: String) throws -> JSON { try JSON(parsing: bytes(name)) }

    /// The names of all recorded requests.
    static let names: [String] = {
        let files = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
        return files.filter { $0.hasSuffix(".request.json") }.map { String($0.dropLast(".request.json".count)) }.sorted()
    }()

    static func context(
        settings: JSON = [:], secrets: JSON, http: any HTTPSender = ScriptedPartner(), now: Timestamp = Timestamp(seconds: 1_772_443_800)
    ) -> AdapterContext {
        AdapterContext(
            channel: "partner", settings: AdapterSettings(settings: settings, secrets: secrets), http: http, network: NoNetwork(),
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }, now: { now })
    }

    /// Whether all that the expectation says is so in the result; `reason` and the words of `ignored` are free.
    static func expect(_ result: JSON, toBe expected: JSON, _ location: SourceLocation = #_sourceLocation) throws {
        #expect(result["verdict"] == expected["verdict"], sourceLocation: location)
        #expect(result["dedup_ids"] == expected["dedup_ids"], sourceLocation: location)
        #expect((result["ignored"]?.string != nil) == (expected["ignored"]?.string != nil), sourceLocation: location)
        #expect(result["response"]?["status"] == expected["response"]?["status"], sourceLocation: location)
        for field in expected["response"]?["headers"]?.members ?? [] { #expect(result["response"]?["headers"]?[field.name] == field.value, sourceLocation: location) }
        let messages = try #require(result["messages"]?.array, sourceLocation: location)
        let wanted = try #require(expected["messages"]?.array, sourceLocation: location)
        #expect(messages.map(sorted) == wanted.map(sorted), sourceLocation: location)
    }

    /// Members in the order of their names: the order does not count here.
    private static func sorted(_ value: JSON) -> JSON {
        switch value {
        case .object(let members): .object(members.map { JSON.Member($0.name, sorted($0.value)) }.sorted { $0.name < $1.name })
        case .array(let items): .array(items.map(sorted))
        default: value
        }
    }
}
