import ChannelKit
import Synchronization

/// One connection as the senders of replies see it: writes follow one another, each is bounded in time, and after the first
/// failure there are no more.
///
/// An idle session is this object and an entry of the register; no buffer, no task of its own.
final class LineSession: Sendable {
    private struct State {
        var address: String
        var isWriting = false
        var isClosed = false
        var waiting: [CheckedContinuation<Void, Never>] = []
    }

    /// A customer who does not read holds a deliverer up for no longer.
    static let writeTime: Duration = .seconds(10)
    /// Writers that may wait for their turn; more means that nobody reads on the other side.
    private static let mostWaiting = 64

    let channel: any ByteChannel
    private let state: Mutex<State>

    init(channel: any ByteChannel, address: String) {
        self.channel = channel
        state = Mutex(State(address: address))
    }

    /// The address of the identity that this session speaks for; changed by `/resume` alone.
    var address: String {
        get { state.withLock { $0.address } }
        set { state.withLock { $0.address = newValue } }
    }

    /// Returns when the kernel has taken every byte. Whole texts never mix.
    func send(_ bytes: [UInt8]) async throws(NetworkFailure) {
        try await takeTurn()
        defer { endTurn() }
        if state.withLock({ $0.isClosed }) { throw .closed }
        do throws(NetworkFailure) {
            try await channel.write(bytes, within: Self.writeTime)
        } catch {
            close()
            throw error
        }
    }

    func close() {
        state.withLock { $0.isClosed = true }
        channel.close()
    }

    private func takeTurn() async throws(NetworkFailure) {
        enum Turn { case now, later, never }
        let turn: Turn = state.withLock { state in
            if state.isClosed || state.waiting.count >= Self.mostWaiting { return .never }
            if state.isWriting { return .later }
            state.isWriting = true
            return .now
        }
        switch turn {
        case .never: throw .closed
        case .now: return
        case .later: break
        }
        await withCheckedContinuation { continuation in
            let isFree = state.withLock { state in
                if state.isWriting {
                    state.waiting.append(continuation)
                    return false
                }
                state.isWriting = true
                return true
            }
            if isFree { continuation.resume() }
        }
    }

    private func endTurn() {
        let next: CheckedContinuation<Void, Never>? = state.withLock { state in
            if state.waiting.isEmpty {
                state.isWriting = false
                return nil
            }
            return state.waiting.removeFirst()
        }
        next?.resume()
    }
}
