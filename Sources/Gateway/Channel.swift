package import ChannelKit
import Messages

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
