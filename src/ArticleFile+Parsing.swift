import Messages
import Yams

extension ArticleFile {
    /// Reads one article.
    /// - Parameters:
    ///   - file: its name, for messages.
    ///   - version: what names this state of the text; kept as it is.
    /// - Throws: the first problem, with its line in the file.
    package static func parse(_ text: String, file: String, version: String) throws(ArticleProblem) -> Article {
        let parts = try split(text, file: file)
        let reader = FrontMatter(file: file, firstLine: parts.yamlLine)
        let members = try reader.members(of: parts.yaml)
        var article = Article(id: "", title: "", language: "", file: file, version: version)
        var seen: Set<String> = []
        var (ask, call, confirm): (Node?, Node?, Node?)
        for (name, node) in members {
            guard let key = name.string, keys.contains(key) else {
                throw reader.problem(name, "the key '\(shown(name.string))' is not known; known are \(keys.joined(separator: ", "))")
            }
            seen.insert(key)
            switch key {
            case "id": article.id = try reader.id(node)
            case "title": article.title = try reader.line(node, "'\(key)'", limit: maximumTitleLength)
            case "language": article.language = try reader.language(node)
            case "questions": article.questions = try reader.list(node, key, limit: maximumQuestions, length: maximumQuestionLength)
            case "answers": article.answers = try reader.answers(node)
            case "audience": article.audience = try reader.list(node, key)
            case "channels": article.channels = try reader.list(node, key)
            case "countries": article.countries = try reader.countries(node)
            case "valid": (article.validFrom, article.validUntil) = try reader.validity(node)
            case "owner": article.owner = try reader.line(node, "'\(key)'", limit: maximumValueLength)
            case "review": article.review = try reader.date(node, key, endOfDay: false)
            case "approved_by": article.approvedBy = try reader.line(node, "'\(key)'", limit: maximumValueLength)
            case "tags": article.tags = try reader.list(node, key)
            case "status": article.status = try reader.status(node)
            case "ask": ask = node
            case "call": call = node
            case "confirm": confirm = node
            case "follow_ups": article.followUps = try reader.list(node, key, limit: maximumFollowUps, length: maximumIDLength)
            default: break
            }
        }
        for key in ["id", "title"] where !seen.contains(key) {
            throw ArticleProblem(file: file, line: parts.yamlLine, message: "the front matter has no '\(key)'; add a line '\(key): …'")
        }
        // The language may be left out where a folder holds one language only; English is what the format's own words are in.
        if !seen.contains("language") { article.language = "en" }
        article.body = trimmed(parts.body)
        guard !article.body.isEmpty else {
            throw ArticleProblem(file: file, line: parts.bodyLine, message: "the article has no answer; write it below the second '---'")
        }
        if ask != nil || call != nil || confirm != nil {
            var script = DialogueScript()
            if let ask { script.slots = try reader.slots(ask) }
            if let call { script.call = try reader.call(call, script.slots) }
            if let confirm { script.confirm = try reader.confirm(confirm, script.slots) }
            article.script = script
            try checkScript(of: article, bodyLine: parts.bodyLine + parts.body.prefix { $0.isWhitespace }.utf8.count { $0 == 0x0A })
        }
        return article
    }

    static func trimmed(_ text: String) -> String {
        var part = text[...]
        while let first = part.first, first.isWhitespace { part.removeFirst() }
        while let last = part.last, last.isWhitespace { part.removeLast() }
        return String(part)
    }

    /// What may be repeated in a message: short, and on one line.
    static func shown(_ text: String?) -> String {
        guard let text else { return "(not a text)" }
        return text.count > 40 ? text.prefix(40) + "…" : text
    }
}

/// The values of one file's front matter, each checked, each problem with its line in the file.
struct FrontMatter {
    var file: String
    /// The line of the file on which the YAML begins.
    var firstLine: Int

    func problem(_ node: Node, _ message: String) -> ArticleProblem {
        ArticleProblem(file: file, line: node.mark.map { $0.line + firstLine - 1 } ?? firstLine, message: message)
    }

