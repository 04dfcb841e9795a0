import Testing

@testable import Knowledge

@Suite struct ArticleSearchTests {
    private static let articles =
        [
            Article(id: "gift", title: "Gift cards", language: "en", questions: ["voucher as a present"], body: "From 25 € on, valid for two years."),
            Article(id: "lamp-care", title: "Care of the lamp", language: "en", questions: [], body: "Wipe it with a dry cloth. A gift ribbon comes off."),
        ] + (0..<30).map { Article(id: "lamp-\($0)", title: "Lamp \($0)", language: "en", questions: [], body: "A lamp of glass, wired for Europe.") }

    private static func found(_ text: String) -> [String] {
        ArticleSearch(articles, language: "en") { $0.body }.find(text).map { articles[$0.place].id }
    }

    @Test(arguments: [
        ("gift", ["gift", "lamp-care"]), ("GIFTS", ["gift", "lamp-care"]), ("vou", ["gift"]), ("vuocher", ["gift"]), ("clot", ["lamp-care"]), ("gift cards", ["gift"]),
        ("do you have any gift cards", ["gift"]), ("gi", []), ("weather", []), ("what", []), ("", []), ("?", []),
    ])
    func `a word, its beginning, a slip or a question finds what has it, the title before the text`(_ text: String, _ ids: [String]) {
        #expect(Self.found(text) == ids)
    }

    @Test func `what every article has finds them all in their order, what some of them have only these`() {
        #expect(Self.found("lamp") == ["lamp-care"] + (0..<30).map { "lamp-\($0)" })
        #expect(Self.found("glass lamp") == (0..<30).map { "lamp-\($0)" })
    }
}
