import Messages
import Testing

struct `An answer with holes` {
    @Test func `is filled once, and what fills it is never read again`() throws {
        let template = try AnswerTemplate("Hello {{name}}, order {{ order }}: {{action.state}}.")
        let values = ["name": "{{order}}", "order": "{{action.secret}}", "action.state": "sent"]
        #expect(template.filled { values[$0] } == "Hello {{order}}, order {{action.secret}}: sent.")
    }

    @Test(arguments: [nil, "", "  ", "\u{200B}", String(repeating: "a", count: 501)])
    func `is no answer when a value is missing`(value: String?) throws {
        #expect(try AnswerTemplate("a {{b}}").filled { _ in value } == nil)
    }

    @Test(
        arguments: [
            ("*bold* _it_ `code`", "\\*bold\\* \\_it\\_ \\`code\\`"), ("[click](http://evil.example)", "\\[click\\](http://evil.example)"), ("<b>", "\\<b\\>"),
            ("mario_rossi@shop.example", "mario_rossi@shop.example"), ("BL-123456", "BL-123456"), ("# title", "\\# title"), ("1. first", "1\\. first"), ("a\r\n# b", "a # b"),
            ("~~x~~", "\\~\\~x\\~\\~"), ("&lt;", "\\&lt;"), ("a\u{202E}b\u{1B}[31m", "ab\\[31m"), ("- x", "\\- x"), ("-5", "-5"),
        ])
    func `keeps Markdown in a value from meaning anything`(value: String, expected: String) throws {
        #expect(try AnswerTemplate("{{v}}").filled { _ in value } == expected)
    }

    @Test func `has no more than fifty holes`() {
        #expect(throws: AnswerTemplate.Problem.self) { try AnswerTemplate(String(repeating: "{{a}}", count: 51)) }
    }
}

struct `The shape of an order number` {
    @Test(arguments: ["", "ORDER", "#{41}", "#{3", "#}", "#{a}", "#{4,2}", "[0-9]", "-{2}#", "####{38}", "é#"])
    func `is refused when it is none`(text: String) {
        #expect(SlotPattern(text) == nil)
    }

    @Test(arguments: ["BL-######", "BL-#{6}", "@@#{4,8}", "?{10}"])
    func `is understood`(text: String) {
        #expect(SlotPattern(text)?.description == text)
    }
}
