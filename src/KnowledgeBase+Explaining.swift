/// A word of a message, and how much it spoke for an article (above 0) or against it.
package struct WordWeight: Sendable, Hashable {
    package var word: String
    package var weight: Double
}

extension KnowledgeBase {
    /// The words of the message that mattered for one article of the language that it is in, the strongest first, for or against.
    ///
    /// A weight is what the word adds to the article's margin, less half of what it adds to that of the strongest other one. Words are as the
    /// matcher read them: folded, and repaired where they were misspelt. Empty when the message is in another language or the article is not there.
    package func explain(_ query: Query, articleID: String) -> [WordWeight] {
        pool.with { workspace in
            workspace.fold(query.text)
            guard let assessment = assess(query, &workspace) else { return [] }
            let model = models[assessment.model]
            guard let label = model.places.firstIndex(where: { articles[$0].id == articleID }) else { return [] }
            let rival = assessment.order.first { $0 != label }
            return weights(for: label, against: rival, model, workspace)
        }
    }

    /// The words that spoke most for the best article against the second best: at most six.
    func deciding(_ assessment: Assessment, _ model: LanguageModel, _ workspace: MatchWorkspace) -> [String] {
        let rival = assessment.order.count > 1 ? assessment.order[1] : nil
        return weights(for: assessment.order[0], against: rival, model, workspace).filter { $0.weight > 0.02 }.prefix(6).map(\.word)
    }

    /// Of words that occur more than once the first place has the weight of all.
    private func weights(for label: Int, against rival: Int?, _ model: LanguageModel, _ workspace: MatchWorkspace) -> [WordWeight] {
        var parts = [Float](repeating: 0, count: workspace.reading.words.count)
        for feature in workspace.reading.features {
            let row = Int(feature.id) * model.classifier.stride
            let weight = model.classifier.weights[row + label] - (rival.map { model.classifier.weights[row + $0] / 2 } ?? 0)
            parts[Int(feature.word)] += weight * feature.value
        }
        var seen: Set<String> = []
        var words: [WordWeight] = []
        for position in parts.indices.filter({ parts[$0] != 0 }).sorted(by: { (abs(parts[$1]), $0) < (abs(parts[$0]), $1) }) {
            let word = workspace.reading.words[position].number.map { String(decoding: model.vocabulary.word($0), as: UTF8.self) } ?? workspace.words.text(position)
            if seen.insert(word).inserted { words.append(WordWeight(word: word, weight: Double(parts[position]))) }
        }
        return words
    }
}
