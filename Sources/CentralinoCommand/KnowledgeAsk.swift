import ArgumentParser
import Conversations
import Gateway
import Glibc
import Knowledge
import Messages

struct KnowledgeAsk: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "ask", abstract: "Show what the knowledge base answers, from which article and how surely.",
        discussion: "An article that asks for something first is begun as on a channel: its first question is printed, and in a terminal you can answer it. Nothing is called.")

    @Option(name: .customLong("kb"), help: "The folder of articles, or a .jsonl file.") var folder = "./kb"
    @Option(help: "The kind of channel to answer for.") var channel: String?
    @Option(help: "The language that the channel says, as a hint.") var language: String?
    @Option(help: "The share of answers that is to be right.") var precision = KnowledgeBase.defaultPrecision
    @Option(help: "The question that was answered before: a short text is then read together with it, as in a conversation.") var after: String?
    @Flag(help: "One JSON object instead of text.") var json = false
    @Argument(help: "What the customer writes.") var text: String

    func run() throws {
        try reporting {
            let base = try KnowledgeBase.learned(try KnowledgeFolder.read(folder), precision: precision)
            let match = base.match(Query(text: text, language: language, channelKind: channel))
            var rehearsal = rehearsal(base)
            if let after { _ = rehearsal.say(after) { _ in nil } }
            let begun = after != nil || isDialogue(match, base) ? said(&rehearsal, text) : nil
            try KnowledgeFiles.writeOut(Array((json ? object(match, base, begun).text + "\n" : page(match, base, begun)).utf8))
            if begun != nil, !json, isatty(STDIN_FILENO) == 1, isatty(STDOUT_FILENO) == 1 { converse(&rehearsal) }
        }
    }

    private func answer(_ match: Match, _ base: KnowledgeBase) -> String? {
        guard case .answer(let candidate) = match.decision else { return nil }
        return base.answerText(for: candidate, channelKind: channel)
    }

    // MARK: dialogues

    /// Whether the article asks for something, or calls something, before it answers: its text is then a template.
    private func isDialogue(_ match: Match, _ base: KnowledgeBase) -> Bool {
        guard case .answer(let candidate) = match.decision else { return false }
        return base.article(candidate.articleID, language: candidate.language)?.script != nil
    }

    private func rehearsal(_ base: KnowledgeBase) -> Rehearsal {
        // Without settings it is not known which actions change something; an article that wants a yes tells.
        let actions = Dictionary(
            base.articles.compactMap { article in article.script?.call.map { ($0.action, article.script?.confirm != nil) } }, uniquingKeysWith: { $0 || $1 })
        return Rehearsal(
            base, actions: actions.map { Action(name: $0.key, method: .get, url: "https://nothing.invalid/", changes: $0.value) }, channel: channel ?? "test", language: language)
    }

    /// One turn: what the customer would read, and which call is left out.
    private func said(_ rehearsal: inout Rehearsal, _ text: String) -> String {
        var calls: [String] = []
        let events = rehearsal.say(text) { call in
            calls.append("[\(call.action) would be called: \(call.arguments.map { "\($0.name) = \($0.shown)" }.joined(separator: ", "))]")
            return nil
        }.events
        return (events.compactMap(\.said) + calls).joined(separator: "\n")
    }

    /// Goes on until the dialogue is over, a call is due, or the input ends.
    private func converse(_ rehearsal: inout Rehearsal) {
        while let dialogue = rehearsal.state.dialogue {
            if case .calling = dialogue.stage { return }
            Terminal.write("> ", to: STDOUT_FILENO)
            guard let line = readLine() else { return }
            Terminal.say(said(&rehearsal, line))
        }
    }

    /// The words that mattered for the best candidate; at most eight.
    private func mattering(_ match: Match, _ base: KnowledgeBase) -> [WordWeight] {
        guard let best = match.candidates.first else { return [] }
        return Array(base.explain(Query(text: text, language: language, channelKind: channel), articleID: best.articleID).prefix(8))
    }

    /// What the text means after the question before it.
    private func followUp(_ match: Match, _ base: KnowledgeBase) -> (before: String, found: FollowUp)? {
        guard let after, case .answer(let given) = base.match(Query(text: after, language: language, channelKind: channel)).decision else { return nil }
        let before = AskedBefore(question: after, articleID: given.articleID, language: given.language)
        return base.followUp(Query(text: text, language: language, channelKind: channel), after: before, alone: match).map { (given.articleID, $0) }
    }

    private func page(_ match: Match, _ base: KnowledgeBase, _ begun: String?) -> String {
        var lines: [String] = []
        if begun == nil, let answer = answer(match, base) { lines += [answer, ""] }
        lines.append("decision    \(match.decision.name)")
        func described(_ candidate: Candidate) -> String {
            "\(KnowledgeOutput.decimals(candidate.confidence, 3))  \(candidate.articleID) (\(candidate.language)): \(candidate.title)"
        }
        for (index, candidate) in match.candidates.enumerated() {
            lines.append((index == 0 ? "best        " : index == 1 ? "runners-up  " : "            ") + described(candidate))
        }
        lines.append("confidence  \(KnowledgeOutput.decimals(match.confidence, 3))")
        lines.append("threshold   \(KnowledgeOutput.decimals(base.threshold, 3))")
        lines.append("language    \(match.language ?? "unknown")")
        if let followUp = followUp(match, base) {
            lines.append("follows     \(followUp.before)")
            lines.append("read as     \(followUp.found.reading)")
            lines.append("            \(described(followUp.found.candidate))")
        }
        let words = mattering(match, base).map { "\($0.word) \($0.weight < 0 ? "" : "+")\(KnowledgeOutput.decimals($0.weight, 2))" }
        if !words.isEmpty { lines.append("words       \(words.joined(separator: ", "))") }
        // Last, so that a terminal goes on from it.
        if let begun { lines += ["", begun] }
        return lines.joined(separator: "\n") + "\n"
    }

    private func object(_ match: Match, _ base: KnowledgeBase, _ begun: String?) -> JSON {
        .object([
            .init("decision", .string(match.decision.name)), .init("answer", .text(begun == nil ? answer(match, base) : nil)), .init("begins", .text(begun)),
            .init("confidence", .number(match.confidence)), .init("threshold", .number(base.threshold)), .init("language", .text(match.language)),
            .init("words", .array(match.words.map(JSON.string))),
            .init(
                "follows",
                followUp(match, base).map {
                    [
                        "article": .string($0.before), "reading": .string($0.found.reading), "answer": .string($0.found.candidate.articleID),
                        "passages": .array($0.found.passages.map(JSON.string)),
                    ]
                } ?? .null),
            .init(
                "explanation",
                .array(mattering(match, base).map { .object([.init("word", .string($0.word)), .init("weight", .number($0.weight))]) })),
            .init(
                "candidates",
                .array(
                    match.candidates.map { candidate in
                        .object([
                            .init("article", .string(candidate.articleID)), .init("language", .string(candidate.language)), .init("title", .string(candidate.title)),
                            .init("version", .string(candidate.version)), .init("confidence", .number(candidate.confidence)),
                        ])
                    })),
        ])
    }
}

extension Match.Decision {
    var name: String {
        switch self {
        case .answer: "answer"
        case .which: "which"
        case .unsure: "unsure"
        case .wantsPerson: "wants person"
        case .thanks: "thanks"
        case .greeting: "greeting"
        case .helped: "helped"
        case .notHelped: "not helped"
        case .asksIfMachine: "asks if machine"
        }
    }
}
