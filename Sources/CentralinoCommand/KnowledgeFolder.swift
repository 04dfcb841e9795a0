import Knowledge
import Messages

/// Reads the articles of a folder of Markdown files, or of one JSON Lines file.
enum KnowledgeFolder {
    /// Every article below `path`: `*.md` of the folder itself and of its folders by language or theme (`tests` and `dev` hold questions, no
    /// articles), or the rows of a `.jsonl` file. A name that begins with `README` is no article.
    static func read(_ path: String) throws -> [Article] {
        guard KnowledgeFiles.isFolder(path) else {
            guard path.hasSuffix(".jsonl") else {
                throw KnowledgeFiles.Problem("\(path) is neither a folder of articles nor a .jsonl file")
            }
            return try KnowledgeRows.articles(try KnowledgeFiles.text(path), file: path)
        }
        let paths = try files(in: path)
        return try SideBySide.map(paths.count) { index in Result { try article(paths[index]) } }.map { try $0.get() }
    }

    static func files(in folder: String, depth: Int = 0) throws -> [String] {
        var paths: [String] = []
        for name in try KnowledgeFiles.names(in: folder, ending: "") {
            let path = "\(folder)/\(name)"
            if KnowledgeFiles.isFolder(path) {
                if depth < 3, name != "tests", name != "dev" { paths += try files(in: path, depth: depth + 1) }
            } else if name.hasSuffix(".md"), !name.hasPrefix("README") {
                paths.append(path)
            }
        }
        return paths
    }

    static func article(_ path: String) throws -> Article {
        let text = try KnowledgeFiles.text(path, limit: ArticleFile.maximumBytes)
        return try ArticleFile.parse(text, file: path, version: ArticleFile.version(of: text))
    }
}

/// The rows of JSON Lines files.
enum KnowledgeRows {
    /// The objects of a text of JSON Lines, each with its line number.
    static func objects(_ text: String, file: String) throws -> [(line: Int, row: JSON)] {
        var rows: [(line: Int, row: JSON)] = []
        for (number, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() where line.contains(where: { !$0.isWhitespace }) {
            rows.append((number + 1, try object(line, place: "\(file):\(number + 1)")))
        }
        return rows
    }

    static func object(_ line: some StringProtocol, place: String) throws -> JSON {
        do {
            let row = try JSON(parsing: Array(line.utf8))
            guard row.members != nil else { throw KnowledgeFiles.Problem("\(place): not a JSON object") }
            return row
        } catch let problem as JSONProblem {
            throw KnowledgeFiles.Problem("\(place): \(problem)")
        }
    }

    /// Articles from rows {"id", "title", "body", "questions", "language"?}, or from rows {"text", "intent", "lang"?}, which make one article an intent.
    static func articles(_ text: String, file: String) throws -> [Article] {
        var articles: [Article] = []
        var places: [String: Int] = [:]
        for (line, row) in try objects(text, file: file) {
            let place = "\(file):\(line)"
            let language = row["language"]?.string ?? row["lang"]?.string ?? "en"
            if let example = row["text"]?.string, let intent = row["intent"]?.string {
                let key = "\(language) \(intent)"
                if let index = places[key] {
                    articles[index].questions.append(example)
                } else {
                    places[key] = articles.count
                    articles.append(Article(id: intent, title: title(of: intent), language: language, questions: [example], file: file))
                }
            } else if let id = row["id"]?.string, let title = row["title"]?.string {
                let questions = (row["questions"]?.array ?? []).compactMap(\.string)
                articles.append(
                    Article(
                        id: id, title: title, language: language, questions: questions, body: row["body"]?.string ?? "", file: place,
                        version: ArticleFile.version(of: row.text)))
            } else {
                throw KnowledgeFiles.Problem("\(place): a row holds {\"text\", \"intent\"} or {\"id\", \"title\", \"body\", \"questions\"}")
            }
        }
        return articles
    }

    /// "Refund_not_showing_up" is the title "Refund not showing up".
    private static func title(of intent: String) -> String {
        String(intent.map { "_/-.".contains($0) ? " " : $0 })
    }
}
