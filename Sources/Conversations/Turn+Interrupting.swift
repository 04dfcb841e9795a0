import Messages

/// Messages about another matter in the middle of a dialogue.
extension Turn {
    /// Whether the message is surely about something else.
    func otherMatter(_ running: RunningDialogue) -> Bool {
        switch considered.finding {
        case .answer(let id, _, _, _, _): id != running.article
        case .several(let parts): parts.contains { $0.answer != nil }
        default: false
        }
    }

    /// Answers the other question, then asks again what was asked; an article that asks something itself takes the dialogue's place.
    func interrupt(_ dialogue: RunningDialogue, _ article: Consideration.ArticleText, _ script: DialogueScript) -> [ConversationEvent] {
        guard case .answer(let id, let title, let version, let confidence, let text) = considered.finding else {
            if case .several(let parts) = considered.finding { return answerSeveral(parts) }
            return []
        }
        if considered.isAngry { return handOff(.upset) }
        let other = considered.article(id, nil) ?? Consideration.ArticleText(title: title, version: version, text: text)
        // "No, I meant the other thing" leaves this dialogue for good.
        if other.script != nil || considered.correction != nil {
            var free = state
            free.dialogue = nil
            return Turn(free, considered, context).give(id, other, confidence: confidence)
        }
        var asked = ""
        switch dialogue.stage {
        case .asking(let name): asked = script.slot(name).map(question) ?? ""
        case .confirming: asked = confirmation(dialogue, script, article) ?? phrases.yesOrNo
        case .calling: break
        }
        // Never the same answer twice in a row.
        if state.answered.last?.article == id { return failed(dialogue, asked) }
        var running = dialogue
        running.interruptions += 1
        var answer = answer(id, other, other.text, confidence)
        guard running.interruptions <= Self.mostInterruptions else { return [.botAnswered(answer)] }
        answer.keepsDialogue = true
        answer.followUps = []
        answer.speech.text = phrases.answer(other.text, from: other.title) + "\n\n" + phrases.backTo(article.title) + "\n" + asked
        return [.botAnswered(answer), prompted(running, answer.speech, isFurther: true)]
    }

    /// Other questions are answered; everything else is told to wait.
    func whileCalling(_ running: RunningDialogue) -> [ConversationEvent] {
        if case .answer(let id, let title, let version, let confidence, let text) = considered.finding, id != running.article, state.answered.last?.article != id,
            !considered.isAngry
        {
            let other = considered.article(id, nil) ?? Consideration.ArticleText(title: title, version: version, text: text)
            if other.script == nil {
                var answer = answer(id, other, other.text, confidence)
                answer.keepsDialogue = true
                return [.botAnswered(answer)]
            }
        }
        return remark(.waiting, phrases.stillWaiting)
    }
}
