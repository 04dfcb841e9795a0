import Messages
import Yams

/// The keys that make an article a dialogue: `ask`, `call`, `confirm`, `follow_ups`.
extension ArticleFile {
    static let maximumFollowUps = 5
    /// Of a question of the bot, and of what else it says.
    static let maximumSentence = 500

    /// Checks what only the whole article tells: that every hole of its texts names a value that the article asks for or calls for.
    static func checkScript(of article: Article, bodyLine: Int) throws(ArticleProblem) {
        guard let script = article.script else { return }
        if script.slots.isEmpty, script.call == nil {
            throw ArticleProblem(file: article.file, line: nil, message: "'confirm' needs an 'ask' or a 'call': there is nothing to confirm")
        }
        for (text, place) in [(article.body, "the answer")] + article.answers.sorted(by: { $0.key < $1.key }).map({ ($0.value, "the answer for '\($0.key)'") }) {
            let isBody = place == "the answer"
            func problem(_ line: Int, _ message: String) -> ArticleProblem { ArticleProblem(file: article.file, line: isBody ? bodyLine + line : nil, message: message) }
            let template: AnswerTemplate
            do throws(AnswerTemplate.Problem) { template = try AnswerTemplate(text) } catch { throw problem(error.line, "\(place): \(error.explanation)") }
            for hole in template.holes {
                if hole.hasPrefix("action.") {
                    guard script.call != nil else { throw problem(0, "\(place) has '{{\(hole)}}', and the article has no 'call'") }
                } else if script.slot(hole)?.isSensitive == true {
                    throw problem(0, "\(place) has '{{\(hole)}}', which is sensitive: it is never said again")
                } else if script.slot(hole) == nil {
                    throw problem(
                        0, "\(place) has '{{\(hole)}}', which is not asked for; 'ask' has \(script.slots.isEmpty ? "nothing" : script.slots.map(\.name).joined(separator: ", "))")
                }
            }
        }
    }
}

extension FrontMatter {
    private func members(_ node: Node, _ what: String, _ known: [String]) throws(ArticleProblem) -> [String: Node] {
        guard case .mapping(let mapping) = node else { throw problem(node, "\(what) must hold lines 'key: value'; known are \(known.joined(separator: ", "))") }
        var members: [String: Node] = [:]
        for (name, value) in mapping {
            guard let key = name.string, known.contains(key) else {
                throw problem(name, "the key '\(ArticleFile.shown(name.string))' is not known in \(what); known are \(known.joined(separator: ", "))")
            }
            members[key] = value
        }
        return members
    }

    private func name(_ node: Node, _ what: String) throws(ArticleProblem) -> String {
        let text = try line(node, what, limit: 40)
        guard text.utf8.allSatisfy({ $0 >= 0x61 && $0 <= 0x7A || $0 >= 0x30 && $0 <= 0x39 || $0 == 0x5F || $0 == 0x2D }), text != "action" else {
            throw problem(node, "\(what) '\(ArticleFile.shown(text))' may hold only a to z, 0 to 9, '_' and '-', and may not be 'action'")
        }
        return text
    }

    func slots(_ node: Node) throws(ArticleProblem) -> [DialogueScript.Slot] {
        guard case .sequence(let sequence) = node, !sequence.isEmpty else {
            throw problem(node, "'ask' must be a list of what to ask for: - { name: order, type: order_number, question: … }")
        }
        guard sequence.count <= DialogueScript.mostSlots else { throw problem(node, "'ask' has more than \(DialogueScript.mostSlots) entries") }
        var slots: [DialogueScript.Slot] = []
        for entry in sequence {
            let slot = try slot(entry)
            guard !slots.contains(where: { $0.name == slot.name }) else { throw problem(entry, "'ask' has the name '\(slot.name)' twice") }
            slots.append(slot)
        }
        return slots
    }

