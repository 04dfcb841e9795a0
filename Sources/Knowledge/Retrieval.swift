/// Finds articles by the words of their titles (with their questions) and bodies: the most of it for those with too few example questions to learn
/// from, a little for all, because a customer's words may be the answer's.
///
/// BM25F over stems (a title's word counts three times a body's, but once where every article has enough questions and the classifier knows them)
/// and, unless every article has, the cosine of character n-grams (0.6 title + 0.4 body), each made comparable by
/// its mean and deviation over the articles, then added; with a table of word pieces the cosine of the meanings likewise, which then says more than the characters do.
struct Retrieval: Sendable {
    /// From this many example questions on an article is left to the classifier.
    static let questionsEnough = 4

    /// The share of the words of title and body in what an article with enough questions is found by.
    static let shareWhenEnough: Float = 0.2
    /// Characters of a body that are read.
    static let bodyLimit = 20_000

    /// Of scores that stand alone; about that of the sum of two.
    private static let loneDeviation: Float = 1.4
    private static let saturation: Float = 1.2
    private static let lengthShare: Float = 0.5
    /// The body's part in the cosine of characters, where the meaning is not known.
    private static let bodyPart: Float = 0.4
    /// Of standardized scores, chosen on the development questions of CovidFAQ.
    private static let wordsPart: Float = 0.36
    private static let charactersPart: Float = 0.09
    private static let meaningPart: Float = 0.36

    private let stems: HashIndex
    private let stemPostings: Postings
    private let stemRarity: [Float]
    private let grams: HashIndex
    private let titlePostings: Postings
    private let bodyPostings: Postings
    private let gramRarity: [Float]
    private let count: Int
    /// Where every article has enough questions, their characters are the classifier's, and the words of the bodies are what is left to add.
    private let comparesCharacters: Bool
    private let meanings: TextMeanings?
}

extension Retrieval {
    init(articles: [Article], vocabulary: Vocabulary, stemmer: Stemmer, pieces: WordPieces? = nil) {
        var words = Words()
        var stems = RowGatherer()
        var titles = RowGatherer()
        var bodies = RowGatherer()
        var grams = HashIndex()
        var stemIndex = HashIndex(expecting: articles.count * 40)
        let comparesCharacters = articles.contains { $0.questions.count < Self.questionsEnough }
        self.comparesCharacters = comparesCharacters
        // The questions of an article that has enough are the classifier's; of a body's many words the mean is near everything.
        let texts = articles.map { [$0.title] + ($0.questions.count < Self.questionsEnough ? $0.questions : []) }
        meanings = comparesCharacters ? pieces.map { TextMeanings(texts, pieces: $0) } : nil
        for article in articles {
            func read(_ text: String, limit: Int, weight: Float, _ gramRow: inout RowGatherer) {
                Folding.fold(text, limit: limit, into: &words)
                let normal = 1 - Self.lengthShare + Self.lengthShare * Float(max(1, words.count)) / (weight > 1 ? 8 : 80)
                for range in words.ranges {
                    let word = words.bytes[range]
                    let stem = vocabulary.find(FixedHash.hash(word)).map { vocabulary.stems[$0] } ?? stemmer.hash(word)
                    stems.add(stemIndex.insert(Features.stem(stem)), weight / normal)
                    if comparesCharacters { Features.forEachCharacterGram(of: word) { gramRow.add(grams.insert($0), 1) } }
                }
                gramRow.endRow()
            }
            read(([article.title] + article.questions).joined(separator: " "), limit: Folding.limit, weight: comparesCharacters ? 3 : 1, &titles)
            read(article.body, limit: Self.bodyLimit, weight: 1, &bodies)
            stems.endRow()
        }
        count = articles.count
        stemRarity = stems.documents.map { FixedMath.log(1 + (Double(articles.count) - Double($0) + 0.5) / (Double($0) + 0.5)) }.map(Float.init)
        let rows = Double(2 * articles.count)
        let documents = (0..<grams.count).map { titles.documents(of: $0) + bodies.documents(of: $0) }
        let gramRarity = documents.map { Float(FixedMath.log((1 + rows) / Double(1 + $0)) + 1) }
        for place in stems.matrix.values.indices { stems.matrix.values[place] /= stems.matrix.values[place] + Self.saturation }
        stemPostings = Postings(stems.matrix, features: stemIndex.count)
        titlePostings = Self.cosine(titles.matrix, gramRarity)
        bodyPostings = Self.cosine(bodies.matrix, gramRarity)
        self.gramRarity = gramRarity
        self.stems = stemIndex
        self.grams = grams
    }

