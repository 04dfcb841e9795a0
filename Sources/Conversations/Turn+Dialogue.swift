import Messages

extension Turn {
    func setting(_ language: String) -> SlotReading.Setting {
        SlotReading.Setting(now: context.now, utcOffset: context.utcOffset, language: language)
    }

    /// Begins an article that asks or calls. What the text says plainly already is not asked for.
    /// - Parameter known: values that are known beside the text.
    func begin(
        _ id: String, _ article: Consideration.ArticleText, _ confidence: Double, from text: String, known: [SlotValue] = [], after intro: String? = nil
    ) -> [ConversationEvent] {
        guard let script = article.script else { return [] }
        if script.call != nil, article.action == nil {
            return handOff(.callFailed, facts: [.init("article", id), .init("action", "\(script.call?.action ?? "") is not in the settings")], saidBefore: false)
        }
        var running = RunningDialogue(article: id, language: article.language, title: article.title, confidence: confidence, stage: .confirming)
        for value in known { running.set(value) }
        running = noting(text, running, script)
        let opening = intro ?? (considered.isAngry ? phrases.sorry : nil)
        return advance(running, article, script, opening)
    }

    /// The dialogue with what the text says plainly of things that were not given yet. One value is one thing: the old address is not the new one.
    private func noting(_ text: String, _ running: RunningDialogue, _ script: DialogueScript) -> RunningDialogue {
        var noted = running
        for slot in script.slots where noted.value(slot.name) == nil {
            if let value = SlotReading.mentioned(in: text, slot, setting(running.language)), !noted.values.contains(where: { $0.value == value }) {
                noted.set(SlotValue(name: slot.name, value: value, isSensitive: slot.isSensitive))
            }
        }
        return noted
    }

    /// The next step of a dialogue: ask, confirm, call, or answer.
    /// - Parameter intro: said before the question.
    private func advance(_ dialogue: RunningDialogue, _ article: Consideration.ArticleText, _ script: DialogueScript, _ intro: String? = nil) -> [ConversationEvent] {
        var running = dialogue
        running.failures = 0
        if let slot = script.slots.first(where: { running.value($0.name) == nil }) {
            running.stage = .asking(slot.name)
            running.call = nil
            return prompt(running, intro, question(slot))
        }
        let call = script.call.map { call in
            PendingCall(
                action: call.action,
                arguments: call.arguments.compactMap { argument in
                    running.value(argument.slot).map { SlotValue(name: argument.name, value: $0.value, isSensitive: $0.isSensitive) }
                })
        }
        if let asked = confirmation(running, script, article) {
            running.stage = .confirming
            running.call = call
            return prompt(running, intro, asked)
        }
        if let call { return request(call, running) }
        return finish(running, article, script, fields: [:])
    }

    func confirmation(_ running: RunningDialogue, _ script: DialogueScript, _ article: Consideration.ArticleText) -> String? {
        if let confirm = script.confirm {
            let said = confirm.filled { running.value($0).flatMap { $0.isSensitive ? nil : shown($0, script) } }
            return "\(said ?? phrases.confirm(article.title, [])) \(phrases.yesOrNo)"
        }
        // A change without a question of the article's own is asked about all the same.
        guard article.action?.changes == true else { return nil }
        return "\(phrases.confirm(article.title, running.values.map { "\($0.name): \($0.isSensitive ? $0.shown : shown($0, script))" })) \(phrases.yesOrNo)"
    }

    func question(_ slot: DialogueScript.Slot) -> String {
        guard slot.kind == .choice else { return slot.question }
        return slot.question + "\n" + slot.options.enumerated().map { "\($0.offset + 1). \($0.element)" }.joined(separator: "\n")
    }

    private func prompt(_ running: RunningDialogue, _ intro: String?, _ text: String) -> [ConversationEvent] {
        [prompted(running, say(intro.map { "\($0)\n\n\(text)" } ?? text))]
    }

    private func request(_ call: PendingCall, _ dialogue: RunningDialogue) -> [ConversationEvent] {
        var running = dialogue
        // Fixed now, stored with the request: every try carries it.
        let id = CallID(context.makeMessageID().text)
        running.stage = .calling(id)
        running.call = call
        return [.callRequested(RequestedCall(id: id, call: call, dialogue: running))]
    }

    /// The article's words with the values in them; a person where one is missing.
    private func finish(_ running: RunningDialogue, _ article: Consideration.ArticleText, _ script: DialogueScript, fields: [String: String]) -> [ConversationEvent] {
        guard let text = Self.filled(article, script, running, fields, phrases) else {
            return handOff(.incomplete, facts: state.dialogue == nil ? Self.facts(of: running) : [])
        }
        return [.botAnswered(answer(running.article, article, text, running.confidence))]
    }

    static func filled(_ article: Consideration.ArticleText, _ script: DialogueScript, _ running: RunningDialogue, _ fields: [String: String], _ phrases: Phrases) -> String? {
        // Checked when the article was read; a text that is no template any more is no answer.
        guard let template = try? AnswerTemplate(article.text) else { return nil }
        return template.filled { name in
            if name.hasPrefix("action.") { return fields[String(name.dropFirst(7))] }
            return running.value(name).flatMap { $0.isSensitive ? nil : phrases.shown($0.value, script.slot(name)?.kind ?? .text) }
        }
    }

