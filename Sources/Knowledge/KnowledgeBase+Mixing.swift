extension KnowledgeBase {
    /// What each classifier has to say, of 1 together. Chosen on the development parts of the public sets, all of them at once.
    private struct Parts {
        var words: Float
        var balanced: Float = 0
        var meaning: Float = 0
        var likeness: Float = 0

        init(_ model: LanguageModel) {
            // Of few examples the words are known less well than the meaning.
            let isFew = model.balanced != nil
            switch model.meanings?.compareExamples {
            case nil: (words, balanced) = isFew ? (0.6, 0.4) : (1, 0)
            case false?: (words, balanced, meaning) = isFew ? (0.3, 0.2, 0.5) : (0.7, 0, 0.3)
            case true?: (words, balanced, meaning, likeness) = isFew ? (0.25, 0.15, 0.35, 0.25) : (0.4, 0, 0.35, 0.25)
            }
        }
    }

    private static let wordsTemperature: Float = 0.25
    private static let likenessTemperature: Float = 0.08
    /// What no classifier's share falls below, where shares are multiplied: none may forbid what the others are sure of.
    private static let leastShare: Float = 1e-3

    /// A share an article of what the classifiers made of the message in the workspace.
    ///
    /// Learnt from few examples each classifier is often wrong by itself, and their mean lets the one that recognises something have its way. Learnt from many
    /// they are mostly right, and what all of them find likely is better: the shares are multiplied (BANKING77 and HWU64, all questions: 0.3 points more than by
    /// the mean, with a typing error 0.7 and 0.4; at five an intent a point less).
    static func mixed(_ model: LanguageModel, _ workspace: MatchWorkspace) -> [Float] {
        let count = model.places.count
        let parts = Parts(model)
        let words = shares(workspace.scores, count: count, temperature: wordsTemperature)
        guard parts.words < 1 else { return words }
        var opinions: [(shares: [Float], part: Float)] = [(words, parts.words)]
        if parts.balanced > 0 { opinions.append((shares(workspace.balanced, count: count, temperature: 1), parts.balanced)) }
        if parts.meaning > 0 { opinions.append((shares(workspace.meant, count: count, temperature: 1), parts.meaning)) }
        if parts.likeness > 0 { opinions.append((shares(workspace.likened, count: count, temperature: likenessTemperature), parts.likeness)) }
        var mixed = [Float](repeating: 0, count: count)
        if model.balanced != nil {
            for opinion in opinions {
                for label in 0..<count { mixed[label] += opinion.part * opinion.shares[label] }
            }
            return mixed
        }
        for opinion in opinions {
            for label in 0..<count { mixed[label] += opinion.part * Float(FixedMath.log(Double(opinion.shares[label] + leastShare))) }
        }
        for label in 0..<count { mixed[label] = FastMath.exp(min(0, mixed[label])) }
        let sum = mixed.reduce(0, +)
        for label in 0..<count { mixed[label] /= sum }
        return mixed
    }
}
