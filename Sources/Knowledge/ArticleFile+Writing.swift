import Messages

extension ArticleFile {
    /// The file of an article: reading it again gives the same article (but for `file` and `version`).
    package static func text(of article: Article) -> String {
        var lines = ["---", "id: \(quoted(article.id))", "title: \(quoted(article.title))", "language: \(article.language)"]
        func list(_ key: String, _ values: [String]) {
            guard !values.isEmpty else { return }
            lines.append("\(key):")
            for value in values { lines.append("  - \(quoted(value))") }
        }
        list("questions", article.questions)
        if !article.answers.isEmpty {
            lines.append("answers:")
            for (kind, text) in article.answers.sorted(by: { $0.key < $1.key }) { lines.append("  \(quoted(kind)): \(quoted(text))") }
        }
        list("audience", article.audience)
        list("channels", article.channels)
        list("countries", article.countries)
        if article.validFrom != nil || article.validUntil != nil {
            lines.append("valid:")
            if let from = article.validFrom { lines.append("  from: \(moment(from))") }
            if let until = article.validUntil { lines.append("  until: \(moment(until))") }
        }
        if let owner = article.owner { lines.append("owner: \(quoted(owner))") }
        if let review = article.review { lines.append("review: \(moment(review))") }
        if let person = article.approvedBy { lines.append("approved_by: \(quoted(person))") }
        list("tags", article.tags)
        lines += scriptLines(article)
        list("follow_ups", article.followUps)
        if article.status != .live { lines.append("status: \(article.status.rawValue)") }
        lines += ["---", "", article.body, ""]
        return lines.joined(separator: "\n")
    }

    /// A file as its author means it: two files that say the same, with other quotes, another order of keys or other comments, are one. What cannot be read stays as it is.
    package static func normal(_ text: String) -> String {
        // What is wrong with the file is told where it is saved.
        (try? parse(text, file: "", version: "")).map(Self.text(of:)) ?? text
    }

    private static func scriptLines(_ article: Article) -> [String] {
        guard let script = article.script else { return [] }
        var lines: [String] = []
        if !script.slots.isEmpty { lines.append("ask:") }
        for slot in script.slots {
            lines += ["  - name: \(quoted(slot.name))", "    type: \(slot.kind.rawValue)", "    question: \(quoted(slot.question))"]
            if !slot.patterns.isEmpty { lines.append("    pattern: [\(slot.patterns.map { quoted($0.description) }.joined(separator: ", "))]") }
            if let bound = slot.minimum { lines.append("    min: \(bound)") }
            if let bound = slot.maximum { lines.append("    max: \(bound)") }
            if !slot.options.isEmpty { lines.append("    options: [\(slot.options.map(quoted).joined(separator: ", "))]") }
            if slot.isSensitive { lines.append("    sensitive: true") }
        }
        if let call = script.call {
            lines += ["call:", "  action: \(quoted(call.action))"]
            lines.append("  arguments: { \(call.arguments.map { "\(quoted($0.name)): \(quoted($0.slot))" }.joined(separator: ", ")) }")
            if let text = call.notFound { lines.append("  not_found: \(quoted(text))") }
        }
        if let confirm = script.confirm { lines.append("confirm: \(quoted(confirm.text))") }
        return lines
    }

    /// Moments are written out in full: a day would be read as its first or its last moment.
    private static func moment(_ time: Timestamp) -> String { time.rfc3339 }

    /// A double-quoted YAML scalar (YAML 1.2 §7.3.1): the one style in which every text can be written on one line.
    private static func quoted(_ text: String) -> String {
        var quoted = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": quoted += "\\\""
            case "\\": quoted += "\\\\"
            case "\n": quoted += "\\n"
            case "\t": quoted += "\\t"
            case "\r": quoted += "\\r"
            case "\u{85}": quoted += "\\N"
            case "\u{2028}": quoted += "\\L"
            case "\u{2029}": quoted += "\\P"
            case "\u{FEFF}": quoted += "\\uFEFF"
            default: quoted.unicodeScalars.append(scalar)
            }
        }
        return quoted + "\""
    }
}
