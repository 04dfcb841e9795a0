import Gateway
import Messages

extension Settings {
    private static let actionKeys: Set<String> = [
        "name", "method", "url", "headers", "body", "timeout_seconds", "retries", "idempotency_header", "changes", "response",
    ]

    /// Reads `actions`: what articles may call. Everything that could be wrong is said here, with its line, not at the first call.
    mutating func readActions(_ reader: inout SettingsReader) {
        for entry in reader.entries("actions", keys: Self.actionKeys) {
            func text(_ key: String) -> String? {
                guard let node = entry.members[key] else { return nil }
                guard case .scalar(let text, _, _) = node else {
                    reader.wrong("\(entry.path).\(key)", "must be a single value")
                    return nil
                }
                return text
            }
            func whole(_ key: String, _ fallback: Int, _ range: ClosedRange<Int>) -> Int {
                guard let text = text(key) else { return fallback }
                guard let number = Int(text), range.contains(number) else {
                    reader.wrong("\(entry.path).\(key)", "must be a whole number from \(range.lowerBound) to \(range.upperBound), not \(reader.quoted(text))")
                    return fallback
                }
                return number
            }
            guard let name = text("name"), !name.isEmpty, name.utf8.count <= 40, name.utf8.allSatisfy({ $0.isActionByte }) else {
                reader.wrong("\(entry.path).name", "must be 1 to 40 of a-z, 0-9, - and _")
                continue
            }
            if actions.contains(where: { $0.name == name }) { reader.wrong("\(entry.path).name", "two actions are called \(name)") }
            guard let method = Action.Method(rawValue: text("method") ?? "GET") else {
                reader.wrong("\(entry.path).method", "must be \(Action.Method.allCases.map(\.rawValue).joined(separator: ", ")), not \(reader.quoted(text("method") ?? ""))")
                continue
            }
            guard let url = text("url") else {
                reader.wrong("\(entry.path).url", "is missing")
                continue
            }
            if let problem = Action.problem(ofURL: url) { reader.wrong("\(entry.path).url", problem) }
            var changes = false
            switch text("changes") {
            case "true": changes = true
            case "false": changes = false
            case nil where method == .get: break
            case nil: reader.wrong("\(entry.path).changes", "must be said of everything but GET: true when it changes something, false when it only looks something up")
            case let other?: reader.wrong("\(entry.path).changes", "must be true or false, not \(reader.quoted(other))")
            }
            let body = entry.members["body"]?.json
            if body != nil, method == .get || method == .delete { reader.wrong("\(entry.path).body", "does not go with \(method.rawValue)") }
            let idempotency = text("idempotency_header")
            if let idempotency, !Self.isFieldName(idempotency) { reader.wrong("\(entry.path).idempotency_header", "must be the name of a header field, such as Idempotency-Key") }
            actions.append(
                Action(
                    name: name, method: method, url: url, headers: headers(entry.members["headers"], "\(entry.path).headers", &reader), body: body,
                    timeout: .seconds(whole("timeout_seconds", 10, 1...60)), retries: whole("retries", 3, 0...10), idempotencyHeader: idempotency, changes: changes,
                    response: response(entry.members["response"], "\(entry.path).response", &reader)))
            actionPaths.append(entry.path)
        }
    }

    private func headers(_ node: SettingsNode?, _ path: String, _ reader: inout SettingsReader) -> [Action.Header] {
        guard let node else { return [] }
        guard case .map(let members, _) = node else {
            reader.wrong(path, "must be a mapping of names to values")
            return []
        }
        var headers: [Action.Header] = []
        for member in members {
            guard case .scalar(let value, _, _) = member.value, Self.isFieldName(member.key), value.utf8.count <= 4_096, value.utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x7F }),
                !["host", "content-length", "transfer-encoding", "connection"].contains(member.key.lowercased())
            else {
                reader.wrong("\(path).\(member.key)", "is not a header field that may be set")
                continue
            }
            headers.append(.init(name: member.key, value: value))
        }
        return headers
    }

    private func response(_ node: SettingsNode?, _ path: String, _ reader: inout SettingsReader) -> [String] {
        guard let node else { return [] }
        guard case .list(let items, _) = node, items.count <= 50 else {
            reader.wrong(path, "must be a list of at most 50 fields")
            return []
        }
        var fields: [String] = []
        for (index, item) in items.enumerated() {
            guard case .scalar(let field, _, _) = item, !field.isEmpty, field.utf8.count <= 60, field.utf8.allSatisfy({ $0.isFieldByte }) else {
                reader.wrong("\(path)[\(index)]", "must be the name of a field, with dots into what it holds: state, delivery.day")
                continue
            }
            fields.append(field)
        }
        return fields
    }

    /// A token (RFC 9110 §5.6.2).
    private static func isFieldName(_ name: String) -> Bool {
        !name.isEmpty && name.utf8.count <= 100 && name.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F && !"\"(),/:;<=>?@[\\]{}".utf8.contains($0) }
    }
}

extension UInt8 {
    fileprivate var isActionByte: Bool { self >= 0x61 && self <= 0x7A || self >= 0x30 && self <= 0x39 || self == 0x2D || self == 0x5F }
    fileprivate var isFieldByte: Bool { isActionByte || self >= 0x41 && self <= 0x5A || self == 0x2E }
}
