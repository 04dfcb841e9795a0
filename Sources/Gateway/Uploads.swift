package import Messages
package import Storage

/// Files that agents bring for replies: kept by their content as a customer's are, and waiting for a day for the reply that takes them.
package struct Uploads: Sendable {
    /// Bytes of one file.
    package static let longest = 10 << 20
    /// Files of one agent that no reply has taken yet.
    private static let mostWaiting = 100

    private let store: Store
    private let contents: ContentFolder

    package init(store: Store, contents: ContentFolder) {
        self.store = store
        self.contents = contents
    }

    /// Keeps a file; nil when too many of this agent's are waiting.
    ///
    /// - Parameters:
    ///   - name: as the agent's computer calls it; may be anything.
    ///   - mime: as the agent's computer says; may be anything.
    /// - Returns: the name under which a reply takes it, and the file as it is shown.
    package func keep(_ bytes: [UInt8], name: String, mime: String?, by agent: AgentID) async throws -> (id: String, file: StoredFile)? {
        let names = try await contents.keep([bytes])
        defer { contents.release(names) }
        let file = StoredFile(name: FileName.shown(name), mime: FileName.mediaType(mime), size: bytes.count, sha256: names[0])
        return try await store.addUpload(file, by: agent, most: Self.mostWaiting).map { ($0, file) }
    }
}
