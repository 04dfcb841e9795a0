import Conversations
package import Messages

/// A file of a message: its content lies in the `ContentFolder` under its SHA-256.
package struct StoredFile: Sendable, Hashable {
    /// For display: a name, never a path.
    package var name: String
    package var mime: String
    package var size: Int
    package var sha256: String

    package init(name: String, mime: String, size: Int, sha256: String) {
        self.name = name
        self.mime = mime
        self.size = size
        self.sha256 = sha256
    }
}

extension StoredFile {
    /// The file as messages know files.
    var attachment: Attachment { Attachment(kind: Attachment.kind(ofMediaType: mime), mime: mime, name: name, reference: "sha256:\(sha256)", size: size) }
}

extension Store {
    /// A file that a message brought or took along; nil when there is none, or when the customer took the message back.
    package func file(_ sha256: String, of message: MessageID, in conversation: ConversationID) async throws -> StoredFile? {
        try await database.read { connection in
            try connection.first(
                """
                SELECT a.name, a.mime, a.size, a.sha256 FROM attachments a JOIN messages m ON m.id = a.message
                WHERE a.message = $1 AND a.sha256 = $2 AND m.conversation = $3 AND m.deleted_at IS NULL ORDER BY a.part LIMIT 1
                """, [.text(message.text), .text(sha256), .text(conversation.text)]
            ).map(Self.readFile)
        }
    }

    static func readFile(_ row: SQLRow) -> StoredFile {
        StoredFile(name: row.text(0), mime: row.text(1), size: Int(row.integer(2)), sha256: row.text(3))
    }

    /// Notes the files of a message, in the order in which it has them.
    func insert(_ files: [StoredFile], of message: MessageID, _ connection: any SQLConnection) throws {
        for (part, file) in files.enumerated() {
            try connection.run(
                "INSERT INTO attachments (message, part, name, mime, size, sha256) VALUES ($1, $2, $3, $4, $5, $6)",
                [.text(message.text), .integer(Int64(part)), .text(file.name), .text(file.mime), .integer(Int64(file.size)), .text(file.sha256)])
        }
    }

    /// Notes a file that an agent brought for a reply to come; it waits for a day.
    ///
    /// - Returns: the name under which the reply takes it; nil when `most` of this agent's wait already.
    package func addUpload(_ file: StoredFile, by agent: AgentID, most: Int) async throws -> String? {
        try await database.write { connection -> String? in
            guard try connection.first("SELECT COUNT(*) FROM uploads WHERE agent = $1", [.text(agent.text)])?.integer(0) ?? 0 < most else { return nil }
            let id = MessageID.make(at: now()).text
            try connection.run(
                "INSERT INTO uploads (id, agent, name, mime, size, sha256, created_at) VALUES ($1, $2, $3, $4, $5, $6, $7)",
                [
                    .text(id), .text(agent.text), .text(file.name), .text(file.mime), .integer(Int64(file.size)), .text(file.sha256), .integer(now().microseconds),
                ])
            return id
        }
    }

    /// Takes files that this agent brought out of waiting, for a reply on this channel. To be called where the reply is certain.
    func takeUploads(_ ids: [String], by agent: AgentID, for channel: String, _ connection: any SQLConnection) throws -> Result<[StoredFile], Refusal> {
        guard !ids.isEmpty else { return .success([]) }
        let most = mostFileBytes(channel)
        guard most > 0 else { return .failure(Refusal(.noFiles, "the channel of this conversation takes no files")) }
        var files: [StoredFile] = []
        for id in ids {
            guard let row = try connection.first("SELECT name, mime, size, sha256 FROM uploads WHERE id = $1 AND agent = $2", [.text(id), .text(agent.text)]) else {
                return .failure(Refusal(.unknownFile, "a file of this reply is not there: it was forgotten after a day, or went with another reply"))
            }
            files.append(Self.readFile(row))
        }
        guard files.reduce(0, { $0 + $1.size }) <= most else { return .failure(Refusal(.filesTooLarge, "the files have more than \(most) bytes together")) }
        for id in ids { try connection.run("DELETE FROM uploads WHERE id = $1", [.text(id)]) }
        return .success(files)
    }

    /// The files of a message of ours, as a channel takes them; their contents are for the courier to read.
    func attachments(of message: MessageID, _ connection: any SQLConnection) throws -> [Attachment] {
        try connection.rows("SELECT name, mime, size, sha256 FROM attachments WHERE message = $1 ORDER BY part", [.text(message.text)]).map { Self.readFile($0).attachment }
    }

    // MARK: What nothing refers to

    private static let references = [
        "SELECT 1 FROM attachments WHERE sha256 = $1 LIMIT 1", "SELECT 1 FROM inbound WHERE raw_file = $1 LIMIT 1", "SELECT 1 FROM uploads WHERE sha256 = $1 LIMIT 1",
    ]

    static func isReferred(_ name: String, _ connection: any SQLConnection) throws -> Bool {
        try references.contains { try connection.first($0, [.text(name)]) != nil }
    }

    /// Removes the files of these names, as far as nothing refers to them and nobody is about to.
    @discardableResult
    package func discard(_ names: [String], from contents: ContentFolder) async throws -> Int {
        // Doomed first, looked up then: who commits a row before the look-up is seen by it, and who comes after it takes the name back.
        let doomed = contents.doom(names)
        guard !doomed.names.isEmpty else { return 0 }
        var unneeded: Set<String> = []
        do {
            unneeded = try await database.read { connection in Set(try doomed.names.filter { try !Self.isReferred($0, connection) }) }
        } catch {
            _ = try await contents.remove([], of: doomed)
            throw error
        }
        return try await contents.remove(unneeded, of: doomed)
    }

    /// Removes every file that nothing refers to: what a crash left between a file and its row. Goes on beside everything else.
    ///
    /// - Returns: how many files went away.
    package func sweep(_ contents: ContentFolder) async throws -> Int {
        try await forgetOldUploads()
        var count = 0
        for folder in try await contents.onDisk({ try contents.folders }) {
            let names = try await contents.onDisk { try contents.names(under: folder) }
            for start in stride(from: 0, to: names.count, by: 500) {
                try Task.checkCancellation()
                count += try await discard(Array(names[start..<min(start + 500, names.count)]), from: contents)
            }
        }
        return count
    }

    private func forgetOldUploads() async throws {
        _ = try await database.write { connection in try connection.run("DELETE FROM uploads WHERE created_at < $1", [.integer((now() - .seconds(86_400)).microseconds)]) }
    }
}
