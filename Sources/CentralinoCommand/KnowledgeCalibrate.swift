import ArgumentParser
import Knowledge
import Messages

/// Fits the coefficients of `Calibration`; hidden, because it changes nothing: its output is pasted into `Calibration.swift`.
struct KnowledgeCalibrate: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "calibrate", abstract: "Fit the confidence to sets of questions whose right article is known.",
        discussion: """
            Each SET is KNOWLEDGE=QUESTIONS or KNOWLEDGE=QUESTIONS=WEIGHT: a .jsonl file or folder, a .jsonl file of {"text", "intent"}, and what the set counts \
            instead of 1; the intents oos and handoff have no article. tools/calibration makes the sets.
            """,
        shouldDisplay: false)

    @Argument(help: "KNOWLEDGE=QUESTIONS[=WEIGHT]") var sets: [String]
    @Flag(help: "Match English without its table of word pieces: for the coefficients of all other languages.") var plain = false

    @Option(help: "What the messages without an article count together, in a set that has six or more.") var outside = 0.5

    static let outOfScope: Set = ["oos", "handoff"]

    struct Sample {
        var signals: [Double]
        var isRight: Bool
        var isInScope: Bool
        var weight: Double
    }

    func run() throws {
        try reporting {
            var samples: [Sample] = []
            for set in sets {
                let parts = set.split(separator: "=")
                guard (2...3).contains(parts.count), let weight = parts.count == 2 ? 1 : Double(parts[2]) else {
                    throw KnowledgeFiles.Problem("'\(set)' is not KNOWLEDGE=QUESTIONS=WEIGHT")
                }
                samples += try measure(String(parts[0]), String(parts[1]), weight)
            }
            let fit = Self.fit(samples)
            var lines = ["static let bias = \(KnowledgeOutput.decimals(fit.bias, 4))"]
            lines.append("static let coefficients: [Double] = [\(fit.coefficients.map { KnowledgeOutput.decimals($0, 4) }.joined(separator: ", "))]")
            for (name, coefficient) in zip(Calibration.names, fit.coefficients) { lines.append("// \(name): \(KnowledgeOutput.decimals(coefficient, 4))") }
            lines.append("thresholds: " + Self.thresholds(samples, fit))
            try KnowledgeFiles.writeOut(Array((lines.joined(separator: "\n") + "\n").utf8))
        }
    }

    private func measure(_ knowledge: String, _ questions: String, _ weight: Double) throws -> [Sample] {
        let articles = try KnowledgeFolder.read(knowledge).filter { $0.id != "oos" }
        let base = plain ? try KnowledgeBase(articles: articles, now: .now()) : try KnowledgeBase.learned(articles)
        var workspace = MatchWorkspace()
        var samples: [Sample] = []
        for (_, row) in try KnowledgeRows.objects(try KnowledgeFiles.text(questions), file: questions) {
            guard let text = row["text"]?.string, let intent = row["intent"]?.string ?? row["article"]?.string else { continue }
            guard let found = base.signals(Query(text: text, language: row["lang"]?.string), using: &workspace), found.signals.haveMeaning != plain else { continue }
            let right = row["articles"]?.array?.compactMap(\.string) ?? [intent]
            samples.append(Sample(signals: found.signals.values, isRight: right.contains(found.article), isInScope: !Self.outOfScope.contains(intent), weight: 1))
        }
        // A set counts what it is said to, whatever its size; a few messages without an article say nothing about their share.
        let outsiders = Double(samples.count { !$0.isInScope })
        let insiders = Double(samples.count) - outsiders
        for index in samples.indices {
            let share = outsiders < 6 ? 1 / Double(samples.count) : samples[index].isInScope ? (1 - outside) / insiders : outside / outsiders
            samples[index].weight = weight * share
        }
        return samples
    }

    /// Logistic regression by gradient descent on standardised signals with a little L2: the data are few and the order is fixed, so that the
    /// same sets give the same digits.
    private static func fit(_ samples: [Sample]) -> (bias: Double, coefficients: [Double]) {
        let width = samples.first?.signals.count ?? 0
        let total = samples.reduce(0) { $0 + $1.weight }
        let means = (0..<width).map { column in samples.reduce(0) { $0 + $1.weight * $1.signals[column] } / total }
        let scales = (0..<width).map { column in
            max(1e-6, (samples.reduce(0) { $0 + $1.weight * ($1.signals[column] - means[column]) * ($1.signals[column] - means[column]) } / total).squareRoot())
        }
        let rows = samples.map { sample in (0..<width).map { (sample.signals[$0] - means[$0]) / scales[$0] } }
        var coefficients = [Double](repeating: 0, count: width)
        var bias = 0.0
        var speed = [Double](repeating: 0, count: width + 1)
        for _ in 0..<3000 {
            var slope = [Double](repeating: 0, count: width + 1)
            for (row, sample) in zip(rows, samples) {
                var sum = bias
                for column in 0..<width { sum += coefficients[column] * row[column] }
                let error = (Calibration.chance(sum) - (sample.isRight ? 1 : 0)) * sample.weight / total
                for column in 0..<width { slope[column] += error * row[column] }
                slope[width] += error
            }
            for column in 0..<width {
                speed[column] = 0.9 * speed[column] - 0.3 * (slope[column] + 0.0001 * coefficients[column])
                coefficients[column] += speed[column]
            }
            speed[width] = 0.9 * speed[width] - 0.3 * slope[width]
            bias += speed[width]
        }
        for column in 0..<width {
            coefficients[column] /= scales[column]
            bias -= coefficients[column] * means[column]
        }
        return (bias, coefficients)
    }

    /// From which confidence on a share of the answers was right, over all sets.
    private static func thresholds(_ samples: [Sample], _ fit: (bias: Double, coefficients: [Double])) -> String {
        let scored = samples.map { sample in
            (chance: Calibration.chance(zip(sample.signals, fit.coefficients).reduce(fit.bias) { $0 + $1.0 * $1.1 }), isRight: sample.isRight, weight: sample.weight)
        }
        let total = samples.reduce(0) { $0 + $1.weight }
        return [0.5, 0.6, 0.7, 0.8, 0.85, 0.9, 0.95, 0.97, 0.99].map { precision in
            for step in 0...98 {
                let limit = Double(step) / 100
                let answered = scored.filter { $0.chance >= limit }
                let right = answered.reduce(0) { $0 + ($1.isRight ? $1.weight : 0) }
                let all = answered.reduce(0) { $0 + $1.weight }
                if all > 0, right / all >= precision { return "(\(precision), \(limit)) answered \(KnowledgeOutput.decimals(100 * all / total, 1)) %" }
            }
            return "(\(precision), 0.98)"
        }.joined(separator: ", ")
    }
}
