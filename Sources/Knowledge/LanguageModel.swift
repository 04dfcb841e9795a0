/// What was learnt from the articles of one language. A class number is a position in the articles that it was made from.
final class LanguageModel: Sendable {
    let language: String
    /// Positions of the articles in the knowledge base, by class.
    let places: [Int]
    let vocabulary: Vocabulary
    private let features: HashIndex
    private let wordFeatures: WordFeatures
    /// The bit of the language among the common words.
    let mark: CommonWords.Marks
    /// Rarity of each feature: ln((1 + examples) / (1 + examples with it)) + 1.
    private let rarity: [Float]
    let classifier: LinearClassifier
    /// Where there is a list of the language's words: they are left as they are.
    private let words: WordList?
    /// Where articles have few examples.
    let balanced: LogisticClassifier?
    /// Where there is a table of the language.
    let meanings: Meanings?
    let examples: ExampleMatrix
    private let members: [Range<Int>]
    private let postings: Postings
    /// How near the examples are to each other: `Postings.likeness(of:)`.
    let likeness: Double
    /// Of each class, its example questions; titles not counted.
    let questions: [Int]
    let retrieval: Retrieval?

    init(language: String, articles: [Article], places: [Int], knowledge: LanguageKnowledge = LanguageKnowledge()) {
        self.language = language
        self.places = places
        mark = CommonWords.mark(of: language)
        let stemmer = Stemmer(language: language)
        let pieces = language == "en" ? knowledge.pieces : nil
        words = knowledge.words[language] ?? pieces?.words
        var learner = Learner(stemmer: stemmer, expecting: articles.reduce(0) { $0 + $1.questions.count + 1 })
        for (label, article) in articles.enumerated() {
            learner.add(article.title, label: label)
            for question in article.questions { learner.add(question, label: label) }
        }
        let isWanted = articles.contains { !$0.body.isEmpty || $0.questions.count < Retrieval.questionsEnough }
        for article in articles { learner.addKnown(article.body) }
        learner.finish()
        vocabulary = learner.vocabulary
        features = learner.index
        wordFeatures = learner.wordFeatures
        rarity = learner.rarity
        examples = learner.matrix
        members = Self.members(of: learner.matrix.labels, classes: articles.count)
        questions = articles.map(\.questions.count)
        classifier = LinearClassifier(learner.matrix, features: learner.index.count, classes: articles.count)
        balanced =
            learner.matrix.count < Self.examplesForBalanced * articles.count && learner.matrix.count <= Self.mostForBalanced
            ? LogisticClassifier(learner.matrix, features: learner.index.count, classes: articles.count) : nil
        meanings = pieces.map { Meanings($0, learner.texts, vocabulary: learner.vocabulary, labels: learner.matrix.labels, articles: articles) }
        postings = Postings(learner.matrix, features: learner.index.count, scale: 1 / (1 + Features.stemWeight * Features.stemWeight), commonest: Self.commonest(examples.count))
        likeness = postings.likeness(of: learner.matrix)
        retrieval = isWanted ? Retrieval(articles: articles, vocabulary: learner.vocabulary, stemmer: stemmer, pieces: pieces) : nil
    }

    /// The places of each class's examples, which lie behind each other.
    private static func members(of labels: [Int32], classes: Int) -> [Range<Int>] {
        var members: [Range<Int>] = []
        var start = 0
        for label in 0..<classes {
            let end = labels[start...].firstIndex { $0 != label } ?? labels.endIndex
            members.append(start..<end)
            start = end
        }
        return members
    }

    /// With so many examples an article margins are as good, and of so many altogether learning would take too long.
    private static let examplesForBalanced = 20
    private static let mostForBalanced = 3_000

    /// Only of many examples are the commonest features left out of the comparison, to save time: what is common to a desk's questions is what tells
    /// them from messages about something else (HINT3 curekart: AUROC of the nearest example .82 with them, .78 without).
    private static func commonest(_ examples: Int) -> Double { examples > 3_000 ? 0.12 : 1 }

    var featureCount: Int { features.count }

    /// The share of the questions that an article should have and has not.
    func missingQuestions(_ article: Int) -> Double {
        Double(max(0, Retrieval.questionsEnough - questions[article])) / Double(Retrieval.questionsEnough)
    }

    /// The share of the words that are in the vocabulary as they stand, those that are common in the language left out: a first look that costs little.
    func knownAsWritten(_ workspace: MatchWorkspace) -> Double {
        var content = 0.0
        var known = 0.0
        for (hash, marks) in zip(workspace.hashes, workspace.marks) where marks & mark == 0 {
            content += 1
            if vocabulary.find(hash) != nil { known += 1 }
        }
        return content == 0 ? 0.5 : known / content
    }

