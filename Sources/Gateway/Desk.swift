package import Conversations
package import Messages
package import Storage

/// Where people act: everything an agent can see and do, by console or API. The rules decide, the store remembers, the feed tells the others.
package struct Desk: Sendable {
    package let store: Store
    private let courier: Courier
    package let feed: LiveFeed

    package init(store: Store, courier: Courier, feed: LiveFeed) {
        self.store = store
        self.courier = courier
        self.feed = feed
    }

    package func conversations(_ filter: ConversationFilter, limit: Int, before: (updatedAt: Int64, id: String)?) async throws -> [ConversationListing] {
        try await store.conversations(filter, limit: limit, before: before)
    }

    package func conversation(_ id: ConversationID) async throws -> ConversationDetail? {
        try await store.conversation(id)
    }

    /// Lets the writer of a message take part in its conversation; false when there is no such message, or its writer is the customer.
    package func acceptWriter(of message: MessageID, in id: ConversationID, by agent: AgentRef) async throws -> Bool {
        let done = try await store.acceptWriter(of: message, in: id, by: agent)
        if let change = done.change { feed.publish(change) }
        return done.isKnown
    }

    /// Acts in a conversation. Nil when there is none of that name; a refusal when the rules say no.
    ///
    /// - Parameters:
    ///   - key: `Idempotency-Key` of the request with a digest of its body: a repeat does nothing.
    ///   - uploads: files that go with a reply.
    package func act(
        _ command: ConversationCommand, in id: ConversationID, key: (agent: AgentID, key: String, digest: String)? = nil, uploads: [String] = []
    ) async throws -> Result<DeskResult, Refusal>? {
        let result = try await store.command(command, in: id, key: key, uploads: uploads)
        if case .success(let done) = result {
            if let change = done.change { feed.publish(change) }
            courier.dispatch(done.claimed)
        }
        return result
    }
}
