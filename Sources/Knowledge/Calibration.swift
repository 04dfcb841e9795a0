/// The chance that the best article is the right one, from how the matcher came to it: a logistic model whose coefficients were fitted on public
/// data (BANKING77, HWU64, CLINC150, HINT3, xSID, Bitext, CovidFAQ: their development parts) and the demo's `dev/` questions with the hidden command
/// `centralino kb calibrate KNOWLEDGE=QUESTIONS …`, pooled over the sets, each set counting alike.
package enum Calibration {
    /// What the chance is computed from, by name; the order is that of `coefficients`.
    package static let names = [
        "margin", "lead", "log top share", "log ratio", "nearest", "nearest of chosen", "agrees", "known words", "log length", "classifier share",
    ]

    static let bias = -3.6337
    static let coefficients: [Double] = [0.3984, 0.5971, 0.5848, 0.4263, -1.5007, 1.0270, 0.4352, 2.0845, 0.4027, 1.4389]

    /// The logistic function.
    package static func chance(_ sum: Double) -> Double { FixedMath.sigmoid(sum) }

    static func confidence(_ signals: [Double]) -> Double {
        var sum = bias
        for (signal, coefficient) in zip(signals, coefficients) { sum += signal * coefficient }
        return FixedMath.sigmoid(sum)
    }

    /// The confidence above which that share of the answers was right: up to 0.9 on the demo's `dev/` questions and the demo articles' own questions
    /// (each quarter answered from the other three), both counting alike; above on all of the data that the coefficients were fitted on. Between the
    /// table's rows by straight lines.
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
        (0.7, 0), (0.8, 0.2), (0.85, 0.34), (0.9, 0.49), (0.95, 0.75), (0.97, 0.87), (0.99, 0.98),
    ]
}
