import Gateway
import HTTP
import HTTPTypes
import Knowledge
import Messages
import Storage
import Synchronization

/// The public pages of the knowledge base: what anybody may read of the live articles, a list for each language, a page for each article, search, a feed and a sitemap. They are the
/// articles themselves: what the bot answers and what the pages say cannot differ.
final class AnswerPages: Sendable {
    static let patterns = ["/answers", "/answers/", "/answers/style.css", "/answers/sitemap.xml", "/answers/{language}/", "/answers/{language}/{id...}"]
    private static let longestSearch = 200
    private static let mostFound = 20
    /// From this on the matcher's word counts also where the words of a search are not in the article.
    private static let leastConfidence = 0.4

    let library: Library
    let store: Store
    let settings: ConsoleSettings
    private let shelf = Mutex<PublicArticles?>(nil)

    init(library: Library, store: Store, settings: ConsoleSettings) {
        self.library = library
        self.store = store
        self.settings = settings
    }

    func register(on router: inout Router, style: @escaping @Sendable (ServerRequest) throws -> ServerResponse) {
        router.on(.get, "/answers") { _, _ in .redirect(.permanentRedirect, to: "/answers/") }
        router.on(.get, "/answers/") { [self] request, _ in
            var response = ServerResponse.redirect(.seeOther, to: "/answers/\(language(for: request))/")
            response.fields[.vary] = "Accept-Language"
            return response
        }
        router.on(.get, "/answers/style.css") { request, _ in try style(request) }
        router.on(.get, "/answers/sitemap.xml") { [self] request, _ in
            page(request, type: "application/xml; charset=utf-8", AnswerPage(articles: articles, site: site(of: request), language: "").sitemap())
        }
        router.on(.get, "/answers/{language}/") { [self] request, path in
            let articles = articles
            let language = try known(path["language"], articles)
            let wanted = try search(request)
            let found = wanted.isEmpty ? articles.listed(in: language) : find(wanted, in: language, articles)
            return page(request, type: "text/html; charset=utf-8", AnswerPage(articles: articles, site: site(of: request), language: language).list(found, search: wanted))
        }
        router.on(.get, "/answers/{language}/{id...}") { [self] request, path in
            let articles = articles
            let language = try known(path["language"], articles)
            let id = path["id"] ?? ""
            let pages = AnswerPage(articles: articles, site: site(of: request), language: language)
            if id == "feed.xml" { return page(request, type: "application/atom+xml; charset=utf-8", pages.feed(since: try await store.liveSince())) }
            guard let article = articles.article(id, in: language) else { throw HTTPProblem(.notFound, "nothing is at this path") }
            return page(request, type: "text/html; charset=utf-8", pages.article(article))
        }
    }

    /// What is public of the articles that are live now; sorted out once for each knowledge base.
    private var articles: PublicArticles {
        let (base, number) = library.numbered
        return shelf.withLock { kept in
            if let kept, kept.number == number { return kept }
            let made = PublicArticles(base, number: number)
            kept = made
            return made
        }
    }

    /// What has the words, and what the matcher of the bot takes it for: a word or a whole question finds its answers.
    private func find(_ text: String, in language: String, _ articles: PublicArticles) -> [Article] {
        let listed = articles.listed(in: language)
        var shares: [ArticleKey: Double] = [:]
        for hit in articles.search(in: language).find(text) { shares[ArticleKey(listed[hit.place])] = hit.share }
        for candidate in library.base.match(Query(text: text, language: language, channelKind: PublicArticles.channelKind)).candidates {
            let key = ArticleKey(id: candidate.articleID, language: candidate.language)
            if candidate.confidence >= Self.leastConfidence || shares[key] != nil { shares[key, default: 0] += candidate.confidence }
        }
        return listed.filter { shares[ArticleKey($0)] != nil }.sorted { (shares[ArticleKey($1)] ?? 0, $0.title) < (shares[ArticleKey($0)] ?? 0, $1.title) }.prefix(Self.mostFound)
            .map(\.self)
    }

    private func known(_ language: String?, _ articles: PublicArticles) throws -> String {
        guard let language, articles.languages.contains(language) else { throw HTTPProblem(.notFound, "there are no answers in this language") }
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
        let there = articles.languages
        let wanted = (request[.acceptLanguage] ?? "").split(separator: ",").prefix(20).map { $0.prefix { $0 != ";" && $0 != "-" }.filter { $0 != " " }.lowercased() }
        return wanted.first { there.contains($0) } ?? (there.contains("en") ? "en" : there.first ?? "en")
    }

    private func page(_ request: ServerRequest, type: String, _ text: String) -> ServerResponse {
        let bytes = Array(text.utf8)
        let tag = "W/\"\(Base64URL.encode(Array(Secrets.sha256(bytes).prefix(12))))\""
        var response = request.knows(tag) ? ServerResponse(.notModified) : ServerResponse.bytes(.ok, type: type, bytes)
        response.fields[.eTag] = tag
        response.fields[.cacheControl] = "public, max-age=60"
        SecurityHeaders.answers.add(to: &response)
        return response
    }

    /// Where the pages are for those who follow a link: where the settings say, else where this reader found them.
    private func site(of request: ServerRequest) -> String {
        settings.publicURL ?? "\(request.isSecure ? "https" : "http")://\(request.host)"
    }
}
