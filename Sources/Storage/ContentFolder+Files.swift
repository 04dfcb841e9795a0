import CLinux
import COpenSSL
import Glibc
import Messages

/// The folder on disk: `ab/abcdef…`, and `unfinished/` for what is being written.
extension ContentFolder {
    /// From so many new files on, one sync of the file system costs less than one of each.
    private static let fewFiles = 8

    private var unfinished: String { "\(path)/unfinished" }

    /// Makes what is missing.
    package func open() throws {
        for folder in [path, unfinished] where mkdir(folder, 0o700) != 0 && errno != EEXIST { throw SyncedFile.failure(folder) }
    }

    /// Takes away what an earlier run did not finish. To be called by the one server, before anything is kept.
    package func removeUnfinished() throws {
        for name in try Self.names(in: unfinished) { unlink("\(unfinished)/\(name)") }
    }

    /// Puts files in their places: written under other names, synced, renamed, their folders synced.
    func put(_ contents: [(name: String, content: [UInt8])], unsure: Set<String>) throws {
        var written: [(from: String, to: String)] = []
        defer { for file in written { unlink(file.from) } }
        var folders: Set<String> = []
        var seen: Set<String> = []
        for (name, content) in contents where seen.insert(name).inserted {
            let target = path(of: name)
            if Self.size(target) == Int64(content.count) {
                if unsure.contains(name) { folders.insert("\(path)/\(name.prefix(2))") }
                continue
            }
            let file = "\(unfinished)/\(MessageID.make().text)"
            written.append((file, target))
            try SyncedFile.fill(file, with: content)
            folders.insert("\(path)/\(name.prefix(2))")
        }
        guard !folders.isEmpty else { return }
        CrashPoint.pass(.beforeSync)
        let isMany = written.count > Self.fewFiles
        if isMany { try syncAll() } else { for file in written { try SyncedFile.sync(file.from) } }
        for folder in folders where mkdir(folder, 0o700) == 0 { try SyncedFile.sync(path) }
        for file in written where rename(file.from, file.to) != 0 { throw SyncedFile.failure(file.to) }
        if isMany { try syncAll() } else { for folder in folders { try SyncedFile.sync(folder) } }
        CrashPoint.pass(.afterSync)
    }

    /// Every file system call before this one is on disk after it (Linux says so of syncfs(2), and reports errors since 5.8).
    func syncAll() throws {
        let folder = Glibc.open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard folder >= 0 else { throw SyncedFile.failure(path) }
        defer { close(folder) }
        guard syncfs(folder) == 0 else { throw SyncedFile.failure(path) }
    }

    // MARK: Looking

    /// The folders that files lie in, `00` to `ff`, as far as they are there.
    var folders: [String] {
        get throws { try Self.names(in: path).filter { $0.utf8.count == 2 }.sorted() }
    }

    /// The files of one folder. Strangers' files are no business of ours.
    func names(under folder: String) throws -> [String] { try Self.names(in: "\(path)/\(folder)").filter { Self.isName($0) && $0.hasPrefix(folder) } }

    static func names(in folder: String) throws -> [String] {
        guard let listing = opendir(folder) else {
            if errno == ENOENT { return [] }
            throw SyncedFile.failure(folder)
        }
        defer { closedir(listing) }
        var found: [String] = []
        while let entry = readdir(listing) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
                // SAFETY: readdir ends a name with NUL inside of its 256 octets.
                pointer.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if name != ".", name != ".." { found.append(name) }
        }
        return found
    }

    /// Nil for what is no file.
    static func size(_ path: String) -> Int64? { status(path).map { Int64($0.st_size) } }

    static func status(_ path: String) -> stat? {
        var status = stat()
        guard lstat(path, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return nil }
        return status
    }

    static func read(_ path: String) throws -> [UInt8] {
        let file = Glibc.open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW)
        guard file >= 0 else { throw SyncedFile.failure(path) }
        defer { close(file) }
        var bytes: [UInt8] = []
        var piece = [UInt8](repeating: 0, count: 262_144)
        while let count = try next(file, &piece, path), count > 0 { bytes += piece[..<count] }
        return bytes
    }

    private static func next(_ file: Int32, _ piece: inout [UInt8], _ path: String) throws -> Int? {
        while true {
            let count = Glibc.read(file, &piece, piece.count)
            if count >= 0 { return count }
            guard errno == EINTR else { throw SyncedFile.failure(path) }
        }
    }

    // MARK: Names

    static func name(of content: [UInt8]) -> String {
        var digest = [UInt8](repeating: 0, count: 32)
        _ = SHA256(content, content.count, &digest)
        return Hex.encode(digest)
    }

    /// What the file of this name should be called by what is in it, read piece by piece.
    static func name(ofFile path: String) throws -> String {
        let file = Glibc.open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW)
        guard file >= 0 else { throw SyncedFile.failure(path) }
        defer { close(file) }
        guard let context = EVP_MD_CTX_new() else { throw StorageFailure.failed("no memory for a digest") }
        defer { EVP_MD_CTX_free(context) }
        guard EVP_DigestInit_ex2(context, EVP_sha256(), nil) == 1 else { throw StorageFailure.failed("SHA-256 is missing from OpenSSL") }
        var piece = [UInt8](repeating: 0, count: 262_144)
        while let count = try next(file, &piece, path), count > 0 { EVP_DigestUpdate(context, piece, count) }
        var digest = [UInt8](repeating: 0, count: 32)
        EVP_DigestFinal_ex(context, &digest, nil)
        return Hex.encode(digest)
    }
}
