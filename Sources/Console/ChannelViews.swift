import ChannelKit
import Gateway
import Messages

/// How channels look on the wire.
extension ChannelState {
    var json: JSON {
        ["name": .string(name), "kind": .string(kind), "problem": .text(problem), "connections": .array(connections.map(\.json))]
    }
}

extension ConnectionState {
    fileprivate var json: JSON {
        [
            "name": .string(name), "problem": .text(problem), "connected_since": .text(connectedSince?.rfc3339), "last_event_at": .text(lastEventAt?.rfc3339),
            "set_aside": .integer(Int64(setAside)),
        ]
    }
}
