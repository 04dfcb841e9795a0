import Glibc
import Messages

/// Copies of the folder for backups: files never change, so a second name for each is a copy where the disk is the same.
extension ContentFolder {
    /// Puts every file into another folder as well, made when there is a first file for it. What is there already stays.
    ///
    /// - Returns: how many files there are.
    package func copyAll(to folder: String) throws -> Int {
        var count = 0
        for part in try folders {
            for name in try names(under: part) {
                if count == 0, mkdir(folder, 0o700) != 0, errno != EEXIST { throw SyncedFile.failure(folder) }
                try Self.copy(path(of: name), to: "\(folder)/\(name)")
                count += 1
            }
        }
        if count > 0 { try SyncedFile.sync(folder) }
        return count
    }

    /// Takes in what `copyAll` put into a folder, as far as it is missing here. A folder that is not there holds nothing.
    package func takeIn(_ folder: String) throws {
        var changed: Set<String> = []
        for name in try Self.names(in: folder) where Self.isName(name) {
            let part = "\(path)/\(name.prefix(2))"
            if mkdir(part, 0o700) == 0 { try SyncedFile.sync(path) }
            try Self.copy("\(folder)/\(name)", to: path(of: name))
            changed.insert(part)
        }
        for part in changed { try SyncedFile.sync(part) }
    }

    private static func copy(_ source: String, to target: String) throws {
        if link(source, target) == 0 || errno == EEXIST { return }
        // Another disk, or one without second names.
        guard errno == EXDEV || errno == EPERM || errno == EMLINK || errno == EOPNOTSUPP else {
            // Removed meanwhile: nothing refers to it.
            if errno == ENOENT { return }
            throw SyncedFile.failure(target)
        }
        try SyncedFile.write(read(source), to: target)
    }
}
