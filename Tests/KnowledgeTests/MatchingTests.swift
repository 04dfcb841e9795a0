import Messages
import Testing

@testable import Knowledge

@Suite struct MatchingTests {
    static let now = Timestamp(seconds: 1_760_000_000)

    static let articles = [
        Article(
            id: "refund", title: "Refund of an order", language: "en",
            questions: ["When do I get my money back?", "I want a refund", "my refund has not arrived", "how long does a refund take"],
            body: "Within five days.", answers: ["line": "5 days."], version: "r1"),
        Article(
            id: "shipping", title: "Cost of delivery", language: "en",
            questions: ["How much is shipping?", "what do you charge for delivery", "is delivery free", "shipping price to France"], body: "Five euros."),
        Article(
            id: "hours", title: "Opening hours", language: "en",
            questions: ["When are you open?", "what time does the shop close", "are you open on sunday", "opening times today"], body: "Nine to five."),
        Article(
            id: "refund", title: "Rimborso di un ordine", language: "it",
            questions: ["Quando ricevo il rimborso?", "voglio i miei soldi indietro", "il rimborso non è arrivato", "tempi di rimborso"], body: "Entro cinque giorni."),
        Article(
            id: "shipping", title: "Costo della spedizione", language: "it",
            questions: ["Quanto costa la spedizione?", "la consegna è gratis?", "spese di spedizione", "quanto si paga per la consegna"], body: "Cinque euro."),
    ]

    static let base: KnowledgeBase? = try? KnowledgeBase(articles: articles, now: now)

    private func answered(_ query: Query) throws -> String? {
        let base = try #require(Self.base)
        guard case .answer(let candidate) = base.match(query).decision else { return nil }
        return "\(candidate.articleID) \(candidate.language)"
    }

    @Test(
        arguments: [
            ("I want a refund", "refund en"), ("how much is the shiping?", "shipping en"), ("what time do you close", "hours en"),
            ("Quando ricevo il rimborso?", "refund it"), ("quanto costa la spedizone", "shipping it"), ("RIMBORSO NON ARRIVATO", "refund it"),
        ])
    func `the right article answers in its language`(_ text: String, _ expected: String) throws {
        #expect(try answered(Query(text: text)) == expected)
    }

    @Test(arguments: ["can my dog eat grapes", "asdf qwer zxcv", "Wo ist meine Bestellung und warum ist sie nicht hier?", "", "🙂", "the of and", "\u{200B}\u{0}"])
    func `what no article answers is not answered`(_ text: String) throws {
        #expect(try answered(Query(text: text)) == nil)
    }

    @Test func `the answer is the channel's own where it has one`() throws {
        let base = try #require(Self.base)
        let best = try #require(base.match(Query(text: "I want a refund")).candidates.first)
        #expect(base.answerText(for: best, channelKind: "line") == "5 days.")
        #expect(base.answerText(for: best, channelKind: "email") == "Within five days.")
        #expect(best.version == "r1")
    }

    @Test func `the order of the articles makes no difference`() throws {
        let texts = ["refund please", "shiping to italy cost", "open sunday", "rimborso spedizione", "soldi", "hello there", "how long"]
        let base = try #require(Self.base)
        let expected = texts.map { base.match(Query(text: $0)) }
        for turn in 1..<Self.articles.count {
            let turned = Array(Self.articles[turn...] + Self.articles[..<turn].reversed())
            let other = try KnowledgeBase(articles: turned, now: Self.now)
            #expect(texts.map { other.match(Query(text: $0)) } == expected)
        }
    }

    @Test func `an answer explains itself by the words that spoke for it and against it`() throws {
        let base = try #require(Self.base)
        let query = Query(text: "when do I get my refnd")
        let spoke = base.explain(query, articleID: "refund")
        #expect(spoke.first?.word == "refund")
        #expect(spoke.first.map { $0.weight > 0 } == true)
        #expect(zip(spoke, spoke.dropFirst()).allSatisfy { abs($0.weight) >= abs($1.weight) })
        #expect(base.explain(query, articleID: "hours").contains { $0.word == "refund" && $0.weight < 0 })
        #expect(base.explain(query, articleID: "nothing").isEmpty)
        #expect(base.explain(Query(text: ""), articleID: "refund").isEmpty)
    }

