/// The chance that the best article is the right one, from how the matcher came to it: a logistic model whose coefficients were fitted on public
/// data (BANKING77, HWU64, CLINC150, HINT3, xSID, Bitext, CovidFAQ: their development parts) and the demo's `dev/` questions with the hidden command
/// `centralino kb calibrate KNOWLEDGE=QUESTIONS …`, pooled over the sets, each set counting alike.
package enum Calibration {
    /// What the chance is computed from, by name; the order is that of `coefficients`.
    package static let names = [
        "margin", "lead", "log top share", "log ratio", "nearest", "nearest of chosen", "agrees", "known words", "log length", "classifier share",
    ]

    static let bias = -2.4981
    static let coefficients: [Double] = [0.0400, 0.9801, 0.6931, 0.3865, -0.5298, -0.0601, 0.4128, 1.4488, 0.3976, 0.8120]

    /// The logistic function.
    package static func chance(_ sum: Double) -> Double { FixedMath.sigmoid(sum) }

    static func confidence(_ signals: [Double]) -> Double {
        var sum = bias
        for (signal, coefficient) in zip(signals, coefficients) { sum += signal * coefficient }
        return FixedMath.sigmoid(sum)
    }

    /// The confidence above which, on the same data, that share of the answers was right; between the table's rows by straight lines.
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
        (0.7, 0), (0.8, 0.12), (0.85, 0.33), (0.9, 0.51), (0.95, 0.75), (0.97, 0.86), (0.99, 0.98),
    ]
}
