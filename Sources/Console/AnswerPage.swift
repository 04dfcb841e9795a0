import Gateway
import Knowledge
import Messages
import Storage

/// One public page as HTML. It works without a script.
struct AnswerPage {
    let articles: PublicArticles
    /// "https://help.example": what the addresses that leave the page begin with.
    let site: String
    let language: String

    private var words: AnswerWords { language == "it" ? .italian : .english }

    /// All articles, or those that a search found.
    func list(_ listed: [Article], search: String) -> String {
        var body = HTMLWriter()
        body.add("form", ["class": "search", "role": "search", "action": "/answers/\(language)/", "method": "get"]) { form in
            form.add("label", ["for": "q"]) { $0.text(words.search) }
            form.void("input", ["id": "q", "name": "q", "type": "search", "maxlength": "200", "value": search, "autocomplete": "off"])
            form.add("button", ["type": "submit"]) { $0.text(words.find) }
        }
        if !search.isEmpty {
            body.add("p", ["role": "status"]) { $0.text(listed.isEmpty ? words.nothing : words.found(listed.count)) }
            body.add("p") { $0.add("a", ["href": "/answers/\(language)/"]) { $0.text(words.all) } }
        }
        body.add("ul", ["class": "answers"]) { list in
            for article in listed {
                list.add("li") { $0.add("a", ["href": link(article)]) { $0.text(article.title) } }
            }
        }
        let alternates = articles.languages.map { (language: $0, path: "\($0)/") }
        return document(title: words.title, heading: words.title, path: "\(language)/", alternates: alternates, isFound: search.isEmpty, data: nil, body)
    }

    func article(_ article: Article) -> String {
        let html = Markdown.html(PublicArticles.text(of: article))
        var body = HTMLWriter()
        body.add("article") { $0.raw(html) }
        if !article.countries.isEmpty { body.add("p", ["class": "scope"]) { $0.text("\(words.countries) \(article.countries.joined(separator: ", "))") } }
        body.add("p") { $0.add("a", ["href": "/answers/\(language)/"]) { $0.text(words.all) } }
        // https://schema.org/FAQPage, as search engines read it.
        let data: JSON = [
            "@context": "https://schema.org", "@type": "FAQPage", "inLanguage": .string(article.language),
            "mainEntity": [["@type": "Question", "name": .string(article.title), "acceptedAnswer": ["@type": "Answer", "text": .string(html)]]],
        ]
        let alternates = articles.translations(of: article.id).map { (language: $0, path: "\($0)/\(article.id)") }
        return document(
            title: "\(article.title) – \(words.title)", heading: article.title, path: "\(language)/\(article.id)", alternates: alternates, isFound: true, data: data, body)
    }

    /// Atom (RFC 4287), what changed last first. An entry's id is its page's address: a changed text is the same entry, updated.
    func feed(since: [ArticleKey: Timestamp]) -> String {
        func changed(_ article: Article) -> Timestamp { since[ArticleKey(article)] ?? Timestamp(seconds: 0) }
        let latest = articles.listed(in: language).sorted { (changed($1), $0.id) < (changed($0), $1.id) }.prefix(200)
        var feed = HTMLWriter()
        feed.raw("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n")
        feed.add("feed", ["xmlns": "http://www.w3.org/2005/Atom", "xml:lang": language]) { feed in
            feed.add("title") { $0.text(words.title) }
            feed.add("id") { $0.text(address("\(language)/")) }
            feed.add("updated") { $0.text((latest.first.map(changed) ?? Timestamp(seconds: 0)).rfc3339) }
            feed.add("author") { $0.add("name") { $0.text(words.title) } }
            feed.void("link", ["rel": "self", "href": address("\(language)/feed.xml")])
            for article in latest {
                feed.add("entry") { entry in
                    let address = address("\(language)/\(article.id)")
                    entry.add("title") { $0.text(article.title) }
                    entry.add("id") { $0.text(address) }
                    entry.add("updated") { $0.text(changed(article).rfc3339) }
                    entry.void("link", ["href": address])
                    entry.add("content", ["type": "html"]) { $0.text(Markdown.html(PublicArticles.text(of: article))) }
                }
            }
        }
        return feed.out
    }

    /// Every page of every language, with its translations (sitemaps.org 0.9; `xhtml:link` as search engines read it).
    func sitemap() -> String {
        var map = HTMLWriter()
        map.raw("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n")
        map.add("urlset", ["xmlns": "http://www.sitemaps.org/schemas/sitemap/0.9", "xmlns:xhtml": "http://www.w3.org/1999/xhtml"]) { map in
            for language in articles.languages {
                Self.add("\(language)/", articles.languages.map { ($0, "\($0)/") }, site, to: &map)
                for article in articles.listed(in: language) {
                    Self.add("\(language)/\(article.id)", articles.translations(of: article.id).map { ($0, "\($0)/\(article.id)") }, site, to: &map)
                }
            }
        }
        return map.out
    }

