import Messages

extension ConversationState {
    /// What follows from the end of a call: the answer, another question, or a person. Never an answer that the company system did not give.
    func conclude(_ id: CallID, _ action: String, _ outcome: CallOutcome, _ article: Consideration.ArticleText?, _ context: DecisionContext) -> [ConversationEvent] {
        guard owner == .bot, let running = dialogue, case .calling(id) = running.stage else {
            // People have it by now, or the matter is closed: they read what became of it, and the customer hears it from them.
            let note = Speech(id: context.makeMessageID(), text: Phrases(language: language).callNote(action, outcome))
            return [.callEnded(EndedCall(id: id, action: action, outcome: outcome, note: note))]
        }
        let turn = Turn(self, Consideration(finding: .silence, text: running.title, language: running.language), context)
        let ended = ConversationEvent.callEnded(EndedCall(id: id, action: action, outcome: outcome))
        func handOver(_ result: String) -> [ConversationEvent] {
            [ended] + turn.handOff(.callFailed, facts: [.init("action", action), .init("result", result)])
        }
        guard let article, let script = article.script else { return handOver("\(outcome.explanation); the article is not live any more") }
        switch outcome {
        case .answered(let fields):
            guard let text = Turn.filled(article, script, running, fields, turn.phrases) else {
                return handOver("carried out, but the answer lacks what the article says: \(outcome.explanation)")
            }
            return [ended, .botAnswered(turn.answer(running.article, article, text, running.confidence))]
        case .notFound:
            guard let text = script.call?.notFound, running.notFound < 2, let asked = script.call?.arguments.first?.slot, let slot = script.slot(asked) else {
                return handOver(outcome.explanation)
            }
            var again = running
            again.notFound += 1
            again.values.removeAll { $0.name == asked }
            again.stage = .asking(asked)
            again.call = nil
            return [ended, turn.prompted(again, turn.say("\(text)\n\(slot.question)"))]
        case .failed, .unknown:
            return handOver(outcome.explanation)
        }
    }
}

extension CallOutcome {
    /// For people, in one line.
    var explanation: String {
        switch self {
        case .answered(let fields): fields.isEmpty ? "answered" : fields.sorted { $0.key < $1.key }.map { "\($0.key): \($0.value)" }.joined(separator: ", ")
        case .notFound: "the company system knows nothing of that name"
        case .failed(let why): "not carried out: \(why)"
        case .unknown(let why): "nobody knows whether it was carried out: \(why)"
        }
    }
}
