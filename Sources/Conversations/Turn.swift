import Messages

/// The bot's turn after a customer's message: what it says, asks, calls or hands over.
struct Turn {
    /// Answers that cannot be used, to one question of the bot, before a person takes over.
    static let mostFailures = 3
    /// Other questions that are answered in the middle of a dialogue before it is left alone.
    static let mostInterruptions = 3
    /// Words of a message that is nothing but a value: "it's BL 123 456".
    static let mostWordsAround = 4
    /// For as long as a question of the bot waits for its answer: over a weekend, for those who write mail.
    static let longestSilence = Duration.seconds(3 * 86_400)

    let state: ConversationState
    let considered: Consideration
    let context: DecisionContext
    let phrases: Phrases

    init(_ state: ConversationState, _ considered: Consideration, _ context: DecisionContext) {
        self.state = state
        self.considered = considered
        self.context = context
        phrases = Phrases(language: state.dialogue?.language ?? considered.language ?? state.language)
    }

    /// None when it is not the bot's turn or nothing is to be said.
    func events() -> [ConversationEvent] {
        guard state.owner == .bot else { return [] }
        switch considered.finding {
        case .silence: return []
        case .wantsPerson: return handOff(.asked)
        case .urgent(let matter): return handOff(.urgent, facts: [.init("matter", matter)], intro: matter == "safety" ? phrases.danger : nil)
        default: break
        }
        if let running = state.dialogue { return goOn(running) }
        if let picked = picked() { return give(picked.choice.article, picked.article, confidence: 1, question: state.offeredFor ?? picked.article.title) }
        if let again = sameArticleAgain() { return again }
        if let others = others() { return others }
        if let continued = continued() { return continued }
        return plain()
    }

    /// What is said outside a dialogue.
    private func plain() -> [ConversationEvent] {
        switch considered.finding {
        case .greeting:
            return remark(.greeting, phrases.greeting)
        case .thanks:
            return remark(.thanks, phrases.thanks)
        case .helped:
            // Nothing was answered yet: a "yes" to nothing.
            return state.answered.isEmpty ? remark(.greeting, phrases.greeting) : remark(.helped, phrases.helped, about: state.answered.last)
        case .asksIfMachine:
            return remark(.machine, phrases.machine)
        case .answer(let id, let title, let version, let confidence, let text):
            // Anger after an answer is for a person.
            if considered.isAngry, !state.answered.isEmpty { return handOff(.upset) }
            let article = considered.article(id, nil) ?? Consideration.ArticleText(title: title, version: version, text: text)
            return give(id, article, confidence: confidence)
        case .several(let parts):
            return answerSeveral(parts)
        case .which(let choices):
            if considered.isAngry { return handOff(.upset) }
            // Asked once already, and still not clear: a person sees it faster than a third question would.
            if state.isChoosing { return handOff(.unsure) }
            return askWhich(choices)
        case .notHelped:
            if considered.isAngry { return handOff(.upset) }
            return state.misses + 1 >= 2
                ? handOff(.unhelpful) : remark(.notHelped, state.answered.isEmpty ? phrases.askAgain : phrases.sayItDifferently, about: state.answered.last)
        case .unsure:
            return takers() ?? handOff(considered.isAngry ? .upset : .unsure)
        case .unreadable:
            return handOff(.unreadable)
        case .silence, .wantsPerson, .urgent:
            return []
        }
    }

    /// Gives an article: at once, or by a dialogue where it asks for something first.
    /// - Parameter question: what it answers, where that is not the customer's message.
    func give(_ id: String, _ article: Consideration.ArticleText, confidence: Double, question: String? = nil) -> [ConversationEvent] {
        if article.script != nil { return begin(id, article, confidence, from: question ?? considered.correction ?? considered.text) }
        // Never the same answer twice in a row: it did not help the first time.
        if state.answered.last?.article == id {
            return state.misses + 1 >= 2 ? handOff(.unhelpful) : remark(.sameAgain, phrases.sayItDifferently, about: state.answered.last)
        }
        let text = (considered.isAngry ? phrases.sorry + "\n\n" : "") + article.text
        return [.botAnswered(answer(id, article, text, confidence, to: question ?? considered.correction ?? considered.text))]
    }

    /// An answer as it is said: the article's words, its name, and what else it offers.
    /// - Parameters:
    ///   - question: what is answered; nil for the matter of the article.
    ///   - quoted: the text, where it is not the whole article.
    func answer(
        _ id: String, _ article: Consideration.ArticleText, _ text: String, _ confidence: Double, to question: String? = nil, quoted: String? = nil
    ) -> BotAnswer {
        var said = phrases.answer(text, from: article.title)
        if !article.followUps.isEmpty { said += "\n\n" + phrases.followUps(article.followUps.map(\.title)) }
        if considered.isAngry { said += "\n\n" + phrases.orAPerson }
        return BotAnswer(
            speech: say(said), article: id, title: article.title, version: article.version, confidence: confidence, followUps: article.followUps,
            asked: AnsweredQuestion(question: question ?? article.title, article: id, language: article.language, quoted: quoted))
    }

