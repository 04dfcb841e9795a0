import ChannelKit
import Logging
import Messages
import Synchronization
import Testing

@testable import EmailAdapter

/// A connection whose other side is a script: what it says next, and what it expects to be told before.
final class ScriptedConnection: ByteChannel {
    enum Line: Sendable {
        /// The other side says this.
        case says(String)
        /// The other side waits until something that begins like this was written.
        case hears(String)
        /// Reading or writing fails from here on.
        case breaks(NetworkFailure)
        case silence
    }

    private struct State: Sendable {
        var script: ArraySlice<Line>
        var heard: [UInt8] = []
        /// Written since the last `hears`.
        var waiting: [UInt8] = []
        var isClosed = false
        var isEncrypted: Bool
        var surprises: [String] = []
    }

    private let state: Mutex<State>
    let canAcceptTLS: Bool
    let peerAddress = "192.0.2.1"

    init(_ script: [Line], isEncrypted: Bool = false, canAcceptTLS: Bool = false) {
        state = Mutex(State(script: script[...], isEncrypted: isEncrypted))
        self.canAcceptTLS = canAcceptTLS
    }

    var isEncrypted: Bool { state.withLock { $0.isEncrypted } }
    var isClosed: Bool { state.withLock { $0.isClosed } }
    var written: String { state.withLock { String(decoding: $0.heard, as: UTF8.self) } }
    var surprises: [String] { state.withLock { $0.surprises } }

    func read(upTo limit: Int, within: Duration) async throws(NetworkFailure) -> [UInt8] {
        let next = state.withLock { state -> Result<[UInt8], NetworkFailure> in
            while let line = state.script.first {
                switch line {
                case .hears(let wanted):
                    let said = String(decoding: state.waiting, as: UTF8.self)
                    if state.waiting.isEmpty { return .failure(.timedOut) }
                    if !said.hasPrefix(wanted) { state.surprises.append("wanted \(wanted), heard \(said)") }
                    state.waiting = []
                    state.script.removeFirst()
                case .says(let text):
                    state.script.removeFirst()
                    return .success(Array(text.utf8))
                case .breaks(let failure): return .failure(failure)
                case .silence:
                    state.script.removeFirst()
                    return .failure(.timedOut)
                }
            }
            return .success([])
        }
        return try next.get()
    }

    func write(_ bytes: [UInt8], within: Duration) async throws(NetworkFailure) {
        let failure = state.withLock { state -> NetworkFailure? in
            if case .breaks(let failure)? = state.script.first { return failure }
            state.heard += bytes
            state.waiting += bytes
            return nil
        }
        if let failure { throw failure }
    }

    func startTLS(host: String, within: Duration) async throws(NetworkFailure) {
        state.withLock {
            $0.isEncrypted = true
            $0.heard += Array("(TLS \(host))".utf8)
        }
    }

    func acceptTLS(within: Duration) async throws(NetworkFailure) {
        state.withLock {
            $0.isEncrypted = true
            $0.heard += Array("(TLS)".utf8)
        }
    }

    func close() { state.withLock { $0.isClosed = true } }
}

/// A network with one connection, or none.
final class ScriptedNetwork: Network {
    let connection: ScriptedConnection?
    private let asked = Mutex<[String]>([])

    init(_ connection: ScriptedConnection?) { self.connection = connection }

    var calls: [String] { asked.withLock { $0 } }

    func connect(host: String, port: Int, tls: Bool, within: Duration) async throws(NetworkFailure) -> any ByteChannel {
        asked.withLock { $0.append("\(host):\(port) \(tls)") }
        guard let connection else { throw .unreachable("refused") }
        return connection
    }
}

/// HTTP is not for this adapter: a call is an error of the test.
struct NoHTTP: HTTPSender {
    func send(_ call: HTTPCall) async throws(HTTPCallFailure) -> HTTPReply {
        Issue.record("an HTTP call that nobody expected: \(call.url)")
        throw .notSent("no HTTP here")
    }
}

/// Keeps what it is given, each dedup id once; fails as told.
final class MemoryInbox: Inbox {
    private struct State: Sendable {
        var events: [InboundEvent] = []
        var raws: [[UInt8]] = []
        var failure: IntakeFailure?
    }

    private let state = Mutex(State())

    var events: [InboundEvent] { state.withLock { $0.events } }
    var raws: [[UInt8]] { state.withLock { $0.raws } }

    func fail(_ cause: IntakeFailure.Cause) { state.withLock { $0.failure = IntakeFailure(cause, "told to") } }

    func connected() async {}
    func reachable(_ recipient: String) async {}

    func accept(_ event: InboundEvent, raw: [UInt8]) async throws -> Acceptance {
        try state.withLock { state in
            if let failure = state.failure { throw failure }
            if state.events.contains(where: { $0.dedupID == event.dedupID }) { return .duplicate }
            state.events.append(event)
            state.raws.append(raw)
            return .stored
        }
    }
}

extension EmailAdapter {
    /// An adapter of the channel `support` with these settings.
    static func make(_ settings: JSON, network: any Network = ScriptedNetwork(nil)) throws(ConfigurationProblem) -> EmailAdapter {
        try EmailAdapter(
            AdapterContext(
                channel: "support", settings: AdapterSettings(settings: settings), http: NoHTTP(), network: network,
                logger: Logger(label: "test", factory: { SwiftLogNoOpLogHandler($0) }),
                signingKey: [UInt8](repeating: 1, count: 32)))
    }
}