    @Test func `a workspace that was used before changes nothing`() throws {
        let base = try #require(Self.base)
        var workspace = MatchWorkspace()
        for text in ["refund", "quanto costa la spedizione", "xyz", "", "when are you open", "refund"] {
            #expect(base.match(Query(text: text), using: &workspace) == base.match(Query(text: text)))
        }
    }

    @Test func `an id may exist once in a language`() {
        var twin = Self.articles[0]
        twin.file = "twin.md"
        let problem = #expect(throws: ArticleProblem.self) { _ = try KnowledgeBase(articles: Self.articles + [twin], now: Self.now) }
        #expect(problem?.message.contains("'refund'") == true)
        #expect(problem?.file == "twin.md")
    }

    @Test func `only what is live and valid is used`() throws {
        var articles = Array(Self.articles[..<3])
        articles[0].status = .draft
        articles[1].validUntil = Self.now
        articles[2].validFrom = Self.now
        let base = try KnowledgeBase(articles: articles, now: Self.now)
        #expect(base.articles.map(\.id) == ["hours"])
        #expect(try KnowledgeBase(articles: [], now: Self.now).match(Query(text: "I want a refund")).decision == .unsure)
    }

    @Test func `what is not for the reader or the channel is never shown`() throws {
        var articles = Array(Self.articles[..<3])
        articles[0].audience = ["staff"]
        articles[1].channels = ["email"]
        let base = try KnowledgeBase(articles: articles, now: Self.now)
        func best(_ query: Query) -> String? { base.match(query).candidates.first?.articleID }
        #expect(best(Query(text: "I want a refund")) != "refund")
        #expect(base.match(Query(text: "I want a refund")).decision == .unsure)
        #expect(best(Query(text: "I want a refund", audience: ["staff"])) == "refund")
        #expect(best(Query(text: "is delivery free", channelKind: "line")) != "shipping")
        #expect(best(Query(text: "is delivery free", channelKind: "email")) == "shipping")
        var workspace = MatchWorkspace()
        #expect(!base.ranking(Query(text: "I want a refund"), using: &workspace).contains { $0.articleID == "refund" })
    }

    @Test func `the ranking is whole, falls, and never adds up to more than certainty`() throws {
        let base = try #require(Self.base)
        var workspace = MatchWorkspace()
        for text in ["refund for delivery", "shipping", "opening"] {
            let ranking = base.ranking(Query(text: text, language: "en"), using: &workspace)
            #expect(ranking.count == 3)
            #expect(zip(ranking, ranking.dropFirst()).allSatisfy { $0.confidence >= $1.confidence })
            // The shares are single floats.
            #expect(ranking.reduce(0) { $0 + $1.confidence } <= 1 + 1e-6)
        }
    }

    @Test(
        arguments: [
            String(repeating: "refund ", count: 15_000), String(repeating: "a", count: 100_000), String(repeating: "\u{200B}", count: 50_000),
            String(repeating: "e\u{301}\u{302}", count: 30_000), String(decoding: [UInt8](repeating: 0xFF, count: 100_000), as: UTF8.self),
            String(repeating: "👨‍👩‍👧‍👦", count: 5_000), String(repeating: "shipxing ", count: 10_000), String(repeating: "退货", count: 30_000),
        ])
    func `a hostile text costs no more than its first 2,000 characters`(_ text: String) throws {
        let base = try #require(Self.base)
        var workspace = MatchWorkspace()
        let whole = base.match(Query(text: text), using: &workspace)
        #expect(workspace.words.bytes.count <= Folding.limit * 4)
        #expect(workspace.words.count <= Folding.limit)
        let start = String(String.UnicodeScalarView(text.unicodeScalars.prefix(Folding.limit)))
        #expect(base.match(Query(text: start)) == whole)
    }

    @Test func `many threads match at once`() async throws {
        let base = try #require(Self.base)
        let expected = base.match(Query(text: "how much is the shiping?"))
        await withTaskGroup(of: Match.self) { group in
            for _ in 0..<32 { group.addTask { base.match(Query(text: "how much is the shiping?")) } }
            for await match in group { #expect(match == expected) }
        }
    }
}
