/// Gathers the examples of one language: numbers their words and features, and weighs them.
struct Learner {
    private let stemmer: Stemmer
    private(set) var vocabulary: Vocabulary
    private(set) var index: HashIndex
    private(set) var rarity: [Float] = []
    private(set) var matrix = ExampleMatrix()
    /// Of each word of the examples, by its number in the vocabulary: its stem's feature, and those of its characters.
    private(set) var wordFeatures = WordFeatures()
    /// The words of each example, by their numbers.
    private(set) var texts: [[Int32]] = []
    private var words = Words()
    private var numbers: [Int] = []
    /// Of each feature: the count in the example at hand, and whether it is of characters.
    private var counts: [UInt16] = []
    private var isOfCharacters: [Bool] = []
    private var documents: [Int32] = []
    private var touched: [Int32] = []

    init(stemmer: Stemmer, expecting examples: Int) {
        self.stemmer = stemmer
        vocabulary = Vocabulary(expecting: examples * 2)
        index = HashIndex(expecting: examples * 20)
    }

    /// One example question, or title, of the class.
    mutating func add(_ text: String, label: Int) {
        Folding.foldMatched(text, into: &words)
        numbers.removeAll(keepingCapacity: true)
        for range in words.ranges { numbers.append(number(words.bytes[range])) }
        var last: UInt64?
        for number in numbers {
            let stem = vocabulary.stems[number]
            count(wordFeatures.stems[number])
            if let last { count(feature(Features.pair(last, stem), characters: false)) }
            last = stem
        }
        for number in numbers {
            for place in wordFeatures.characters(of: number) { count(wordFeatures.grams[place]) }
        }
        guard !touched.isEmpty else { return }
        for feature in touched {
            matrix.features.append(feature)
            matrix.values.append(TermWeights.of(counts[Int(feature)]))
            counts[Int(feature)] = 0
            documents[Int(feature)] += 1
        }
        touched.removeAll(keepingCapacity: true)
        matrix.starts.append(Int32(matrix.features.count))
        matrix.labels.append(Int32(label))
        texts.append(numbers.map(Int32.init))
    }

    /// Words that are right as they are, though no example has them.
    mutating func addKnown(_ text: String) {
        Folding.fold(text, limit: 20_000, into: &words)
        for range in words.ranges { vocabulary.add(words.bytes[range], weight: 0, stemmer: stemmer) }
    }

    /// The number of a word of an example; what it is made of is looked up once.
    private mutating func number(_ word: ArraySlice<UInt8>) -> Int {
        let number = vocabulary.add(word, weight: 1, stemmer: stemmer)
        guard number == wordFeatures.stems.count else { return number }
        wordFeatures.stems.append(feature(Features.stem(vocabulary.stems[number]), characters: false))
        Features.forEachCharacterGram(of: word) { wordFeatures.grams.append(feature($0, characters: true)) }
        wordFeatures.starts.append(Int32(wordFeatures.grams.count))
        return number
    }

    private mutating func feature(_ hash: UInt64, characters: Bool) -> Int32 {
        let id = index.insert(hash)
        if Int(id) == counts.count {
            counts.append(0)
            documents.append(0)
            isOfCharacters.append(characters)
        }
        return id
    }

    @inline(__always)
    private mutating func count(_ id: Int32) {
        if counts[Int(id)] == 0 { touched.append(id) }
        counts[Int(id)] &+= 1
    }

    mutating func finish() {
        vocabulary.finish()
        let examples = Double(matrix.count + 1)
        var logs: [Int32: Float] = [:]
        rarity = documents.map { count in
            if let known = logs[count] { return known }
            let value = Float(FixedMath.log(examples / Double(count + 1)) + 1)
            logs[count] = value
            return value
        }
        for number in 0..<matrix.count { scale(matrix.row(number)) }
    }

    /// The stems' values to length `stemWeight`, and the characters' values to length 1.
    private mutating func scale(_ row: Range<Int>) {
        var squares: (stems: Float, characters: Float) = (0, 0)
        for place in row {
            let feature = Int(matrix.features[place])
            let value = matrix.values[place] * rarity[feature]
            matrix.values[place] = value
            if isOfCharacters[feature] { squares.characters += value * value } else { squares.stems += value * value }
        }
        let stems = Features.stemWeight / max(squares.stems, 1e-12).squareRoot()
        let characters = 1 / max(squares.characters, 1e-12).squareRoot()
        for place in row { matrix.values[place] *= isOfCharacters[Int(matrix.features[place])] ? characters : stems }
    }
}

/// The features of words, laid out word after word: a word that the examples have is not taken apart again.
struct WordFeatures: Sendable {
    var stems: [Int32] = []
    var starts: [Int32] = [0]
    var grams: [Int32] = []

    var count: Int { stems.count }

    /// Places in `grams`.
    @inline(__always)
    func characters(of word: Int) -> Range<Int> { Int(starts[word])..<Int(starts[word + 1]) }
}