    func members(of yaml: String) throws(ArticleProblem) -> [(Node, Node)] {
        if let line = lineOfAlias(in: yaml) {
            throw ArticleProblem(file: file, line: firstLine + line, message: "anchors and aliases (&name, *name) are not supported here; write the value out, or quote it")
        }
        let root: Node?
        do {
            // Without rules no plain scalar is taken for a number or a date: values are read as they are written, and the rules are slow regular expressions;
            // with the encoding given Yams does not look for one in the environment, which copies all of it.
            root = try compose(yaml: yaml, .basic, .default, .utf8)
        } catch let error as YamlError {
            throw problem(error)
        } catch {
            throw ArticleProblem(file: file, line: firstLine, message: "the front matter is not YAML")
        }
        guard let root else { throw ArticleProblem(file: file, line: firstLine, message: "the front matter is empty; it needs at least 'id' and 'title'") }
        guard case .mapping(let mapping) = root else { throw problem(root, "the front matter is not a list of 'key: value' lines") }
        return mapping.map { ($0.key, $0.value) }
    }

    private func problem(_ error: YamlError) -> ArticleProblem {
        switch error {
        case .scanner(_, let text, let mark, _), .parser(_, let text, let mark, _), .composer(_, let text, let mark, _):
            ArticleProblem(file: file, line: mark.line + firstLine - 1, message: "the front matter is not YAML: \(text); put texts with ':' or '#' in quotes")
        case .duplicatedKeysInMapping(let keys, let context):
            ArticleProblem(file: file, line: context.mark.line + firstLine - 1, message: "the key '\(ArticleFile.shown(keys.first))' is there twice; keep one")
        default:
            ArticleProblem(file: file, line: firstLine, message: "the front matter is not YAML")
        }
    }