    /// Reads the folded words of the workspace into `workspace.reading`: repaired, stemmed, counted and weighted.
    func read(_ workspace: inout MatchWorkspace) {
        resolve(&workspace)
        if workspace.counts.count < features.count { workspace.counts = [UInt16](repeating: 0, count: features.count) }
        let words = workspace.reading.words
        // Taken out of the workspace for as long as they grow: an array inside of it would be checked for other owners at each step.
        var gathered: [Reading.Feature] = []
        swap(&gathered, &workspace.reading.features)
        gathered.removeAll(keepingCapacity: true)
        var grams = 0
        var found = 0
        var stemFeatures = 0
        let text = workspace.words
        workspace.counts.withUnsafeMutableBufferPointer { counts in
            @inline(__always)
            func count(_ id: Int32, _ position: Int) {
                if counts[Int(id)] == 0 { gathered.append(Reading.Feature(id: id, value: 0, word: Int32(truncatingIfNeeded: position))) }
                counts[Int(id)] &+= 1
            }
            for position in words.indices {
                let word = words[position]
                if let number = word.number, number < wordFeatures.count {
                    count(wordFeatures.stems[number], position)
                } else if let id = features.find(Features.stem(word.stem)) {
                    count(id, position)
                }
                if position > 0, let id = features.find(Features.pair(words[position - 1].stem, word.stem)) { count(id, position) }
            }
            stemFeatures = gathered.count
            for position in words.indices {
                let number = words[position].number
                if let number, number < wordFeatures.count {
                    let places = wordFeatures.characters(of: number)
                    grams += places.count
                    found += places.count
                    for place in places { count(wordFeatures.grams[place], position) }
                } else {
                    let word = number.map(vocabulary.word) ?? text.bytes[text.ranges[position]]
                    Features.forEachCharacterGram(of: word) { hash in
                        grams += 1
                        guard let id = features.find(hash) else { return }
                        found += 1
                        count(id, position)
                    }
                }
            }
        }
        swap(&gathered, &workspace.reading.features)
        workspace.reading.stemFeatures = stemFeatures
        workspace.reading.familiar = Double(found) / Double(max(1, grams))
        weigh(0..<workspace.reading.stemFeatures, &workspace)
        weigh(workspace.reading.stemFeatures..<workspace.reading.features.count, &workspace)
    }

    private func resolve(_ workspace: inout MatchWorkspace) {
        workspace.reading.words.removeAll(keepingCapacity: true)
        var content = 0.0
        var known = 0.0
        for position in workspace.hashes.indices {
            let isCommon = workspace.marks[position] & mark != 0
            var familiarity = 0.0
            let word: Reading.Word
            if let number = vocabulary.find(workspace.hashes[position]) {
                familiarity = 1
                word = Reading.Word(number: number, stem: vocabulary.stems[number])
            } else {
                let stemmer = workspace.stemmer(for: language)
                let bytes = workspace.words.bytes[workspace.words.ranges[position]]
                let stem = stemmer.hash(bytes)
                if isCommon {
                    word = Reading.Word(number: nil, stem: stem)
                } else if features.find(Features.stem(stem)) != nil {
                    // Another form of a known word is no slip.
                    familiarity = 1
                    word = Reading.Word(number: nil, stem: stem)
                } else if words?.holds(bytes) != true, let number = vocabulary.repair(bytes) {
                    // "Bella" is near "della", and that is no sign that the message has to do with the articles.
                    familiarity = CommonWords.marks(FixedHash.hash(vocabulary.word(number))) & mark == 0 ? 0.8 : 0
                    word = Reading.Word(number: number, stem: vocabulary.stems[number])
                } else {
                    word = Reading.Word(number: nil, stem: stem)
                }
            }
            if !isCommon {
                content += 1
                known += familiarity
            }
            workspace.reading.words.append(word)
        }
        // Grammar alone says nothing either way.
        workspace.reading.known = content == 0 ? 0.5 : known / content
    }

    /// (1 + ln count) · rarity, scaled to the length of its kind; leaves the counts at zero for the next message.
    private func weigh(_ range: Range<Int>, _ workspace: inout MatchWorkspace) {
        var square: Float = 0
        for position in range {
            let id = Int(workspace.reading.features[position].id)
            let value = TermWeights.of(workspace.counts[id]) * rarity[id]
            workspace.counts[id] = 0
            workspace.reading.features[position].value = value
            square += value * value
        }
        guard square > 0 else { return }
        let scale = (range.lowerBound == 0 ? Features.stemWeight : 1) / square.squareRoot()
        for position in range { workspace.reading.features[position].value *= scale }
    }

    /// The margin of every class, into `workspace.scores`, and what the other classifiers of the model make of it, into theirs.
    func score(_ workspace: inout MatchWorkspace) {
        Self.score(classifier.weights, workspace.reading.features, bias: features.count, stride: classifier.stride, &workspace.scores)
        if let balanced {
            Self.score(balanced.weights, workspace.reading.features, bias: features.count, stride: balanced.stride, &workspace.balanced)
        }
        meanings?.score(self, &workspace)
    }

    private static func score(_ weights: [Float], _ features: [Reading.Feature], bias: Int, stride: Int, _ scores: inout [Float]) {
        weights.withUnsafeBufferPointer { weights in
            guard let weights = weights.baseAddress else { return }
            if scores.count != stride { scores = [Float](repeating: 0, count: stride) }
            scores.withUnsafeMutableBufferPointer { scores in
                guard let scores = scores.baseAddress else { return }
                // SAFETY: there is a row of `stride` weights for every feature that `read` can give, and one for the bias.
                for column in 0..<stride { scores[column] = weights[bias * stride + column] }
                for feature in features {
                    Vector.add(weights + Int(feature.id) * stride, times: feature.value, to: scores, count: stride)
                }
            }
        }
    }

    /// The cosine with every example, into `workspace.similarities`, and the greatest of each article's, into `workspace.nearest`.
    func compare(_ workspace: inout MatchWorkspace) {
        workspace.similarities.removeAll(keepingCapacity: true)
        workspace.similarities.append(contentsOf: repeatElement(0, count: examples.count))
        let features = workspace.reading.features
        workspace.similarities.withUnsafeMutableBufferPointer { postings.add(features, to: $0) }
        workspace.nearest.removeAll(keepingCapacity: true)
        for members in members { workspace.nearest.append(Vector.most(workspace.similarities, members)) }
    }
}
