import Dispatch
package import Messages
package import Storage

/// What can be shown of an original beyond its text: the channel knows how, the gateway only where it lies.
package protocol OriginalReader: Sendable {
    /// The original as a page of HTML that is safe to show inside of a sandbox; nil when it has none.
    func page(_ raw: [UInt8], showsRemoteImages: Bool) -> OriginalPage?
}

package struct OriginalPage: Sendable {
    package var html: String
    package var blockedImages: Int

    package init(html: String, blockedImages: Int) {
        self.html = html
        self.blockedImages = blockedImages
    }
}

/// What a message came as and with: its original, read again when somebody asks, and its files.
package struct Originals: Sendable {
    private let store: Store
    private let contents: ContentFolder
    private let readers: [String: any OriginalReader]

    /// - Parameter readers: by kind of channel.
    package init(store: Store, contents: ContentFolder, readers: [String: any OriginalReader]) {
        self.store = store
        self.contents = contents
        self.readers = readers
    }

    package func page(of message: MessageID, in conversation: ConversationID, showsRemoteImages: Bool) async throws -> OriginalPage? {
        guard let row = try await store.original(of: message, in: conversation), let reader = readers[row.channelKind], let raw = await bytes(of: row) else { return nil }
        // Reading a large original takes a while: it is done beside the event loops.
        return await withCheckedContinuation { continuation in
            DispatchQueue.global().async { continuation.resume(returning: reader.page(raw, showsRemoteImages: showsRemoteImages)) }
        }
    }

    /// What the message came as, octet for octet; nil when its channel keeps none for people.
    package func raw(of message: MessageID, in conversation: ConversationID) async throws -> [UInt8]? {
        guard let row = try await store.original(of: message, in: conversation) else { return nil }
        return await bytes(of: row)
    }

    private func bytes(of row: OriginalRow) async -> [UInt8]? {
        switch row.place {
        case .bytes(let bytes): bytes
        case .file(let name): await contents.content(name)
        }
    }

    /// A file of a message, with its bytes; nil when there is none.
    package func file(_ sha256: String, of message: MessageID, in conversation: ConversationID) async throws -> (file: StoredFile, bytes: [UInt8])? {
        guard let file = try await store.file(sha256, of: message, in: conversation), let bytes = await contents.content(file.sha256) else { return nil }
        return (file, bytes)
    }
}
