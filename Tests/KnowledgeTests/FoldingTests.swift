import Testing

@testable import Knowledge

@Suite struct FoldingTests {
    @Test(
        arguments: [
            ("Perché NO?", "perche no"), ("L’ordine è in ritardo!", "l ordine e in ritardo"), ("STRASSE straße", "strasse strasse"), ("Łódź Øre æble", "lodz ore aeble"),
            ("ｆｕｌｌ ﬁne ５", "full fine 5"), ("re\u{200B}fund\u{AD}ed", "refunded"), ("e\u{301}cole", "ecole"), ("costa 5€ o 10%?", "costa 5 € o 10 %"),
            ("a\u{0}b\u{1}c d", "abc d"), ("🙂👍🏽", ""), ("Привет, МИР", "привет мир"), ("退货", "退 货"), ("Άλφα", "αλφα"),
        ])
    func `text is folded to plain words`(_ text: String, _ folded: String) {
        #expect(Folding.text(text) == folded)
    }
}
