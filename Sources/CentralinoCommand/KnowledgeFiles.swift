import Glibc
import Messages

/// Reading and writing whole files for the `kb` commands, each with a limit and one clear line when it fails.
enum KnowledgeFiles {
    struct Problem: Error, CustomStringConvertible {
        let description: String

        init(_ description: String) {
            self.description = description
        }
    }

    /// A data set of examples may be large; nothing that `kb` reads is larger.
    static let maximumBytes = 64 * 1024 * 1024

    /// All of a file, or of standard input for `-`.
    static func read(_ path: String, limit: Int = maximumBytes) throws -> [UInt8] {
        let descriptor = path == "-" ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw Problem("cannot read \(path): \(reason())") }
        defer { if descriptor != STDIN_FILENO { close(descriptor) } }
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 64 * 1024)
        while true {
            let count = Glibc.read(descriptor, &chunk, chunk.count)
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw Problem("cannot read \(path): \(reason())") }
            if count == 0 { return bytes }
            bytes.append(contentsOf: chunk[..<count])
            guard bytes.count <= limit else { throw Problem("\(path) is larger than \(limit / 1024) KiB") }
        }
    }

    /// The text of a file; bytes that are not UTF-8 are a problem with their line.
    static func text(_ path: String, limit: Int = maximumBytes) throws -> String {
        let bytes = try read(path, limit: limit)
        if let text = String(validating: bytes, as: UTF8.self) { return text }
        var line = 1
        for part in bytes.split(separator: 0x0A, omittingEmptySubsequences: false) {
            if String(validating: part, as: UTF8.self) == nil { break }
            line += 1
        }
        throw Problem("\(path):\(line): the text is not UTF-8; save the file as UTF-8")
    }

    static func write(_ text: String, to path: String, replacing: Bool) throws {
        let descriptor = open(path, O_WRONLY | O_CREAT | O_CLOEXEC | (replacing ? O_TRUNC : O_EXCL), 0o644)
        guard descriptor >= 0 else {
            if errno == EEXIST { throw Problem("\(path) is there already; --force replaces it") }
            throw Problem("cannot write \(path): \(reason())")
        }
        defer { close(descriptor) }
        try write(Array(text.utf8), to: descriptor, path)
    }

    static func writeOut(_ bytes: [UInt8]) throws {
        try write(bytes, to: STDOUT_FILENO, "standard output")
    }

    private static func write(_ bytes: [UInt8], to descriptor: Int32, _ path: String) throws {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw Problem("cannot write \(path): \(reason())") }
            rest = rest.dropFirst(count)
        }
    }

    static func isFolder(_ path: String) -> Bool {
        var status = stat()
        return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
    }

    static func exists(_ path: String) -> Bool { access(path, F_OK) == 0 }

    static func makeFolder(_ path: String) throws {
        guard mkdir(path, 0o755) != 0, !isFolder(path) else { return }
        throw Problem("cannot make the folder \(path): \(reason())")
    }

    /// The names in a folder that end so, hidden ones left out, sorted.
    static func names(in folder: String, ending: String) throws -> [String] {
        guard let stream = opendir(folder) else { throw Problem("cannot read the folder \(folder): \(reason())") }
        defer { closedir(stream) }
        var names: [String] = []
        while let entry = readdir(stream) {
            // SAFETY: `d_name` is a zero-terminated array inside the entry, which is valid until the next `readdir`.
            let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
                pointer.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if name.hasSuffix(ending), !name.hasPrefix(".") { names.append(name) }
        }
        return names.sorted()
    }

    private static func reason() -> String { String(cString: strerror(errno)) }
}
