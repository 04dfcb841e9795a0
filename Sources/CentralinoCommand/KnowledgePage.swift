import Knowledge
import Mail
import Messages

/// What a page of a help centre says, as articles: the questions of its structured data (schema.org FAQPage), else its `<details>`, else the page itself.
///
/// They come as drafts: somebody reads them before they answer customers.
struct KnowledgePage {
    /// For messages, and for ids where a title gives none.
    let place: String
    private let document: HTMLDocument
    private let html: String

    init(_ html: String, place: String) {
        self.html = html
        self.place = place
        var limits = HTMLDocument.Limits()
        limits.microseconds = 2_000_000
        document = HTMLDocument(html, limits: limits)
    }

    /// - Parameter language: where the page does not name its own.
    func articles(language fallback: String) throws -> [Article] {
        let language = declaredLanguage ?? fallback
        let found = structured() ?? unfolded() ?? whole()
        return found.map { title, body in
            Article(id: Self.id(of: title), title: title, language: language, questions: [title], body: body, status: .draft, file: place)
        }
    }

    /// `<html lang="it-IT">`, which the tree leaves out.
    private var declaredLanguage: String? {
        let head = html.prefix(4_096).lowercased()
        guard let start = head.firstRange(of: "<html"), let end = head[start.upperBound...].firstIndex(of: ">") else { return nil }
        let tag = head[start.upperBound..<end]
        guard let name = tag.firstRange(of: "lang=") else { return nil }
        let value = tag[name.upperBound...].drop { $0 == "\"" || $0 == "'" }.prefix { $0.isASCII && $0.isLetter }
        return (2...3).contains(value.count) ? String(value) : nil
    }

    private func structured() -> [(String, String)]? {
        var found: [(String, String)] = []
        for (index, node) in document.nodes.enumerated() where node.name == "script" && node["type"]?.lowercased() == "application/ld+json" {
            let text = document.children(of: index).map { document.nodes[$0].text }.joined()
            guard let json = Self.json(text) else { continue }
            for top in json.array ?? json["@graph"]?.array ?? [json] where Self.isType(top, "FAQPage") {
                let entities = top["mainEntity"].map { $0.array ?? [$0] } ?? []
                for question in entities where Self.isType(question, "Question") {
                    guard let title = question["name"]?.string, let answer = question["acceptedAnswer"]?["text"]?.string else { continue }
                    found.append((Self.line(title), KnowledgeMarkdown(HTMLDocument(answer)).text(of: 0)))
                }
            }
        }
        return found.isEmpty ? nil : found
    }

    private static func json(_ text: String) -> JSON? {
        do throws(JSONProblem) { return try JSON(parsing: Array(text.utf8)) } catch { return nil }  // a page with broken data still has its words
    }

    private static func isType(_ json: JSON, _ name: String) -> Bool {
        json["@type"]?.string == name || json["@type"]?.array?.contains { $0.string == name } == true
    }

    /// Two or more `<details>` with a `<summary>` are a list of questions.
    private func unfolded() -> [(String, String)]? {
        let writer = KnowledgeMarkdown(document)
        var found: [(String, String)] = []
        for (index, node) in document.nodes.enumerated() where node.name == "details" {
            guard let summary = document.children(of: index).first(where: { document.nodes[$0].name == "summary" }) else { continue }
            found.append((Self.line(writer.text(of: summary)), writer.text(of: index, leavingOut: ["summary"])))
        }
        return found.count > 1 ? found : nil
    }

    private func whole() -> [(String, String)] {
        let writer = KnowledgeMarkdown(document)
        let content = content
        guard let heading = heading(before: content) else { return [] }
        return [(Self.line(writer.text(of: heading)), writer.text(of: content, leavingOut: ["h1", "title"]))]
    }

    /// How help centres call the element that holds an article's text and nothing else.
    private static let bodies: Set<String> = ["article-body", "article__body", "article-content", "article__content", "entry-content", "post-content", "intercom-article-body"]

    private var content: Int {
        let named = document.nodes.firstIndex { node in
            node["itemprop"]?.lowercased() == "articlebody" || KnowledgeMarkdown.names(of: node).contains { Self.bodies.contains($0) }
        }
        return named ?? document.nodes.firstIndex { $0.name == "article" } ?? document.nodes.firstIndex { $0.name == "main" } ?? 0
    }

    /// The heading that the page's title begins with, else the last one before or in the text, else the title: a site's own name may be a heading as well.
    private func heading(before content: Int) -> Int? {
        let writer = KnowledgeMarkdown(document)
        let title = document.nodes.firstIndex { $0.name == "title" && $0.isHTML }
        let titleWords = title.map { Self.line(writer.text(of: $0)) } ?? ""
        let headings = document.nodes.indices.filter { document.nodes[$0].name == "h1" && !writer.text(of: $0).isEmpty }
        return headings.first { titleWords.hasPrefix(Self.line(writer.text(of: $0))) } ?? headings.last { $0 < document.nodes[content].end } ?? headings.first ?? title
    }

    /// At most a title's 300 characters, on one line, without marks.
    private static func line(_ text: String) -> String {
        String(text.split(whereSeparator: \.isWhitespace).joined(separator: " ").filter { !"*`#".contains($0) }.prefix(300))
    }

    /// Letters and digits of a title, with dashes between its words; at most 80.
    static func id(of title: String) -> String {
        let words = KnowledgeBase.folded(title).split(separator: " ").map { $0.filter { $0.isASCII && ($0.isLetter || $0.isNumber) } }.filter { !$0.isEmpty }
        var id = ""
        for word in words where id.utf8.count + word.utf8.count < 80 { id += id.isEmpty ? String(word) : "-\(word)" }
        return id.isEmpty ? "page" : id
    }
}
