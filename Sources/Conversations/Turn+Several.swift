extension Turn {
    /// Answers several questions of one message in one reply, each from its article, in their order; what asks for something first comes last, and what
    /// nobody is sure of is named and handed over.
    func answerSeveral(_ parts: [Consideration.Part]) -> [ConversationEvent] {
        var said: [(part: Consideration.Part, id: String, article: Consideration.ArticleText, confidence: Double)] = []
        var dialogue: (id: String, article: Consideration.ArticleText, confidence: Double, part: Consideration.Part)?
        var open: [String] = []
        for part in parts {
            guard let found = part.answer, let article = considered.article(found.article, nil) else {
                open.append(part.text)
                continue
            }
            if article.script == nil {
                if !said.contains(where: { $0.id == found.article }) { said.append((part, found.article, article, found.confidence)) }
            } else if dialogue == nil {
                dialogue = (found.article, article, found.confidence, part)
            } else {
                open.append(part.text)
            }
        }
        guard let first = said.first else {
            if let dialogue, open.isEmpty { return begin(dialogue.id, dialogue.article, dialogue.confidence, from: dialogue.part.text) }
            return handOff(considered.isAngry ? .upset : .unsure)
        }
        var blocks = said.map { "«\($0.part.text)»\n\(phrases.answer($0.article.text, from: $0.article.title))" }
        if considered.isAngry { blocks.insert(phrases.sorry, at: 0) }
        var after: [ConversationEvent] = []
        if !open.isEmpty {
            // A person sees the whole message; the bot asks nothing more.
            if let dialogue { open.insert(dialogue.part.text, at: 0) }
            blocks.append(phrases.handedOver(open, within: context.answerWithin))
            after = handOff(.unsure, goal: open.joined(separator: "\n"), saidBefore: true)
        } else if let dialogue {
            after = begin(dialogue.id, dialogue.article, dialogue.confidence, from: dialogue.part.text, after: "«\(dialogue.part.text)»")
            // Its first question goes into the same message; a call that needs no question follows by itself.
            if case .botPrompted(var prompt)? = after.last {
                blocks.append(prompt.speech.text)
                prompt.isFurther = true
                after[after.count - 1] = .botPrompted(prompt)
            }
        }
        let speech = say(blocks.joined(separator: "\n\n"))
        if case .botPrompted(var prompt)? = after.last, prompt.isFurther {
            prompt.speech = speech
            after[after.count - 1] = .botPrompted(prompt)
        }
        func answered(_ entry: (part: Consideration.Part, id: String, article: Consideration.ArticleText, confidence: Double), isFurther: Bool) -> ConversationEvent {
            .botAnswered(
                BotAnswer(
                    speech: speech, article: entry.id, title: entry.article.title, version: entry.article.version, confidence: entry.confidence, isFurther: isFurther,
                    asked: AnsweredQuestion(question: entry.part.text, article: entry.id, language: entry.article.language)))
        }
        return [answered(first, isFurther: false)] + said.dropFirst().map { answered($0, isFurther: true) } + after
    }
}
