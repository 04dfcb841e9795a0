import Testing

@testable import Knowledge

@Suite struct VocabularyTests {
    static let vocabulary: Vocabulary = {
        var vocabulary = Vocabulary(expecting: 16)
        let stemmer = Stemmer(language: "en")
        for (word, weight) in [("refund", 5), ("order", 9), ("delivery", 3), ("shipment", 2), ("card", 4), ("care", 1), ("body", 0), ("iban12", 3)] {
            vocabulary.add(Array(word.utf8)[...], weight: Int32(weight), stemmer: stemmer)
        }
        vocabulary.finish()
        return vocabulary
    }()

    @Test(
        arguments: [
            ("refnud", "refund"), ("refun", "refund"), ("refuund", "refund"), ("rafund", "refund"), ("ordr", "order"), ("delivrey", "delivery"), ("delviery", "delivery"),
            ("dellivrey", "delivery"), ("shpmentt", "shipment"), ("carx", "card"), ("xyzzy", nil), ("rfnd", nil), ("crd", nil), ("bodi", nil), ("iban13", nil),
            ("deliveryxxx", nil),
        ] as [(String, String?)])
    func `a slip is repaired when one word is near`(_ typed: String, _ meant: String?) {
        let found = Self.vocabulary.repair(Array(typed.utf8)[...]).map { String(decoding: Self.vocabulary.word($0), as: UTF8.self) }
        #expect(found == meant)
    }

    @Test(arguments: [("", "", 0), ("a", "", 1), ("abc", "acb", 1), ("abc", "abd", 1), ("abcd", "badc", 2), ("kitten", "sitting", 3)])
    func `distances count swaps as one`(_ left: String, _ right: String, _ distance: Int) {
        #expect(Vocabulary.distance(Array(left.utf8)[...], Array(right.utf8)[...], limit: 3) == distance)
    }
}

@Suite struct FixedMathTests {
    @Test(arguments: [(0.0, 1.0), (1, 2.718281828459045), (-1, 0.36787944117144233), (10, 22026.465794806718), (-30, 9.357622968840175e-14)])
    func `exp agrees with the tables`(_ x: Double, _ value: Double) {
        #expect(abs(FixedMath.exp(x) / value - 1) < 1e-12)
        #expect(abs(FixedMath.log(value) - x) < 1e-11)
    }

    @Test func `a hash is the same for ever`() {
        #expect(FixedHash.hash("refund".utf8) == FixedHash.hash(Array("refund".utf8)))
        #expect(FixedHash.hash("".utf8) == FixedHash.finish(FixedHash.start))
    }
}
