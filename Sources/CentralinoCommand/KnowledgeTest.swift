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

    static let goal = 0.9

    @Argument(help: "The folder of articles.") var folder: String
    @Option(parsing: .upToNextOption, help: "Files of questions.") var questions: [String] = []
    @Option(help: "The share of answers that is to be right.") var precision = KnowledgeBase.defaultPrecision
    @Flag(name: .shortAndLong, help: "Show each question that went wrong.") var verbose = false

    struct Tally {
        var right = 0, wrong = 0, rightlyHandedOver = 0, wronglyHandedOver = 0
        /// Of those handed over, how many got a question back instead of a person.
        var asked = 0

        var total: Int { right + wrong + rightlyHandedOver + wronglyHandedOver }
        var good: Int { right + rightlyHandedOver }
    }

    func run() throws {
        try reporting {
            let base = try KnowledgeBase.learned(try KnowledgeFolder.read(folder), precision: precision)
            let files = questions.isEmpty ? try KnowledgeFiles.names(in: "\(folder)/tests", ending: ".jsonl").map { "\(folder)/tests/\($0)" } : questions
            var tallies: [String: Tally] = [:]
            var lines: [String] = []
            var failed: [String] = []
            var several: [String] = []
            var workspace = MatchWorkspace()
            for file in files {
                for (number, row) in try KnowledgeRows.objects(try KnowledgeFiles.text(file), file: file) {
                    guard let text = row["text"]?.string, let intent = row["intent"]?.string else {
                        throw KnowledgeFiles.Problem("\(file):\(number): a row needs \"text\" and \"intent\"")
                    }
                    let language = row["lang"]?.string ?? "en"
                    if intent != "handoff", base.article(intent, language: language) == nil {
                        throw KnowledgeFiles.Problem("\(file):\(number): there is no usable article '\(intent)' in '\(language)'")
                    }
                    // No hint: the language has to be found as it is with a new customer.
                    var match = base.match(Query(text: text), using: &workspace)
                    // As in a conversation: some matters go to people whatever the articles say, and several questions are several.
                    if MessageTone(text).matter != nil {
                        match.decision = .wantsPerson
                    } else if !base.parts(of: Query(text: text), whole: match).isEmpty {
                        several.append("\(file):\(number): taken for several questions: \(text)")
                        match.decision = .unsure
                    }
                    if let failure = judge(match, intent, language, &tallies[language, default: Tally()]) {
                        lines.append("\(file):\(number): \(failure): \(text)")
                    }
                }
            }
            var dialogues = 0
            if questions.isEmpty {
                for name in try KnowledgeFiles.names(in: "\(folder)/tests", ending: ".dialogues.yaml") {
                    let golden = try GoldenDialogues.read("\(folder)/tests/\(name)")
                    dialogues += golden.dialogues.count
                    failed += golden.failures(base)
                }
            }
            if tallies.isEmpty, dialogues > 0 {
                try KnowledgeFiles.writeOut(Array(dialogueReport(dialogues, failed).utf8))
                if !failed.isEmpty { throw ExitCode.failure }
                return
            }
            guard !tallies.isEmpty else { throw KnowledgeFiles.Problem("no questions in \(files.isEmpty ? "\(folder)/tests" : files.joined(separator: ", "))") }
            try KnowledgeFiles.writeOut(Array((report(tallies, verbose ? lines + several : []) + (dialogues > 0 ? dialogueReport(dialogues, failed) : "")).utf8))
            if !failed.isEmpty { throw ExitCode.failure }
            if tallies.values.contains(where: { Double($0.good) < Self.goal * Double($0.total) }) { throw ExitCode.failure }
        }
    }

    /// Counts one question; what went wrong with it, or nil.
    private func judge(_ match: Match, _ intent: String, _ language: String, _ tally: inout Tally) -> String? {
        let best = match.candidates.first.map { "\($0.articleID) (\($0.language)) \(KnowledgeOutput.decimals($0.confidence, 2))" } ?? "nothing"
        switch match.decision {
        case .answer(let candidate) where candidate.articleID == intent && candidate.language.hasPrefix(language):
            tally.right += 1
            return nil
        case .answer:
            tally.wrong += 1
            return "answered \(best), right is \(intent)"
        default:
            if case .which = match.decision { tally.asked += 1 }
            if intent == "handoff" {
                tally.rightlyHandedOver += 1
                return nil
            }
            tally.wronglyHandedOver += 1
            return "\(match.decision.name), best \(best), right is \(intent)"
        }
    }

    /// What went wrong in dialogues is always shown: each is a promise.
    private func dialogueReport(_ count: Int, _ failed: [String]) -> String {
        (failed + ["dialogues \(count), as they should be \(count - failed.count)"]).joined(separator: "\n") + "\n"
    }

    private func report(_ tallies: [String: Tally], _ failures: [String]) -> String {
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
