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

/// Sums of rows of `LinearClassifier`, whose counts are multiples of eight.
enum Vector {
    private typealias Eight = SIMD8<Float>

    /// That many columns, rounded up to whole vectors.
    static func width(of columns: Int) -> Int { (columns + 7) & ~7 }

    /// The sum of the rows, each times its value of the vector; with a bias, the row behind them is added as it is.
    static func multiply(_ rows: [Float], by vector: [Float], stride width: Int, hasBias: Bool = false, into sums: inout [Float]) {
        precondition(rows.count >= (vector.count + (hasBias ? 1 : 0)) * width)
        if sums.count != width { sums = [Float](repeating: 0, count: width) }
        rows.withUnsafeBufferPointer { rows in
            sums.withUnsafeMutableBufferPointer { sums in
                guard let rows = rows.baseAddress, let sums = sums.baseAddress else { return }
                for column in 0..<width { sums[column] = hasBias ? rows[vector.count * width + column] : 0 }
                // SAFETY: there are rows of `width` for every value, which was looked at above.
                var place = 0
                while place + 4 <= vector.count {
                    add(rows + place * width, times: (vector[place], vector[place + 1], vector[place + 2], vector[place + 3]), to: sums, count: width)
                    place += 4
                }
                while place < vector.count {
                    add(rows + place * width, times: vector[place], to: sums, count: width)
                    place += 1
                }
            }
        }
    }

    /// `sum += row * factor`.
    @inline(__always)
    static func add(_ row: UnsafePointer<Float>, times factor: Float, to sum: UnsafeMutablePointer<Float>, count: Int) {
        let from = UnsafeRawPointer(row)
        let to = UnsafeMutableRawPointer(sum)
        // SAFETY: both have `count` floats, and the steps of eight end there. Told eight at a time the compiler need not ask whether they overlap.
        for offset in stride(from: 0, to: count * 4, by: 32) {
            let moved = to.loadUnaligned(fromByteOffset: offset, as: Eight.self) + from.loadUnaligned(fromByteOffset: offset, as: Eight.self) * factor
            to.storeBytes(of: moved, toByteOffset: offset, as: Eight.self)
        }
    }

    /// Adds four rows that lie behind each other, each times its factor, in one pass.
    @inline(__always)
    private static func add(_ rows: UnsafePointer<Float>, times factors: (Float, Float, Float, Float), to sum: UnsafeMutablePointer<Float>, count: Int) {
        let from = UnsafeRawPointer(rows)
        let to = UnsafeMutableRawPointer(sum)
        // SAFETY: there are four rows of `count` floats, a multiple of eight, and as many sums.
        for offset in stride(from: 0, to: count * 4, by: 32) {
            let left = from.loadUnaligned(fromByteOffset: offset, as: Eight.self) * factors.0 + from.loadUnaligned(fromByteOffset: offset + count * 4, as: Eight.self) * factors.1
            let right =
                from.loadUnaligned(fromByteOffset: offset + count * 8, as: Eight.self) * factors.2 + from.loadUnaligned(fromByteOffset: offset + count * 12, as: Eight.self)
                * factors.3
            to.storeBytes(of: to.loadUnaligned(fromByteOffset: offset, as: Eight.self) + (left + right), toByteOffset: offset, as: Eight.self)
        }
    }

    /// The greatest of the numbers at `places`, or 0.
    static func most(_ values: [Float], _ places: Range<Int>) -> Float {
        precondition(places.lowerBound >= 0 && places.upperBound <= values.count)
        return values.withUnsafeBytes { values in
            var most = Eight.zero
            let whole = places.count & ~7
            for place in stride(from: 0, to: whole, by: 8) {
                let next = values.loadUnaligned(fromByteOffset: (places.lowerBound + place) * 4, as: Eight.self)
                most.replace(with: next, where: next .> most)
            }
            var greatest = most.max()
            for place in places.lowerBound + whole..<places.upperBound { greatest = max(greatest, values.loadUnaligned(fromByteOffset: place * 4, as: Float.self)) }
            return greatest
        }
    }

    /// The scalar product of `count` numbers of each, from those places on.
    @inline(__always)
    static func product(_ left: [Float], _ leftStart: Int, _ right: [Float], _ rightStart: Int, count: Int) -> Float {
        precondition(leftStart + count <= left.count && rightStart + count <= right.count)
        return left.withUnsafeBytes { left in
            right.withUnsafeBytes { right in
                var sums = Eight.zero
                let whole = count & ~7
                for place in stride(from: 0, to: whole, by: 8) {
                    sums +=
                        left.loadUnaligned(fromByteOffset: (leftStart + place) * 4, as: Eight.self) * right.loadUnaligned(fromByteOffset: (rightStart + place) * 4, as: Eight.self)
                }
                var sum = sums.sum()
                for place in whole..<count {
                    sum +=
                        left.loadUnaligned(fromByteOffset: (leftStart + place) * 4, as: Float.self) * right.loadUnaligned(fromByteOffset: (rightStart + place) * 4, as: Float.self)
                }
                return sum
            }
        }
    }

    /// Adds the rows of the features at `places`, each times its value: four rows in one pass, because the sums would else be fetched and stored for each.
    @inline(__always)
    static func addRows(
        _ rows: UnsafePointer<Float>, _ features: [Int32], _ values: [Float], _ places: Range<Int>, to sum: UnsafeMutablePointer<Float>, stride width: Int
    ) {
        var place = places.lowerBound
        let to = UnsafeMutableRawPointer(sum)
        while place + 4 <= places.upperBound {
            let (a, b, c, d) = (values[place], values[place + 1], values[place + 2], values[place + 3])
            let first = UnsafeRawPointer(rows + Int(features[place]) * width)
            let second = UnsafeRawPointer(rows + Int(features[place + 1]) * width)
            let third = UnsafeRawPointer(rows + Int(features[place + 2]) * width)
            let fourth = UnsafeRawPointer(rows + Int(features[place + 3]) * width)
            // SAFETY: every row and the sum have `width` floats, a multiple of eight.
            for offset in stride(from: 0, to: width * 4, by: 32) {
                let left = first.loadUnaligned(fromByteOffset: offset, as: Eight.self) * a + second.loadUnaligned(fromByteOffset: offset, as: Eight.self) * b
                let right = third.loadUnaligned(fromByteOffset: offset, as: Eight.self) * c + fourth.loadUnaligned(fromByteOffset: offset, as: Eight.self) * d
                to.storeBytes(of: to.loadUnaligned(fromByteOffset: offset, as: Eight.self) + (left + right), toByteOffset: offset, as: Eight.self)
            }
            place += 4
        }
        while place < places.upperBound {
            add(rows + Int(features[place]) * width, times: values[place], to: sum, count: width)
            place += 1
        }
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
