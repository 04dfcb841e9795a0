/// The chance that the best article is the right one, from how the matcher came to it: a logistic model (Platt scaling of several signals).
///
/// A probability must mean the same at every desk. What misleads is how a desk writes its questions: where they are variations of a few phrases the
/// classifiers are as sure of a stranger's message as of a customer's, and being sure means little (HINT3: half of what was answered at 0.4 was wrong);
/// where they are as different as customers are, even a hesitant choice is right. So the likeness of the desk's own questions to each other is a signal, and
/// changes what certainty counts.
///
/// The coefficients that it begins with were fitted on the development parts of public sets (CLINC150, BANKING77, HWU64, HINT3, Bitext, xSID, CovidFAQ), on
/// desks made from them (some of a set's intents with a few questions each; what asks for the others has no article), and on the demo's `dev/` questions:
/// `tools/calibration`. Messages that people of a desk have reviewed move them.
package struct Calibration: Sendable {
    /// What the chance is computed from, by name; the order is that of the coefficients. The last is the cosine with the middle of the article's examples where
    /// there is a table of word pieces, and elsewhere the share of the questions that the article lacks.
    package static let names = ["log share", "nearest of its own", "known words", "likeness", "likeness x log share", "middle or missing"]

    /// About how much each signal varies over messages: what the coefficients are moved in.
    private static let spreads = [0.75, 0.21, 0.36, 0.12, 0.38, 0.24]

    private(set) var bias: Double
    private(set) var coefficients: [Double]

    /// For languages without a table of word pieces.
    static let plain = Calibration(bias: 2.603, coefficients: [4.715, 2.252, 2.284, -5.776, -4.958, -2.049])
    static let withMeaning = Calibration(bias: -0.071, coefficients: [2.491, 3.025, 0.658, -4.239, -2.371, 3.246])

    /// A message that somebody judged.
    struct Review {
        var signals: [Double]
        var isRight: Bool
    }

    /// The logistic function.
    package static func chance(_ sum: Double) -> Double { FixedMath.sigmoid(sum) }

    func confidence(_ signals: [Double]) -> Double {
        var sum = bias
        for (signal, coefficient) in zip(signals, coefficients) { sum += signal * coefficient }
        return FixedMath.sigmoid(sum)
    }

    /// How firmly the bias and the coefficients stay where they were. A message's signals add up to some 60 in their spreads squared, so a review moves a confidence about as much through
    /// the coefficients as through the bias: some 0.01 of one that is near 1 when a single sure answer was wrong, and below the threshold when ten of ten were.
    private static let (biasWeight, coefficientWeight) = (20.0, 200.0)

    /// The same, moved towards what people found: the most likely coefficients, given the reviews and that they are near these.
    ///
    /// Newton's method with the curve that bounds the logistic function from below (Jaakkola and Jordan 2000): each step is towards the best and none beyond it, as plain Newton's
    /// are when sure answers were wrong.
    func refitted(_ reviews: [Review]) -> Calibration {
        guard !reviews.isEmpty else { return self }
        let width = coefficients.count
        let rows = reviews.map { review in [1] + zip(review.signals, Self.spreads).map { $0 / $1 } }
        let start = [bias] + zip(coefficients, Self.spreads).map { $0 * $1 }
        var values = start
        for _ in 0..<20 {
            var slope = (0...width).map { Self.prior($0) * (start[$0] - values[$0]) }
            var curve = (0...width).map { row in (0...width).map { $0 == row ? Self.prior(row) : 0 } }
            for (row, review) in zip(rows, reviews) {
                let sum = zip(row, values).reduce(0) { $0 + $1.0 * $1.1 }
                let chance = FixedMath.sigmoid(sum)
                let weight = abs(sum) < 1e-3 ? 0.25 : (chance - 0.5) / sum
                for left in 0...width {
                    slope[left] += ((review.isRight ? 1 : 0) - chance) * row[left]
                    for right in 0...width { curve[left][right] += weight * row[left] * row[right] }
                }
            }
            let step = Self.solution(of: curve, slope)
            for place in 0...width { values[place] += step[place] }
        }
        return Calibration(bias: values[0], coefficients: zip(values.dropFirst(), Self.spreads).map { $0 / $1 })
    }

    private static func prior(_ place: Int) -> Double { place == 0 ? biasWeight : coefficientWeight }

    /// Of a symmetric positive definite system, by elimination.
    private static func solution(of matrix: [[Double]], _ right: [Double]) -> [Double] {
        var (matrix, values) = (matrix, right)
        for pivot in values.indices {
            for row in values.indices where row > pivot {
                let factor = matrix[row][pivot] / matrix[pivot][pivot]
                for column in pivot..<values.count { matrix[row][column] -= factor * matrix[pivot][column] }
                values[row] -= factor * values[pivot]
            }
        }
        for row in values.indices.reversed() {
            for column in values.indices where column > row { values[row] -= matrix[row][column] * values[column] }
            values[row] /= matrix[row][row]
        }
        return values
    }

    /// The confidence from which on that share of the answers was right on customers' messages; between the table's rows by straight lines.
    ///
    /// The rows are those of HINT3's curekart and sofmattress, each with coefficients fitted without it (0.9: with today's, the first at which both are right so
    /// often). Where the right article is a matter of opinion (powerplay11) no threshold reaches 0.9: there reviews move the confidence itself.
    static func threshold(forPrecision precision: Double) -> Double {
        let wanted = min(max(precision, 0.5), 0.99)
        var (lower, upper) = (thresholds[0], thresholds[0])
        for row in thresholds {
            upper = row
            if row.precision >= wanted { break }
            lower = row
        }
        guard upper.precision > lower.precision else { return upper.confidence }
        let share = min(1, (wanted - lower.precision) / (upper.precision - lower.precision))
        return lower.confidence + share * (upper.confidence - lower.confidence)
    }

    private static let thresholds: [(precision: Double, confidence: Double)] = [
        (0.7, 0.3), (0.8, 0.5), (0.85, 0.63), (0.9, 0.73), (0.95, 0.88), (0.97, 0.93), (0.99, 0.97),
    ]
}
