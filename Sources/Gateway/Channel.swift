package import ChannelKit
import Messages

/// How a channel does right now.
package struct ChannelState: Sendable {
    package let name: String
    package let kind: String
    /// Nil when nothing is wrong.
    package let problem: String?
    package let connections: [ConnectionState]

    package init(name: String, kind: String, problem: String?, connections: [ConnectionState]) {
        self.name = name
        self.kind = kind
        self.problem = problem
        self.connections = connections
    }
}

/// One configured channel, ready to use.
package struct Channel: Sendable {
    package let name: String
    package let kind: String
    package let adapter: any ChannelAdapter
    package let capabilities: ChannelCapabilities
    let turnstile: Turnstile

    package init(name: String, adapter: any ChannelAdapter) {
        self.name = name
        self.kind = type(of: adapter).kind.name
        self.adapter = adapter
        capabilities = adapter.capabilities
        turnstile = Turnstile(capabilities.deliveriesAtOnce)
    }
}
