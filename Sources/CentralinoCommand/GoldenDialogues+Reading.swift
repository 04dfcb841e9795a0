import Conversations
import Knowledge
import Messages

extension GoldenDialogues {
    /// Reads a file of dialogues (`*.dialogues.yaml`); the first problem is thrown with its line.
    static func read(_ path: String) throws -> GoldenDialogues {
        let (root, problems) = try SettingsFile.read(path, environment: [:])
        if let first = problems.first { throw first }
        var found = GoldenDialogues(file: path, dialogues: [], now: .now())
        let members = try fields(root, ["now", "actions", "dialogues"], path)
        if let node = members["now"] {
            guard let now = Timestamp(rfc3339: try text(node, path)) else { throw wrong(node, path, "'now' is a moment like 2026-03-12T10:00:00Z") }
            found.now = now
        }
        let shared = try members["actions"].map { try stubs($0, path) } ?? []
        guard case .list(let items, _)? = members["dialogues"] else { throw wrong(root, path, "there is no list 'dialogues'") }
        for item in items {
            let own = try fields(item, ["name", "language", "channel", "actions", "turns"], path)
            guard let name = own["name"], case .list(let turns, _)? = own["turns"], !turns.isEmpty else { throw wrong(item, path, "a dialogue needs 'name' and 'turns'") }
            found.dialogues.append(
                Dialogue(
                    name: try text(name, path), language: try own["language"].map { try text($0, path) }, channel: try own["channel"].map { try text($0, path) },
                    stubs: (try own["actions"].map { try stubs($0, path) } ?? []) + shared, turns: try turns.map { try turn($0, path) }))
        }
        return found
    }

    /// `- { action: order-status, arguments: { order: BL-1 }, answer: { state: sent } }`, or `not_found: true`, or `fails: "why"`.
    private static func stubs(_ node: SettingsNode, _ path: String) throws -> [Stub] {
        guard case .list(let items, _) = node else { throw wrong(node, path, "'actions' is a list of { action, answer }") }
        return try items.map { item in
            let members = try fields(item, ["action", "changes", "arguments", "answer", "not_found", "fails"], path)
            guard let action = members["action"] else { throw wrong(item, path, "an entry of 'actions' needs 'action'") }
            var outcome = CallOutcome.answered([:])
            if let answer = members["answer"] { outcome = .answered(try texts(answer, path)) }
            if let why = members["fails"] { outcome = .failed(try text(why, path)) }
            if members["not_found"] != nil { outcome = .notFound }
            return Stub(
                action: try text(action, path), changes: try members["changes"].map { try text($0, path) } == "true",
                arguments: try members["arguments"].map { try texts($0, path) } ?? [:],
                outcome: outcome)
        }
    }

    private static func turn(_ node: SettingsNode, _ path: String) throws -> Turn {
        let members = try fields(node, ["say"] + kinds + ["slot", "reason", "contains", "calls"], path)
        guard let say = members["say"] else { throw wrong(node, path, "a turn needs 'say'") }
        let named = kinds.filter { members[$0] != nil }
        guard named.count == 1, let kind = named.first, let value = members[kind] else { throw wrong(node, path, "a turn needs one of \(kinds.joined(separator: ", "))") }
        var expectation = Expectation(kind: kind, line: node.line)
        switch kind {
        case "answers", "confirms": expectation.articles = try list(value, path)
        case "asks": expectation.slot = try text(value, path)
        case "says", "hands-over": expectation.reason = try text(value, path)
        default: break
        }
        if let slot = members["slot"] { expectation.slot = try text(slot, path) }
        if let reason = members["reason"] { expectation.reason = try text(reason, path) }
        if let contains = members["contains"] { expectation.contains = try list(contains, path) }
        if let calls = members["calls"] { expectation.calls = try text(calls, path) }
        return Turn(say: try text(say, path), expectation: expectation)
    }

    private static func fields(_ node: SettingsNode, _ known: [String], _ path: String) throws -> [String: SettingsNode] {
        guard case .map(let members, _) = node else { throw wrong(node, path, "must hold lines 'key: value'; known are \(known.joined(separator: ", "))") }
        for member in members where !known.contains(member.key) {
            throw wrong(member.value, path, "'\(member.key)' is not known here; known are \(known.joined(separator: ", "))")
        }
        return Dictionary(members.map { ($0.key, $0.value) }, uniquingKeysWith: { first, _ in first })
    }

    private static func text(_ node: SettingsNode, _ path: String) throws -> String {
        guard case .scalar(let text, _, _) = node else { throw wrong(node, path, "must be a text") }
        return text
    }

    private static func list(_ node: SettingsNode, _ path: String) throws -> [String] {
        guard case .list(let items, _) = node else { return [try text(node, path)] }
        return try items.map { try text($0, path) }
    }

    private static func texts(_ node: SettingsNode, _ path: String) throws -> [String: String] {
        guard case .map(let members, _) = node else { throw wrong(node, path, "must hold lines 'key: value'") }
        return try Dictionary(members.map { ($0.key, try text($0.value, path)) }, uniquingKeysWith: { first, _ in first })
    }

    private static func wrong(_ node: SettingsNode, _ path: String, _ explanation: String) -> KnowledgeFiles.Problem {
        KnowledgeFiles.Problem("\(path):\(node.line): \(explanation)")
    }
}
