import Messages
import Testing

@testable import Knowledge

@Suite struct WordPiecesTests {
    /// A table of eight dimensions, as `tools/word-pieces/build.py` writes it: piece `n` has a byte in dimension `axes[n]`.
    static func table(_ pieces: [(String, axis: Int)], dimensions: Int = 8) -> [UInt8] {
        func little(_ value: UInt32) -> [UInt8] { (0..<4).map { UInt8(truncatingIfNeeded: value >> (8 * UInt32($0))) } }
        let slots = 64
        var places = [UInt16](repeating: 0xFFFF, count: slots)
        var keys: [UInt8] = []
        var rows = [UInt8](repeating: 0, count: pieces.count * dimensions)
        for (number, piece) in pieces.enumerated() {
            let isRest = piece.0.hasPrefix("##")
            let hash = FixedHash.hash(isRest ? piece.0.utf8.dropFirst(2) : piece.0.utf8[...], seed: isRest ? WordPieces.seedOfRest : 0)
            keys += little(UInt32(truncatingIfNeeded: hash >> 32))
            var slot = Int(hash & 63)
            while places[slot] != 0xFFFF { slot = (slot + 1) & 63 }
            places[slot] = UInt16(number)
            rows[number * dimensions + piece.axis] = 100
        }
        var bytes = Array("CTPIECE1".utf8) + [dimensions, pieces.count, slots, 64].flatMap { little(UInt32($0)) } + keys
        for _ in pieces { bytes += little(Float(0.01).bitPattern) }
        for place in places { bytes += [UInt8(truncatingIfNeeded: place), UInt8(place >> 8)] }
        bytes += [UInt8](repeating: 0, count: 8)
        while bytes.count % 64 != 0 { bytes.append(0) }
        return bytes + rows
    }

    static let bytes = table([("cash", 0), ("money", 0), ("post", 1), ("##er", 2), ("p", 3)])

    /// A table over a copy of the bytes that stays for as long as the program.
    static func load(_ bytes: [UInt8]) -> WordPieces? {
        let copy = UnsafeMutableRawBufferPointer.allocate(byteCount: bytes.count, alignment: 64)
        copy.copyBytes(from: bytes)
        return WordPieces(UnsafeRawBufferPointer(copy))
    }

