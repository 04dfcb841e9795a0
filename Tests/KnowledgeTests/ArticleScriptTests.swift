import Knowledge
import Messages
import Testing

private let whole = """
    ---
    id: order-status
    title: Where an order is
    language: en
    ask:
      - name: order
        type: order_number
        question: "What is the order number?"
        pattern: ["BL-#{6}", "W@#{4,8}"]
      - { name: day, type: date, question: "Which day?", min: today, max: 2030-01-01 }
      - { name: pin, type: text, question: "The code?", min: 4, max: 8, sensitive: true }
      - { name: size, type: choice, question: "Which size?", options: [small, large] }
    call:
      action: order-status
      arguments: { number: order, pin: pin }
      not_found: "There is no such order."
    confirm: "Look up {{order}}?"
    follow_ups: [return-policy]
    ---

    Order {{order}} is {{action.state}}.
    """

struct `Articles that ask and call` {
    @Test func `are read and written the same`() throws {
        let article = try ArticleFile.parse(whole, file: "a.md", version: "v")
        let script = try #require(article.script)
        #expect(script.slots.map(\.name) == ["order", "day", "pin", "size"])
        #expect(script.slots[0].patterns.map(\.description) == ["BL-#{6}", "W@#{4,8}"])
        #expect(script.slots[1].minimum == "today" && script.slots[1].maximum == "2030-01-01")
        #expect(script.slots[2].isSensitive)
        #expect(script.slots[3].options == ["small", "large"])
        #expect(script.call?.arguments == [.init(name: "number", slot: "order"), .init(name: "pin", slot: "pin")])
        #expect(script.confirm?.holes == ["order"])
        #expect(article.followUps == ["return-policy"])
        #expect(try ArticleFile.parse(ArticleFile.text(of: article), file: "a.md", version: "v") == article)
    }

    @Test func `without arguments, all that is asked for goes into the call`() throws {
        let text = "---\nid: a\ntitle: b\nask:\n  - { name: order, type: email, question: q }\ncall: { action: x }\n---\nbody"
        #expect(try ArticleFile.parse(text, file: "a", version: "v").script?.call?.arguments == [.init(name: "order", slot: "order")])
    }

    @Test func `a body without a dialogue may hold anything`() throws {
        #expect(try ArticleFile.parse("---\nid: a\ntitle: b\n---\nWrite {{name}} and {{", file: "a", version: "v").script == nil)
    }

    @Test(
        arguments: [
            ("ask:\n  - { name: a, type: colour, question: q }", 5, "is not a type"),
            ("ask:\n  - { name: a, type: text }", 5, "needs 'name', 'type' and 'question'"),
            ("ask:\n  - { name: action, type: text, question: q }", 5, "may not be 'action'"),
            ("ask:\n  - { name: a, type: text, question: q }\n  - { name: a, type: text, question: q }", 6, "twice"),
            ("ask:\n  - { name: a, type: order_number, question: q }", 5, "needs a 'pattern'"),
            ("ask:\n  - { name: a, type: order_number, question: q, pattern: \"[0-9]+\" }", 5, "is not a pattern"),
            ("ask:\n  - { name: a, type: email, question: q, min: 3 }", 5, "does not go with"),
            ("ask:\n  - { name: a, type: choice, question: q, options: [one] }", 5, "two 'options'"),
            ("ask:\n  - { name: a, type: date, question: q, min: soon }", 5, "bound of a date"),
            ("ask:\n  - { name: a, type: text, question: q, tone: loud }", 5, "not known"),
            ("call: { action: x, arguments: { order: a } }", 4, "is not asked for"),
            ("call: { url: \"https://evil.example\" }", 4, "not known in 'call'"),
            ("confirm: \"Sure?\"", nil, "needs an 'ask' or a 'call'"),
            ("ask:\n  - { name: a, type: text, question: q }\nconfirm: \"{{b}}?\"", 6, "is not asked for"),
            ("ask:\n  - { name: body, type: text, question: q, sensitive: true }", 7, "is sensitive"),
            ("ask:\n  - { name: x, type: text, question: q }", 7, "'{{body}}', which is not asked for"),
        ] as [(String, Int?, String)])
    func `what is wrong is said with its line`(keys: String, line: Int?, message: String) {
        let problem = #expect(throws: ArticleProblem.self) {
            try ArticleFile.parse("---\nid: a\ntitle: b\n\(keys)\n---\n{{body}}", file: "a.md", version: "v")
        }
        #expect(problem?.line == line)
        #expect(problem?.message.contains(message) == true, "\(problem?.message ?? "")")
    }

    @Test(arguments: ["{{", "a {{b", "{{}}", "{{ a b }}", "{{a|raw}}", "{{{a}}}", "{{.a}}"])
    func `a hole that is none is refused`(body: String) {
        #expect(throws: ArticleProblem.self) { try ArticleFile.parse("---\nid: a\ntitle: b\nask: [{ name: a, type: text, question: q }]\n---\n\(body)", file: "a", version: "v") }
    }
}