    /// An alias of an anchor lets a small file stand for a huge value, so none is let through to the parser. An asterisk or ampersand that
    /// is part of a text is harmless: only a name that occurs as both is an alias.
    private func lineOfAlias(in yaml: String) -> Int? {
        guard yaml.utf8.contains(UInt8(ascii: "&")), yaml.utf8.contains(UInt8(ascii: "*")) else { return nil }
        var anchors: Set<Substring> = []
        for (number, line) in yaml.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
            for word in line.split(whereSeparator: { " \t[]{},".contains($0) }) where word.count > 1 {
                if word.first == "&" { anchors.insert(word.dropFirst()) }
                if word.first == "*", anchors.contains(word.dropFirst()) { return number }
            }
        }
        return nil
    }

    /// A text on one line. A number or a date is taken as it is written.
    func line(_ node: Node, _ what: String, limit: Int) throws(ArticleProblem) -> String {
        guard case .scalar(let scalar) = node else { throw problem(node, "\(what) must be a text") }
        if scalar.style == .plain, ["", "~", "null"].contains(scalar.string) { throw problem(node, "\(what) is empty; fill it in or remove it") }
        let text = ArticleFile.trimmed(scalar.string)
        guard !text.isEmpty else { throw problem(node, "\(what) is empty; fill it in or remove it") }
        guard !text.unicodeScalars.contains("\n") else { throw problem(node, "\(what) must be on one line") }
        guard text.unicodeScalars.count <= limit else { throw problem(node, "\(what) is longer than \(limit) characters") }
        return text
    }

    func id(_ node: Node) throws(ArticleProblem) -> String {
        let text = try line(node, "'id'", limit: ArticleFile.maximumIDLength)
        guard text.utf8.allSatisfy({ $0 >= 0x61 && $0 <= 0x7A || $0 >= 0x41 && $0 <= 0x5A || $0 >= 0x30 && $0 <= 0x39 || "-_./".utf8.contains($0) }) else {
            throw problem(node, "the id '\(ArticleFile.shown(text))' may hold only letters a to z, digits, '-', '_', '.' and '/'")
        }
        return text
    }

    /// A language tag (RFC 5646) of the shape language[-script][-region][-variant]; the primary subtag becomes lower case.
    func language(_ node: Node) throws(ArticleProblem) -> String {
        let text = try line(node, "'language'", limit: 35)
        let parts = text.split(separator: "-", omittingEmptySubsequences: false)
        func isLetter(_ byte: UInt8) -> Bool { byte | 0x20 >= 0x61 && byte | 0x20 <= 0x7A }
        guard let primary = parts.first, (2...3).contains(primary.utf8.count), primary.utf8.allSatisfy(isLetter),
            parts.dropFirst().allSatisfy({ (2...8).contains($0.utf8.count) && $0.utf8.allSatisfy { isLetter($0) || $0 >= 0x30 && $0 <= 0x39 } })
        else {
            throw problem(node, "'\(ArticleFile.shown(text))' is not a language tag; write 'it', 'en', 'pt-BR'")
        }
        return ([primary.lowercased()] + parts.dropFirst().map(String.init)).joined(separator: "-")
    }

    func list(
        _ node: Node, _ key: String, limit: Int = ArticleFile.maximumListLength, length: Int = ArticleFile.maximumValueLength
    ) throws(ArticleProblem) -> [String] {
        guard case .sequence(let sequence) = node else { throw problem(node, "'\(key)' must be a list: a line '- …' for each") }
        guard sequence.count <= limit else { throw problem(node, "'\(key)' has more than \(limit) entries") }
        var texts: [String] = []
        for entry in sequence { texts.append(try line(entry, "an entry of '\(key)'", limit: length)) }
        return texts
    }

    func answers(_ node: Node) throws(ArticleProblem) -> [String: String] {
        guard case .mapping(let mapping) = node else { throw problem(node, "'answers' must hold a line 'kind: text' for each kind of channel") }
        guard mapping.count <= ArticleFile.maximumListLength else { throw problem(node, "'answers' has more than \(ArticleFile.maximumListLength) entries") }
        var answers: [String: String] = [:]
        for (name, value) in mapping {
            let kind = try line(name, "a key of 'answers'", limit: ArticleFile.maximumValueLength)
            guard case .scalar(let scalar) = value else { throw problem(value, "the answer for '\(ArticleFile.shown(kind))' must be a text") }
            let text = ArticleFile.trimmed(scalar.string)
            guard !text.isEmpty else { throw problem(value, "the answer for '\(ArticleFile.shown(kind))' is empty; fill it in or remove it") }
            answers[kind] = text
        }
        return answers
    }

    func status(_ node: Node) throws(ArticleProblem) -> Article.Status {
        let text = try line(node, "'status'", limit: ArticleFile.maximumValueLength)
        guard let status = Article.Status(rawValue: text) else {
            throw problem(node, "'\(ArticleFile.shown(text))' is not a status; it is draft, review, live or archived")
        }
        return status
    }

    /// Two letters each (ISO 3166-1 alpha-2), in capitals whatever they are written in.
    func countries(_ node: Node) throws(ArticleProblem) -> [String] {
        var countries: [String] = []
        for text in try list(node, "countries") {
            guard text.utf8.count == 2, text.utf8.allSatisfy({ $0 | 0x20 >= 0x61 && $0 | 0x20 <= 0x7A }) else {
                throw problem(node, "'\(ArticleFile.shown(text))' is not a country; write two letters (ISO 3166), such as IT or CH")
            }
            countries.append(text.uppercased())
        }
        return countries
    }

    func validity(_ node: Node) throws(ArticleProblem) -> (Timestamp?, Timestamp?) {
        guard case .mapping(let mapping) = node else { throw problem(node, "'valid' must hold 'from' or 'until' or both: valid: { from: 2026-01-01, until: 2026-12-31 }") }
        var from: Timestamp?
        var until: Timestamp?
        for (name, value) in mapping {
            switch name.string {
            case "from": from = try date(value, "valid.from", endOfDay: false)
            case "until": until = try date(value, "valid.until", endOfDay: true)
            default: throw problem(name, "'valid' knows only 'from' and 'until'")
            }
        }
        if let from, let until, until <= from { throw problem(node, "'valid' ends before it begins") }
        return (from, until)
    }

    /// A day (`2026-03-02`, UTC; the last day is included where it ends something) or a moment (RFC 3339).
    func date(_ node: Node, _ key: String, endOfDay: Bool) throws(ArticleProblem) -> Timestamp {
        let text = try line(node, "'\(key)'", limit: 40)
        if let moment = Timestamp(rfc3339: text) { return moment }
        if text.utf8.count == 10, let day = Timestamp(rfc3339: text + "T00:00:00Z") { return endOfDay ? day + .seconds(86_400) : day }
        throw problem(node, "'\(key)' must be a day like 2026-03-02 or a moment like 2026-03-02T09:00:00Z")
    }
}