    private func slot(_ node: Node) throws(ArticleProblem) -> DialogueScript.Slot {
        let members = try members(node, "an entry of 'ask'", ["name", "type", "question", "pattern", "min", "max", "options", "sensitive"])
        guard let nameNode = members["name"], let typeNode = members["type"], let questionNode = members["question"] else {
            throw problem(node, "an entry of 'ask' needs 'name', 'type' and 'question'")
        }
        let type = try line(typeNode, "'type'", limit: 40)
        guard let kind = DialogueScript.Slot.Kind(rawValue: type) else {
            throw problem(typeNode, "'\(ArticleFile.shown(type))' is not a type; known are \(DialogueScript.Slot.Kind.allCases.map(\.rawValue).joined(separator: ", "))")
        }
        var slot = DialogueScript.Slot(
            name: try name(nameNode, "the name"), kind: kind, question: try line(questionNode, "'question'", limit: ArticleFile.maximumSentence))
        let allowed: Set<String> =
            switch kind {
            case .orderNumber: ["pattern"]
            case .choice: ["options"]
            case .text, .date, .amount, .number: ["min", "max"]
            case .email, .phone: []
            }
        for key in ["pattern", "min", "max", "options"] {
            if let extra = members[key], !allowed.contains(key) { throw problem(extra, "'\(key)' does not go with the type \(type)") }
        }
        if kind == .orderNumber {
            guard let patterns = members["pattern"] else { throw problem(node, "an order_number needs a 'pattern': # is a digit, @ a letter, such as \"BL-#{6}\"") }
            slot.patterns = try self.patterns(patterns)
        }
        if kind == .choice {
            guard let options = members["options"] else { throw problem(node, "a choice needs 'options'") }
            slot.options = try list(options, "options", limit: DialogueScript.mostOptions, length: 100)
            guard slot.options.count >= 2 else { throw problem(options, "a choice needs two 'options' at least") }
        }
        if let node = members["min"] { slot.minimum = try bound(node, kind) }
        if let node = members["max"] { slot.maximum = try bound(node, kind) }
        if let node = members["sensitive"] {
            let text = try line(node, "'sensitive'", limit: 5)
            guard text == "true" || text == "false" else { throw problem(node, "'sensitive' is true or false") }
            slot.isSensitive = text == "true"
        }
        return slot
    }

    private func patterns(_ node: Node) throws(ArticleProblem) -> [SlotPattern] {
        let texts: [String]
        if case .sequence = node { texts = try list(node, "pattern", limit: 10, length: 80) } else { texts = [try line(node, "'pattern'", limit: 80)] }
        var patterns: [SlotPattern] = []
        for text in texts {
            guard let pattern = SlotPattern(text) else {
                throw problem(node, "'\(ArticleFile.shown(text))' is not a pattern: # is a digit, @ a letter, ? either, {6} or {4,8} repeats; such as \"BL-#{6}\"")
            }
            patterns.append(pattern)
        }
        guard !patterns.isEmpty else { throw problem(node, "'pattern' is empty") }
        return patterns
    }

    /// The least or the most of a value: checked here, so that the rules need not doubt it.
    private func bound(_ node: Node, _ kind: DialogueScript.Slot.Kind) throws(ArticleProblem) -> String {
        let text = try line(node, "a bound", limit: 20)
        switch kind {
        case .date:
            guard text == "today" || text.utf8.count == 10 && Timestamp(rfc3339: text + "T00:00:00Z") != nil else {
                throw problem(node, "a bound of a date is 'today' or a day like 2026-03-02, not '\(ArticleFile.shown(text))'")
            }
        case .amount:
            guard let value = Double(text), value.isFinite, value >= 0, value < 1e12 else {
                throw problem(node, "a bound of an amount is a number like 0.50, not '\(ArticleFile.shown(text))'")
            }
        default:
            guard let value = Int(text), (-1_000_000_000...1_000_000_000_000).contains(value) else {
                throw problem(node, "a bound is a whole number, not '\(ArticleFile.shown(text))'")
            }
        }
        return text
    }

    /// The `call`, checked against what is asked for.
    func call(_ node: Node, _ slots: [DialogueScript.Slot]) throws(ArticleProblem) -> DialogueScript.Call {
        let members = try members(node, "'call'", ["action", "arguments", "not_found"])
        guard let actionNode = members["action"] else { throw problem(node, "'call' needs 'action': the name of an action of the settings file") }
        var call = DialogueScript.Call(action: try name(actionNode, "the action"), arguments: slots.map { .init(name: $0.name, slot: $0.name) })
        if let node = members["arguments"] {
            guard case .mapping(let mapping) = node, mapping.count <= DialogueScript.mostSlots else {
                throw problem(node, "'arguments' must hold lines 'argument: name of what is asked for'")
            }
            call.arguments = []
            for (argument, value) in mapping {
                let slot = try name(value, "an argument's value")
                guard slots.contains(where: { $0.name == slot }) else { throw problem(value, "'\(slot)' is not asked for; 'ask' has \(slots.map(\.name).joined(separator: ", "))") }
                call.arguments.append(.init(name: try name(argument, "an argument"), slot: slot))
            }
        }
        if let node = members["not_found"] { call.notFound = try line(node, "'not_found'", limit: ArticleFile.maximumSentence) }
        return call
    }

    func confirm(_ node: Node, _ slots: [DialogueScript.Slot]) throws(ArticleProblem) -> AnswerTemplate {
        let text = try line(node, "'confirm'", limit: ArticleFile.maximumSentence)
        let template: AnswerTemplate
        do throws(AnswerTemplate.Problem) { template = try AnswerTemplate(text) } catch { throw problem(node, "'confirm': \(error.explanation)") }
        for hole in template.holes {
            guard let slot = slots.first(where: { $0.name == hole }) else { throw problem(node, "'confirm' has '{{\(hole)}}', which is not asked for") }
            guard !slot.isSensitive else { throw problem(node, "'confirm' has '{{\(hole)}}', which is sensitive: it is never said again") }
        }
        return template
    }
}
