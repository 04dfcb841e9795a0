import ChannelKit
import Messages
import Synchronization
import Testing

/// One end of a connection: hands out what it was fed, keeps what is written, and says when something awaited was written.
final class ScriptedChannel: ByteChannel {
    private struct State {
        var incoming: [Result<[UInt8], NetworkFailure>] = []
        var reader: CheckedContinuation<Void, Never>?
        var written: [UInt8] = []
        var writeFailures: [NetworkFailure] = []
        var isWriting = false
        var isClosed = false
        var watchers: [(text: String, continuation: CheckedContinuation<Void, Never>)] = []

        mutating func takeReader() -> CheckedContinuation<Void, Never>? {
            defer { reader = nil }
            return reader
        }

        mutating func takeWatchers() -> [CheckedContinuation<Void, Never>] {
            let text = String(decoding: written, as: UTF8.self)
            let ready = watchers.filter { isClosed || text.contains($0.text) }
            watchers.removeAll { isClosed || text.contains($0.text) }
            return ready.map(\.continuation)
        }
    }

    private let state = Mutex(State())
    let peerAddress = "192.0.2.1"
    let isEncrypted = false
    let canAcceptTLS = false

    // MARK: What the test does

    func feed(_ bytes: [UInt8]) { feed(.success(bytes)) }
    func feed(_ text: String) { feed(Array(text.utf8)) }
    /// The other side ends the stream.
    func end() { feed(.success([])) }

    func feed(_ result: Result<[UInt8], NetworkFailure>) {
        let reader = state.withLock { state in
            state.incoming.append(result)
            return state.takeReader()
        }
        reader?.resume()
    }

    func failNextWrite(_ failure: NetworkFailure) { state.withLock { $0.writeFailures.append(failure) } }

    var written: String { state.withLock { String(decoding: $0.written, as: UTF8.self) } }
    var isClosed: Bool { state.withLock { $0.isClosed } }

    /// Returns once `text` was written, or the channel was closed.
    func awaitWritten(_ text: String) async {
        await withCheckedContinuation { continuation in
            let isThere = state.withLock { state in
                if state.isClosed || String(decoding: state.written, as: UTF8.self).contains(text) { return true }
                state.watchers.append((text, continuation))
                return false
            }
            if isThere { continuation.resume() }
        }
    }

    // MARK: ByteChannel

    func read(upTo limit: Int, within: Duration) async throws(NetworkFailure) -> [UInt8] {
        while true {
            let next: Result<[UInt8], NetworkFailure>? = state.withLock { state in
                if state.isClosed { return .failure(.closed) }
                guard let first = state.incoming.first else { return nil }
                if case .success(let bytes) = first, bytes.count > limit {
                    state.incoming[0] = .success(Array(bytes.dropFirst(limit)))
                    return .success(Array(bytes.prefix(limit)))
                }
                return state.incoming.removeFirst()
            }
            if let next { return try next.get() }
            await withCheckedContinuation { continuation in
                let isReady = state.withLock { state in
                    if !state.incoming.isEmpty || state.isClosed { return true }
                    state.reader = continuation
                    return false
                }
                if isReady { continuation.resume() }
            }
        }
    }

    func write(_ bytes: [UInt8], within: Duration) async throws(NetworkFailure) {
        let (failure, wasBusy): (NetworkFailure?, Bool) = state.withLock { state in
            if state.isClosed { return (.closed, false) }
            if !state.writeFailures.isEmpty { return (state.writeFailures.removeFirst(), false) }
            defer { state.isWriting = true }
            return (nil, state.isWriting)
        }
        if wasBusy { Issue.record("two writes at once") }
        if let failure { throw failure }
        // Others get their chance to write in between, which they must not take.
        for _ in 0..<3 { await Task.yield() }
        let ready = state.withLock { state in
            state.isWriting = false
            state.written += bytes
            return state.takeWatchers()
        }
        for watcher in ready { watcher.resume() }
    }

    func close() {
        let (reader, watchers) = state.withLock { state in
            state.isClosed = true
            return (state.takeReader(), state.takeWatchers())
        }
        reader?.resume()
        for watcher in watchers { watcher.resume() }
    }

    func startTLS(host: String, within: Duration) async throws(NetworkFailure) { throw .insecure("unexpected") }
    func acceptTLS(within: Duration) async throws(NetworkFailure) { throw .insecure("unexpected") }
}

/// Keeps what it is offered; fails as often as it is told to.
final class ScriptedInbox: Inbox {
    private struct State {
        var events: [InboundEvent] = []
        var raw: [[UInt8]] = []
        var reachable: [String] = []
        var failures = 0
    }

    private let state = Mutex(State())

    var events: [InboundEvent] { state.withLock { $0.events } }
    var texts: [String] { events.map(\.text) }
    var raw: [[UInt8]] { state.withLock { $0.raw } }
    var reached: [String] { state.withLock { $0.reachable } }

    func failNext(_ count: Int) { state.withLock { $0.failures = count } }

    func connected() async {}

    func accept(_ event: InboundEvent, raw: [UInt8]) async throws -> Acceptance {
        let fails = state.withLock { state in
            if state.failures > 0 {
                state.failures -= 1
                return true
            }
            state.events.append(event)
            state.raw.append(raw)
            return false
        }
        if fails { throw IntakeFailure(.diskFull, "the store is full") }
        return .stored
    }

    func reachable(_ recipient: String) async { state.withLock { $0.reachable.append(recipient) } }
}
