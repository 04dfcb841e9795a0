package import Storage
import Synchronization

/// Tells every console what changed, after the commit. A console that was away asks for what came after the last number it saw;
/// when that is no longer known it is told to look at everything again.
package final class LiveFeed: Sendable {
    package struct Item: Sendable {
        /// `<run of the program>-<number>`: what a browser sends back as Last-Event-ID.
        package var id: String
        package var change: Change
    }

    package enum Change: Sendable, Hashable {
        case conversation(ConversationChange)
        case article(ArticleChange)
    }

    package enum Update: Sendable {
        case change(Item)
        /// Something was missed: look at everything again.
        case reset(id: String)
    }

    private struct State {
        var number = 0
        var recent: [Item] = []
        var listeners: [Int: AsyncStream<Update>.Continuation] = [:]
        var nextListener = 0
    }

    /// Changes kept for those who come back.
    private static let kept = 1_000
    /// Updates that wait for a slow console; beyond them it is told to start over.
    private static let buffered = 256

    private let run: String
    private let state = Mutex(State())

    package init(run: String) {
        self.run = run
    }

    package func publish(_ change: ConversationChange) { publish(.conversation(change)) }
    package func publish(_ change: ArticleChange) { publish(.article(change)) }

    private func publish(_ change: Change) {
        state.withLock { state in
            state.number += 1
            let item = Item(id: "\(run)-\(state.number)", change: change)
            state.recent.append(item)
            if state.recent.count > 2 * Self.kept { state.recent.removeFirst(Self.kept) }
            for (key, listener) in state.listeners {
                if case .dropped = listener.yield(.change(item)) {
                    // Too slow to follow: its stream ends, it reconnects and starts over.
                    listener.finish()
                    state.listeners[key] = nil
                }
            }
        }
    }

    /// Everything from now on, after what is still known since `lastID`. The stream ends when the console is too slow.
    package func subscribe(after lastID: String?) -> AsyncStream<Update> {
        let (stream, continuation) = AsyncStream<Update>.makeStream(bufferingPolicy: .bufferingOldest(Self.buffered + 2 * Self.kept))
        let key = state.withLock { state -> Int in
            let key = state.nextListener
            state.nextListener += 1
            if let lastID {
                if let index = state.recent.lastIndex(where: { $0.id == lastID }) {
                    for item in state.recent[(index + 1)...] { continuation.yield(.change(item)) }
                } else if lastID != "\(run)-\(state.number)" {
                    continuation.yield(.reset(id: "\(run)-\(state.number)"))
                }
            }
            state.listeners[key] = continuation
            return key
        }
        continuation.onTermination = { [weak self] _ in
            self?.state.withLock { _ = $0.listeners.removeValue(forKey: key) }
        }
        return stream
    }

    package var listeners: Int { state.withLock { $0.listeners.count } }
}
