/// The chance that the best article is the right one, from how the matcher came to it: a logistic model.
///
/// The coefficients that it begins with were fitted on the development parts of public sets, each counting alike (CLINC150, BANKING77, HWU64, HINT3, xSID,
/// CovidFAQ; messages without a right article as many as the others), and on the demo's `dev/` questions, with the hidden command
/// `centralino kb calibrate KNOWLEDGE=QUESTIONS …`. Messages that people of a desk have reviewed move them.
package struct Calibration: Sendable {
    /// What the chance is computed from, by name; the order is that of the coefficients. The last is only there with a table of word pieces.
    package static let names = ["margin", "log ratio", "nearest", "known words", "log length", "classifier share", "nearest middle"]

    /// About how much each signal varies over messages: what the coefficients are moved in.
    private static let spreads = [0.6, 1.7, 0.18, 0.3, 0.5, 0.3, 0.22]

    private(set) var bias: Double
    private(set) var coefficients: [Double]

    /// For languages without a table of word pieces.
    static let plain = Calibration(bias: -3.199, coefficients: [1.968, 0.406, 1.053, 1.88, 0.506, -0.338])
    static let withMeaning = Calibration(bias: -3.386, coefficients: [0.88, 0.459, 1.6, 0.845, 0.268, -0.727, 3.363])

    /// The logistic function.
    package static func chance(_ sum: Double) -> Double { FixedMath.sigmoid(sum) }

    func confidence(_ signals: [Double]) -> Double {
        var sum = bias
        for (signal, coefficient) in zip(signals, coefficients) { sum += signal * coefficient }
        return FixedMath.sigmoid(sum)
    }

    /// Reviews weigh as much as what the coefficients were fitted on from about this many on.
    private static let priorWeight = 20.0

    /// The same, moved towards what people found: the most likely coefficients, given the reviews and that they are near these.
    ///
    /// Newton's method; a few reviews move the bias, and it takes dozens to move a coefficient far.
    func refitted(_ reviews: [(signals: [Double], isRight: Bool)]) -> Calibration {
        guard !reviews.isEmpty else { return self }
        let width = coefficients.count
        let rows = reviews.map { review in [1] + zip(review.signals, Self.spreads).map { $0 / $1 } }
        let start = [bias] + zip(coefficients, Self.spreads).map { $0 * $1 }
        var values = start
        for _ in 0..<12 {
            var slope = (0...width).map { Self.prior($0) * (start[$0] - values[$0]) }
            var curve = (0...width).map { row in (0...width).map { $0 == row ? Self.prior(row) : 0 } }
            for (row, review) in zip(rows, reviews) {
                let chance = FixedMath.sigmoid(zip(row, values).reduce(0) { $0 + $1.0 * $1.1 })
                for left in 0...width {
                    slope[left] += ((review.isRight ? 1 : 0) - chance) * row[left]
                    for right in 0...width { curve[left][right] += chance * (1 - chance) * row[left] * row[right] }
                }
            }
            let step = Self.solution(of: curve, slope)
            for place in 0...width { values[place] += step[place] }
        }
        return Calibration(bias: values[0], coefficients: zip(values.dropFirst(), Self.spreads).map { $0 / $1 })
    }

    /// How firmly a value stays where it was; the bias, which follows the share of messages that no article answers, moves easily.
    private static func prior(_ place: Int) -> Double { place == 0 ? priorWeight / 20 : priorWeight }

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

    /// The confidence above which that share of the answers was right; between the table's rows by straight lines.
    ///
    /// Up to 0.9 on well kept articles: on the demo's `dev/` questions nearly all that is answered from 0.42 on is right. On desks where most messages have no article
    /// (HINT3) it was 43 to 77 of 100: there reviews move the confidence itself. Above 0.9 on all of the data that the coefficients were fitted on.
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
        (0.7, 0), (0.8, 0.22), (0.85, 0.32), (0.9, 0.42), (0.95, 0.8), (0.97, 0.93), (0.99, 0.98),
    ]
}