    private static func cosine(_ counts: ExampleMatrix, _ rarity: [Float]) -> Postings {
        var matrix = counts
        for number in 0..<matrix.count {
            var square: Float = 0
            for place in matrix.row(number) {
                matrix.values[place] = TermWeights.of(UInt16(min(matrix.values[place], 63))) * rarity[Int(matrix.features[place])]
                square += matrix.values[place] * matrix.values[place]
            }
            let scale = 1 / max(square, 1e-12).squareRoot()
            for place in matrix.row(number) { matrix.values[place] *= scale }
        }
        return Postings(matrix, features: rarity.count)
    }

    /// One score an article; comparable within one message only.
    func scores(_ workspace: inout MatchWorkspace, vocabulary: Vocabulary) -> [Float] {
        var lexical = [Float](repeating: 0, count: count)
        for word in workspace.reading.words {
            guard let stem = stems.find(Features.stem(word.stem)) else { continue }
            stemPostings.add(Reading.Feature(id: stem, value: stemRarity[Int(stem)], word: 0), to: &lexical)
        }
        guard comparesCharacters else {
            Self.standardize(&lexical)
            for article in 0..<count { lexical[article] *= Self.loneDeviation }
            return lexical
        }
        countGrams(&workspace, vocabulary)
        var title = [Float](repeating: 0, count: count)
        var body = title
        var square: Float = 0
        for gram in workspace.grams {
            let value = TermWeights.of(workspace.counts[Int(gram)]) * gramRarity[Int(gram)]
            workspace.counts[Int(gram)] = 0
            square += value * value
            titlePostings.add(Reading.Feature(id: gram, value: value, word: 0), to: &title)
            bodyPostings.add(Reading.Feature(id: gram, value: value, word: 0), to: &body)
        }
        let scale = 1 / max(square, 1e-12).squareRoot()
        let bodyPart: Float = meanings == nil ? Self.bodyPart : 0
        for article in 0..<count { title[article] = ((1 - bodyPart) * title[article] + bodyPart * body[article]) * scale }
        Self.standardize(&lexical)
        Self.standardize(&title)
        guard let meanings else {
            for article in 0..<count { lexical[article] += title[article] }
            return lexical
        }
        var meant = meanings.nearest(workspace, vocabulary: vocabulary, articles: count)
        Self.standardize(&meant)
        for article in 0..<count {
            lexical[article] = Self.wordsPart * lexical[article] + Self.charactersPart * title[article] + Self.meaningPart * meant[article]
        }
        return lexical
    }

    private func countGrams(_ workspace: inout MatchWorkspace, _ vocabulary: Vocabulary) {
        workspace.grams.removeAll(keepingCapacity: true)
        if workspace.counts.count < grams.count { workspace.counts = [UInt16](repeating: 0, count: grams.count) }
        for position in workspace.reading.words.indices {
            let bytes = workspace.reading.words[position].number.map(vocabulary.word) ?? workspace.words.bytes[workspace.words.ranges[position]]
            Features.forEachCharacterGram(of: bytes) { hash in
                guard let gram = grams.find(hash) else { return }
                if workspace.counts[Int(gram)] == 0 { workspace.grams.append(gram) }
                workspace.counts[Int(gram)] &+= 1
            }
        }
    }

    /// To a mean of 0 and a deviation of 1; to zeros where all are alike.
    private static func standardize(_ values: inout [Float]) {
        let count = Float(max(1, values.count))
        let mean = values.reduce(0, +) / count
        let variance = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / count
        let scale = variance > 1e-12 ? 1 / variance.squareRoot() : 0
        for place in values.indices { values[place] = (values[place] - mean) * scale }
    }
}

/// Sums up values by feature, row after row, in the order in which the features come: no dictionary, so no order but that of the text.
struct RowGatherer {
    var matrix = ExampleMatrix()
    private(set) var documents: [Int32] = []
    private var sums: [Float] = []
    private var touched: [Int32] = []

    mutating func add(_ feature: Int32, _ value: Float) {
        while sums.count <= Int(feature) {
            sums.append(0)
            documents.append(0)
        }
        if sums[Int(feature)] == 0 { touched.append(feature) }
        sums[Int(feature)] += value
    }

    mutating func endRow() {
        for feature in touched {
            matrix.features.append(feature)
            matrix.values.append(sums[Int(feature)])
            documents[Int(feature)] += 1
            sums[Int(feature)] = 0
        }
        touched.removeAll(keepingCapacity: true)
        matrix.starts.append(Int32(matrix.features.count))
        matrix.labels.append(Int32(matrix.labels.count))
    }

    func documents(of feature: Int) -> Int { feature < documents.count ? Int(documents[feature]) : 0 }
}
