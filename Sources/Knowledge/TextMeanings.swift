/// The meanings of the titles and questions of articles, by the table of word pieces: an article is found by the nearest of its texts.
///
/// A word counts the more the fewer texts have it: where every title speaks of the virus, who names the virus has said nothing.
struct TextMeanings: Sendable {
    private let pieces: WordPieces
    private let words: HashIndex
    private let weights: [Float]
    /// A row a dimension, and whose each column is.
    private let rows: [Float]
    private let owners: [Int32]

    /// - Parameter texts: by article.
    init(_ texts: [[String]], pieces: WordPieces) {
        self.pieces = pieces
        owners = texts.indices.flatMap { article in texts[article].map { _ in Int32(article) } }
        var folded = Words()
        var words = HashIndex()
        var holders: [(count: Int, last: Int)] = []
        for (number, text) in texts.joined().enumerated() {
            Folding.foldMatched(text, into: &folded)
            for range in folded.ranges {
                let word = Int(words.insert(FixedHash.hash(folded.bytes[range])))
                if word == holders.count { holders.append((0, -1)) }
                if holders[word].last != number { holders[word] = (holders[word].count + 1, number) }
            }
        }
        let count = owners.count
        let most = FixedMath.log(Double(1 + count)) + 1
        weights = holders.map { Float((FixedMath.log(Double(1 + count) / Double(1 + $0.count)) + 1) / most) }
        self.words = words
        let stride = Vector.width(of: count)
        var rows = [Float](repeating: 0, count: pieces.dimensions * stride)
        for (number, text) in texts.joined().enumerated() {
            Folding.foldMatched(text, into: &folded)
            let meaning = Self.meaning(folded.ranges.count, pieces, words, weights) { folded.bytes[folded.ranges[$0]] }
            for place in meaning.indices { rows[place * stride + number] = meaning[place] }
        }
        self.rows = rows
    }

    /// Of length 1, or 0 where no word is known to the table.
    private static func meaning(_ count: Int, _ pieces: WordPieces, _ words: HashIndex, _ weights: [Float], word: (Int) -> ArraySlice<UInt8>) -> [Float] {
        var meaning = [Float](repeating: 0, count: pieces.dimensions)
        pieces.add(count, to: &meaning, weight: { words.find(FixedHash.hash($0)).map { weights[Int($0)] } ?? 1 }, word: word)
        WordPieces.normalize(&meaning)
        return meaning
    }

    /// By article the cosine between the message in the workspace and the nearest of the article's texts.
    func nearest(_ workspace: MatchWorkspace, vocabulary: Vocabulary, articles: Int) -> [Float] {
        let meaning = Self.meaning(workspace.reading.words.count, pieces, words, weights) { position in
            workspace.reading.words[position].number.map(vocabulary.word) ?? workspace.words.bytes[workspace.words.ranges[position]]
        }
        var cosines: [Float] = []
        Vector.multiply(rows, by: meaning, stride: Vector.width(of: owners.count), into: &cosines)
        var nearest = [Float](repeating: -1, count: articles)
        for (text, article) in owners.enumerated() { nearest[Int(article)] = max(nearest[Int(article)], cosines[text]) }
        return nearest
    }
}
