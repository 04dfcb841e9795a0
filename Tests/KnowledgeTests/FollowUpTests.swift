import Messages
import Testing

@testable import Knowledge

@Suite struct FollowUpTests {
    private static func article(_ id: String, _ language: String, _ title: String, _ questions: [String], _ body: String, answers: [String: String] = [:]) -> Article {
        Article(id: id, title: title, language: language, questions: questions, body: body, answers: answers)
    }

    static let base: KnowledgeBase? = try? KnowledgeBase(
        articles: [
            article(
                "cost", "en", "What shipping costs",
                ["how much is shipping", "shipping price", "what does delivery cost", "postage for a parcel", "do I pay for shipping", "shipping rates"],
                "Shipping costs 5 €.\n\n- **Sicily and Sardinia:** 8 €.\n- **Express:** 10 €.\n\nYou see it in your basket.", answers: ["line": "Shipping costs 5 €. Ask for more."]
            ),
            article(
                "time", "en", "How many days a parcel takes",
                ["how long does delivery take", "how many days until it arrives", "when does my parcel come", "how long is shipping", "how long does the parcel take"],
                "A parcel takes 2 days. To Sicily it takes 5 days. We do not work on Sundays."),
            article(
                "cards", "en", "Gift cards", ["do you sell gift cards", "gift card", "can I give a voucher", "buy a gift card as a present", "voucher for a friend"],
                "Yes, from 25 € on. They are valid for 24 months. Write the code at checkout."),
            article(
                "abroad", "en", "Shipping abroad", ["do you ship abroad", "delivery to Switzerland", "can you send it to Austria", "shipping to Norway", "outside the country"],
                "To Switzerland and Austria for 20 €."),
            article(
                "track", "en", "Where is it", ["where is my order", "track my parcel", "tracking number", "order status", "what about my order"], "It is on its way."),
            article(
                "costo", "it", "Quanto costa la spedizione",
                ["quanto costa la spedizione", "spese di spedizione", "costo della consegna", "quanto pago per spedire", "prezzo della spedizione"],
                "La spedizione costa 5 €. In Sardegna costa 8 €. Lo vedi nel carrello."),
            article(
                "tempi", "it", "In quanti giorni arriva",
                ["in quanto tempo arriva", "quanti giorni ci mette il pacco", "quando arriva la spedizione", "tempi di consegna", "quanto ci mette ad arrivare"],
                "Il pacco arriva in 2 giorni. In Sardegna ce ne vogliono 5 giorni. La domenica non consegniamo."),
        ], now: MatchingTests.now)

    private func followUp(_ question: String, _ article: String, _ text: String, language: String = "en", channel: String? = nil) throws -> FollowUp? {
        let base = try #require(Self.base)
        let query = Query(text: text, channelKind: channel)
        return base.followUp(query, after: AskedBefore(question: question, articleID: article, language: language), alone: base.match(query))
    }

    @Test(
        arguments: [
            ("how much is shipping?", "cost", "and to Sicily?", "Sicily and Sardinia: 8 €."), ("how much is shipping?", "cost", "what about express?", "Express: 10 €."),
            ("how long does delivery take?", "time", "and to Sicily?", "To Sicily it takes 5 days."), ("do you sell gift cards", "cards", "how much?", "Yes, from 25 € on."),
            ("do you sell gift cards", "cards", "do they expire?", "They are valid for 24 months."),
            ("do you sell gift cards", "cards", "ok thanks, how long are they valid?", "They are valid for 24 months."),
        ])
    func `what the article before says of it is the answer`(_ question: String, _ article: String, _ text: String, _ passage: String) throws {
        let found = try #require(try followUp(question, article, text))
        #expect(found.candidate.articleID == article && found.passages == [passage])
    }

    @Test(arguments: [
        ("quanto costa la spedizione?", "costo", "e in Sardegna?", "In Sardegna costa 8 €."),
        ("in quanto tempo arriva?", "tempi", "e in Sardegna?", "In Sardegna ce ne vogliono 5 giorni."),
    ])
    func `the same in Italian, by what was asked before`(_ question: String, _ article: String, _ text: String, _ passage: String) throws {
        let found = try #require(try followUp(question, article, text, language: "it"))
        #expect(found.candidate.articleID == article && found.passages == [passage])
    }

    @Test func `a short text of the channel is looked at first, then the whole article`() throws {
        #expect(try followUp("how much is shipping?", "cost", "and express?", channel: "line")?.passages == ["Express: 10 €."])
    }

    @Test(
        arguments: [
            ("how much is shipping?", "cost", "and the weather?"), ("how much is shipping?", "cost", "but why?"), ("how much is shipping?", "cost", "who pays for Sicily?"),
            ("how much is shipping?", "cost", "and then?"), ("do you sell gift cards", "cards", "and my dog?"), ("do you sell gift cards", "cards", "and to Sicily?"),
            ("do you ship abroad", "abroad", "how much is it?"), ("how much is shipping?", "cost", "thanks"), ("how much is shipping?", "cost", "I want to talk to a person"),
            ("how much is shipping?", "cost", "and could you please tell me a little more about all of the prices in Sicily there"),
        ])
    func `what it does not say is left to people`(_ question: String, _ article: String, _ text: String) throws {
        #expect(try followUp(question, article, text) == nil)
    }

    @Test func `a sure answer that names its matter stands`() throws {
        #expect(try followUp("how long does delivery take?", "time", "and do you sell gift cards?") == nil)
    }

    @Test func `an article that is gone, or meant for others, is not quoted`() throws {
        let article = Article(
            id: "cost", title: "What shipping costs", language: "en", questions: ["how much is shipping"], body: "It costs 5 €. To Sicily it costs 8 €.", audience: ["resellers"])
        let base = try KnowledgeBase(articles: [article], now: MatchingTests.now)
        func found(_ id: String, _ audience: [String]) -> FollowUp? {
            let query = Query(text: "and to Sicily?", audience: audience)
            return base.followUp(query, after: AskedBefore(question: "how much is shipping?", articleID: id, language: "en"), alone: base.match(query))
        }
        #expect(found("cost", ["resellers"])?.passages == ["To Sicily it costs 8 €."])
        #expect(found("cost", []) == nil)
        #expect(found("gone", ["resellers"]) == nil)
    }

    @Test func `the reading names what both questions say`() throws {
        #expect(try followUp("how much is shipping?", "cost", "and to Sicily?")?.reading == "shipping to sicily")
    }
}

@Suite struct QuestionSplitterTests {
    @Test(
        arguments: [
            ("1. how much is shipping 2. do you gift wrap", 2), ("1) quanto costa spedire 2) fate la fattura 3) siete aperti oggi", 3),
            ("I have two questions: how long does it take and do you take cards", 2), ("where is my order and when do I get my money and can I pay by card", 3),
            ("do you open at 9:30 and how much is shipping to Rome", 2), ("my order 1. is late", 0), ("the address is http://x.example: how do I get there", 0),
            ("it costs 2. 50 euro", 0),
        ])
    func `questions are told apart`(_ text: String, _ count: Int) {
        #expect(QuestionSplitter.parts(of: text).count == count)
    }

    @Test func `an order number before the questions stays with the first`() {
        #expect(QuestionSplitter.parts(of: "My order BL-123456: where is it and when does it arrive").first?.contains("BL-123456") == true)
    }

    @Test func `a question begins where one asks again, without a sign`() {
        #expect(QuestionSplitter.runOn(of: "quanto costa la spedizione e posso pagare con paypal quando arriva il pacco").count == 3)
        #expect(QuestionSplitter.runOn(of: "how much is the big lamp").isEmpty)
    }
}
