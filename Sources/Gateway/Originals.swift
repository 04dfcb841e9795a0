import Dispatch
import Glibc
package import Messages
package import Storage

/// What can be shown of an original beyond its text: the channel knows how, the gateway only where it lies.
package protocol OriginalReader: Sendable {
    /// The original as a page of HTML that is safe to show inside of a sandbox; nil when it has none.
    func page(_ raw: [UInt8], showsRemoteImages: Bool) -> OriginalPage?
    /// The attachment with this SHA-256 (hexadecimal); nil when there is none.
    func file(_ sha256: String, in raw: [UInt8]) -> OriginalFile?
}

package struct OriginalPage: Sendable {
    package var html: String
    package var blockedImages: Int

    package init(html: String, blockedImages: Int) {
        self.html = html
        self.blockedImages = blockedImages
    }
}

package struct OriginalFile: Sendable {
    /// For display; may be anything.
    package var name: String?
    package var bytes: [UInt8]

    package init(name: String?, bytes: [UInt8]) {
        self.name = name
        self.bytes = bytes
    }
}

/// The originals of messages, read again when somebody asks: attachments and formatted text are kept once, as they came.
package struct Originals: Sendable {
    private let store: Store
    private let folder: String
    private let readers: [String: any OriginalReader]

    /// - Parameters:
    ///   - folder: where large raw inputs lie.
    ///   - readers: by kind of channel.
    package init(store: Store, folder: String, readers: [String: any OriginalReader]) {
        self.store = store
        self.folder = folder
        self.readers = readers
    }

    package func page(of message: MessageID, in conversation: ConversationID, showsRemoteImages: Bool) async throws -> OriginalPage? {
        try await read(message, conversation) { $0.page($1, showsRemoteImages: showsRemoteImages) }
    }

    package func file(_ sha256: String, of message: MessageID, in conversation: ConversationID) async throws -> OriginalFile? {
        try await read(message, conversation) { $0.file(sha256, in: $1) }
    }

    /// Reading a large original takes a while: it is done beside the event loops.
    private func read<Answer: Sendable>(
        _ message: MessageID, _ conversation: ConversationID, _ work: @escaping @Sendable (any OriginalReader, [UInt8]) -> Answer?
    ) async throws -> Answer? {
        guard let row = try await store.original(of: message, in: conversation), let reader = readers[row.channelKind] else { return nil }
        let folder = folder
        return await withCheckedContinuation { continuation in
            DispatchQueue.global().async {
                switch row.place {
                case .bytes(let bytes): continuation.resume(returning: work(reader, bytes))
                case .file(let name): continuation.resume(returning: Self.bytes("\(folder)/\(name)").flatMap { work(reader, $0) })
                }
            }
        }
    }

    private static func bytes(_ path: String) -> [UInt8]? {
        let file = open(path, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { return nil }
        defer { close(file) }
        var bytes: [UInt8] = []
        var piece = [UInt8](repeating: 0, count: 262_144)
        while true {
            let count = Glibc.read(file, &piece, piece.count)
            if count < 0, errno == EINTR { continue }
            if count < 0 { return nil }
            if count == 0 { return bytes }
            bytes += piece[..<count]
        }
    }
}
