import Messages
import Testing

@testable import Knowledge

@Suite struct ArticleFileTests {
    @Test func `a file becomes an article`() throws {
        let article = try ArticleFile.parse(
            """
            ---
            id: returns/how
            title: "Returns: how"
            language: EN-gb
            questions:
              - How do I send it back?
              - can i return "this"?
            answers:
              line: Within 30 days.
            audience: [members]
            channels: [line, email]
            countries: [it, CH]
            approved_by: bea@example.com
            valid: { from: 2026-01-01, until: 2026-12-31 }
            owner: anna@example.com
            review: 2026-06-01T12:00:00+02:00
            tags: [returns, 2026]
            status: draft
            ---

            Send it back within **30 days**.

            ---
            Free of charge.
            """, file: "returns.md", version: "7")
        #expect(article.id == "returns/how")
        #expect(article.title == "Returns: how")
        #expect(article.language == "en-gb")
        #expect(article.questions == ["How do I send it back?", "can i return \"this\"?"])
        #expect(article.answer(forChannelKind: "line") == "Within 30 days.")
        #expect(article.answer(forChannelKind: "email") == "Send it back within **30 days**.\n\n---\nFree of charge.")
        #expect(article.audience == ["members"])
        #expect(article.channels == ["line", "email"])
        #expect(article.countries == ["IT", "CH"])
        #expect(article.approvedBy == "bea@example.com")
        #expect(article.validFrom == Timestamp(rfc3339: "2026-01-01T00:00:00Z"))
        #expect(article.validUntil == Timestamp(rfc3339: "2027-01-01T00:00:00Z"))
        #expect(article.review == Timestamp(rfc3339: "2026-06-01T10:00:00Z"))
        #expect(article.tags == ["returns", "2026"])
        #expect(article.status == .draft)
        #expect(article.version == "7")
    }

    @Test(
        arguments: [
            ("id: a\ntitle: b", 1, "does not begin with '---'"),
            ("---\nid: a\ntitle: b\n", 1, "not closed"),
            ("---\nid: a\ntitle: b\ncolour: red\n---\nbody", 4, "'colour' is not known"),
            ("---\nid: a\n---\nbody", 2, "no 'title'"), ("---\nid: a\ntitle: b\ncountries: [Italy]\n---\nbody", 4, "not a country"),
            ("---\nid: a\ntitle: b\nstatus: waiting\n---\nbody", 4, "draft, review, live or archived"),
            ("---\ntitle: b\n---\nbody", 2, "no 'id'"),
            ("---\nid: a b\ntitle: b\n---\nbody", 2, "may hold only"),
            ("---\nid: a\ntitle: [b]\n---\nbody", 3, "'title' must be a text"),
            ("---\nid: a\ntitle:\n---\nbody", 3, "'title' is empty"),
            ("---\nid: a\ntitle: b\nlanguage: italiano\n---\nbody", 4, "not a language tag"),
            ("---\nid: a\ntitle: b\nquestions: how\n---\nbody", 4, "must be a list"),
            ("---\nid: a\ntitle: b\nquestions:\n  - one\n  - [two]\n---\nbody", 6, "an entry of 'questions'"),
            ("---\nid: a\ntitle: b\nvalid: { from: yesterday }\n---\nbody", 4, "must be a day"),
            ("---\nid: a\ntitle: b\nvalid:\n  from: 2026-02-30\n---\nbody", 5, "must be a day"),
            ("---\nid: a\ntitle: b\nvalid: { from: 2026-03-01, until: 2026-02-01 }\n---\nbody", 4, "ends before"),
            ("---\nid: a\ntitle: b\nvalid: { since: 2026-03-01 }\n---\nbody", 4, "only 'from' and 'until'"),
            ("---\nid: a\ntitle: b\nstatus: ready\n---\nbody", 4, "not a status"),
            ("---\nid: a\ntitle: b\nask: { size: number }\n---\nbody", 4, "'ask' must be a list"),
            ("---\nid: a\ntitle: b\ncall: x\n---\nbody", 4, "'call' must hold"),
            ("---\nid: a\ntitle: b\n---\n  \n", 5, "has no answer"),
            ("---\nid: a\nid: b\ntitle: c\n---\nbody", 2, "is there twice"),
            ("---\nid: a\ntitle: b: c\n---\nbody", 3, "not YAML"),
            ("---\nid: a\ntitle: &x b\ntags: [*x]\n---\nbody", 4, "aliases"),
            ("---\n- id\n---\nbody", 2, "not a list of 'key: value' lines"),
            ("---\nid: a\ntitle: b\n---\nbo\u{0}dy", 5, "control character"),
        ])
    func `what is wrong is named with its line`(_ text: String, _ line: Int, _ message: String) {
        let problem = #expect(throws: ArticleProblem.self) { _ = try ArticleFile.parse(text, file: "a.md", version: "") }
        #expect(problem?.line == line)
        #expect(problem?.message.contains(message) == true, "\(problem?.description ?? "")")
        #expect(problem?.description.hasPrefix("a.md:\(line): ") == true)
    }

    @Test func `a file has limits`() {
        let head = "---\nid: a\ntitle: b\n"
        func problem(_ text: String) -> String? {
            do throws(ArticleProblem) {
                _ = try ArticleFile.parse(text, file: "a.md", version: "")
                return nil
            } catch {
                return error.message
            }
        }
        #expect(problem(head + "---\n" + String(repeating: "x", count: 256 * 1024))?.contains("larger than 256 KiB") == true)
        #expect(problem(head + "questions:\n" + String(repeating: "  - q\n", count: 201) + "---\nbody")?.contains("more than 200") == true)
        #expect(problem(head + "questions:\n  - " + String(repeating: "x", count: 501) + "\n---\nbody")?.contains("longer than 500") == true)
        #expect(problem(head + "tags: " + String(repeating: "[", count: 20_000) + "\n---\nbody") != nil)
        #expect(problem(head + "questions:\n" + String(repeating: "  - q\n", count: 200) + "---\nbody") == nil)
    }

    @Test func `an article survives writing and reading`() throws {
        let article = Article(
            id: "null", title: "A \"quoted\": #title \\ ü", language: "pt-BR", questions: ["- dash", "it's * & ? [x]", "\u{1F600} tab\there"], body: "One.\n\n---\n\nTwo.",
            answers: ["line": "Short.\nTwo lines: yes", "e mail": "~"], audience: ["a"], channels: ["b: c"], countries: ["IT"], validFrom: Timestamp(seconds: 1_700_000_000),
            validUntil: Timestamp(seconds: 1_800_000_000), owner: "true", review: Timestamp(seconds: 1_750_000_000), approvedBy: "no", tags: ["1", "yes"], status: .archived,
            file: "x.md",
            version: "v")
        #expect(try ArticleFile.parse(ArticleFile.text(of: article), file: "x.md", version: "v") == article)
    }
}
