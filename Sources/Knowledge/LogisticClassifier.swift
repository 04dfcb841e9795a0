/// Multinomial logistic regression with a little L2, every class counting alike whatever the number of its examples: better than one-against-rest
/// margins where a class has few.
///
/// Dual coordinate descent: an example's part of the weights is its values times a residual for each class; at the optimum the residual is the cost
/// times what the label has over the chance given. One step moves it towards that, by as much as the curvature allows.
struct LogisticClassifier: Sendable {
    struct Settings: Sendable {
        var cost: Float = 20
        var epochs = 20
        /// Learning ends when no chance of an epoch was further from its residual.
        var tolerance: Float = 0.01
        var seed: UInt64 = 30
    }

    let classes: Int
    /// `classes`, rounded up so that rows are whole vectors.
    let stride: Int
    /// A row a feature, the bias last.
    private(set) var weights: [Float]

    init(_ examples: ExampleMatrix, features: Int, classes: Int, settings: Settings = Settings()) {
        self.classes = classes
        stride = (classes + 7) & ~7
        weights = [Float](repeating: 0, count: (features + 1) * stride)
        learn(examples, features: features, settings: settings)
    }

    private mutating func learn(_ examples: ExampleMatrix, features: Int, settings: Settings) {
        let (stride, classes) = (stride, classes)
        var members = [Int](repeating: 0, count: classes)
        for label in examples.labels { members[Int(label)] += 1 }
        let even = Float(examples.count) / Float(max(1, members.count { $0 > 0 }))
        let costs = members.map { settings.cost * even / Float(max(1, $0)) }
        let squares = (0..<examples.count).map { number in examples.row(number).reduce(Float(1)) { $0 + examples.values[$1] * examples.values[$1] } }
        var residuals = [Float](repeating: 0, count: examples.count * stride)
        var margins = [Float](repeating: 0, count: stride)
        var order = Array(0..<examples.count)
        var random = FixedRandom(state: settings.seed)
        let bias = features * stride
        // SAFETY: all indices are below the counts with which the arrays were made just above and in `init`.
        weights.withUnsafeMutableBufferPointer { weights in
            residuals.withUnsafeMutableBufferPointer { residuals in
                margins.withUnsafeMutableBufferPointer { margins in
                    guard let weights = weights.baseAddress, let residuals = residuals.baseAddress, let margins = margins.baseAddress else { return }
                    for _ in 0..<settings.epochs {
                        random.shuffle(&order)
                        var furthest: Float = 0
                        for number in order {
                            let row = examples.row(number)
                            let label = Int(examples.labels[number])
                            for column in 0..<stride { margins[column] = weights[bias + column] }
                            Vector.addRows(UnsafePointer(weights), examples.features, examples.values, row, to: margins, stride: stride)
                            let own = residuals + number * stride
                            let gap = Self.step(margins, own, label: label, classes: classes, cost: costs[label], square: squares[number], tolerance: settings.tolerance)
                            furthest = max(furthest, gap)
                            // What is learnt already would only cost time.
                            if gap < settings.tolerance { continue }
                            for column in 0..<stride { weights[bias + column] += margins[column] }
                            for place in row {
                                Vector.add(UnsafePointer(margins), times: examples.values[place], to: weights + Int(examples.features[place]) * stride, count: stride)
                            }
                        }
                        if furthest < settings.tolerance { break }
                    }
                }
            }
        }
    }

    /// Moves the residuals of one example; what the weights are to move by replaces the margins.
    /// - Returns: how far the furthest residual was from where it belongs, as a share of the cost.
    private static func step(
        _ margins: UnsafeMutablePointer<Float>, _ residuals: UnsafeMutablePointer<Float>, label: Int, classes: Int, cost: Float, square: Float, tolerance: Float
    ) -> Float {
        var top = margins[0]
        for column in 1..<max(1, classes) { top = margins[column] > top ? margins[column] : top }
        let isFirst = margins[label] >= top
        var sum: Float = 0
        for column in 0..<classes {
            margins[column] = FastMath.exp(margins[column] - top)
            sum += margins[column]
        }
        let scale = 1 / sum
        // The curvature along the residuals is at most a half; near certainty it is small.
        let curvature: Float = isFirst ? min(0.5, 2 * scale * (1 - scale) + 0.02) : 0.5
        let share = 1 / (1 + cost * square * curvature)
        var furthest: Float = 0
        for column in 0..<classes {
            let wanted = cost * ((column == label ? 1 : 0) - margins[column] * scale)
            margins[column] = wanted - residuals[column]
            furthest = max(furthest, abs(margins[column]))
        }
        if furthest < tolerance * cost { return furthest / cost }
        for column in 0..<classes {
            margins[column] *= share
            residuals[column] += margins[column]
        }
        return furthest / cost
    }
}
