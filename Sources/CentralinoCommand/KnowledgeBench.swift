import ArgumentParser
import Knowledge
import Messages

/// Prints how long learning and matching take; hidden, for the figures in the documentation.
struct KnowledgeBench: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "bench", abstract: "Time learning and matching.", shouldDisplay: false)

    @Option(name: .customLong("kb"), help: "A folder of articles, or a .jsonl file.") var folder: String
    @Option(help: "A .jsonl file of {\"text\"}.") var questions: String

    func run() throws {
        try reporting {
            let clock = ContinuousClock()
            var articles: [Article] = []
            let reading = try clock.measure { articles = try KnowledgeFolder.read(folder) }
            var times: [Duration] = []
            for _ in 0..<5 { times.append(try clock.measure { _ = try KnowledgeBase.learned(articles) }) }
            let base = try KnowledgeBase.learned(articles)
            let texts = try KnowledgeRows.objects(try KnowledgeFiles.text(questions), file: questions).compactMap { $0.row["text"]?.string }
            var matches: [Duration] = []
            for _ in 0..<3 {
                for text in texts { matches.append(clock.measure { _ = base.match(Query(text: text)) }) }
            }
            matches.sort()
            func microseconds(_ duration: Duration) -> String { KnowledgeOutput.decimals(duration / .microseconds(1), 0) }
            guard !matches.isEmpty else { throw KnowledgeFiles.Problem("no questions in \(questions)") }
            try KnowledgeFiles.writeOut(
                Array(
                    """
                    articles \(articles.count), read in \(microseconds(reading)) µs
                    learning, five times: \(times.map(microseconds).joined(separator: ", ")) µs
                    match: p50 \(microseconds(matches[matches.count / 2])) µs, p99 \(microseconds(matches[matches.count * 99 / 100])) µs, most \(microseconds(matches[matches.count - 1])) µs

                    """.utf8))
        }
    }
}
