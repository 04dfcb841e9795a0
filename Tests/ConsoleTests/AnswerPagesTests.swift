import Gateway
import HTTPTypes
import Knowledge
import Messages
import Testing

@testable import Console

@Suite(.timeLimit(.minutes(1)))
struct AnswerPagesTests {
    private static let articles = [
        Article(
            id: "shipping", title: "What <shipping> costs", language: "en", questions: ["how much is shipping", "delivery cost", "is it free", "postage"],
            body:
                "Shipping costs **€4.90**.\n\n# More\n\nSee <script>alert(1)</script> [bad](javascript:alert(1)) [good](https://shop.example/a?b=1&c=2) ![a picture](https://x.example/p.png)\n\n- one\n- two",
            version: "v1"),
        Article(id: "shipping", title: "Quanto costa la spedizione", language: "it", questions: ["quanto costa spedire"], body: "Costa 4,90 €.", version: "v2"),
        Article(
            id: "returns", title: "Returns", language: "en", questions: ["send back", "return an item", "how do I return"], body: "Thirty days.",
            answers: ["answers": "Within thirty days."], version: "v3"),
        Article(id: "dealers", title: "Dealers", language: "en", body: "40 % off.", audience: ["dealers"], version: "v4"),
        Article(id: "lines", title: "Lines", language: "en", body: "Only there.", channels: ["line"], version: "v5"),
        Article(id: "order", title: "Orders", language: "en", body: "Order {{order}} is on its way.", version: "v6"),
        Article(id: "later", title: "Later", language: "en", body: "Not yet.", validFrom: Timestamp(seconds: 4_000_000_000), version: "v7"),
    ]

    private func get(_ target: String, _ fields: [(name: String, value: String)] = []) async throws -> Answer {
        try await Office(publicURL: "https://help.example", articles: Self.articles).answer(.get, target, fields)
    }

    private func text(_ answer: Answer) -> String { String(decoding: answer.bytes, as: UTF8.self) }

    @Test func `A page shows the article and nothing that runs`() async throws {
        let answer = try await get("/answers/en/shipping")
        let page = text(answer)
        #expect(answer.status == 200 && answer.fields[.contentType] == "text/html; charset=utf-8")
        #expect(page.contains("<h1>What &lt;shipping&gt; costs</h1>") && page.contains("<strong>€4.90</strong>") && page.contains("<h3>More</h3>") && page.contains("<li>one</li>"))
        #expect(page.contains("<a href=\"https://shop.example/a?b=1&amp;c=2\">good</a>") && page.contains("a picture"))
        #expect(!page.contains("alert(1)</script>") && !page.contains("javascript:") && !page.contains("<img") && !page.contains("<script>"))
        #expect(page.contains("<link rel=\"canonical\" href=\"https://help.example/answers/en/shipping\" />"))
        #expect(page.contains("hreflang=\"it\" href=\"https://help.example/answers/it/shipping\""))
        #expect(page.contains("\"@type\":\"Question\",\"name\":\"What \\u003Cshipping> costs\""))
        #expect(answer.fields[.contentSecurityPolicy]?.contains("default-src 'none'") == true)
        #expect(try await get("/answers/en/shipping", [("If-None-Match", answer.fields[.eTag] ?? "")]).status == 304)
    }

    @Test func `A list shows what is for everybody`() async throws {
        let page = text(try await get("/answers/en/"))
        #expect(page.contains("href=\"/answers/en/shipping\"") && page.contains("href=\"/answers/en/returns\""))
        #expect(!page.contains("Dealers") && !page.contains("Lines") && !page.contains("Orders") && !page.contains("Later"))
        let italian = text(try await get("/answers/it/"))
        #expect(italian.contains("lang=\"it\"") && italian.contains("Quanto costa la spedizione") && italian.contains("Domande e risposte"))
        #expect(text(try await get("/answers/en/returns")).contains("Within thirty days."))
    }

    @Test(arguments: [
        "/answers/en/dealers", "/answers/en/lines", "/answers/en/order", "/answers/en/later", "/answers/en/nothing", "/answers/de/", "/answers/it/returns", "/answers/e/",
    ])
    func `What is not for everybody is not there`(target: String) async throws {
        #expect(try await get(target).status == 404)
    }

    @Test func `Search finds by meaning and says when there is nothing`() async throws {
        let page = text(try await get("/answers/en/?q=how+do+I+return+an+item&utm=1"))
        #expect(page.contains("/answers/en/returns") && page.contains("role=\"status\"") && page.contains("noindex"))
        let nothing = text(try await get("/answers/en/?q=%22%3E%3Cscript%3Ezzz%3C/script%3E"))
        #expect(nothing.contains("value=\"&quot;&gt;&lt;script&gt;zzz&lt;/script&gt;\"") && !nothing.contains("<script>zzz"))
        #expect(try await get("/answers/en/?q=\(String(repeating: "a", count: 201))").status == 400)
    }

