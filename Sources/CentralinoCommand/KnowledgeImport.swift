import ArgumentParser
import Knowledge
import Messages

struct KnowledgeImport: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "import", abstract: "Check articles and write them as article files.",
        discussion: """
            SOURCE is a folder of Markdown articles; a CSV file with the header id,title,language,questions,body (questions parted by |); a folder of saved \
            help-centre pages (*.html); or the https: address of a sitemap, whose pages are fetched. What comes from pages is a draft. Nothing is written unless every article is sound and, without --force, none of the files is there already.
            """)

    @Argument(help: "A folder of articles or pages, a .csv file, or the address of a sitemap.") var source: String
    @Argument(help: "The folder to write to; made when it is not there.") var folder: String
    @Flag(help: "Replace files that are there already.") var force = false

    @Option(help: "The language of pages that do not name their own.") var language = "en"
    @Option(parsing: .upToNextOption, help: "Private networks that may be asked for a sitemap and its pages.") var allowNetwork: [String] = []

    func run() async throws {
        var fetched: Result<[Article], any Error>?
        let pages = KnowledgePages(language: language, allowNetworks: allowNetwork)
        if source.hasPrefix("https://") || source.hasPrefix("http://") {
            do { fetched = .success(try await pages.fetched(from: source)) } catch { fetched = .failure(error) }
        }
        try write(fetched, pages)
    }

    private func write(_ fetched: Result<[Article], any Error>?, _ pages: KnowledgePages) throws {
        try reporting {
            let articles: [Article]
            if let fetched {
                articles = try fetched.get()
            } else if KnowledgeFiles.isFolder(source) {
                articles = try KnowledgePages.files(in: source).isEmpty ? KnowledgeFolder.read(source) : pages.saved(in: source)
            } else {
                articles = try table(source)
            }
            // Duplicate ids are refused as they would be when serving.
            _ = try KnowledgeBase(articles: articles, now: .now())
            var files: [(path: String, text: String)] = []
            for article in articles {
                let text = ArticleFile.text(of: article)
                let path = "\(folder)/\(article.id.map { $0 == "/" ? "_" : $0 }.reduce(into: "") { $0.append($1) }).\(article.language).md"
                _ = try ArticleFile.parse(text, file: article.file.isEmpty ? path : article.file, version: "")
                files.append((path, text))
            }
            try KnowledgeFiles.makeFolder(folder)
            if !force, let there = files.first(where: { KnowledgeFiles.exists($0.path) }) {
                throw KnowledgeFiles.Problem("\(there.path) is there already; nothing was written; --force replaces it")
            }
            for file in files { try KnowledgeFiles.write(file.text, to: file.path, replacing: force) }
            try KnowledgeFiles.writeOut(Array("\(files.count) articles written to \(folder)\n".utf8))
        }
    }

    private func table(_ path: String) throws -> [Article] {
        let rows = try KnowledgeTable.rows(try KnowledgeFiles.text(path), file: path)
        guard let header = rows.first else { throw KnowledgeFiles.Problem("\(path): the file is empty") }
        let names = ["id", "title", "language", "questions", "body"]
        guard header.cells == names else { throw KnowledgeFiles.Problem("\(path):1: the first line must be \(names.joined(separator: ","))") }
        return try rows.dropFirst().map { row in
            guard row.cells.count == names.count else {
                throw KnowledgeFiles.Problem("\(path):\(row.line): \(row.cells.count) cells where \(names.count) belong; put texts with commas in double quotes")
            }
            let questions = row.cells[3].split(separator: "|").map { String($0.trimmedSpaces) }.filter { !$0.isEmpty }
            let article = Article(
                id: row.cells[0], title: row.cells[1], language: row.cells[2], questions: questions, body: String(row.cells[4].trimmedSpaces), file: "\(path):\(row.line)")
            // Read back at once, so that a fault is named with its line of the table.
            do throws(ArticleProblem) {
                return try ArticleFile.parse(ArticleFile.text(of: article), file: path, version: "")
            } catch {
                throw KnowledgeFiles.Problem("\(path):\(row.line): \(error.message)")
            }
        }
    }
}

/// Comma-separated values by RFC 4180.
enum KnowledgeTable {
    struct Row {
        var line: Int
        var cells: [String]
    }

    static func rows(_ text: String, file: String) throws -> [Row] {
        var rows: [Row] = []
        var cells: [String] = []
        var cell = ""
        var isQuoted = false
        var wasQuoted = false
        var line = 1
        var first = 1
        var scalars = Array(text.unicodeScalars.drop { $0 == "\u{FEFF}" })[...]
        func endCell() {
            cells.append(cell)
            cell = ""
            wasQuoted = false
        }
        func endRow() {
            if !cells.isEmpty || !cell.isEmpty || wasQuoted {
                endCell()
                rows.append(Row(line: first, cells: cells))
                cells = []
            }
        }
        while let scalar = scalars.popFirst() {
            if scalar == "\n" { line += 1 }
            if isQuoted {
                if scalar != "\"" {
                    cell.unicodeScalars.append(scalar)
                } else if scalars.first == "\"" {
                    cell.unicodeScalars.append("\"")
                    scalars.removeFirst()
                } else {
                    isQuoted = false
                    wasQuoted = true
                }
                continue
            }
            switch scalar {
            case "\"":
                guard cell.isEmpty, !wasQuoted else {
                    throw KnowledgeFiles.Problem("\(file):\(line): a double quote inside a cell that does not begin with one; double it, and quote the cell")
                }
                isQuoted = true
            case ",": endCell()
            case "\r": break
            case "\n":
                endRow()
                first = line
            default:
                guard !wasQuoted else { throw KnowledgeFiles.Problem("\(file):\(line): text after the closing double quote of a cell") }
                cell.unicodeScalars.append(scalar)
            }
        }
        guard !isQuoted else { throw KnowledgeFiles.Problem("\(file):\(first): a double quote is not closed") }
        endRow()
        return rows
    }
}

extension String {
    var trimmedSpaces: Substring { self[...].trimmedSpaces }
}

extension Substring {
    var trimmedSpaces: Substring {
        var part = self
        while part.first?.isWhitespace == true { part.removeFirst() }
        while part.last?.isWhitespace == true { part.removeLast() }
        return part
    }
}
