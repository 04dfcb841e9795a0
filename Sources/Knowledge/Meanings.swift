/// What the table of word pieces adds to one language's model: a classifier over what a message's pieces and pairs of words add up to.
struct Meanings: Sendable {
    let pieces: WordPieces
    private let head: LogisticClassifier
    /// Where the examples are few enough to look at each.
    private let kernel: KernelClassifier?
    /// The middle of each class's examples, of length 1: a row a dimension, like the head's.
    private let middles: [Float]

    /// More examples are gone through less often.
    private static func epochs(_ examples: Int) -> Int { examples > 6_000 ? 6 : examples > 2_000 ? 10 : 20 }

    init(_ pieces: WordPieces, _ texts: [[Int32]], vocabulary: Vocabulary, labels: [Int32], articles: [Article]) {
        self.pieces = pieces
        let dimensions = pieces.dimensions
        var matrix = ExampleMatrix()
        matrix.values.reserveCapacity(texts.count * dimensions)
        matrix.features.reserveCapacity(texts.count * dimensions)
        let stride = Vector.width(of: articles.count)
        var middles = [Float](repeating: 0, count: dimensions * stride)
        var vector = [Float](repeating: 0, count: dimensions)
        let numbers = (0..<dimensions).map(Int32.init)
        for (text, label) in zip(texts, labels) {
            for place in 0..<dimensions { vector[place] = 0 }
            pieces.add(text.count, to: &vector) { vocabulary.word(Int(text[$0])) }
            WordPieces.normalize(&vector)
            for place in 0..<dimensions { middles[place * stride + Int(label)] += vector[place] }
            matrix.features.append(contentsOf: numbers)
            matrix.values.append(contentsOf: vector)
            matrix.starts.append(Int32(matrix.features.count))
            matrix.labels.append(label)
        }
        for label in 0..<articles.count {
            var square: Float = 0
            for place in 0..<dimensions { square += middles[place * stride + label] * middles[place * stride + label] }
            let scale = square > 0 ? 1 / square.squareRoot() : 0
            for place in 0..<dimensions { middles[place * stride + label] *= scale }
        }
        self.middles = middles
        let isAffordable = KernelClassifier.isAffordable(examples: texts.count, dimensions: dimensions, classes: articles.count)
        kernel = isAffordable && !texts.isEmpty ? KernelClassifier(matrix.values, labels: labels, classes: articles.count) : nil
        head = LogisticClassifier(matrix, features: dimensions, classes: articles.count, settings: .init(epochs: Self.epochs(texts.count), seed: 40))
    }

    /// Whether the messages are compared with each example's meaning.
    var compareExamples: Bool { kernel != nil }

    /// The classifiers' scores and the cosines with the middles, for the message in the workspace.
    func score(_ model: LanguageModel, _ workspace: inout MatchWorkspace) {
        // Taken out of the workspace for as long as words are read from there.
        var meaning: [Float] = []
        swap(&meaning, &workspace.meaning)
        meaning.removeAll(keepingCapacity: true)
        meaning.append(contentsOf: repeatElement(0, count: pieces.dimensions))
        pieces.add(workspace.reading.words.count, to: &meaning) { position in
            workspace.reading.words[position].number.map(model.vocabulary.word) ?? workspace.words.bytes[workspace.words.ranges[position]]
        }
        WordPieces.normalize(&meaning)
        swap(&meaning, &workspace.meaning)
        Vector.multiply(head.weights, by: workspace.meaning, stride: head.stride, hasBias: true, into: &workspace.meant)
        Vector.multiply(middles, by: workspace.meaning, stride: head.stride, into: &workspace.middles)
        kernel?.score(workspace.meaning, &workspace.likenesses, into: &workspace.likened)
    }
}
