import ArgumentParser
import Knowledge
import Messages

struct KnowledgeTest: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "test", abstract: "Measure a knowledge base with questions whose right article is known.",
        discussion: """
            Question files are JSON Lines of {"text", "lang", "intent", "note"?}, in the folder's tests/ unless named. The intent "handoff" means that \
            not answering is right. Exit status 1 below 90 % in any language, and when a dialogue of tests/*.dialogues.yaml goes otherwise than it says.
            """)

    @Argument(help: "The folder of articles.") var folder: String
    @Option(parsing: .upToNextOption, help: "Files of questions.") var questions: [String] = []
    @Option(help: "The share of answers that is to be right.") var precision = KnowledgeBase.defaultPrecision
    @Flag(name: .shortAndLong, help: "Show each question that went wrong.") var verbose = false

    func run() throws {
        try reporting {
            let base = try KnowledgeBase.learned(try KnowledgeFolder.read(folder), precision: precision)
            let golden = questions.isEmpty ? try GoldenTests(of: folder) : GoldenTests(questions: questions)
            let outcome = try golden.run(base)
            guard outcome.checks > 0 else {
                throw KnowledgeFiles.Problem("no questions in \(golden.questions.isEmpty ? "\(folder)/tests" : golden.questions.joined(separator: ", "))")
            }
            try KnowledgeFiles.writeOut(Array(outcome.report(verbose: verbose).utf8))
            if !outcome.isGood { throw ExitCode.failure }
        }
    }
}

extension GoldenTests.Outcome {
    /// A table by language, what went wrong in dialogues, and with `verbose` each question that went wrong.
    func report(verbose: Bool) -> String {
        var text = ""
        if !tallies.isEmpty { text += table(verbose ? failures.map(Self.line) + several : []) }
        if dialogues > 0 { text += dialogueReport() }
        return text
    }

    private static func line(_ failure: GoldenTests.Failure) -> String { "\(failure.place): \(failure.what)" }

    /// What went wrong in dialogues is always shown: each is a promise.
    private func dialogueReport() -> String {
        (failedDialogues.map(Self.line) + ["dialogues \(dialogues), as they should be \(dialogues - failedDialogues.count)"]).joined(separator: "\n") + "\n"
    }

    private func table(_ failures: [String]) -> String {
        var lines = failures
        func row(_ cells: [String]) -> String {
            zip(cells, [9, 10, 6, 6, 20, 20, 12, 9]).map { cell, width in cell + String(repeating: " ", count: max(1, width - cell.count)) }.joined()
        }
        lines.append(row(["language", "questions", "right", "wrong", "rightly handed over", "wrongly handed over", "asked which", "accuracy"]))
        for (language, tally) in tallies.sorted(by: { $0.key < $1.key }) {
            lines.append(
                row([
                    language, "\(tally.total)", "\(tally.right)", "\(tally.wrong)", "\(tally.rightlyHandedOver)", "\(tally.wronglyHandedOver)", "\(tally.asked)",
                    KnowledgeOutput.percent(tally.good, of: tally.total) + " %",
                ]))
        }
        return lines.joined(separator: "\n") + "\n"
    }
}
