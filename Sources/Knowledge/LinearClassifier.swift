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
        /// Measured: 5 are within half a point of 30 on every set, and learning is what a cold start waits for.
        var epochs = 5
        /// Learning ends when no gradient of an epoch was further from zero.
        var tolerance: Float = 0.1
    }

    init(_ examples: ExampleMatrix, features: Int, classes: Int, settings: Settings = Settings()) {
        self.classes = classes
        stride = (classes + 7) & ~7
        weights = [Float](repeating: 0, count: (features + 1) * stride)
        learn(examples, features: features, settings: settings)
    }

    private mutating func learn(_ examples: ExampleMatrix, features: Int, settings: Settings) {
        let stride = stride
        let diagonal = 0.5 / settings.cost
        var duals = [Float](repeating: 0, count: examples.count * stride)
        var margins = [Float](repeating: 0, count: stride)
        let bias = features * stride
        let scales = (0..<examples.count).map { number -> Float in
            var square: Float = 1 + diagonal
            for place in examples.row(number) { square += examples.values[place] * examples.values[place] }
            return 1 / square
        }
        var order = Array(0..<examples.count)
        var random = FixedRandom(state: 20)
        for _ in 0..<settings.epochs {
            random.shuffle(&order)
            var furthest: Float = 0
            // SAFETY: all indices are below the counts with which the arrays were made just above and in `init`.
            weights.withUnsafeMutableBufferPointer { weights in
                duals.withUnsafeMutableBufferPointer { duals in
                    margins.withUnsafeMutableBufferPointer { margins in
                        guard let weights = weights.baseAddress, let duals = duals.baseAddress, let margins = margins.baseAddress else { return }
                        for number in order {
                            let row = examples.row(number)
                            for column in 0..<stride { margins[column] = weights[bias + column] }
                            for place in row {
                                Vector.add(weights + Int(examples.features[place]) * stride, times: examples.values[place], to: margins, count: stride)
                            }
                            furthest = max(
                                furthest, Self.step(margins, duals + number * stride, label: Int(examples.labels[number]), diagonal: diagonal, scale: scales[number], count: stride)
                            )
                            for column in 0..<stride { weights[bias + column] += margins[column] }
                            for place in row {
                                Vector.add(margins, times: examples.values[place], to: weights + Int(examples.features[place]) * stride, count: stride)
                            }
                        }
                    }
                }
            }
            if furthest < settings.tolerance { break }
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

enum Vector {
    /// `sum += vector * factor`; the compiler makes vector instructions of it because the order of additions is the same either way.
    @inline(__always)
    static func add(_ vector: UnsafePointer<Float>, times factor: Float, to sum: UnsafeMutablePointer<Float>, count: Int) {
        for column in 0..<count { sum[column] += vector[column] * factor }
    }

    @inline(__always)
    static func add(_ vector: UnsafeMutablePointer<Float>, times factor: Float, to sum: UnsafeMutablePointer<Float>, count: Int) {
        add(UnsafePointer(vector), times: factor, to: sum, count: count)
    }
}

/// Numbers that look random and are the same in every run (SplitMix64).
struct FixedRandom {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        return FixedHash.finish(state)
    }

    mutating func shuffle(_ numbers: inout [Int]) {
        guard numbers.count > 1 else { return }
        for position in stride(from: numbers.count - 1, to: 0, by: -1) {
            numbers.swapAt(position, Int(next() % UInt64(position + 1)))
        }
    }
}