    @Test(arguments: [("cash", [0: 1]), ("poster", [1: 1, 2: 1]), ("per", [3: 1, 2: 1]), ("xyz", [:]), ("postx", [:]), ("er", [:])] as [(String, [Int: Float])])
    func `a word is the longest pieces it can be made of, or nothing`(_ word: String, _ expected: [Int: Float]) throws {
        let pieces = try #require(Self.load(Self.bytes))
        var sum = [Float](repeating: 0, count: 8)
        pieces.add(Array(word.utf8)[...], to: &sum)
        for (place, value) in sum.enumerated() { #expect(abs(value - expected[place, default: 0]) < 1e-5) }
    }

    @Test(
        arguments: [
            (["top", "up"], [4: 1, 5: 1, 6: 1]), (["up", "top"], [4: 1, 5: 1]), (["top", "the", "up"], [4: 1, 5: 1]), (["top"], [4: 1]), ([], [:]),
            (["top", "up", "top", "up"], [4: 2, 5: 2, 6: 2]),
        ] as [([String], [Int: Float])])
    func `neighbours that are a pair count as one thing more`(_ words: [String], _ expected: [Int: Float]) throws {
        let pieces = try #require(Self.load(Self.table([("top", 4), ("up", 5), ("top up", 6)])))
        var sum = [Float](repeating: 0, count: 8)
        pieces.add(words.count, to: &sum) { Array(words[$0].utf8)[...] }
        for (place, value) in sum.enumerated() { #expect(abs(value - expected[place, default: 0]) < 1e-5) }
    }

    @Test func `what every title speaks of tells no title from another`() throws {
        let pieces = try #require(Self.load(Self.table([("lamp", 0), ("post", 1), ("oil", 2), ("wick", 3)])))
        let meanings = TextMeanings([["lamp post"], ["lamp oil"], ["lamp wick"], ["wick"]], pieces: pieces)
        var workspace = MatchWorkspace()
        workspace.fold("lamp oil")
        workspace.reading.words = workspace.words.ranges.map { _ in Reading.Word(number: nil, stem: 0) }
        let nearest = meanings.nearest(workspace, vocabulary: Vocabulary(expecting: 0), articles: 4)
        #expect(nearest[1] > 0.99)
        // A half, if all words counted alike.
        #expect(abs(nearest[0] - 0.29) < 0.01)
        #expect(nearest[3] == 0)
    }

    @Test(arguments: [0, 7, 8, 20, 23, 24, 100, 290])
    func `what is cut short is no table`(_ count: Int) {
        #expect(Self.load(Array(Self.bytes.prefix(count))) == nil)
        #expect(Self.load(Self.bytes + [0]) == nil)
    }

    @Test func `a word that no article has is understood by its meaning`() throws {
        let articles = [
            Article(id: "money", title: "Money", language: "en", questions: ["money", "about money", "the money", "my money"], body: "So."),
            Article(id: "mail", title: "Post", language: "en", questions: ["post", "about post", "the post", "my post"], body: "So."),
        ]
        let pieces = try #require(Self.load(Self.bytes))
        let base = try KnowledgeBase(articles: articles, now: MatchingTests.now, knowledge: LanguageKnowledge(pieces: pieces))
        #expect(base.match(Query(text: "cash")).candidates.first?.articleID == "money")
        #expect(base.match(Query(text: "poster")).candidates.first?.articleID == "mail")
    }
}

@Suite struct CalibrationTests {
    private static let unsure = [-1, 0.4, 0.8, 0.4, -0.4, 0]
    private static let sure = [-0.1, 0.8, 1, 0.4, -0.04, 0]
    private static func review(_ isRight: Bool) -> Calibration.Review { Calibration.Review(signals: unsure, isRight: isRight) }

    @Test func `without reviews nothing moves`() {
        #expect(Calibration.plain.refitted([]).confidence(Self.sure) == Calibration.plain.confidence(Self.sure))
    }

    @Test func `reviews that say wrong make it less sure, and right more`() {
        let before = Calibration.plain.confidence(Self.unsure)
        let wrong = Calibration.plain.refitted((0..<40).map { _ in Self.review(false) }).confidence(Self.unsure)
        let right = Calibration.plain.refitted((0..<40).map { _ in Self.review(true) }).confidence(Self.unsure)
        #expect(wrong < before - 0.1)
        #expect(right > before + 0.1)
    }

    @Test func `one review does not turn everything over`() {
        let before = Calibration.plain.confidence(Self.sure)
        let after = Calibration.plain.refitted([Self.review(false)]).confidence(Self.sure)
        #expect(abs(after - before) < 0.15)
    }

    @Test func `a sure answer that was wrong once does not silence the others, and ten times says more`() {
        let wrong = Calibration.Review(signals: Self.sure, isRight: false)
        let (before, other) = (Calibration.plain.confidence(Self.sure), [-0.3, 0.7, 0.95, 0.4, -0.12, 0])
        let once = Calibration.plain.refitted([wrong])
        #expect(once.confidence(Self.sure) > before - 0.03)
        #expect(once.confidence(other) > Calibration.plain.confidence(other) - 0.03)
        let ten = Calibration.plain.refitted(Array(repeating: wrong, count: 10)).confidence(Self.sure)
        let thousand = Calibration.plain.refitted(Array(repeating: wrong, count: 1_000)).confidence(Self.sure)
        #expect(ten < before - 0.05)
        #expect(thousand < 0.1)
    }

    @Test func `messages that none should have answered are answered less once they are reviewed`() throws {
        let text = "is there a refund of delivery to the moon"
        let before = try KnowledgeBase(articles: MatchingTests.articles, now: MatchingTests.now).match(Query(text: text)).confidence
        let reviews = (0..<30).map { _ in ReviewedAnswer(text: text, article: nil) }
        let after = try KnowledgeBase(articles: MatchingTests.articles, now: MatchingTests.now, reviews: reviews).match(Query(text: text)).confidence
        #expect(after < before)
    }
}

@Suite struct LogisticClassifierTests {
    @Test func `a class with one example counts as much as one with nine`() {
        var matrix = ExampleMatrix()
        for number in 0..<10 {
            matrix.features += [0, number == 9 ? 2 : 1]
            matrix.values += [0.6, 0.8]
            matrix.starts.append(Int32(matrix.features.count))
            matrix.labels.append(number == 9 ? 1 : 0)
        }
        let classifier = LogisticClassifier(matrix, features: 3, classes: 2, settings: .init(epochs: 100, tolerance: 1e-4))
        func margin(_ features: [(Int, Float)], _ label: Int) -> Float {
            features.reduce(classifier.weights[3 * classifier.stride + label]) { $0 + classifier.weights[$1.0 * classifier.stride + label] * $1.1 }
        }
        #expect(margin([(0, 0.6), (1, 0.8)], 0) > margin([(0, 0.6), (1, 0.8)], 1))
        #expect(margin([(0, 0.6), (2, 0.8)], 1) > margin([(0, 0.6), (2, 0.8)], 0))
        // What both have in common speaks for neither.
        #expect(abs(margin([(0, 1)], 0) - margin([(0, 1)], 1)) < 0.5)
    }
}

@Suite struct KernelClassifierTests {
    private static func unit(_ angle: Int) -> [Float] { [[1, 0], [0, 1], [-1, 0], [0, -1]][angle] }

    private static func scores(_ examples: [(angle: Int, label: Int32)], classes: Int, at vector: [Float]) -> [Float] {
        let classifier = KernelClassifier(examples.flatMap { unit($0.angle) }, labels: examples.map(\.label), classes: classes)
        var (likenesses, scores): ([Float], [Float]) = ([], [])
        classifier.score(vector, &likenesses, into: &scores)
        return Array(scores[..<classes])
    }

    @Test(arguments: 0..<4)
    func `an article's questions may lie in several places, with another's between them`(_ angle: Int) {
        let scores = Self.scores([(0, 0), (2, 0), (1, 1), (3, 1)], classes: 2, at: Self.unit(angle))
        #expect(scores[angle % 2] > 0.3)
        #expect(scores[1 - angle % 2] < -0.3)
    }

    @Test func `one example makes the equation that can be solved by hand`() {
        // Of three classes the example's is wanted at 2/3; the kernel of it with itself is 1, and the class has a member where a third would be even.
        let scores = Self.scores([(0, 1)], classes: 3, at: [1, 0])
        for (score, wanted) in zip(scores, [-1 / 3, 2 / 3, -1 / 3] as [Float]) { #expect(abs(score - wanted / 1.3) < 1e-5) }
        let across = Self.scores([(0, 1)], classes: 3, at: [0, 1])
        #expect(abs(across[1] - 2 / 3 / 1.3 * 0.135335) < 1e-5)
    }

    @Test func `an article with one question counts as much as one with nine of the same`() {
        let examples = Array(repeating: (angle: 0, label: Int32(0)), count: 9) + [(angle: 1, label: 1)]
        let half = Float(0.5).squareRoot()
        let scores = Self.scores(examples, classes: 2, at: [half, half])
        #expect(abs(scores[0] - scores[1]) < 0.05)
    }

    @Test func `what nothing is known of is near to all alike`() {
        let scores = Self.scores([(0, 0), (1, 1)], classes: 2, at: [0, 0])
        #expect(abs(scores[0] - scores[1]) < 1e-5)
    }
}
