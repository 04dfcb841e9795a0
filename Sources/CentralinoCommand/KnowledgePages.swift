import HTTP
import Knowledge
import Mail
import Wire

/// Pages of a help centre to import: saved ones of a folder, or those that a sitemap names.
struct KnowledgePages {
    /// What became of them.
    struct Found {
        var articles: [Article]
        /// What was left out, and why; a line each.
        var skipped: [String] = []
    }

    static let mostPages = 2_000
    /// Sitemaps read, those that other ones name included.
    private static let mostSitemaps = 50
    private static let mostPageBytes = 2 << 20
    private static let mostSitemapBytes = 8 << 20

    /// Of pages that do not name their own.
    let language: String
    /// Private networks that may be asked all the same.
    let allowNetworks: [String]

    /// `*.html` and `*.htm` of a folder.
    static func files(in folder: String) throws -> [String] {
        try (KnowledgeFiles.names(in: folder, ending: ".html") + KnowledgeFiles.names(in: folder, ending: ".htm")).map { "\(folder)/\($0)" }.sorted()
    }

    func saved(in folder: String) throws -> Found {
        let files = try Self.files(in: folder)
        guard files.count <= Self.mostPages else { throw KnowledgeFiles.Problem("\(folder) holds \(files.count) pages; \(Self.mostPages) can be imported at once") }
        var found = Found(articles: [])
        let pages = files.compactMap { file -> (place: String, html: String)? in
            do {
                return (file, PageText.decoded(try KnowledgeFiles.read(file, limit: Self.mostPageBytes)))
            } catch {
                found.skipped.append("\(error)")
                return nil
            }
        }
        return try distinct(pages, found)
    }

    /// The pages of a sitemap, and of the sitemaps that it names: those on its own host, each once.
    func fetched(from sitemap: String) async throws -> Found {
        let site = HelpSite(client: HTTPClient(policy: ClientPolicy(addressGuard: try AddressGuard(allowNetworks: allowNetworks))), origin: HelpSite.origin(of: sitemap))
        var found = Found(articles: [])
        var maps = [sitemap]
        var pages: [String] = []
        var seen: Set<String> = [sitemap]
        var read = 0
        while let map = maps.first {
            maps.removeFirst()
            guard read < Self.mostSitemaps else {
                found.skipped.append("\(map): more than \(Self.mostSitemaps) sitemaps")
                continue
            }
            read += 1
            let places: [String]
            do {
                places = Self.locations(try await site.sitemap(at: map, limit: Self.mostSitemapBytes))
            } catch {
                // Without the first one there is nothing; one of many is only named.
                guard read > 1 else { throw error }
                found.skipped.append("\(error)")
                continue
            }
            for place in places where seen.insert(place).inserted {
                guard HelpSite.origin(of: place) == site.origin else {
                    found.skipped.append("\(place): on another host than the sitemap")
                    continue
                }
                if place.hasSuffix(".xml") || place.hasSuffix(".xml.gz") { maps.append(place) } else { pages.append(place) }
                guard pages.count <= Self.mostPages else { throw KnowledgeFiles.Problem("\(sitemap) names more than \(Self.mostPages) pages: name a smaller one of its sitemaps") }
            }
        }
        var texts: [(place: String, html: String)] = []
        for page in pages.sorted() {
            do { texts.append((page, try await site.page(at: page, limit: Self.mostPageBytes))) } catch { found.skipped.append("\(error)") }
        }
        return try distinct(texts, found)
    }

    /// What stands in the `<loc>` elements of a sitemap (sitemaps.org 0.9).
    static func locations(_ xml: String) -> [String] {
        var found: [String] = []
        var rest = xml[...]
        while found.count < 50_000, let start = rest.firstRange(of: "<loc>"), let end = rest[start.upperBound...].firstRange(of: "</loc>") {
            let text = rest[start.upperBound..<end.lowerBound].split(whereSeparator: \.isWhitespace).joined().replacing("<![CDATA[", with: "").replacing("]]>", with: "")
            found.append(text.replacing("&amp;", with: "&").replacing("&apos;", with: "'").replacing("&quot;", with: "\""))
            rest = rest[end.upperBound...]
        }
        return found
    }

