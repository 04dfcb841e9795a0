/// Finds articles by the words of their titles and bodies, for those with too few example questions to learn from.
///
/// BM25F over stems (a title's word counts three times a body's) and the cosine of character n-grams (0.6 title + 0.4 body), each made comparable by
/// its mean and deviation over the articles, then added.
struct Retrieval: Sendable {
    /// From this many example questions on an article is left to the classifier.
    static let questionsEnough = 4

    private static let titleWeight: Float = 3
    private static let saturation: Float = 1.2
    private static let lengthShare: Float = 0.75

    private let stems: HashIndex
    private let stemPostings: Postings
    private let stemRarity: [Float]
    private let grams: HashIndex
    private let titlePostings: Postings
    private let bodyPostings: Postings
    private let gramRarity: [Float]
    private let count: Int
}

extension Retrieval {
    init(articles: [Article], vocabulary: Vocabulary, stemmer: Stemmer) {
        var words = Words()
        var stems = HashIndex(expecting: articles.count * 40)
        var grams = HashIndex(expecting: articles.count * 400)
        var stemRows: [[Int32: Float]] = []
        var titleRows: [[Int32: Float]] = []
        var bodyRows: [[Int32: Float]] = []
        for article in articles {
            var stemRow: [Int32: Float] = [:]
            func read(_ text: String, limit: Int, weight: Float) -> [Int32: Float] {
                Folding.fold(text, limit: limit, into: &words)
                var gramRow: [Int32: Float] = [:]
                let length = Float(max(1, words.count))
                let normal = 1 - Self.lengthShare + Self.lengthShare * length / (weight > 1 ? 8 : 80)
                for range in words.ranges {
                    let hash = FixedHash.hash(words.bytes[range])
                    let stem = vocabulary.find(hash).map { vocabulary.stems[$0] } ?? stemmer.hash(words.bytes[range])
                    stemRow[stems.insert(Features.stem(stem)), default: 0] += weight / normal
                    Features.forEachCharacterGram(of: words.bytes[range]) { gramRow[grams.insert($0), default: 0] += 1 }
                }
                return gramRow
            }
            let title = ([article.title] + article.questions).joined(separator: " ")
            titleRows.append(read(title, limit: Folding.limit, weight: Self.titleWeight))
            bodyRows.append(read(article.body, limit: 20_000, weight: 1))
            stemRows.append(stemRow)
        }
        count = articles.count
        func rarity(_ rows: [[Int32: Float]], _ features: Int, _ value: (Double, Double) -> Double) -> [Float] {
            var documents = [Int32](repeating: 0, count: features)
            for row in rows { for feature in row.keys { documents[Int(feature)] += 1 } }
            return documents.map { Float(value(Double(rows.count), Double($0))) }
        }
        stemRarity = rarity(stemRows, stems.count) { FixedMath.log(1 + ($0 - $1 + 0.5) / ($1 + 0.5)) }
        gramRarity = rarity(titleRows + bodyRows, grams.count) { FixedMath.log((1 + $0) / (1 + $1)) + 1 }
        let gramRarity = gramRarity
        stemPostings = Postings(Self.matrix(stemRows) { _, value in value / (value + Self.saturation) }, features: stems.count)
        func cosine(_ rows: [[Int32: Float]]) -> Postings {
            var matrix = Self.matrix(rows) { (1 + Float(FixedMath.log(Double($1)))) * gramRarity[Int($0)] }
            for number in 0..<matrix.count {
                var square: Float = 0
                for place in matrix.row(number) { square += matrix.values[place] * matrix.values[place] }
                let scale = 1 / max(square, 1e-12).squareRoot()
                for place in matrix.row(number) { matrix.values[place] *= scale }
            }
            return Postings(matrix, features: grams.count)
        }
        titlePostings = cosine(titleRows)
        bodyPostings = cosine(bodyRows)
        self.stems = stems
        self.grams = grams
    }

    /// Rows in the order of their features, so that a dictionary's order cannot reach a sum.
    private static func matrix(_ rows: [[Int32: Float]], _ value: (Int32, Float) -> Float) -> ExampleMatrix {
        var matrix = ExampleMatrix()
        for (label, row) in rows.enumerated() {
            for (feature, count) in row.sorted(by: { $0.key < $1.key }) {
                matrix.features.append(feature)
                matrix.values.append(value(feature, count))
            }
            matrix.starts.append(Int32(matrix.features.count))
            matrix.labels.append(Int32(label))
        }
        return matrix
    }

    /// One score an article; comparable within one message only.
    func scores(_ reading: Reading, words: Words, vocabulary: Vocabulary) -> [Float] {
        var lexical = [Float](repeating: 0, count: count)
        for word in reading.words {
            guard let stem = stems.find(Features.stem(word.stem)) else { continue }
            for place in stemPostings.row(stem) {
                lexical[Int(stemPostings.examples[place])] += stemPostings.values[place] * stemRarity[Int(stem)]
            }
        }
        var title = [Float](repeating: 0, count: count)
        var body = title
        var counts: [Int32: UInt16] = [:]
        var order: [Int32] = []
        for (position, word) in reading.words.enumerated() {
            let bytes = word.number.map(vocabulary.word) ?? words.bytes[words.ranges[position]]
            Features.forEachCharacterGram(of: bytes) { hash in
                guard let gram = grams.find(hash) else { return }
                if counts[gram] == nil { order.append(gram) }
                counts[gram, default: 0] &+= 1
            }
        }
        var square: Float = 0
        for gram in order {
            let value = TermWeights.of(counts[gram] ?? 1) * gramRarity[Int(gram)]
            square += value * value
            for place in titlePostings.row(gram) { title[Int(titlePostings.examples[place])] += titlePostings.values[place] * value }
            for place in bodyPostings.row(gram) { body[Int(bodyPostings.examples[place])] += bodyPostings.values[place] * value }
        }
        let scale = 1 / max(square, 1e-12).squareRoot()
        var cosine = title
        for article in 0..<count { cosine[article] = (0.6 * title[article] + 0.4 * body[article]) * scale }
        let left = Self.standardized(lexical)
        let right = Self.standardized(cosine)
        return zip(left, right).map { $0 + $1 }
    }

    private static func standardized(_ values: [Float]) -> [Float] {
        let mean = values.reduce(0, +) / Float(max(1, values.count))
        let variance = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Float(max(1, values.count))
        guard variance > 1e-12 else { return values.map { _ in 0 } }
        let scale = 1 / variance.squareRoot()
        return values.map { ($0 - mean) * scale }
    }
}
