/// One-against-rest linear support vector machines with squared hinge loss (C = 1), all classes learnt side by side.
///
/// Dual coordinate descent (Hsieh et al., ICML 2008): the examples come by in a fixed shuffled order; for each one the update of every class is
/// computed together, so that the inner loops run over neighbouring floats and need no branches.
struct LinearClassifier: Sendable {
    let classes: Int
    /// `classes`, rounded up so that rows are whole vectors.
    let stride: Int
    /// A row a feature, the bias last.
    private(set) var weights: [Float]

    struct Settings: Sendable {
        var cost: Float = 1
        /// Learning is what a cold start waits for; with 10 or 20 the articles' own questions, cross-validated, came out within half a point.
        var epochs = 5
        /// With thousands of examples there is more to tell apart: a point more of BANKING77-OOS and a fifth of BANKING77 than after 3.
        var many = 2_000
        var epochsOfMany = 8
        /// Learning ends when no gradient of an epoch was further from zero.
        var tolerance: Float = 0.05
    }

    init(_ examples: ExampleMatrix, features: Int, classes: Int, settings: Settings = Settings()) {
        self.classes = classes
        stride = (classes + 7) & ~7
        weights = [Float](repeating: 0, count: (features + 1) * stride)
        learn(examples, features: features, settings: settings)
    }

    /// Features that one example alone has are not learnt one by one: the weights of each are that example's duals times its value, so that all of
    /// them together add to its margins the duals times the square of their length. They are written out at the end. Same result, half the work.
    private mutating func learn(_ examples: ExampleMatrix, features: Int, settings: Settings) {
        let stride = stride
        let diagonal = 0.5 / settings.cost
        let shared = SharedFeatures(examples, features: features)
        var duals = [Float](repeating: 0, count: examples.count * stride)
        var margins = [Float](repeating: 0, count: stride)
        let bias = features * stride
        let scales = shared.squares.map { 1 / (1 + diagonal + $0) }
        var order = Array(0..<examples.count)
        var random = FixedRandom(state: 20)
        // SAFETY: all indices are below the counts with which the arrays were made just above and in `init`.
        weights.withUnsafeMutableBufferPointer { weights in
            duals.withUnsafeMutableBufferPointer { duals in
                margins.withUnsafeMutableBufferPointer { margins in
                    guard let weights = weights.baseAddress, let duals = duals.baseAddress, let margins = margins.baseAddress else { return }
                    for _ in 0..<(examples.count > settings.many ? settings.epochsOfMany : settings.epochs) {
                        random.shuffle(&order)
                        var furthest: Float = 0
                        for number in order {
                            let row = shared.places(number)
                            let own = duals + number * stride
                            let label = Int(examples.labels[number])
                            let ownSquare = shared.ownSquares[number]
                            for column in 0..<stride { margins[column] = weights[bias + column] - own[column] * ownSquare }
                            margins[label] += 2 * own[label] * ownSquare
                            Vector.addRows(UnsafePointer(weights), shared.features, shared.values, row, to: margins, stride: stride)
                            furthest = max(furthest, Self.step(margins, own, label: label, diagonal: diagonal, scale: scales[number], count: stride))
                            for column in 0..<stride { weights[bias + column] += margins[column] }
                            for place in row {
                                Vector.add(UnsafePointer(margins), times: shared.values[place], to: weights + Int(shared.features[place]) * stride, count: stride)
                            }
                        }
                        if furthest < settings.tolerance { break }
                    }
                    for number in 0..<examples.count {
                        let own = duals + number * stride
                        let label = Int(examples.labels[number])
                        for place in examples.row(number) where shared.isOwn[Int(examples.features[place])] {
                            let row = weights + Int(examples.features[place]) * stride
                            for column in 0..<stride { row[column] = -own[column] * examples.values[place] }
                            row[label] = own[label] * examples.values[place]
                        }
                    }
                }
            }
        }
    }

    /// Moves the duals of one example; what the weights are to move by replaces the margins.
    /// - Returns: the largest projected gradient.
    private static func step(
        _ margins: UnsafeMutablePointer<Float>, _ duals: UnsafeMutablePointer<Float>, label: Int, diagonal: Float, scale: Float, count: Int
    ) -> Float {
        let margin = margins[label]
        let dual = duals[label]
        var furthest: Float = 0
        for column in 0..<count {
            let gradient = -margins[column] - 1 + diagonal * duals[column]
            let projected = duals[column] > 0 ? abs(gradient) : max(-gradient, 0)
            furthest = projected > furthest ? projected : furthest
            let moved = duals[column] - gradient * scale
            let next = moved > 0 ? moved : 0
            margins[column] = duals[column] - next
            duals[column] = next
        }
        let gradient = margin - 1 + diagonal * dual
        let next = max(dual - gradient * scale, 0)
        margins[label] = next - dual
        duals[label] = next
        return max(furthest, dual > 0 ? abs(gradient) : max(-gradient, 0))
    }
}

/// The examples without the features that only one of them has.
private struct SharedFeatures {
    private var starts: [Int32] = [0]
    private(set) var features: [Int32] = []
    private(set) var values: [Float] = []
    /// By feature.
    var isOwn: [Bool]
    /// By example: the square of its length, and that of the part that it has alone.
    var squares: [Float] = []
    var ownSquares: [Float] = []

    init(_ examples: ExampleMatrix, features count: Int) {
        var occurrences = [Int32](repeating: 0, count: count)
        for feature in examples.features { occurrences[Int(feature)] += 1 }
        isOwn = occurrences.map { $0 == 1 }
        features.reserveCapacity(examples.features.count)
        values.reserveCapacity(examples.features.count)
        for number in 0..<examples.count {
            var square: Float = 0
            var ownSquare: Float = 0
            for place in examples.row(number) {
                let value = examples.values[place]
                square += value * value
                if isOwn[Int(examples.features[place])] {
                    ownSquare += value * value
                } else {
                    features.append(examples.features[place])
                    values.append(value)
                }
            }
            squares.append(square)
            ownSquares.append(ownSquare)
            starts.append(Int32(features.count))
        }
    }

    func places(_ number: Int) -> Range<Int> { Int(starts[number])..<Int(starts[number + 1]) }
}
