import Mail
import Testing

@Suite struct HTMLDocumentTests {
    /// The tree as one line: names with their attributes, texts in quotes.
    static func shape(_ document: HTMLDocument, _ node: Int = 0) -> String {
        document.children(of: node).map { index in
            let child = document.nodes[index]
            switch child.kind {
            case .text: return "\"\(child.text)\""
            case .comment: return "!\(child.text)"
            case .element:
                let attributes = child.attributes.map { " \($0.name)=\($0.value)" }.joined()
                return "\(child.isHTML ? "" : "~")\(child.name)\(attributes)(\(shape(document, index)))"
            }
        }.joined(separator: " ")
    }

    @Test(arguments: [
        ("<p>a<p>b", "p(\"a\") p(\"b\")"),
        ("<html><head><title>t</title></head><body bgcolor=red>x</body></html>", "title(\"t\") \"x\""),
        ("<table><div>x</div><tr><td>y", "div(\"x\") table(tbody(tr(td(\"y\"))))"),
        ("<A HREF='&#106;avascript:x' href=y>z</a>", "a href=javascript:x(\"z\")"),
        ("<svg><style><img>", "~svg(~style() ) img()"),
        ("a<!-- b -->c&eacute;&nbsp;", "\"a\" ! b  \"cé\u{A0}\""),
        ("<x-y>1</x-y>", "x-y(\"1\")"),
        ("<b>a\u{0}b</b>", "b(\"ab\")"),
        ("", ""),
    ]) func `a text is read as a browser reads it`(html: String, expected: String) {
        let document = HTMLDocument(html)
        #expect(Self.shape(document).filter { $0 != " " } == expected.filter { $0 != " " })
        #expect(document.problem == nil)
    }

    @Test func `the nodes of an element lie between it and its end`() throws {
        let document = HTMLDocument("<div><p>a<b>c</b></p></div>d")
        let names = document.nodes.map { $0.kind == .text ? $0.text : $0.name }
        #expect(names == ["div", "div", "p", "a", "b", "c", "d"])
        #expect(document.nodes.map(\.end) == [7, 6, 6, 4, 6, 6, 7])
        #expect(document.nodes.map(\.parent) == [0, 0, 1, 2, 2, 4, 0])
        #expect(document.nodes.map(\.depth) == [0, 1, 2, 3, 3, 4, 1])
    }

    @Test func `what is nested too deep keeps its words`() {
        let document = HTMLDocument(String(repeating: "<i>", count: 3000) + "word" + "<script>bad</script>")
        #expect(document.nodes.contains { $0.text == "word" })
        #expect(!document.nodes.contains { $0.text == "bad" })
        #expect(document.nodes.allSatisfy { $0.depth <= 256 })
        #expect(document.problem?.contains("nested") == true)
    }

    @Test(arguments: [
        String(repeating: "<div>", count: 400_000), String(repeating: "<b><p>", count: 200_000), String(repeating: "<table>", count: 200_000),
        String(repeating: "<svg><desc>", count: 150_000), String(repeating: "<a><table>", count: 150_000), "<p " + (0..<200_000).map { "a\($0) " }.joined() + ">",
        String(repeating: "<b a=", count: 300_000), String(repeating: "<!--", count: 500_000), String(repeating: "<template>", count: 200_000),
        (0..<60_000).map { "<font size=\($0)>" }.joined() + String(repeating: "<p>", count: 1000),
    ]) func `a text made to exhaust the reader ends within its limits`(html: String) {
        let clock = ContinuousClock()
        var document = HTMLDocument("")
        let time = clock.measure { document = HTMLDocument(html + "word") }
        #expect(document.nodes.count <= 100_002)
        #expect(time < .seconds(20))
    }

    @Test func `of a text that is too long the beginning is read`() {
        var limits = HTMLDocument.Limits()
        limits.bytes = 11
        let document = HTMLDocument("<p>abcdefgé<b>", limits: limits)
        #expect(document.problem?.contains("longer") == true)
        #expect(document.nodes.last?.text.hasPrefix("abcdefg") == true)
    }
}
