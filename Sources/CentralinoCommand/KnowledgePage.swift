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
        func first(_ name: String) -> Int? { document.nodes.firstIndex { $0.name == name } }
        guard let heading = first("h1") ?? first("title") else { return [] }
        let content = first("article") ?? first("main") ?? 0
        return [(Self.line(writer.text(of: heading)), writer.text(of: content, leavingOut: ["h1", "title"]))]
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

/// HTML as plain Markdown: paragraphs, headings, lists, links, strong words and code; what only a screen needs is left out.
struct KnowledgeMarkdown {
    private static let left: Set<String> = [
        "script", "style", "nav", "header", "footer", "aside", "form", "button", "select", "input", "svg", "math", "noscript", "template", "iframe", "object", "dialog",
    ]
    private static let blocks: Set<String> = [
        "p", "div", "section", "article", "main", "ul", "ol", "table", "tr", "blockquote", "pre", "dl", "dt", "dd", "figure", "details", "summary", "h1", "h2", "h3", "h4", "h5",
        "h6",
    ]

    private let document: HTMLDocument

    init(_ document: HTMLDocument) {
        self.document = document
    }

    func text(of node: Int, leavingOut more: Set<String> = []) -> String {
        var writer = Writer()
        for child in document.children(of: node) { write(child, Self.left.union(more), 0, &writer) }
        return writer.finished
    }

    private struct Writer {
        var out = ""
        var gap = ""

        mutating func block() { if !out.isEmpty { gap = "\n\n" } }

        mutating func lineBreak() { if !out.isEmpty, gap.isEmpty { gap = "\n" } }

        mutating func add(_ text: String) {
            out += gap + text
            gap = ""
        }

        /// Words of the page: white space is one blank, and none at the beginning of a line.
        mutating func words(_ text: String) {
            let parts = text.split(whereSeparator: \.isWhitespace)
            guard !parts.isEmpty else {
                if !text.isEmpty, gap.isEmpty, !out.isEmpty, out.last?.isWhitespace == false { out += " " }
                return
            }
            let begins = text.first?.isWhitespace == true && gap.isEmpty && !out.isEmpty && out.last?.isWhitespace == false
            add((begins ? " " : "") + parts.joined(separator: " ") + (text.last?.isWhitespace == true ? " " : ""))
        }

        var finished: String {
            out.split(separator: "\n", omittingEmptySubsequences: false).map { line in
                var line = line
                while line.last == " " { line.removeLast() }
                return String(line)
            }.joined(separator: "\n")
        }
    }

    private func write(_ index: Int, _ left: Set<String>, _ depth: Int, _ writer: inout Writer) {
        let node = document.nodes[index]
        guard node.kind == .element else {
            if node.kind == .text { writer.words(node.text) }
            return
        }
        guard !left.contains(node.name), depth < 100 else { return }
        func inside() { for child in document.children(of: index) { write(child, left, depth + 1, &writer) } }
        switch node.name {
        case "br": writer.lineBreak()
        case "li":
            writer.lineBreak()
            writer.add(document.nodes[node.parent].name == "ol" ? "1. " : "- ")
            inside()
        case "h1", "h2", "h3", "h4", "h5", "h6":
            writer.block()
            writer.add("## ")
            inside()
            writer.block()
        case "td", "th":
            inside()
            writer.add(" ")
        case "a":
            let target = node["href"] ?? ""
            let words = text(of: index, leavingOut: left)
            if target.hasPrefix("https://") || target.hasPrefix("http://") || target.hasPrefix("mailto:"), !target.contains(where: { $0.isWhitespace || "()<>".contains($0) }),
                !words.isEmpty
            {
                writer.words(" ")
                writer.add("[\(words.filter { $0 != "[" && $0 != "]" && $0 != "\n" })](\(target))")
            } else {
                inside()
            }
        case "strong", "b":
            let words = text(of: index, leavingOut: left)
            if words.isEmpty || words.contains("\n") { inside() } else { writer.add("**\(words)**") }
        case _ where Self.blocks.contains(node.name):
            writer.block()
            inside()
            writer.block()
        default: inside()
        }
    }
}
