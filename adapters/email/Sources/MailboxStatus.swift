import ChannelKit
import Messages
import Synchronization

/// How the folders of a mailbox do: written by their readers, read by whoever asks.
final class MailboxStatus: Sendable {
    private let states: Mutex<[ConnectionState]>

    init(folders: [String]) {
        states = Mutex(folders.map { ConnectionState(name: $0, problem: "not connected yet") })
    }

    var all: [ConnectionState] { states.withLock { $0 } }

    func change(_ folder: String, _ body: (inout ConnectionState) -> Void) {
        states.withLock { states in
            if let index = states.firstIndex(where: { $0.name == folder }) { body(&states[index]) }
        }
    }
}