    /// The answer to a message that means something only after the question before it. Never the same sentences twice in a row: a person then.
    private func continued() -> [ConversationEvent]? {
        guard let asked = state.asked, !state.isChoosing, !considered.isAngry, considered.correction == nil else { return nil }
        switch considered.finding {
        case .answer, .which, .unsure: break
        default: return nil
        }
        guard let found = considered.continuation(asked), let article = considered.article(found.article, asked.language) else { return nil }
        guard let quote = found.quote else {
            var events = give(found.article, article, confidence: found.confidence, question: found.reading)
            if case .botAnswered(var answer)? = events.last {
                answer.follows = asked.article
                events[events.count - 1] = .botAnswered(answer)
            }
            return events
        }
        if quote == asked.quoted { return handOff(.unsure) }
        var answer = answer(found.article, article, quote, found.confidence, to: found.reading, quoted: quote)
        answer.follows = asked.article
        return [.botAnswered(answer)]
    }

    /// The offered article that the customer's message names by its number.
    private func picked() -> (choice: ArticleChoice, article: Consideration.ArticleText)? {
        guard !state.offered.isEmpty else { return nil }
        let said = considered.text.utf8.filter { $0 != 0x20 && $0 != UInt8(ascii: ".") && $0 != UInt8(ascii: ")") && $0 != 0x0D && $0 != 0x0A }
        guard said.count == 1, let digit = said.first, digit > 0x30, Int(digit) - 0x30 <= state.offered.count else { return nil }
        let choice = state.offered[Int(digit) - 0x31]
        return considered.article(choice.article, nil).map { (choice, $0) }
    }

    /// "No, I meant BL-222222", or another order number, after an answer that one was needed for: the same article once more, with the other value.
    private func sameArticleAgain() -> [ConversationEvent]? {
        if case .answer = considered.finding { return nil }
        guard let last = state.answered.last, let article = considered.article(last.article, nil), let script = article.script else { return nil }
        let text = considered.correction ?? considered.text
        let setting = SlotReading.Setting(now: context.now, utcOffset: context.utcOffset, language: article.language)
        if script.slots.contains(where: { SlotReading.mentioned(in: text, $0, setting) != nil }) { return begin(last.article, article, last.confidence, from: text) }
        // After a "no" a number needs less to be known: "no sorry, 100003".
        guard let said = considered.correction ?? Correction.afterNo(text) else { return nil }
        for slot in script.slots where slot.kind == .orderNumber || slot.kind == .email {
            if case .value(let value, isWhole: true) = SlotReading.read(said, as: slot, setting) {
                return begin(last.article, article, last.confidence, from: said, known: [SlotValue(name: slot.name, value: value, isSensitive: slot.isSensitive)])
            }
        }
        return nil
    }

    /// "No, the other one" after an answer: what else the question may have meant.
    private func others() -> [ConversationEvent]? {
        guard let asked = state.asked, !state.isChoosing, !considered.isAngry, ShortReply(considered.text) == .other else { return nil }
        let choices = considered.alternatives(asked)
        return choices.isEmpty ? nil : askWhich(choices, about: asked.question)
    }

    /// Nothing but an order number: what is to be done with it.
    private func takers() -> [ConversationEvent]? {
        guard !considered.isAngry, !state.isChoosing, PlainWords(considered.text).words.count <= Self.mostWordsAround else { return nil }
        let choices = considered.takers(state.language ?? considered.language)
        guard choices.count == 1 else { return choices.isEmpty ? nil : askWhich(choices) }
        return considered.article(choices[0].article, state.language).map { give(choices[0].article, $0, confidence: 1) }
    }

    /// - Parameter question: what the choice is about, where that is not the customer's message.
    private func askWhich(_ choices: [ArticleChoice], about question: String? = nil) -> [ConversationEvent] {
        [.botAskedWhich(BotQuestion(speech: say(phrases.which(choices.map(\.title))), choices: choices, about: question ?? considered.text))]
    }

    // MARK: Saying

    func say(_ text: String) -> Speech { Speech(id: context.makeMessageID(), text: text) }

    /// A question of a dialogue, from now on waiting for its answer.
    func prompted(_ running: RunningDialogue, _ speech: Speech, isFurther: Bool = false) -> ConversationEvent {
        var asked = running
        asked.askedAt = context.now
        return .botPrompted(DialoguePrompt(speech: speech, isFurther: isFurther, dialogue: asked))
    }

    func remark(_ kind: BotRemark.Kind, _ text: String, about: TriedArticle? = nil) -> [ConversationEvent] {
        [.botSaid(BotRemark(speech: say(text), kind: kind, about: about))]
    }

    /// - Parameter saidBefore: the customer was told in the message before.
    func handOff(_ reason: Handoff.Reason, facts: [Handoff.Fact] = [], goal: String? = nil, intro: String? = nil, saidBefore: Bool = false) -> [ConversationEvent] {
        var tried = state.answered
        if case .unsure(let nearest) = considered.finding { tried += nearest }
        var known = considered.facts + facts
        if let running = state.dialogue { known += Self.facts(of: running) }
        let promised = context.now + context.answerWithin
        let packet = Handoff(
            reason: reason, goal: goal ?? considered.text, language: considered.language ?? state.language, facts: known, tried: tried, promisedAt: promised)
        let notice = (intro.map { "\($0) " } ?? "") + phrases.handedOff(reason, within: context.answerWithin)
        return [.handedOff(packet, notice: saidBefore ? nil : say(notice))]
    }

    /// What the customer gave already, so that nobody asks again.
    static func facts(of running: RunningDialogue) -> [Handoff.Fact] {
        [.init("article", running.article)] + running.values.map { .init($0.name, $0.shown) }
    }
}