    private func shown(_ value: SlotValue, _ script: DialogueScript) -> String { phrases.shown(value.value, script.slot(value.name)?.kind ?? .text) }

    // MARK: In the middle

    /// What a message means for the dialogue that runs.
    func goOn(_ running: RunningDialogue) -> [ConversationEvent] {
        if case .calling = running.stage { return whileCalling(running) }
        guard let article = considered.article(running.article, running.language), let script = article.script else { return handOff(.incomplete) }
        let text = considered.correction ?? considered.text
        if ShortReply(text) == .cancel { return remark(.cancelled, phrases.cancelled) }
        if isOver(running) { return takeUp(running, text, article, script) }
        switch running.stage {
        case .asking(let name):
            guard let slot = script.slot(name) else { return handOff(.incomplete) }
            return take(text, for: slot, running, article, script)
        case .confirming:
            return confirm(text, running, article, script)
        case .calling:
            return []
        }
    }

    private func take(
        _ text: String, for slot: DialogueScript.Slot, _ dialogue: RunningDialogue, _ article: Consideration.ArticleText, _ script: DialogueScript
    ) -> [ConversationEvent] {
        var running = dialogue
        if slot.kind == .text, let small = smallTalk(running, question(slot)) { return small }
        let reading = read(text, slot, running)
        let asksOther = otherMatter(running)
        switch reading {
        case .value(let value, let isWhole):
            // A number or a name inside another question is no answer to ours.
            if asksOther, !isWhole || slot.kind == .text && PlainWords(text).isQuestion { return interrupt(running, article, script) }
            running.set(SlotValue(name: slot.name, value: value, isSensitive: slot.isSensitive))
            if slot.kind != .text { running = noting(text, running, script) }
            return advance(running, article, script)
        case .wrong(let problem):
            running = noting(text, running, script)
            if let corrected = corrected(text, running, script), considered.correction != nil { return advance(corrected, article, script) }
            if asksOther { return interrupt(running, article, script) }
            if let small = smallTalk(running, question(slot)) { return small }
            if considered.isAngry { return handOff(.upset) }
            return failed(running, phrases.problem(problem, slot, question: question(slot)))
        }
    }

    private func confirm(_ text: String, _ running: RunningDialogue, _ article: Consideration.ArticleText, _ script: DialogueScript) -> [ConversationEvent] {
        switch considered.correction == nil ? ShortReply(text) : nil {
        case .yes:
            if let call = running.call { return request(call, running) }
            return finish(running, article, script, fields: [:])
        case .no:
            return remark(.cancelled, phrases.cancelled)
        default:
            if let corrected = corrected(text, running, script) { return advance(corrected, article, script) }
            if otherMatter(running) { return interrupt(running, article, script) }
            let asked = confirmation(running, script, article) ?? phrases.yesOrNo
            if let small = smallTalk(running, asked) { return small }
            if considered.isAngry { return handOff(.upset) }
            return failed(running, "\(phrases.notUnderstood) \(asked)")
        }
    }

    /// Whether the question of the bot was left alone for so long that a short answer may be meant for something else.
    private func isOver(_ running: RunningDialogue) -> Bool { running.askedAt.map { context.now - $0 > Self.longestSilence } ?? false }

    /// After a long silence: a value that was asked for goes on, a yes is asked for again before anything is done, and everything else begins anew.
    private func takeUp(_ running: RunningDialogue, _ text: String, _ article: Consideration.ArticleText, _ script: DialogueScript) -> [ConversationEvent] {
        switch running.stage {
        case .asking(let name):
            if let slot = script.slot(name), slot.kind != .text, case .value(_, isWhole: true) = read(text, slot, running) {
                return take(text, for: slot, running, article, script)
            }
        case .confirming:
            if ShortReply(text) == .no { return remark(.cancelled, phrases.cancelled) }
            if ShortReply(text) == .yes, let asked = confirmation(running, script, article) { return prompt(running, nil, asked) }
        case .calling: break
        }
        var free = state
        free.dialogue = nil
        return Turn(free, considered, context).events()
    }

    func failed(_ dialogue: RunningDialogue, _ text: String) -> [ConversationEvent] {
        var running = dialogue
        running.failures += 1
        if running.failures >= Self.mostFailures { return handOff(.incomplete) }
        return prompt(running, nil, text)
    }

    /// Thanks and greetings in the middle, with the question again; nil for everything else.
    private func smallTalk(_ running: RunningDialogue, _ question: String) -> [ConversationEvent]? {
        let kind: BotRemark.Kind
        let words: String
        switch considered.finding {
        case .greeting: (kind, words) = (.greeting, phrases.hello)
        case .thanks: (kind, words) = (.thanks, phrases.welcome)
        case .asksIfMachine: (kind, words) = (.machine, phrases.machine)
        default: return nil
        }
        let speech = say("\(words)\n\n\(question)")
        return [.botSaid(BotRemark(speech: speech, kind: kind)), prompted(running, speech, isFurther: true)]
    }
}
