import ArgumentParser
import Knowledge
import Messages

struct KnowledgeAsk: ParsableCommand {
    static let configuration = CommandConfiguration(commandName: "ask", abstract: "Show what the knowledge base answers, from which article and how surely.")

    @Option(name: .customLong("kb"), help: "The folder of articles, or a .jsonl file.") var folder = "./kb"
    @Option(help: "The kind of channel to answer for.") var channel: String?
    @Option(help: "The language that the channel says, as a hint.") var language: String?
    @Option(help: "The share of answers that is to be right.") var precision = KnowledgeBase.defaultPrecision
    @Flag(help: "One JSON object instead of text.") var json = false
    @Argument(help: "What the customer writes.") var text: String

    func run() throws {
        try reporting {
            let base = try KnowledgeBase.learned(try KnowledgeFolder.read(folder), precision: precision)
            let match = base.match(Query(text: text, language: language, channelKind: channel))
            try KnowledgeFiles.writeOut(Array((json ? object(match, base).text + "\n" : page(match, base)).utf8))
        }
    }

    private func answer(_ match: Match, _ base: KnowledgeBase) -> String? {
        guard case .answer(let candidate) = match.decision else { return nil }
        return base.answerText(for: candidate, channelKind: channel)
    }

    /// The words that mattered for the best candidate; at most eight.
    private func mattering(_ match: Match, _ base: KnowledgeBase) -> [WordWeight] {
        guard let best = match.candidates.first else { return [] }
        return Array(base.explain(Query(text: text, language: language, channelKind: channel), articleID: best.articleID).prefix(8))
    }

    private func page(_ match: Match, _ base: KnowledgeBase) -> String {
        var lines: [String] = []
        if let answer = answer(match, base) { lines += [answer, ""] }
        lines.append("decision    \(match.decision.name)")
        func described(_ candidate: Candidate) -> String {
            "\(KnowledgeOutput.decimals(candidate.confidence, 3))  \(candidate.articleID) (\(candidate.language)): \(candidate.title)"
        }
        for (index, candidate) in match.candidates.enumerated() {
            lines.append((index == 0 ? "best        " : index == 1 ? "runners-up  " : "            ") + described(candidate))
        }
        lines.append("confidence  \(KnowledgeOutput.decimals(match.confidence, 3))")
        lines.append("threshold   \(KnowledgeOutput.decimals(base.threshold, 3))")
        lines.append("language    \(match.language ?? "unknown")")
        let words = mattering(match, base).map { "\($0.word) \($0.weight < 0 ? "" : "+")\(KnowledgeOutput.decimals($0.weight, 2))" }
        if !words.isEmpty { lines.append("words       \(words.joined(separator: ", "))") }
        return lines.joined(separator: "\n") + "\n"
    }

    private func object(_ match: Match, _ base: KnowledgeBase) -> JSON {
        .object([
            .init("decision", .string(match.decision.name)), .init("answer", .text(answer(match, base))),
            .init("confidence", .number(match.confidence)), .init("threshold", .number(base.threshold)), .init("language", .text(match.language)),
            .init("words", .array(match.words.map(JSON.string))),
            .init(
                "explanation",
                .array(mattering(match, base).map { .object([.init("word", .string($0.word)), .init("weight", .number($0.weight))]) })),
            .init(
                "candidates",
                .array(
                    match.candidates.map { candidate in
                        .object([
                            .init("article", .string(candidate.articleID)), .init("language", .string(candidate.language)), .init("title", .string(candidate.title)),
                            .init("version", .string(candidate.version)), .init("confidence", .number(candidate.confidence)),
                        ])
                    })),
        ])
    }
}

extension Match.Decision {
    var name: String {
        switch self {
        case .answer: "answer"
        case .which: "which"
        case .unsure: "unsure"
        case .wantsPerson: "wants person"
        case .thanks: "thanks"
        case .greeting: "greeting"
        case .helped: "helped"
        case .notHelped: "not helped"
        }
    }
}
