import ChannelKit
import CloudEventsAdapter
import EmailAdapter
import LineAdapter
import StandardWebhooksAdapter

/// The kinds of channel that this program knows.
enum AdapterRegistry {
    static let kinds: [any ChannelAdapter.Type] = [StandardWebhooksAdapter.self, CloudEventsAdapter.self, EmailAdapter.self, LineAdapter.self]

    static var names: String { kinds.map { $0.kind.name }.sorted().joined(separator: ", ") }
}
