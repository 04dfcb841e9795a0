/// The file format of articles: Markdown with YAML front matter between two lines of three dashes; what follows is the answer.
///
/// Reading is strict: a key or a value that is not understood is a problem with its line, never ignored.
package enum ArticleFile {
    package static let maximumBytes = 256 * 1024
    static let maximumFrontMatterBytes = 192 * 1024
    package static let maximumQuestions = 200
    static let maximumQuestionLength = 500
    static let maximumTitleLength = 300
    static let maximumIDLength = 100
    static let maximumListLength = 100
    static let maximumValueLength = 200

    static let keys = [
        "id", "title", "language", "questions", "answers", "audience", "channels", "countries", "valid", "owner", "review", "approved_by", "tags", "status", "ask", "call",
        "confirm",
        "follow_ups",
    ]

    /// Parts the front matter from the body.
    /// - Returns: the YAML, the line of the file on which it begins, the body, and the line on which that begins.
    static func split(_ text: String, file: String) throws(ArticleProblem) -> (yaml: String, yamlLine: Int, body: String, bodyLine: Int) {
        guard text.utf8.count <= maximumBytes else {
            throw ArticleProblem(file: file, message: "the file is larger than \(maximumBytes / 1024) KiB; split the article into several")
        }
        if let line = lineOfControlCharacter(in: text) {
            throw ArticleProblem(file: file, line: line, message: "there is a control character on this line; save the file as plain UTF-8 text")
        }
        // Over bytes: over characters it took most of the time of reading an article, which a cold start waits for.
        var lines = text.utf8.split(separator: 0x0A, omittingEmptySubsequences: false)[...]
        if lines.first?.starts(with: [0xEF, 0xBB, 0xBF]) == true { lines[0] = lines[0].dropFirst(3) }
        func isFence(_ line: Substring.UTF8View) -> Bool {
            line.starts(with: [0x2D, 0x2D, 0x2D]) && line.dropFirst(3).allSatisfy { $0 == 0x20 || $0 == 0x09 || $0 == 0x0D }
        }
        func joined(_ lines: ArraySlice<Substring.UTF8View>) -> String {
            var bytes: [UInt8] = []
            for (number, line) in lines.enumerated() {
                if number > 0 { bytes.append(0x0A) }
                bytes.append(contentsOf: line.last == 0x0D ? line.dropLast() : line)
            }
            return String(decoding: bytes, as: UTF8.self)
        }
        guard let first = lines.first, isFence(first) else {
            throw ArticleProblem(file: file, line: 1, message: "the file does not begin with '---'; put the front matter (id, title, language …) between two lines of '---'")
        }
        guard let end = lines.dropFirst().firstIndex(where: isFence) else {
            throw ArticleProblem(file: file, line: 1, message: "the front matter is not closed; end it with a line '---'")
        }
        let yaml = joined(lines[1..<end])
        guard yaml.utf8.count <= maximumFrontMatterBytes else {
            throw ArticleProblem(file: file, line: 1, message: "the front matter is larger than \(maximumFrontMatterBytes / 1024) KiB")
        }
        return (yaml, 2, joined(lines[(end + 1)...]), end + 2)
    }

    private static func lineOfControlCharacter(in text: String) -> Int? {
        var line = 1
        for byte in text.utf8 {
            if byte == 0x0A { line += 1 }
            if byte < 0x20, byte != 0x09, byte != 0x0A, byte != 0x0D { return line }
        }
        return nil
    }
}
