import Glibc
import Messages
import Yams

/// A settings file as a tree in which every value knows its line.
indirect enum SettingsNode {
    case scalar(text: String, isQuoted: Bool, line: Int)
    case list([SettingsNode], line: Int)
    case map([(key: String, value: SettingsNode)], line: Int)

    var line: Int {
        switch self {
        case .scalar(_, _, let line), .list(_, let line), .map(_, let line): line
        }
    }

    /// The value as JSON, for what an adapter reads itself. Plain scalars are numbers, booleans and null where they look like it; quoted ones are texts.
    var json: JSON {
        switch self {
        case .scalar(let text, let isQuoted, _):
            if isQuoted { return .string(text) }
            switch text {
            case "", "~", "null": return .null
            case "true": return true
            case "false": return false
            default: return Int64(text).map(JSON.integer) ?? .string(text)
            }
        case .list(let items, _): return .array(items.map(\.json))
        case .map(let members, _): return .object(members.map { JSON.Member($0.key, $0.value.json) })
        }
    }
}

/// Something wrong in the settings: where, and what to write instead.
struct SettingsProblem: Error, CustomStringConvertible {
    var file: String?
    var line: Int?
    var path: String
    var explanation: String

    var description: String {
        let place = file.map { file in line.map { "\(file):\($0): " } ?? "\(file): " } ?? ""
        return path.isEmpty ? "\(place)\(explanation)" : "\(place)\(path): \(explanation)"
    }
}

enum SettingsFile {
    private static let largest = 1 << 20

    /// Reads a file into a tree, with `${NAME}` replaced from the environment; every name that is missing is a problem with its line.
    static func read(_ path: String, environment: [String: String]) throws(SettingsProblem) -> (SettingsNode, [SettingsProblem]) {
        guard let bytes = readFile(path, atMost: largest) else {
            throw SettingsProblem(file: path, line: nil, path: "", explanation: "cannot be read: \(String(cString: strerror(errno)))")
        }
        guard let text = String(validating: bytes, as: UTF8.self) else { throw SettingsProblem(file: path, line: nil, path: "", explanation: "is not UTF-8") }
        let root: Node?
        do {
            root = try Yams.compose(yaml: text)
        } catch let error as YamlError {
            throw problem(error, path)
        } catch {
            throw SettingsProblem(file: path, line: nil, path: "", explanation: "is not YAML: \(error)")
        }
        var problems: [SettingsProblem] = []
        guard let root else { return (.map([], line: 1), []) }
        let tree = convert(root, path, "", environment, &problems)
        guard case .map = tree else { throw SettingsProblem(file: path, line: tree.line, path: "", explanation: "must be a mapping of settings, such as `data: ./data`") }
        return (tree, problems)
    }

    private static func convert(_ node: Node, _ file: String, _ path: String, _ environment: [String: String], _ problems: inout [SettingsProblem]) -> SettingsNode {
        let line = node.mark?.line ?? 1
        switch node {
        case .scalar(let scalar):
            let text = expand(scalar.string, environment) { name in
                problems.append(SettingsProblem(file: file, line: line, path: path, explanation: "the environment has no variable \(name)"))
            }
            return .scalar(text: text, isQuoted: scalar.style != .plain && scalar.style != .any, line: line)
        case .sequence(let items):
            return .list(items.enumerated().map { convert($0.element, file, "\(path)[\($0.offset)]", environment, &problems) }, line: line)
        case .mapping(let mapping):
            return .map(
                mapping.map { key, value in
                    let name = key.string ?? "?"
                    return (name, convert(value, file, path.isEmpty ? name : "\(path).\(name)", environment, &problems))
                }, line: line)
        case .alias:
            problems.append(SettingsProblem(file: file, line: line, path: path, explanation: "aliases are not supported: write the value out"))
            return .scalar(text: "", isQuoted: true, line: line)
        }
    }

    /// Replaces each `${NAME}`; `missing` hears of names that the environment lacks.
    static func expand(_ text: String, _ environment: [String: String], missing: (String) -> Void) -> String {
        guard text.utf8.contains(UInt8(ascii: "$")) else { return text }
        var out = ""
        var rest = text[...]
        while let start = rest.firstRange(of: "${"), let end = rest[start.upperBound...].firstIndex(of: "}") {
            out += rest[..<start.lowerBound]
            let name = String(rest[start.upperBound..<end])
            if let value = environment[name] { out += value } else { missing(name) }
            rest = rest[rest.index(after: end)...]
        }
        return out + rest
    }

    private static func problem(_ error: YamlError, _ file: String) -> SettingsProblem {
        switch error {
        case .scanner(_, let what, let mark, _), .parser(_, let what, let mark, _), .composer(_, let what, let mark, _):
            SettingsProblem(file: file, line: mark.line, path: "", explanation: "is not YAML: \(what)")
        case .duplicatedKeysInMapping(let keys, let context):
            SettingsProblem(file: file, line: context.mark.line, path: "", explanation: "names \(keys.joined(separator: ", ")) twice")
        default:
            SettingsProblem(file: file, line: nil, path: "", explanation: "is not YAML: \(error)")
        }
    }

    /// A file's bytes; nil, with errno set, when it cannot be read or is larger than `limit`.
    static func readFile(_ path: String, atMost limit: Int) -> [UInt8]? {
        let file = open(path, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { return nil }
        defer { close(file) }
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = Glibc.read(file, &chunk, chunk.count)
            if count < 0 {
                if errno == EINTR { continue }
                return nil
            }
            if count == 0 { return bytes }
            bytes += chunk[..<count]
            guard bytes.count <= limit else {
                errno = EFBIG
                return nil
            }
        }
    }
}