    @Test(arguments: [("it-IT,it;q=0.9,en;q=0.8", "it"), ("de-DE", "en"), ("", "en"), ("en;q=0.1, it", "en")])
    func `The reader's language is taken`(accept: String, language: String) async throws {
        let answer = try await get("/answers/", accept.isEmpty ? [] : [("Accept-Language", accept)])
        #expect(answer.status == 303 && answer.fields[.location] == "/answers/\(language)/")
    }

    @Test func `The feed carries every page as HTML that is escaped once`() async throws {
        let answer = try await get("/answers/en/feed.xml")
        let feed = text(answer)
        #expect(answer.status == 200 && answer.fields[.contentType]?.hasPrefix("application/atom+xml") == true)
        #expect(feed.contains("<id>https://help.example/answers/en/shipping</id>") && feed.contains("&lt;strong&gt;€4.90&lt;/strong&gt;"))
        #expect(feed.contains("What &lt;shipping&gt; costs") && !feed.contains("Dealers") && feed.split(separator: "<entry>").count == 3)
    }

    @Test func `The sitemap names every page`() async throws {
        let map = text(try await get("/answers/sitemap.xml"))
        for path in ["en/", "it/", "en/shipping", "it/shipping", "en/returns"] { #expect(map.contains("<loc>https://help.example/answers/\(path)</loc>")) }
        #expect(map.split(separator: "<url>").count == 6)
    }

    @Test(arguments: [
        ("en", "shippin", "shipping"), ("en", "ship", "shipping"), ("en", "postge", "shipping"), ("en", "thirty", "returns"), ("it", "spedizoine", "shipping"),
    ])
    func `a word, its beginning or its misspelling finds the articles that have it`(language: String, text: String, first: String) async throws {
        let page = self.text(try await get("/answers/\(language)/?q=\(text)"))
        #expect(page.matches(of: /<li><a href="\/answers\/..\/([a-z]+)"/).map { String($0.1) }.first == first)
    }

    @Test(arguments: ["zzqqy", "Dealers", "xylophone+concerts+tonight"])
    func `what no article is about finds nothing`(text: String) async throws {
        #expect(self.text(try await get("/answers/en/?q=\(text)")).contains("No answer was found"))
    }

    @Test func `a page is known again however a cache writes its tag`() async throws {
        let tag = try #require(try await get("/answers/en/").fields[.eTag])
        for known in [tag, String(tag.dropFirst(2)), "\"other\", \(tag)", "*"] { #expect(try await get("/answers/en/", [("If-None-Match", known)]).status == 304) }
        #expect(try await get("/answers/en/", [("If-None-Match", "W/\"other\"")]).status == 200)
    }

    @Test func `without an address of its own the server's pages are where the reader found them`() async throws {
        let office = try await Office(articles: Self.articles)
        for (isSecure, scheme) in [(false, "http"), (true, "https")] {
            let feed = text(try await office.answer(.get, "/answers/en/feed.xml", isSecure: isSecure))
            #expect(feed.contains("<id>\(scheme)://") && feed.contains("/answers/en/shipping</id>"), "an Atom id is an absolute address (RFC 4287 §4.2.6)")
        }
    }

    @Test func `a page in one language has no empty list of languages`() async throws {
        #expect(!text(try await get("/answers/en/returns")).contains("<nav"))
        #expect(text(try await get("/answers/en/shipping")).contains("<nav aria-label=\"Language\">"))
        #expect(text(try await get("/answers/sitemap.xml")).contains("hreflang=\"it\" href=\"https://help.example/answers/it/shipping\""))
    }

    @Test func `an article in two forms of one language stands among its pages once`() async throws {
        let articles = ["pt", "pt-BR"].map { Article(id: "envio", title: "Envio", language: $0, questions: ["quanto custa o envio"], body: "Texto.") }
        let page = text(try await Office(articles: articles).answer(.get, "/answers/pt/"))
        #expect(page.matches(of: /href="\/answers\/pt\/envio"/).count == 1)
    }

    @Test func `what an edit changes is on the pages at once`() async throws {
        let office = try await Office(articles: Self.articles)
        #expect(text(try await office.answer(.get, "/answers/en/?q=thirty")).contains("Returns"))
        var changed = Self.articles
        changed[2].answers = ["answers": "Sixty days."]
        office.library.replace(try KnowledgeBase(articles: changed, now: Timestamp(seconds: 1_800_000_000)))
        #expect(text(try await office.answer(.get, "/answers/en/returns")).contains("Sixty days."))
        #expect(text(try await office.answer(.get, "/answers/en/?q=sixty")).contains("Returns"))
    }
}
