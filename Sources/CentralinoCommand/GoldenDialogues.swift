import Conversations
import Gateway
import Knowledge
import Messages

/// Conversations written down in advance: what a customer says, turn by turn, and what must come of it. Actions are answered from the file; nothing is called.
struct GoldenDialogues {
    struct Expectation {
        var kind: String
        /// Of the article or, for several questions, of all of them in order.
        var articles: [String] = []
        var slot: String?
        var reason: String?
        var contains: [String] = []
        /// The action that is called in this turn; nil means that none may be.
        var calls: String?
        var line = 0
    }

    struct Turn {
        var say: String
        var expectation: Expectation
    }

    struct Stub {
        var action: String
        var changes = false
        /// Arguments that it is for; empty for any.
        var arguments: [String: String] = [:]
        var outcome: CallOutcome
    }

    struct Dialogue {
        var name: String
        var language: String?
        var channel: String?
        var stubs: [Stub]
        var turns: [Turn]
    }

    static let kinds = ["answers", "asks", "confirms", "which", "says", "hands-over", "nothing"]

    var file: String
    var dialogues: [Dialogue]
    /// The moment at which they take place.
    var now: Timestamp

    // MARK: Running

    /// Runs every dialogue against the articles, each until a turn goes otherwise.
    func failures(_ base: KnowledgeBase) -> [GoldenTests.Failure] {
        dialogues.compactMap { failure(of: $0, base) }
    }

    private func failure(of dialogue: Dialogue, _ base: KnowledgeBase) -> GoldenTests.Failure? {
        let actions = Dictionary(dialogue.stubs.map { ($0.action, $0.changes) }, uniquingKeysWith: { $0 || $1 })
        var rehearsal = Rehearsal(
            base, actions: actions.map { Action(name: $0.key, method: .get, url: "https://stub.invalid/", changes: $0.value) }, channel: dialogue.channel ?? "test",
            language: dialogue.language, now: now)
        for turn in dialogue.turns {
            let (events, called) = rehearsal.say(turn.say) { call in
                let given = Dictionary(call.arguments.map { ($0.name, $0.value) }, uniquingKeysWith: { first, _ in first })
                let stub = dialogue.stubs.first { stub in stub.action == call.action && stub.arguments.allSatisfy { given[$0.key] == $0.value } }
                return stub?.outcome ?? .failed("the test has no answer for it")
            }
            if let wrong = Self.difference(events, called, turn.expectation) {
                return ("\(file):\(turn.expectation.line)", "\(dialogue.name): \(wrong): \(turn.say)")
            }
        }
        return nil
    }

    /// What the bot did, in the words of the file; nil where it is what is expected.
    private static func difference(_ events: [ConversationEvent], _ called: [String], _ expected: Expectation) -> String? {
        var kind = "nothing"
        var articles: [String] = []
        var slot: String?
        var reason: String?
        for event in events {
            switch event {
            case .botAnswered(let answer):
                kind = "answers"
                articles.append(answer.article)
            case .botAskedWhich:
                kind = "which"
            case .botSaid(let remark):
                kind = "says"
                reason = remark.kind.rawValue
            case .botPrompted(let prompt):
                if case .asking(let name) = prompt.dialogue.stage { (kind, slot) = ("asks", name) } else { kind = "confirms" }
                articles.append(prompt.dialogue.article)
            case .handedOff(let handoff, _):
                kind = "hands-over"
                reason = handoff.reason.rawValue
            default: break
            }
        }
        if kind != expected.kind { return "\(kind)\(reason.map { " (\($0))" } ?? "")\(articles.isEmpty ? "" : " \(articles.joined(separator: ", "))"), expected \(expected.kind)" }
        if !expected.articles.isEmpty, articles != expected.articles {
            return "is about \(articles.joined(separator: ", ")), expected \(expected.articles.joined(separator: ", "))"
        }
        if let wanted = expected.slot, wanted != slot { return "asks for \(slot ?? "nothing"), expected \(wanted)" }
        if let wanted = expected.reason, wanted != reason { return "\(kind) \(reason ?? ""), expected \(wanted)" }
        if called != [expected.calls].compactMap(\.self) { return "calls \(called.isEmpty ? "nothing" : called.joined(separator: ", ")), expected \(expected.calls ?? "nothing")" }
        let said = events.compactMap(\.said).joined(separator: "\n")
        for part in expected.contains where !said.contains(part) { return "does not say \"\(part)\"" }
        return nil
    }
}
