import Glibc
import Messages

extension Store {
    /// A file is written before its row, so one without a row is found in every running server, and after a crash until the next start removes it.
    private static let orphanAge = Duration.seconds(86_400)

    /// What is wrong between rows and files, a line each, at most 100 of a kind: every file is read.
    package func violations(of contents: ContentFolder) async throws -> [String] {
        var found: [String] = []
        func add(_ problem: String, _ name: String, _ count: inout Int) {
            count += 1
            if count <= 100 { found.append("\(problem): \(name)") }
        }
        var missing = 0
        var wrong = 0
        var orphans = 0
        var after = ""
        while true {
            let page = try await referred(after: after)
            for item in page {
                let path = contents.path(of: item.name)
                guard let size = ContentFolder.size(path) else {
                    add("file that is not there, of message \(item.message)", item.name, &missing)
                    continue
                }
                guard ContentFolder.isName(item.name) else { continue }
                let isWhole = item.size.map { $0 == size } ?? true
                if try !isWhole || ContentFolder.name(ofFile: path) != item.name { add("file that is not what it was, of message \(item.message)", item.name, &wrong) }
            }
            guard let last = page.last else { break }
            after = last.name
        }
        let oldest = (now() - Self.orphanAge).seconds
        for folder in try contents.folders {
            for name in try contents.names(under: folder) {
                guard let status = ContentFolder.status(contents.path(of: name)), Int64(status.st_mtim.tv_sec) < oldest else { continue }
                if try await !database.read({ try Self.isReferred(name, $0) }) { add("file that nothing refers to", name, &orphans) }
            }
        }
        return found
    }

    private struct Referred: Sendable {
        var name: String
        var message: String
        var size: Int64?
    }

    /// The next contents that rows refer to, by name, each once.
    private func referred(after name: String) async throws -> [Referred] {
        try await database.read { connection in
            try connection.rows(
                """
                SELECT name, MIN(message), MAX(size) FROM (
                  SELECT sha256 AS name, message, size FROM attachments WHERE sha256 > $1
                  UNION ALL SELECT raw_file, message, NULL FROM inbound WHERE raw_file > $1
                  UNION ALL SELECT sha256, id, size FROM uploads WHERE sha256 > $1) AS files
                GROUP BY name ORDER BY name LIMIT 200
                """, [.text(name)]
            ).map { Referred(name: $0.text(0), message: $0.text(1), size: $0.optionalInteger(2)) }
        }
    }
}
