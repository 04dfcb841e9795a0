import Knowledge
import Messages

/// Questions whose right article is known, and dialogues that are to go just so: the `tests/` of a folder of articles.
struct GoldenTests {
    /// The share of right answers in each language from which on all is well.
    static let goal = 0.9

    struct Tally {
        var right = 0, wrong = 0, rightlyHandedOver = 0, wronglyHandedOver = 0
        /// Of those handed over, how many got a question back instead of a person.
        var asked = 0

        var total: Int { right + wrong + rightlyHandedOver + wronglyHandedOver }
        var good: Int { right + rightlyHandedOver }
    }

    /// Where it stands (file and line), and what went wrong, with what the customer says.
    typealias Failure = (place: String, what: String)

    struct Outcome {
        /// By language.
        var tallies: [String: Tally] = [:]
        /// Of questions.
        var failures: [Failure] = []
        /// Questions that were taken for several.
        var several: [String] = []
        var dialogues = 0
        var failedDialogues: [Failure] = []

        var checks: Int { tallies.values.reduce(0) { $0 + $1.total } + dialogues }
        var right: Int { tallies.values.reduce(0) { $0 + $1.good } + dialogues - failedDialogues.count }
        var isGood: Bool { failedDialogues.isEmpty && tallies.values.allSatisfy { Double($0.good) >= GoldenTests.goal * Double($0.total) } }
    }

    /// Files of JSON Lines and of dialogues.
    var questions: [String]
    var dialogues: [String] = []

    init(questions: [String]) { self.questions = questions }

    /// Those of a folder of articles; none where it has no `tests/`.
    init(of folder: String) throws {
        let tests = "\(folder)/tests"
        self.init(questions: [])
        guard KnowledgeFiles.isFolder(tests) else { return }
        questions = try KnowledgeFiles.names(in: tests, ending: ".jsonl").map { "\(tests)/\($0)" }
        dialogues = try KnowledgeFiles.names(in: tests, ending: ".dialogues.yaml").map { "\(tests)/\($0)" }
    }

    /// - Parameter isStrict: a question whose right article is not there is an error, not a failure.
    func run(_ base: KnowledgeBase, isStrict: Bool = true) throws -> Outcome {
        var outcome = Outcome()
        var workspace = MatchWorkspace()
        for file in questions {
            for (number, row) in try KnowledgeRows.objects(try KnowledgeFiles.text(file), file: file) {
                let place = "\(file):\(number)"
                guard let text = row["text"]?.string, let intent = row["intent"]?.string else {
                    throw KnowledgeFiles.Problem("\(place): a row needs \"text\" and \"intent\"")
                }
                let language = row["lang"]?.string ?? "en"
                if isStrict, intent != "handoff", base.article(intent, language: language) == nil {
                    throw KnowledgeFiles.Problem("\(place): there is no usable article '\(intent)' in '\(language)'")
                }
                // No hint: the language has to be found as it is with a new customer.
                var match = base.match(Query(text: text), using: &workspace)
                // As in a conversation: some matters go to people whatever the articles say, and several questions are several.
                if MessageTone(text).matter != nil {
                    match.decision = .wantsPerson
                } else if !base.parts(of: Query(text: text), whole: match).isEmpty {
                    outcome.several.append("\(place): taken for several questions: \(text)")
                    match.decision = .unsure
                }
                if let failure = Self.judge(match, intent, language, &outcome.tallies[language, default: Tally()]) {
                    outcome.failures.append((place, "\(failure): \(text)"))
                }
            }
        }
        for file in dialogues {
            let golden = try GoldenDialogues.read(file)
            outcome.dialogues += golden.dialogues.count
            outcome.failedDialogues += golden.failures(base)
        }
        return outcome
    }

    /// Counts one question; what went wrong with it, or nil.
    private static func judge(_ match: Match, _ intent: String, _ language: String, _ tally: inout Tally) -> String? {
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
}
