import Glibc
import Messages

/// Files whose bytes are on disk before anything refers to them.
package enum SyncedFile {
    /// Writes a file whole or not at all: a temporary name, fsync, rename, fsync of the folder.
    package static func write(_ bytes: [UInt8], to path: String, mode: UInt32 = 0o600) throws {
        let unfinished = path + ".unfinished"
        do {
            try fill(unfinished, with: bytes, mode: mode)
            CrashPoint.pass(.beforeSync)
            try sync(unfinished)
            guard rename(unfinished, path) == 0 else { throw failure(path) }
        } catch {
            unlink(unfinished)
            throw error
        }
        try syncFolder(of: path)
        CrashPoint.pass(.afterSync)
    }

    /// Writes a file without syncing it.
    static func fill(_ path: String, with bytes: [UInt8], mode: UInt32 = 0o600) throws {
        let file = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, mode)
        guard file >= 0 else { throw failure(path) }
        defer { close(file) }
        var written = 0
        while written < bytes.count {
            // SAFETY: the address and the length stay inside the array.
            let count = bytes.withUnsafeBytes { Glibc.write(file, $0.baseAddress?.advanced(by: written), bytes.count - written) }
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw failure(path) }
            written += count
        }
    }

    /// Puts other bytes in the place of a file's, with its permissions, whole or not at all. A link is followed, not replaced.
    package static func replace(_ path: String, with bytes: [UInt8]) throws {
        guard let resolved = realpath(path, nil) else { throw failure(path) }
        defer { free(resolved) }
        let target = String(cString: resolved)
        var status = stat()
        guard stat(target, &status) == 0 else { throw failure(target) }
        try write(bytes, to: target, mode: status.st_mode & 0o777)
    }

    package static func sync(_ path: String) throws {
        let file = open(path, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { throw failure(path) }
        defer { close(file) }
        guard fsync(file) == 0 else { throw failure(path) }
    }

    package static func syncFolder(of path: String) throws {
        let folder = path.lastIndex(of: "/").map { String(path[..<$0]) } ?? "."
        try sync(folder.isEmpty ? "/" : folder)
    }

    static func failure(_ path: String) -> StorageFailure {
        let code = errno
        let words = "\(path): \(String(cString: strerror(code)))"
        return code == ENOSPC || code == EDQUOT ? .diskFull(words) : .failed(words)
    }
}
