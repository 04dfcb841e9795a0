import HTTP
import Knowledge
import Wire

/// Pages of a help centre to import: saved ones of a folder, or those that a sitemap names.
struct KnowledgePages {
    static let mostPages = 500
    private static let mostPageBytes = 2 << 20
    private static let mostSitemapBytes = 8 << 20
    private static let timeout = Duration.seconds(20)

    /// Of pages that do not name their own.
    let language: String
    /// Private networks that may be asked all the same.
    let allowNetworks: [String]

    /// `*.html` and `*.htm` of a folder.
    static func files(in folder: String) throws -> [String] {
        try (KnowledgeFiles.names(in: folder, ending: ".html") + KnowledgeFiles.names(in: folder, ending: ".htm")).map { "\(folder)/\($0)" }.sorted()
    }

    func saved(in folder: String) throws -> [Article] {
        let files = try Self.files(in: folder)
        guard files.count <= Self.mostPages else { throw KnowledgeFiles.Problem("\(folder) holds \(files.count) pages; \(Self.mostPages) can be imported at once") }
        return try distinct(files.map { (place: $0, html: try KnowledgeFiles.text($0, limit: Self.mostPageBytes)) })
    }

    /// The pages of a sitemap, and of the sitemaps that it names: those on its own host.
    func fetched(from sitemap: String) async throws -> [Article] {
        let client = HTTPClient(policy: ClientPolicy(addressGuard: try AddressGuard(allowNetworks: allowNetworks)))
        let host = Self.origin(of: sitemap)
        var pages: [String] = []
        for map in try await locations(in: sitemap, client) where Self.origin(of: map) == host {
            if map.hasSuffix(".xml") { pages += try await locations(in: map, client).filter { Self.origin(of: $0) == host && !$0.hasSuffix(".xml") } } else { pages.append(map) }
            guard pages.count <= Self.mostPages else { throw KnowledgeFiles.Problem("\(sitemap) names more than \(Self.mostPages) pages: name a smaller one of its sitemaps") }
        }
        var read: [(place: String, html: String)] = []
        for page in pages { read.append((page, try await text(of: page, client, Self.mostPageBytes))) }
        return try distinct(read)
    }

    private func locations(in url: String, _ client: HTTPClient) async throws -> [String] {
        Self.locations(try await text(of: url, client, Self.mostSitemapBytes))
    }

    /// What stands in the `<loc>` elements of a sitemap (sitemaps.org 0.9).
    static func locations(_ xml: String) -> [String] {
        var found: [String] = []
        var rest = xml[...]
        while found.count < 50_000, let start = rest.firstRange(of: "<loc>"), let end = rest[start.upperBound...].firstRange(of: "</loc>") {
            let text = rest[start.upperBound..<end.lowerBound].split(whereSeparator: \.isWhitespace).joined()
            found.append(text.replacing("&amp;", with: "&").replacing("&apos;", with: "'").replacing("&quot;", with: "\""))
            rest = rest[end.upperBound...]
        }
        return found
    }

    private static func origin(of url: String) -> Substring {
        guard let scheme = url.firstRange(of: "://") else { return "" }
        return url[..<(url[scheme.upperBound...].firstIndex { "/?#".contains($0) } ?? url.endIndex)]
    }

    private func text(of url: String, _ client: HTTPClient, _ limit: Int) async throws -> String {
        let reply: ClientReply
        do throws(ClientFailure) {
            reply = try await client.send(ClientCall(method: "GET", url: url, headers: [("Accept", "text/html, application/xml")], timeout: Self.timeout, replyLimit: limit))
        } catch {
            switch error {
            case .notSent(let why), .forbidden(let why), .unknown(let why): throw KnowledgeFiles.Problem("\(url): \(why)")
            }
        }
        guard reply.status == 200 else { throw KnowledgeFiles.Problem("\(url) was answered with status \(reply.status); redirects are not followed: name the page itself") }
        guard reply.body.count < limit else { throw KnowledgeFiles.Problem("\(url) is larger than \(limit >> 20) MiB") }
        guard let text = String(validating: reply.body, as: UTF8.self) else { throw KnowledgeFiles.Problem("\(url) is not UTF-8") }
        return text
    }

    /// Articles of all pages; of two with one id in one language, the second gets a number. Pages without words are left out.
    private func distinct(_ pages: [(place: String, html: String)]) throws -> [Article] {
        var taken: [String: Int] = [:]
        var articles: [Article] = []
        for page in pages {
            for var article in try KnowledgePage(page.html, place: page.place).articles(language: language) where !article.title.isEmpty && !article.body.isEmpty {
                let times = taken["\(article.language) \(article.id)", default: 0] + 1
                taken["\(article.language) \(article.id)"] = times
                if times > 1 { article.id += "-\(times)" }
                articles.append(article)
            }
        }
        guard !articles.isEmpty else { throw KnowledgeFiles.Problem("no page holds a title and words") }
        return articles
    }
}