    /// Articles of all pages; of two with one id in one language, the second gets a number, unless it says the same. Pages without words are left out.
    private func distinct(_ pages: [(place: String, html: String)], _ found: Found) throws -> Found {
        var found = found
        var taken: [String: [Article]] = [:]
        for page in pages {
            let articles = try KnowledgePage(page.html, place: page.place).articles(language: language).filter { !$0.title.isEmpty && !$0.body.isEmpty }
            if articles.isEmpty { found.skipped.append("\(page.place): no title with words below it") }
            for var article in articles {
                let earlier = taken["\(article.language) \(article.id)", default: []]
                if let same = earlier.first(where: { $0.title == article.title && $0.body == article.body }) {
                    found.skipped.append("\(page.place): \"\(article.title)\" says the same as \(same.file)")
                    continue
                }
                taken["\(article.language) \(article.id)", default: []].append(article)
                if !earlier.isEmpty { article.id += "-\(earlier.count + 1)" }
                found.articles.append(article)
            }
        }
        guard !found.articles.isEmpty else {
            throw KnowledgeFiles.Problem((found.skipped.prefix(20) + ["nothing of it can be imported"]).joined(separator: "; "))
        }
        return found
    }
}

/// Fetches texts of one host, within limits. Redirects count as far as they stay there.
private struct HelpSite {
    private static let mostRedirects = 3
    private static let timeout = Duration.seconds(20)

    let client: HTTPClient
    let origin: Substring

    static func origin(of url: String) -> Substring {
        guard let scheme = url.firstRange(of: "://") else { return "" }
        return url[..<(url[scheme.upperBound...].firstIndex { "/?#".contains($0) } ?? url.endIndex)]
    }

    func page(at url: String, limit: Int) async throws -> String {
        let reply = try await reply(from: url, limit)
        let type = reply.headers.first { $0.name.lowercased() == "content-type" }?.value
        return PageText.decoded(reply.body, contentType: type)
    }

    /// A sitemap may be packed; it unpacks to as much as it may have unpacked.
    func sitemap(at url: String, limit: Int) async throws -> String {
        var bytes = try await reply(from: url, limit).body
        if bytes.starts(with: [0x1F, 0x8B]) {
            guard let unpacked = Gzip.unpacked(bytes, limit: limit) else { throw KnowledgeFiles.Problem("\(url) is not sound gzip, or unpacks to more than \(limit >> 20) MiB") }
            bytes = unpacked
        }
        guard let text = String(validating: bytes, as: UTF8.self) else { throw KnowledgeFiles.Problem("\(url) is not UTF-8") }
        return text
    }

    private func reply(from url: String, _ limit: Int) async throws -> ClientReply {
        var place = url
        for _ in 0...Self.mostRedirects {
            let reply: ClientReply
            do throws(ClientFailure) {
                let call = ClientCall(method: "GET", url: place, headers: [("Accept", "text/html, application/xml")], timeout: Self.timeout, replyLimit: limit)
                reply = try await client.send(call)
            } catch {
                switch error {
                case .notSent(let why), .forbidden(let why), .unknown(let why): throw KnowledgeFiles.Problem("\(url): \(why)")
                }
            }
            if [301, 302, 303, 307, 308].contains(reply.status), let target = reply.headers.first(where: { $0.name.lowercased() == "location" })?.value {
                place = target.hasPrefix("/") && !target.hasPrefix("//") ? origin + target : target
                guard Self.origin(of: place) == origin else { throw KnowledgeFiles.Problem("\(url) leads to another host: \(place)") }
                continue
            }
            guard reply.status == 200 else { throw KnowledgeFiles.Problem("\(url) was answered with status \(reply.status)") }
            guard reply.body.count < limit else { throw KnowledgeFiles.Problem("\(url) is larger than \(limit >> 20) MiB") }
            return reply
        }
        throw KnowledgeFiles.Problem("\(url) leads on more than \(Self.mostRedirects) times")
    }
}
