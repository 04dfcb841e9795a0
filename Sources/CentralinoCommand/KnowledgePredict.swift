import ArgumentParser
import Knowledge
import Messages

struct KnowledgePredict: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "predict", abstract: "Name the article for each of many texts: JSON Lines in, JSON Lines out.",
        discussion: """
            Reads rows {"text", "lang"?} from a file or from standard input and writes, in their order, rows {"intent", "confidence", "alternatives"}. The intent is null \
            where the bot would not answer; the confidence is that of the best candidate all the same; alternatives is the whole ranking, best first.
            """)

    @Option(name: .customLong("kb"), help: "A folder of articles, or a .jsonl file of articles or of examples.") var folder: String
    @Argument(help: "The rows; - is standard input.") var rows = "-"
    @Option(help: "The share of answers that is to be right.") var precision = KnowledgeBase.defaultPrecision

    func run() throws {
        try reporting {
            let base = try KnowledgeBase.learned(try KnowledgeFolder.read(folder), precision: precision)
            let place = rows == "-" ? "standard input" : rows
            var workspace = MatchWorkspace()
            var out: [UInt8] = []
            for (line, row) in try KnowledgeRows.objects(try KnowledgeFiles.text(rows), file: place) {
                guard let text = row["text"]?.string else { throw KnowledgeFiles.Problem("\(place):\(line): a row needs \"text\"") }
                let query = Query(text: text, language: row["lang"]?.string)
                let match = base.match(query, using: &workspace)
                let ranking = base.ranking(query, using: &workspace)
                var intent: String?
                if case .answer(let candidate) = match.decision { intent = candidate.articleID }
                JSON.object([
                    .init("intent", .text(intent)), .init("confidence", .number(ranking.first?.confidence ?? 0)),
                    .init("alternatives", .array(ranking.map { .object([.init("intent", .string($0.articleID)), .init("confidence", .number($0.confidence))]) })),
                ]).append(to: &out)
                out.append(0x0A)
                if out.count > 1 << 20 {
                    try KnowledgeFiles.writeOut(out)
                    out.removeAll(keepingCapacity: true)
                }
            }
            try KnowledgeFiles.writeOut(out)
        }
    }
}