    private static func add(_ path: String, _ translations: [(language: String, path: String)], _ site: String, to map: inout HTMLWriter) {
        map.add("url") { url in
            url.add("loc") { $0.text("\(site)/answers/\(path)") }
            for other in translations where translations.count > 1 {
                url.void("xhtml:link", ["rel": "alternate", "hreflang": other.language, "href": "\(site)/answers/\(other.path)"])
            }
        }
        map.raw("\n")
    }

    private func address(_ path: String) -> String { "\(site)/answers/\(path)" }

    private func link(_ article: Article) -> String { "/answers/\(language)/\(article.id)" }

    private func document(
        title: String, heading: String, path: String, alternates: [(language: String, path: String)], isFound: Bool, data: JSON?, _ body: HTMLWriter
    ) -> String {
        var page = HTMLWriter()
        page.raw("<!doctype html>\n")
        page.add("html", ["lang": language]) { html in
            html.add("head") { head in
                head.void("meta", ["charset": "utf-8"])
                head.void("meta", ["name": "viewport", "content": "width=device-width, initial-scale=1"])
                head.add("title") { $0.text(title) }
                head.void("link", ["rel": "stylesheet", "href": "/answers/style.css"])
                head.void("link", ["rel": "canonical", "href": address(path)])
                head.void("link", ["rel": "alternate", "type": "application/atom+xml", "href": "/answers/\(language)/feed.xml"])
                for other in alternates { head.void("link", ["rel": "alternate", "hreflang": other.language, "href": address(other.path)]) }
                if !isFound { head.void("meta", ["name": "robots", "content": "noindex"]) }
                // A data block, not a script: `<` is written so that nothing in it can end it.
                if let data { head.raw("<script type=\"application/ld+json\">\(data.text.replacing("<", with: "\\u003C"))</script>") }
            }
            html.add("body") { document in
                document.add("header") { header in
                    if alternates.count > 1 {
                        header.add("nav", ["aria-label": words.languages]) { nav in
                            for other in alternates {
                                let name = AnswerWords.name(of: other.language)
                                if other.language == language {
                                    nav.add("a", ["href": "/answers/\(other.path)", "lang": other.language, "aria-current": "page"]) { $0.text(name) }
                                } else {
                                    nav.add("a", ["href": "/answers/\(other.path)", "lang": other.language, "hreflang": other.language]) { $0.text(name) }
                                }
                            }
                        }
                    }
                    header.add("h1") { $0.text(heading) }
                }
                document.add("main") { $0.raw(body.out) }
            }
        }
        return page.out
    }
}

/// What the pages say around the articles.
private struct AnswerWords {
    var title, search, find, nothing, all, languages, countries: String
    var found: (Int) -> String

    static func name(of language: String) -> String {
        ["it": "Italiano", "en": "English", "de": "Deutsch", "fr": "Français", "es": "Español", "pt": "Português", "nl": "Nederlands"][language] ?? language
    }

    static var italian: AnswerWords {
        AnswerWords(
            title: "Domande e risposte", search: "Che cosa cerca?", find: "Cerca", nothing: "Nessuna risposta trovata: provi con altre parole.", all: "Tutte le risposte",
            languages: "Lingua", countries: "Vale in:", found: { $0 == 1 ? "Una risposta" : "\($0) risposte" })
    }

    static var english: AnswerWords {
        AnswerWords(
            title: "Questions and answers", search: "What are you looking for?", find: "Search", nothing: "No answer was found: try other words.", all: "All answers",
            languages: "Language", countries: "Applies in:", found: { $0 == 1 ? "One answer" : "\($0) answers" })
    }
}

/// Writes HTML, or XML, with every text and value escaped.
struct HTMLWriter {
    private(set) var out = ""

    mutating func text(_ text: String) { out += Self.escaped(text) }

    /// What is markup already.
    mutating func raw(_ markup: String) { out += markup }

    mutating func add(_ name: String, _ attributes: KeyValuePairs<String, String> = [:], _ content: (inout HTMLWriter) -> Void) {
        open(name, attributes)
        out += ">"
        content(&self)
        out += "</\(name)>"
    }

    /// An element without content; written so that HTML and XML both read it.
    mutating func void(_ name: String, _ attributes: KeyValuePairs<String, String>) {
        open(name, attributes)
        out += " />"
    }

    private mutating func open(_ name: String, _ attributes: KeyValuePairs<String, String>) {
        out += "<\(name)"
        for (name, value) in attributes { out += " \(name)=\"\(Self.escaped(value))\"" }
    }

    static func escaped(_ text: String) -> String {
        var out = String.UnicodeScalarView()
        for scalar in text.unicodeScalars {
            switch scalar {
            case "&": out.append(contentsOf: "&amp;".unicodeScalars)
            case "<": out.append(contentsOf: "&lt;".unicodeScalars)
            case ">": out.append(contentsOf: "&gt;".unicodeScalars)
            case "\"": out.append(contentsOf: "&quot;".unicodeScalars)
            case "'": out.append(contentsOf: "&#39;".unicodeScalars)
            case "\t", "\n": out.append(scalar)
            default: if scalar.value >= 0x20, scalar.value != 0xFFFE, scalar.value != 0xFFFF { out.append(scalar) }  // XML knows no control characters
            }
        }
        return String(out)
    }
}
