import Gateway
import HTTP
import HTTPTypes
import Knowledge
import Messages
import Storage

/// The public pages of the knowledge base: what anybody may read of the live articles, a list for each language, a page for each article, search, a feed and a sitemap. They are the
/// articles themselves: what the bot answers and what the pages say cannot differ.
struct AnswerPages: Sendable {
    static let patterns = ["/answers", "/answers/", "/answers/style.css", "/answers/sitemap.xml", "/answers/{language}/", "/answers/{language}/{id...}"]
    /// What an article names in `channels` or `answers` to be there, or to say it differently, on these pages.
    static let channelKind = "answers"

    private static let longestSearch = 200
    private static let mostFound = 10

    let library: Library
    let store: Store
    let settings: ConsoleSettings

    func register(on router: inout Router, style: @escaping @Sendable (ServerRequest) throws -> ServerResponse) {
        router.on(.get, "/answers") { _, _ in .redirect(.permanentRedirect, to: "/answers/") }
        router.on(.get, "/answers/") { request, _ in
            var response = ServerResponse.redirect(.seeOther, to: "/answers/\(language(for: request))/")
            response.fields[.vary] = "Accept-Language"
            return response
        }
        router.on(.get, "/answers/style.css") { request, _ in try style(request) }
        router.on(.get, "/answers/sitemap.xml") { request, _ in page(request, type: "application/xml; charset=utf-8", sitemap) }
        router.on(.get, "/answers/{language}/") { request, path in
            let language = try known(path["language"])
            let wanted = try search(request)
            let found = wanted.isEmpty ? articles(in: language) : find(wanted, in: language)
            return page(request, type: "text/html; charset=utf-8", AnswerPage(pages: self, language: language).list(found, search: wanted))
        }
        router.on(.get, "/answers/{language}/{id...}") { request, path in
            let language = try known(path["language"])
            let id = path["id"] ?? ""
            if id == "feed.xml" {
                let feed = AnswerPage(pages: self, language: language).feed(articles(in: language), since: try await store.liveSince())
                return page(request, type: "application/atom+xml; charset=utf-8", feed)
            }
            guard let article = library.base.article(id, language: articleLanguage(id, language)), Self.isPublic(article) else {
                throw HTTPProblem(.notFound, "nothing is at this path")
            }
            return page(request, type: "text/html; charset=utf-8", AnswerPage(pages: self, language: language).article(article))
        }
    }

    /// For everybody, on these pages, and whole without asking the reader for anything.
    static func isPublic(_ article: Article) -> Bool {
        article.audience.isEmpty && (article.channels.isEmpty || article.channels.contains(channelKind)) && !article.answer(forChannelKind: channelKind).contains("{{")
    }

    /// By title.
    func articles(in language: String) -> [Article] {
        library.base.articles.filter { $0.language.hasPrefix(language) && Self.isPublic($0) }.sorted { ($0.title, $0.id) < ($1.title, $1.id) }
    }

    /// Primary subtags of the languages in which there is something to read.
    var languages: [String] { library.base.languages.filter { language in library.base.articles.contains { $0.language.hasPrefix(language) && Self.isPublic($0) } } }

    func translations(of id: String) -> [String] {
        languages.filter { language in library.base.articles.contains { $0.id == id && $0.language.hasPrefix(language) && Self.isPublic($0) } }
    }

    /// "pt-BR" of the pages in "pt".
    private func articleLanguage(_ id: String, _ language: String) -> String {
        library.base.articles.first { $0.id == id && $0.language.hasPrefix(language) }?.language ?? language
    }

    private func find(_ text: String, in language: String) -> [Article] {
        let base = library.base
        let match = base.match(Query(text: text, language: language, channelKind: Self.channelKind))
        return match.candidates.filter { $0.language.hasPrefix(language) }.prefix(Self.mostFound).compactMap { base.article($0.articleID, language: $0.language) }.filter(
            Self.isPublic)
    }

    private func known(_ language: String?) throws -> String {
        guard let language, languages.contains(language) else { throw HTTPProblem(.notFound, "there are no answers in this language") }
        return language
    }

    private func search(_ request: ServerRequest) throws -> String {
        // A link from elsewhere may carry parameters of its own: they are passed over.
        let text = request.queryItems.first { $0.name == "q" }?.value ?? ""
        guard text.utf8.count <= Self.longestSearch else { throw HTTPProblem(.badRequest, "q is at most \(Self.longestSearch) bytes long") }
        return String(text.drop { $0.isWhitespace })
    }

    /// The first language of `Accept-Language` that there is (its order is taken for the preference, as browsers send it), else English, else any.
    private func language(for request: ServerRequest) -> String {
        let there = languages
        let wanted = (request[.acceptLanguage] ?? "").split(separator: ",").prefix(20).map { $0.prefix { $0 != ";" && $0 != "-" }.filter { $0 != " " }.lowercased() }
        return wanted.first { there.contains($0) } ?? (there.contains("en") ? "en" : there.first ?? "en")
    }

    private func page(_ request: ServerRequest, type: String, _ text: String) -> ServerResponse {
        let bytes = Array(text.utf8)
        let tag = "W/\"\(Base64URL.encode(Array(Secrets.sha256(bytes).prefix(12))))\""
        var response = request[.ifNoneMatch] == tag ? ServerResponse(.notModified) : ServerResponse.bytes(.ok, type: type, bytes)
        response.fields[.eTag] = tag
        response.fields[.cacheControl] = "public, max-age=60"
        SecurityHeaders.answers.add(to: &response)
        return response
    }

    /// The address of a page, absolute where the server knows its own.
    func address(_ path: String) -> String { "\(settings.publicURL ?? "")/answers/\(path)" }

    private var sitemap: String {
        let pages = languages.flatMap { language in ["\(language)/"] + articles(in: language).map { "\(language)/\($0.id)" } }
        let urls = pages.map { "<url><loc>\(HTMLWriter.escaped(address($0)))</loc></url>\n" }.joined()
        return "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<urlset xmlns=\"http://www.sitemaps.org/schemas/sitemap/0.9\">\n\(urls)</urlset>\n"
    }
}
