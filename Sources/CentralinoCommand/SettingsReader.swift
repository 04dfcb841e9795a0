import Messages

/// Takes settings out of a tree by path, in the order command line, environment, file, default; what is left over is unknown.
struct SettingsReader {
    private(set) var problems: [SettingsProblem] = []
    private(set) var origins: [(path: String, value: String, origin: String)] = []
    private(set) var lines: [String: Int] = [:]
    let file: String?
    private let root: SettingsNode
    private let environment: [String: String]
    /// Options of the command line, by path.
    private let options: [String: String]
    private var known: Set<String> = []

    init(root: SettingsNode, file: String?, environment: [String: String], options: [String: String], problems: [SettingsProblem]) {
        self.root = root
        self.file = file
        self.environment = environment
        self.options = options
        self.problems = problems
        note(root, "")
    }

    private mutating func note(_ node: SettingsNode, _ path: String) {
        if !path.isEmpty { lines[path] = node.line }
        switch node {
        case .scalar: break
        case .list(let items, _): for (index, item) in items.enumerated() { note(item, "\(path)[\(index)]") }
        case .map(let members, _): for member in members { note(member.value, path.isEmpty ? member.key : "\(path).\(member.key)") }
        }
    }

    mutating func wrong(_ path: String, _ explanation: String) {
        // What is missing has no line of its own: the line of what it belongs to says where it is missing.
        var known = path
        while lines[known] == nil, let cut = known.lastIndex(where: { $0 == "." || $0 == "[" }) { known = String(known[..<cut]) }
        problems.append(SettingsProblem(file: lines[known] == nil ? nil : file, line: lines[known], path: path, explanation: explanation))
    }

    private func node(_ path: String) -> SettingsNode? {
        var current = root
        for part in path.split(separator: ".") {
            guard case .map(let members, _) = current, let next = members.first(where: { $0.key == part })?.value else { return nil }
            current = next
        }
        return current
    }

    /// A text, from wherever it is set first.
    mutating func text(_ path: String, default fallback: String?, isSecret: Bool = false) -> String? {
        known.insert(path)
        let variable = "CENTRALINO_" + path.uppercased().map { $0 == "." ? "_" : String($0) }.joined()
        let (value, origin): (String?, String)
        if let option = options[path] {
            (value, origin) = (option, "command line")
        } else if let set = environment[variable] {
            (value, origin) = (set, variable)
        } else if let node = node(path) {
            guard case .scalar(let text, let isQuoted, let line) = node else {
                wrong(path, "must be a single value")
                return fallback
            }
            (value, origin) = (!isQuoted && (text.isEmpty || text == "~" || text == "null") ? fallback : text, "\(file ?? "file"):\(line)")
        } else {
            (value, origin) = (fallback, "default")
        }
        origins.append((path, value.map { isSecret ? "(secret)" : $0 } ?? "(not set)", origin))
        return value
    }

    mutating func number(_ path: String, default fallback: Int, in range: ClosedRange<Int>) -> Int {
        guard let text = text(path, default: String(fallback)) else { return fallback }
        guard let number = Int(text), range.contains(number) else {
            wrong(path, "must be a whole number from \(range.lowerBound) to \(range.upperBound), not \(quoted(text))")
            return fallback
        }
        return number
    }

    /// A list of texts; empty when absent.
    mutating func texts(_ path: String) -> [String] {
        known.insert(path)
        guard let node = node(path) else {
            origins.append((path, "[]", "default"))
            return []
        }
        guard case .list(let items, let line) = node else {
            wrong(path, "must be a list")
            return []
        }
        var found: [String] = []
        for (index, item) in items.enumerated() {
            guard case .scalar(let text, _, _) = item else {
                wrong("\(path)[\(index)]", "must be a text")
                continue
            }
            found.append(text)
        }
        origins.append((path, "[\(found.joined(separator: ", "))]", "\(file ?? "file"):\(line)"))
        return found
    }

    /// The members of each mapping in a list; what is not listed in `keys` is a problem.
    mutating func entries(_ path: String, keys: Set<String>) -> [(path: String, members: [String: SettingsNode])] {
        known.insert(path)
        guard let node = node(path) else {
            origins.append((path, "[]", "default"))
            return []
        }
        guard case .list(let items, let line) = node else {
            wrong(path, "must be a list")
            return []
        }
        origins.append((path, "\(items.count) \(items.count == 1 ? "entry" : "entries")", "\(file ?? "file"):\(line)"))
        var found: [(String, [String: SettingsNode])] = []
        for (index, item) in items.enumerated() {
            let place = "\(path)[\(index)]"
            guard case .map(let members, _) = item else {
                wrong(place, "must be a mapping")
                continue
            }
            for member in members where !keys.contains(member.key) {
                wrong("\(place).\(member.key)", "is not a setting; known here: \(keys.sorted().joined(separator: ", "))")
            }
            found.append((place, Dictionary(members.map { ($0.key, $0.value) }, uniquingKeysWith: { first, _ in first })))
        }
        return found
    }

    /// Makes a problem of every key of the file that nobody took.
    mutating func refuseUnknown() {
        refuse(root, "")
    }

    private mutating func refuse(_ node: SettingsNode, _ path: String) {
        guard !known.contains(path), case .map(let members, _) = node else {
            if !known.contains(path), !path.isEmpty { wrong(path, "is not a setting") }
            return
        }
        for member in members {
            let place = path.isEmpty ? member.key : "\(path).\(member.key)"
            if known.contains(place) { continue }
            if known.contains(where: { $0.hasPrefix(place + ".") }) {
                if case .map = member.value { refuse(member.value, place) } else { wrong(place, "must be a mapping") }
            } else {
                wrong(place, "is not a setting")
            }
        }
    }

    func quoted(_ text: String) -> String { "\"\(text.prefix(60))\"" }
}
