import Glibc
import Storage

/// The folder that holds everything stored. One server at a time uses it.
struct DataFolder {
    let path: String
    var store: String { "\(path)/centralino.sqlite" }
    /// Attachments, and inputs that are too large for a row.
    var contents: ContentFolder { ContentFolder("\(path)/files", older: "\(path)/raw") }
    var outbox: String { "\(path)/outbox" }

    init(_ path: String) {
        self.path = path.count > 1 && path.hasSuffix("/") ? String(path.dropLast()) : path
    }

    /// Makes what is missing.
    func make() throws {
        var built = path.hasPrefix("/") ? "/" : ""
        for part in path.split(separator: "/") {
            built += part
            guard mkdir(built, 0o700) == 0 || errno == EEXIST || errno == EISDIR || errno == EROFS else { throw failure(built) }
            built += "/"
        }
        guard mkdir(outbox, 0o700) == 0 || errno == EEXIST else { throw failure(outbox) }
    }

    /// Takes the folder for this process until it ends; the kernel gives it back then, however it ends.
    func lock() throws {
        let file = open("\(path)/serve.lock", O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard file >= 0 else { throw failure("\(path)/serve.lock") }
        guard flock(file, LOCK_EX | LOCK_NB) == 0 else {
            close(file)
            throw StorageFailure.failed("another server uses the data in \(path): stop it, or name another folder with --data")
        }
    }

    private func failure(_ path: String) -> StorageFailure {
        .failed("\(path) cannot be used: \(String(cString: strerror(errno)))")
    }
}
