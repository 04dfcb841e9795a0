import Messages

extension ConversationState {
    /// What the bot says to a message, if it is the bot's turn.
    func respond(to considered: Consideration, _ context: DecisionContext) -> [ConversationEvent] {
        guard owner == .bot else { return [] }
        let phrases = Phrases(language: considered.language ?? language)
        func say(_ text: String) -> Speech { Speech(id: context.makeMessageID(), text: text) }
        func remark(_ kind: BotRemark.Kind, _ text: String) -> [ConversationEvent] { [.botSaid(BotRemark(speech: say(text), kind: kind))] }

        if let picked = pick(considered) {
            return [
                .botAnswered(
                    BotAnswer(
                        speech: say(phrases.answer(picked.text, from: picked.title)), article: picked.choice.article, title: picked.title, version: picked.version, confidence: 1))
            ]
        }
        switch considered.finding {
        case .silence:
            return []
        case .greeting:
            return remark(.greeting, phrases.greeting)
        case .thanks:
            return remark(.thanks, phrases.thanks)
        case .helped:
            return remark(.helped, phrases.helped)
        case .answer(let article, let title, let version, let confidence, let text):
            // Never the same answer twice in a row: it did not help the first time.
            if answered.last?.article == article {
                return misses + 1 >= 2 ? handOff(.unhelpful, considered, context) : remark(.sameAgain, phrases.sayItDifferently)
            }
            return [.botAnswered(BotAnswer(speech: say(phrases.answer(text, from: title)), article: article, title: title, version: version, confidence: confidence))]
        case .which(let choices):
            // Asked once already, and still not clear: a person sees it faster than a third question would.
            if !offered.isEmpty { return handOff(.unsure, considered, context) }
            return [.botAskedWhich(BotQuestion(speech: say(phrases.which(choices.map(\.title))), choices: choices))]
        case .notHelped:
            return misses + 1 >= 2 ? handOff(.unhelpful, considered, context) : remark(.notHelped, phrases.sayItDifferently)
        case .unsure:
            return handOff(.unsure, considered, context)
        case .wantsPerson:
            return handOff(.asked, considered, context)
        case .unreadable:
            return handOff(.unreadable, considered, context)
        }
    }

    /// The offered article that the customer's message names by its number.
    private func pick(_ considered: Consideration) -> (choice: ArticleChoice, title: String, version: String, text: String)? {
        guard !offered.isEmpty, considered.finding != .silence else { return nil }
        let said = considered.text.utf8.filter { $0 != 0x20 && $0 != UInt8(ascii: ".") && $0 != UInt8(ascii: ")") && $0 != 0x0D && $0 != 0x0A }
        guard said.count == 1, let digit = said.first, digit > 0x30, Int(digit) - 0x30 <= offered.count else { return nil }
        let choice = offered[Int(digit) - 0x31]
        guard let article = considered.article(choice.article) else { return nil }
        return (choice, article.title, article.version, article.text)
    }

    private func handOff(_ reason: Handoff.Reason, _ considered: Consideration, _ context: DecisionContext) -> [ConversationEvent] {
        var tried = answered
        if case .unsure(let nearest) = considered.finding { tried += nearest }
        let promised = context.now + context.answerWithin
        let language = considered.language ?? language
        let packet = Handoff(reason: reason, goal: considered.text, language: language, facts: considered.facts, tried: tried, promisedAt: promised)
        let notice = Speech(id: context.makeMessageID(), text: Phrases(language: language).handedOff(reason, within: context.answerWithin))
        return [.handedOff(packet, notice: notice)]
    }
}
