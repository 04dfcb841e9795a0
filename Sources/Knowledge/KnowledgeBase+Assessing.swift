extension KnowledgeBase {
    private static let nearestWeight: Float = 0.2
    /// A classifier of fewer articles has seen too little of what is not theirs, and prefers one of them whatever is said: what the message has in
    /// common with them must vouch for it.
    private static let articlesEnough = 8.0
    /// From this cosine with an example on the message is as good as known.
    private static let nearestEnough = 0.5

    /// What the model of that number makes of its reading in the workspace, which stays there.
    func assess(_ number: Int, _ workspace: inout MatchWorkspace) -> Assessment {
        let model = models[number]
        model.score(&workspace)
        model.compare(&workspace)
        let count = model.places.count
        // The nearest example says a little more than the margin does; with twice the weight the articles' own questions, cross-validated, come out a point worse.
        for label in 0..<count { workspace.scores[label] += Self.nearestWeight * workspace.nearest[label] }
        var shares = Self.mixed(model, workspace)
        if let retrieval = model.retrieval {
            let found = Self.shares(retrieval.scores(&workspace, vocabulary: model.vocabulary), count: count, temperature: 1)
            for label in 0..<count {
                let missing = Float(max(0, Retrieval.questionsEnough - model.questions[label])) / Float(Retrieval.questionsEnough)
                let part = max(Retrieval.shareWhenEnough, missing)
                shares[label] = (1 - part) * shares[label] + part * found[label]
            }
            let sum = shares.reduce(0, +)
            if sum > 0 { for label in 0..<count { shares[label] /= sum } }
        }
        // Equal shares fall in the order of the ids, which is that of the classes.
        let order = Self.order(shares)
        let best = order[0]
        let nearest = Double(workspace.nearest.max() ?? 0)
        let certainty = FixedMath.log(max(Double(shares[best]), 1e-6))
        var signals = [certainty, Double(workspace.nearest[best]), workspace.reading.known, model.likeness, model.likeness * certainty]
        signals.append(model.meanings == nil ? model.missingQuestions(best) : Double(workspace.middles[best]))
        // Of a message that holds nothing of any article but grammar and chance letters nothing is known, whatever the classifier prefers. It keeps some of its
        // rank: the guess is sometimes right (HINT3: an AUROC higher by .002 to .006 than with a tenth), but is never answered.
        let recognised = nearest > 0 && workspace.reading.known > 0
        let vouched = workspace.reading.known * min(1, nearest / Self.nearestEnough)
        let doubt = max(0, 1 - Double(count) / Self.articlesEnough) * (1 - vouched)
        let calibration = model.meanings == nil ? calibration.plain : calibration.withMeaning
        let confidence = calibration.confidence(signals) * min(1 - doubt, recognised ? 1 : 0.3)
        return Assessment(
            model: number, shares: shares, order: order, confidence: confidence, signals: Signals(values: signals, haveMeaning: model.meanings != nil),
            known: workspace.reading.known, nearest: nearest)
    }

    /// The classes by falling share. Shares are not negative, so that their bits compare as they do.
    private static func order(_ shares: [Float]) -> [Int] {
        var keys = shares.indices.map { UInt64(~shares[$0].bitPattern) << 32 | UInt64($0) }
        keys.sort()
        return keys.map { Int($0 & 0xFFFF_FFFF) }
    }

    /// exp(score / temperature), scaled to a sum of 1.
    static func shares(_ scores: [Float], count: Int, temperature: Float) -> [Float] {
        let top = scores[..<count].max() ?? 0
        var sum: Float = 0
        var shares = [Float](repeating: 0, count: count)
        // What is less than a hundred-millionth of the top is nothing.
        for label in 0..<count where scores[label] > top - 18 * temperature {
            shares[label] = FastMath.exp((scores[label] - top) / temperature)
            sum += shares[label]
        }
        for label in 0..<count { shares[label] /= sum }
        return shares
    }
}
