/// The examples by feature: `ExampleMatrix` turned on its side.
struct Postings: Sendable {
    private var starts: [Int32]
    private(set) var examples: [Int32]
    private(set) var values: [Float]

    /// - Parameters:
    ///   - scale: what makes a cosine of the product of two rows.
    ///   - commonest: features that a larger share of the examples has are left out: they say little and take most of the time.
    init(_ matrix: ExampleMatrix, features: Int, scale: Float = 1, commonest: Double = 1) {
        let limit = Int32(Double(matrix.count) * commonest)
        var counts = [Int32](repeating: 0, count: features)
        for feature in matrix.features { counts[Int(feature)] += 1 }
        starts = [Int32](repeating: 0, count: features + 1)
        for feature in 0..<features { starts[feature + 1] = starts[feature] + (counts[feature] > limit ? 0 : counts[feature]) }
        examples = [Int32](repeating: 0, count: Int(starts[features]))
        values = [Float](repeating: 0, count: examples.count)
        var next = starts
        for number in 0..<matrix.count {
            for place in matrix.row(number) {
                let feature = Int(matrix.features[place])
                guard counts[feature] <= limit else { continue }
                let target = Int(next[feature])
                next[feature] += 1
                examples[target] = Int32(number)
                values[target] = matrix.values[place] * scale
            }
        }
    }

    /// Adds the product of `features` with every row to `sums`, which has a place for each.
    func add(_ features: [Reading.Feature], to sums: UnsafeMutableBufferPointer<Float>) {
        examples.withUnsafeBufferPointer { examples in
            values.withUnsafeBufferPointer { values in
                // SAFETY: the places of a row are those of both arrays, and an example's number is below the number of examples.
                for feature in features {
                    for place in row(feature.id) { sums[Int(examples[place])] += values[place] * feature.value }
                }
            }
        }
    }

    /// The median, over examples, of the cosine with the nearest other one: high where the questions are variations of few phrases, low where they are as
    /// different as customers are. At most `sampled` are looked at, evenly spread.
    func likeness(of matrix: ExampleMatrix) -> Double {
        guard matrix.count > 1 else { return 0 }
        let looked = min(matrix.count, Self.sampled)
        var nearest: [Float] = []
        var sums: [Float] = []
        for turn in 0..<looked {
            let number = turn * matrix.count / looked
            let features = matrix.row(number).map { Reading.Feature(id: matrix.features[$0], value: matrix.values[$0], word: 0) }
            sums.removeAll(keepingCapacity: true)
            sums.append(contentsOf: repeatElement(0, count: matrix.count))
            sums.withUnsafeMutableBufferPointer { add(features, to: $0) }
            sums[number] = 0
            nearest.append(sums.max() ?? 0)
        }
        nearest.sort()
        return Double(nearest[looked / 2])
    }

    private static let sampled = 128

    func add(_ feature: Reading.Feature, to sums: inout [Float]) {
        for place in row(feature.id) { sums[Int(examples[place])] += values[place] * feature.value }
    }

    func row(_ feature: Int32) -> Range<Int> { Int(starts[Int(feature)])..<Int(starts[Int(feature) + 1]) }
}

/// 1 + ln count, for the counts that occur.
enum TermWeights {
    private static let small: [Float] = [0] + (1...63).map { Float(1 + FixedMath.log(Double($0))) }

    static func of(_ count: UInt16) -> Float { small[Int(min(count, 63))] }
}
