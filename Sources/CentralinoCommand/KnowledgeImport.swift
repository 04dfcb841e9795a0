import ArgumentParser
import Knowledge
import Messages

struct KnowledgeImport: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "import", abstract: "Check articles and write them as article files.",
        discussion: """
            SOURCE is a folder of Markdown articles; a CSV file with the header id,title,language,questions,body (questions parted by |); a folder of saved \
            help-centre pages (*.html); or the https: address of a sitemap (.xml or .xml.gz), whose pages are fetched. What comes from pages is a draft. What cannot be \
            taken, or is there already, is named and left; an article that is not sound stops everything. Done again, it adds only what is new.
            """)

    @Argument(help: "A folder of articles or pages, a .csv file, or the address of a sitemap.") var source: String
    @Argument(help: "The folder to write to; made when it is not there.") var folder: String
    @Flag(help: "Replace files that are there already.") var force = false

    @Option(help: "The language of pages that do not name their own.") var language = "en"
    @Option(parsing: .upToNextOption, help: "Private networks that may be asked for a sitemap and its pages.") var allowNetwork: [String] = []

    func run() async throws {
        var fetched: Result<KnowledgePages.Found, any Error>?
        let pages = KnowledgePages(language: language, allowNetworks: allowNetwork)
        if source.hasPrefix("https://") || source.hasPrefix("http://") {
            do { fetched = .success(try await pages.fetched(from: source)) } catch { fetched = .failure(error) }
        }
        try write(fetched, pages)
    }

    private func write(_ fetched: Result<KnowledgePages.Found, any Error>?, _ pages: KnowledgePages) throws {
        try reporting {
            var found: KnowledgePages.Found
            if let fetched {
                found = try fetched.get()
            } else if KnowledgeFiles.isFolder(source) {
                found = try KnowledgePages.files(in: source).isEmpty ? .init(articles: KnowledgeFolder.read(source)) : pages.saved(in: source)
            } else {
                found = try table(source)
            }
            var taken: [String: String] = [:]
            for article in found.articles {
                guard let other = taken.updateValue(article.file, forKey: "\(article.id) \(article.language)") else { continue }
                throw KnowledgeFiles.Problem(
                    "\(article.file): the id '\(article.id)' is already that of \(other) in the language '\(article.language)'; an id may exist once per language")
            }
            var files: [(path: String, text: String)] = []
            var unchanged = 0
            let there = try KnowledgeFiles.isFolder(folder) ? present() : [:]
            var holders = Dictionary(there.map { ($1, $0) }) { first, _ in first }
            for article in found.articles {
                let text = ArticleFile.text(of: article)
                let name = "\(article.id) \(article.language)"
                let path = there[name] ?? "\(folder)/\(article.id.replacing("/", with: "_")).\(article.language).md"
                _ = try ArticleFile.parse(text, file: article.file.isEmpty ? path : article.file, version: "")
                // "a/b" and "a_b" have one name.
                if let other = holders.updateValue(name, forKey: path), other != name {
                    throw KnowledgeFiles.Problem("\(article.file): the article \(name) would be in \(path), as \(other) is; give one of them another id")
                }
                if !KnowledgeFiles.exists(path) || force {
                    files.append((path, text))
                } else if try KnowledgeFiles.text(path, limit: ArticleFile.maximumBytes) == text {
                    unchanged += 1
                } else {
                    found.skipped.append("\(article.file): \(path) holds another text by now; --force replaces it")
                }
            }
            try KnowledgeFiles.makeFolder(folder)
            for file in files { try KnowledgeFiles.write(file.text, to: file.path, replacing: force) }
            for line in found.skipped { Terminal.complain("skipped: \(line)") }
            let left = [(unchanged, "are there as they are"), (found.skipped.count, "were skipped")].filter { $0.0 > 0 }.map { "; \($0.0) \($0.1)" }.joined()
            try KnowledgeFiles.writeOut(Array("\(files.count) articles written to \(folder)\(left)\n".utf8))
        }
    }

    /// The files of the articles that are in the folder already, whatever they are called, by id and language.
    private func present() throws -> [String: String] {
        var places: [String: String] = [:]
        for path in try KnowledgeFolder.files(in: folder) {
            // What cannot be read as an article is none that could be there twice.
            guard let article = try? KnowledgeFolder.article(path) else { continue }
            places["\(article.id) \(article.language)"] = path
        }
        return places
    }

    /// The rows of a table; what says the same as an earlier row is skipped.
    private func table(_ path: String) throws -> KnowledgePages.Found {
        let rows = try KnowledgeTable.rows(try KnowledgeFiles.text(path), file: path)
        guard let header = rows.first else { throw KnowledgeFiles.Problem("\(path): the file is empty") }
        let names = ["id", "title", "language", "questions", "body"]
        guard header.cells == names else { throw KnowledgeFiles.Problem("\(path):1: the first line must be \(names.joined(separator: ","))") }
        var found = KnowledgePages.Found(articles: [])
        var lines: [Article: Int] = [:]
        for row in rows.dropFirst() {
            guard row.cells.count == names.count else {
                throw KnowledgeFiles.Problem("\(path):\(row.line): \(row.cells.count) cells where \(names.count) belong; put texts with the separator in double quotes")
            }
            let questions = row.cells[3].split(separator: "|").map { String($0.trimmedSpaces) }.filter { !$0.isEmpty }
            let article = Article(
                id: row.cells[0], title: row.cells[1], language: row.cells[2], questions: questions, body: String(row.cells[4].trimmedSpaces))
            if let earlier = lines.updateValue(row.line, forKey: article) {
                found.skipped.append("\(path):\(row.line): the same as line \(earlier)")
                continue
            }
            // Read back at once, so that a fault is named with its line of the table.
            do throws(ArticleProblem) {
                found.articles.append(try ArticleFile.parse(ArticleFile.text(of: article), file: "\(path):\(row.line)", version: ""))
            } catch {
                throw KnowledgeFiles.Problem("\(path):\(row.line): \(error.message)")
            }
        }
        return found
    }
}
