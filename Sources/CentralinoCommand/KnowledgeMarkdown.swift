import Mail

/// HTML as plain Markdown: paragraphs, headings, lists, links, strong words and code; what only a screen needs is left out.
struct KnowledgeMarkdown {
    private static let left: Set<String> = [
        "script", "style", "nav", "header", "footer", "aside", "form", "button", "select", "input", "svg", "math", "noscript", "template", "iframe", "object", "dialog",
    ]
    private static let blocks: Set<String> = [
        "p", "div", "section", "article", "main", "blockquote", "dl", "dt", "dd", "figure", "details", "summary", "h1", "h2", "h3", "h4", "h5",
        "h6",
    ]

    /// Of what help centres put around an article, in `class` and `id`.
    private static let around: Set<String> = [
        "related", "relatives", "article-relatives", "related-articles", "comments", "comment-list", "article-comments", "breadcrumb", "breadcrumbs", "share", "article-share",
        "sharing", "social", "votes", "article-votes", "feedback", "reactions", "reaction-picker", "intercom-reaction-picker", "pagination", "sidebar", "article-sidebar",
        "article-footer", "entry-meta", "entry-footer", "article-meta", "article-author", "article__meta", "byline", "avatar", "skip-navigation", "skip-link", "cookie-banner",
        "recent-articles", "table-of-contents", "toc",
    ]

    private let document: HTMLDocument

    init(_ document: HTMLDocument) {
        self.document = document
    }

    func text(of node: Int, leavingOut more: Set<String> = [], isStrong: Bool = false) -> String {
        var writer = Writer(isStrong: isStrong)
        for child in document.children(of: node) { write(child, Self.left.union(more), 0, &writer) }
        return writer.finished
    }

    /// The words of `class` and `id`.
    static func names(of node: HTMLDocument.Node) -> [String] {
        "\(node["class"] ?? "") \(node["id"] ?? "")".split(separator: " ").map { $0.lowercased() }
    }

    private struct Writer {
        /// Inside of strong words, where others are not marked again.
        var isStrong: Bool
        var out = ""
        var gap = ""
        /// Behind the mark of a list's item, where a paragraph begins on the same line.
        var isAtItem = false
        var isFirstItem = false

        mutating func block() { if !out.isEmpty, !isAtItem { gap = "\n\n" } }

        mutating func lineBreak() { if !out.isEmpty, gap.isEmpty { gap = "\n" } }

        mutating func add(_ text: String) {
            out += gap + text
            gap = ""
            isAtItem = false
        }

        mutating func item(_ mark: String) {
            // Items of one list stand together, whatever paragraphs are in them.
            gap = out.isEmpty ? "" : isFirstItem ? "\n\n" : "\n"
            isFirstItem = false
            add(mark)
            isAtItem = true
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

    private func plain(_ index: Int) -> String {
        (index..<document.nodes[index].end).map { document.nodes[$0].kind == .text ? document.nodes[$0].text : "" }.joined()
    }

    private func write(_ index: Int, _ left: Set<String>, _ depth: Int, _ writer: inout Writer) {
        let node = document.nodes[index]
        guard node.kind == .element else {
            if node.kind == .text { writer.words(node.text) }
            return
        }
        guard !left.contains(node.name), depth < 100, node["hidden"] == nil, node["aria-hidden"] != "true", !Self.names(of: node).contains(where: Self.around.contains) else {
            return
        }
        func inside() { for child in document.children(of: index) { write(child, left, depth + 1, &writer) } }
        switch node.name {
        case "br": writer.lineBreak()
        case "ul", "ol":
            writer.isFirstItem = document.nodes[node.parent].name != "li"
            inside()
            writer.block()
        case "li":
            writer.item(document.nodes[node.parent].name == "ol" ? "1. " : "- ")
            inside()
        case "table":
            writer.isFirstItem = true
            inside()
            writer.block()
        case "tr":
            // A row is an item: chats and lines of text have no tables.
            let cells = document.children(of: index).filter { ["td", "th"].contains(document.nodes[$0].name) }.map {
                text(of: $0, leavingOut: left, isStrong: writer.isStrong).split(whereSeparator: \.isWhitespace).joined(separator: " ")
            }
            guard cells.contains(where: { !$0.isEmpty }) else { return }
            writer.item("- ")
            writer.add(cells.joined(separator: " – "))
        case "pre":
            writer.block()
            for line in plain(index).split(separator: "\n") {
                writer.lineBreak()
                writer.add(String(line))
            }
            writer.block()
        case "h1", "h2", "h3", "h4", "h5", "h6":
            writer.block()
            writer.add("## ")
            inside()
            writer.block()
        case "a":
            let target = node["href"] ?? ""
            guard ["https://", "http://", "mailto:"].contains(where: target.hasPrefix), !target.contains(where: { $0.isWhitespace || "()<>".contains($0) }) else { return inside() }
            writer.words(" ")
            let words = text(of: index, leavingOut: left, isStrong: writer.isStrong)
            if !words.isEmpty { writer.add("[\(words.filter { $0 != "[" && $0 != "]" && $0 != "\n" })](\(target))") }
        case "strong", "b":
            // Read twice at most, however deep in each other they are: twice at each level would never end.
            if writer.isStrong { return inside() }
            let words = text(of: index, leavingOut: left, isStrong: true)
            if words.isEmpty || words.contains("\n") {
                writer.isStrong = true
                inside()
                writer.isStrong = false
            } else {
                writer.add("**\(words)**")
            }
        case _ where Self.blocks.contains(node.name):
            writer.block()
            inside()
            writer.block()
        default: inside()
        }
    }
}
