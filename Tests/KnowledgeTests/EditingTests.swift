import Testing

@testable import Knowledge

@Suite struct `Texts that people edit` {
    private static let text = "---\n# kept\nid: returns\ntitle: Returns\nstatus: draft\nlanguage: en\n---\n\nSend it back.\n"

    @Test func `a status changes one line and leaves the rest`() throws {
        let live = try ArticleFile.text(Self.text, withStatus: .live)
        #expect(live == Self.text.replacing("status: draft\n", with: ""))
        let archived = try ArticleFile.text(live, withStatus: .archived)
        #expect(archived.contains("# kept\n") && archived.contains("\nstatus: archived\n---"))
        #expect(try ArticleFile.text(live, withStatus: .live) == live)
    }

    @Test func `a status that is written in an odd way is still changed`() throws {
        let odd = Self.text.replacing("status: draft", with: "\"status\": draft")
        let live = try ArticleFile.text(odd, withStatus: .live)
        #expect(try ArticleFile.parse(live, file: "", version: "").status == .live)
    }

    @Test(arguments: [
        ("a\nb\nc", "a\nx\nc", ["same a", "removed b", "added x", "same c"]),
        ("a", "a", ["same a"]),
        ("a\nb", "b", ["removed a", "same b"]),
        ("b", "a\nb", ["added a", "same b"]),
        ("a\nb\nc\nd", "b\nd\ne", ["removed a", "same b", "removed c", "same d", "added e"]),
    ])
    func `a difference is told line by line`(old: String, new: String, lines: [String]) {
        #expect(LineDiff.between(old, new).map { "\($0.change.rawValue) \($0.text)" } == lines)
    }

    @Test func `a difference shows what an author changed, not how the file is written`() throws {
        let file = "---\nid: returns\ntitle: Returns\nquestions: [\"can I return it\", 'send back']  # two\nlanguage: en\nowner: anna\n---\n\nWithin 30 days.\n"
        var article = try ArticleFile.parse(file, file: "", version: "")
        #expect(LineDiff.between(ArticleFile.normal(file), ArticleFile.normal(ArticleFile.text(of: article))).allSatisfy { $0.change == .same })
        article.body = "Within 14 days."
        let lines = LineDiff.between(ArticleFile.normal(file), ArticleFile.normal(ArticleFile.text(of: article))).filter { $0.change != .same }
        #expect(lines.map { "\($0.change.rawValue) \($0.text)" } == ["removed Within 30 days.", "added Within 14 days."])
        #expect(ArticleFile.normal("no article") == "no article")
    }

    @Test func `a difference of large texts is bounded and complete`() {
        let old = (0..<3_000).map { "old \($0)" }.joined(separator: "\n")
        let new = (0..<3_000).map { "new \($0)" }.joined(separator: "\n")
        let lines = LineDiff.between(old, new)
        #expect(lines.count { $0.change == .removed } == 3_000 && lines.count { $0.change == .added } == 3_000)
    }

    @Test(arguments: [
        ("Hi Anna,\n\nyou can send it back within 30 days.\n\nKind regards,\nBruno\nShop Ltd", "You can send it back within 30 days."),
        ("Buongiorno Carla, può rendere la lampada entro 30 giorni.\n\nCordiali saluti\nAnna", "Può rendere la lampada entro 30 giorni."),
        ("Dear Mr Smith,\nThank you for your message.\nThe lamp takes an E27 bulb.\n-- \nBruno", "The lamp takes an E27 bulb."),
        ("The lamp takes an E27 bulb.", "The lamp takes an E27 bulb."),
        ("Hi Jane,\n\nThanks for reaching out!\n\nIt holds hot water.\n\nLet me know if you need anything else.\n\nBest,\nAnna", "It holds hot water."),
        ("Gentile Marco,\n\ngrazie per averci contattato.\nSì, è IP44.\n\nResto a disposizione.\n\nGrazie\nAnna", "Sì, è IP44."),
        (
            "Hi,\n\nIt is fragile.\nFeel free to wash it at 40 °C.\nIf you have any scratches, use wax.",
            "It is fragile.\nFeel free to wash it at 40 °C.\nIf you have any scratches, use wax."
        ),
        ("Best wash it by hand.", "Best wash it by hand."),
        (
            "Saluti e baci non bastano per un reso, serve lo scontrino: lo trova nella mail di conferma.",
            "Saluti e baci non bastano per un reso, serve lo scontrino: lo trova nella mail di conferma."
        ),
        ("Hi bulbs of that kind are sold out until May", "Hi bulbs of that kind are sold out until May"),
    ])
    func `of a reply the answer is kept`(reply: String, kept: String) {
        #expect(ReplyTidying.tidied(reply) == kept)
    }

    @Test func `a title names an article, and a message becomes a question`() {
        #expect(ReplyTidying.id(for: "Perché la lampada è così calda?") == "perche-la-lampada-e-cosi-calda")
        #expect(ReplyTidying.id(for: "???") == "article")
        #expect(ReplyTidying.question("Hi,\n\ncan I  return it?") == "Can I return it?")
        #expect(ReplyTidying.question("?!") == nil)
    }
}
