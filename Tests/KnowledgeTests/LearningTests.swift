import Messages
import Testing

@testable import Knowledge

@Suite struct LinearClassifierTests {
    /// Two classes; the first feature is shared, each of the others belongs to one example alone.
    static let examples: ExampleMatrix = {
        var matrix = ExampleMatrix()
        for (label, row) in [(0, [(0, 0.6), (1, 0.8)]), (0, [(2, 1.0)]), (1, [(0, 0.8), (3, 0.6)]), (1, [(4, 1.0)])] {
            for (feature, value) in row {
                matrix.features.append(Int32(feature))
                matrix.values.append(Float(value))
            }
            matrix.starts.append(Int32(matrix.features.count))
            matrix.labels.append(Int32(label))
        }
        return matrix
    }()

    @Test func `features that one example has alone are learnt as well as the shared ones`() {
        let classifier = LinearClassifier(Self.examples, features: 5, classes: 2, settings: .init(epochs: 200, tolerance: 1e-5))
        func weight(_ feature: Int, _ label: Int) -> Float { classifier.weights[feature * classifier.stride + label] }
        for (feature, label) in [(1, 0), (2, 0), (3, 1), (4, 1)] {
            #expect(weight(feature, label) > 0.2)
            #expect(weight(feature, 1 - label) < -0.2)
        }
        for number in 0..<Self.examples.count {
            var margins = (0..<2).map { weight(5, $0) }
            for place in Self.examples.row(number) {
                for label in 0..<2 { margins[label] += Self.examples.values[place] * weight(Int(Self.examples.features[place]), label) }
            }
            let label = Int(Self.examples.labels[number])
            // At the optimum the slack is the dual over twice the cost, so that no margin is beyond one.
            #expect(margins[label] > 0.3 && margins[label] < 1.01)
            #expect(margins[1 - label] < -0.3)
        }
    }
}

@Suite struct MatchedPartTests {
    @Test func `a text is matched by its first sixty words and four hundred bytes`() {
        var words = Words()
        Folding.foldMatched(String(repeating: "ab ", count: 200), into: &words)
        #expect(words.count == Folding.matchedWords)
        Folding.foldMatched(String(repeating: "abcdefghi ", count: 50), into: &words)
        #expect(words.count == Folding.matchedBytes / 9)
        #expect(words.bytes.count == words.count * 9)
        Folding.foldMatched(String(repeating: "a", count: 1_000), into: &words)
        #expect(words.count == 1)
        #expect(words.bytes.count == Folding.matchedBytes + 1)
    }

    @Test func `a word that is too long is neither stemmed nor repaired`() {
        let word = Array((String(repeating: "ab", count: 16) + "ings").utf8)[...]
        #expect(Stemmer(language: "en").hash(word) == FixedHash.hash(word))
        var vocabulary = Vocabulary(expecting: 4)
        vocabulary.add(word.dropLast(), weight: 1, stemmer: Stemmer(language: "en"))
        vocabulary.finish()
        #expect(vocabulary.repair(word) == nil)
    }
}

@Suite struct FewArticlesTests {
    static let articles =
        [
            ("refund", "When do I get my money back?"), ("hours", "When are you open?"), ("jobs", "Do you have a job for me?"), ("invoice", "I need an invoice"),
            ("contact", "What is your phone number?"), ("track", "Where is my parcel?"), ("warranty", "How long is the guarantee?"),
        ].map {
            Article(id: $0.0, title: $0.1, language: "en", questions: [$0.1], body: "So.")
        } + [
            Article(
                id: "shipping", title: "Costo della spedizione", language: "it", questions: ["Quanto costa la spedizione?", "spese di consegna", "la consegna è gratis?"],
                body: "Cinque euro.")
        ]

    @Test(arguments: ["zzz qqq xyzzy", "ciao bella, dove siete?", "sdfkj spedizione wer", "il gatto dorme sul divano rosso", "qual è la capitale della Mongolia"])
    func `a language with one article does not answer everything with it`(_ text: String) throws {
        let base = try KnowledgeBase(articles: Self.articles, now: MatchingTests.now)
        if case .answer(let candidate) = base.match(Query(text: text)).decision { Issue.record("answered \(candidate.articleID) \(candidate.confidence)") }
    }

    @Test(arguments: ["quanto costa la spedizione", "spese di consegna", "la consegna e' gratis?"])
    func `and still answers its own question`(_ text: String) throws {
        let base = try KnowledgeBase(articles: Self.articles, now: MatchingTests.now)
        guard case .answer(let candidate) = base.match(Query(text: text)).decision else { return #expect(Bool(false), "not answered") }
        #expect(candidate.articleID == "shipping")
    }
}

@Suite struct SideBySideTests {
    @Test(arguments: [0, 1, 7, 300])
    func `the values come in order`(_ count: Int) {
        #expect(SideBySide.map(count) { $0 * $0 } == (0..<count).map { $0 * $0 })
    }
}
