import Glibc

/// Files of the system that are read whole.
enum SmallFile {
    /// Nil when it cannot be read or is larger than 4 MiB.
    static func bytes(_ path: String) -> [UInt8]? {
        let file = open(path, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { return nil }
        defer { close(file) }
        var output: [UInt8] = []
        var piece = [UInt8](repeating: 0, count: 65_536)
        while output.count <= 4 << 20 {
            let count = read(file, &piece, piece.count)
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { return count == 0 ? output : nil }
            output += piece[..<count]
        }
        return nil
    }

    static func text(_ path: String) -> String? { bytes(path).map { String(decoding: $0, as: UTF8.self) } }
}
