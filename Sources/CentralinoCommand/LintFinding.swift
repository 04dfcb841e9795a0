import Knowledge
import Messages

/// One thing that `kb lint` found.
struct LintFinding {
    var isProblem: Bool
    /// For programs: "unreadable", "duplicate-question", "contradiction", "readability" …
    var kind: String
    /// The file and, where it is known, the line that it is about.
    var file: String
    var line: Int?
    var message: String
    /// Of a conflict: the other file and line, and what is said in both.
    var other: (file: String, line: Int?)?
    var texts: [String] = []

    init(problem kind: String, file: String, line: Int? = nil, _ message: String) {
        self.init(isProblem: true, kind: kind, file: file, line: line, message: message)
    }

    init(remark kind: String, file: String, line: Int? = nil, _ message: String) {
        self.init(isProblem: false, kind: kind, file: file, line: line, message: message)
    }

    init(_ conflict: ArticleConflict, in sources: inout LintSources) {
        let line = sources.line(of: conflict.first.text, in: conflict.first.file)
        self.init(isProblem: conflict.isBlocking, kind: conflict.kind.name, file: conflict.first.file, line: line, message: conflict.message)
        if case .contradiction(let difference) = conflict.kind { kind += "-" + difference.rawValue }
        other = (conflict.second.file, sources.line(of: conflict.second.text, in: conflict.second.file))
        texts = [conflict.first.text, conflict.second.text]
    }

    private init(isProblem: Bool, kind: String, file: String, line: Int?, message: String) {
        self.isProblem = isProblem
        self.kind = kind
        self.file = file
        self.line = line
        self.message = message
    }

    /// "problem: kb/a.md:12: …", as editors understand the middle of it.
    var text: String {
        let place = file.isEmpty ? "" : file + (line.map { ":\($0)" } ?? "") + ": "
        let second = other.flatMap { other in other.line.map { " (\(other.file):\($0))" } } ?? ""
        return "\(isProblem ? "problem" : "remark"): \(place)\(message)\(second)"
    }

    var json: JSON {
        var members: [JSON.Member] = [.init("kind", .string(kind)), .init("message", .string(message)), .init("file", .string(file))]
        if let line { members.append(.init("line", .integer(Int64(line)))) }
        if let other {
            var second: [JSON.Member] = [.init("file", .string(other.file))]
            if let line = other.line { second.append(.init("line", .integer(Int64(line)))) }
            members.append(.init("other", .object(second)))
        }
        if !texts.isEmpty { members.append(.init("texts", .array(texts.map { .string($0) }))) }
        return .object(members)
    }
}

/// The lines of the files that findings are about, read when the first finding needs them.
struct LintSources {
    private var lines: [String: [String]] = [:]

    /// The first line that holds the beginning of a text, but for Markdown's marks; nil when none does.
    mutating func line(of text: String, in file: String) -> Int? {
        if lines[file] == nil {
            // A file that cannot be read again has no lines to point to.
            let text = (try? KnowledgeFiles.text(file, limit: ArticleFile.maximumBytes)) ?? ""
            lines[file] = text.split(separator: "\n", omittingEmptySubsequences: false).map { String($0.filter { !"*`_\\".contains($0) }) }
        }
        let wanted = text.filter { !"*`_\\".contains($0) }
        for length in [60, 30, 15] {
            let start = wanted.prefix(length)
            if let place = lines[file]?.firstIndex(where: { $0.contains(start) }) { return place + 1 }
        }
        return nil
    }
}
