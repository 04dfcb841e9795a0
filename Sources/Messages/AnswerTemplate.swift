/// An answer with holes: `{{name}}` for what the customer gave, `{{action.field}}` for what the company system said.
///
/// There is no logic in it, and what fills a hole is never read again: a value that looks like a hole stays text. Values are escaped for Markdown.
package struct AnswerTemplate: Sendable, Hashable {
    package enum Part: Sendable, Hashable {
        case text(String)
        case hole(String)
    }

    package let parts: [Part]

    /// The names of the holes, in order.
    package var holes: [String] {
        parts.compactMap { if case .hole(let name) = $0 { name } else { nil } }
    }

    /// The text as it was written.
    package var text: String {
        parts.map {
            switch $0 {
            case .text(let text): text
            case .hole(let name): "{{\(name)}}"
            }
        }.joined()
    }

    package static let mostHoles = 50
    static let longestName = 80
    /// The longest value that goes into a hole, in characters; what is longer is no answer.
    package static let longestValue = 500

    /// What is wrong with a template: the line counts from 0.
    package struct Problem: Error, Sendable, Hashable {
        package var line: Int
        package var explanation: String
    }

    package init(_ text: String) throws(Problem) {
        var parts: [Part] = []
        var rest = text[...]
        var line = 0
        var holes = 0
        while let open = rest.firstRange(of: "{{") {
            let before = rest[..<open.lowerBound]
            if !before.isEmpty { parts.append(.text(String(before))) }
            line += before.utf8.count { $0 == 0x0A }
            guard let close = rest[open.upperBound...].firstRange(of: "}}") else { throw Problem(line: line, explanation: "'{{' is not closed by '}}'") }
            let name = rest[open.upperBound..<close.lowerBound].drop { $0 == " " }
            let trimmed = String(name.reversed().drop { $0 == " " }.reversed())
            guard Self.isName(trimmed) else {
                throw Problem(line: line, explanation: "'{{\(trimmed.prefix(40))}}' is not the name of a value: write {{name}} or {{action.field}}")
            }
            parts.append(.hole(trimmed))
            holes += 1
            guard holes <= Self.mostHoles else { throw Problem(line: line, explanation: "there are more than \(Self.mostHoles) holes") }
            rest = rest[close.upperBound...]
        }
        if !rest.isEmpty || parts.isEmpty { parts.append(.text(String(rest))) }
        self.parts = parts
    }

    /// The text with every hole filled; nil when a value is missing, empty or too long: an answer with an empty hole is none.
    package func filled(_ value: (String) -> String?) -> String? {
        var out = ""
        for part in parts {
            switch part {
            case .text(let text): out += text
            case .hole(let name):
                guard let found = value(name).map(Self.plain), !found.isEmpty, found.count <= Self.longestValue else { return nil }
                out += Self.escaped(found, atLineStart: out.isEmpty || out.utf8.last == 0x0A)
            }
        }
        return out
    }

    private static func isName(_ name: String) -> Bool {
        !name.isEmpty && name.utf8.count <= longestName && !name.hasPrefix(".") && !name.hasSuffix(".")
            && name.utf8.allSatisfy { $0 >= 0x61 && $0 <= 0x7A || $0 >= 0x41 && $0 <= 0x5A || $0 >= 0x30 && $0 <= 0x39 || $0 == 0x5F || $0 == 0x2D || $0 == 0x2E }
    }

    /// One line without control and direction characters.
    private static func plain(_ value: String) -> String {
        var scalars = String.UnicodeScalarView()
        for scalar in value.unicodeScalars {
            switch scalar.value {
            case 0x09, 0x0A, 0x0D, 0x85, 0x2028, 0x2029: if scalars.last != " " { scalars.append(" ") }
            case 0..<0x20, 0x7F...0x9F, 0x200B, 0x200E, 0x200F, 0x202A...0x202E, 0x2060...0x2069, 0xFEFF, 0xE0000...0xE007F: break
            default: scalars.append(scalar)
            }
        }
        var text = String(scalars)
        while text.last == " " { text.removeLast() }
        while text.first == " " { text.removeFirst() }
        return text
    }

    /// With a backslash before what Markdown would take for a sign of its own (CommonMark §2.4). `_` inside a word is none and stays, so that addresses
    /// read as they are written.
    static func escaped(_ value: String, atLineStart: Bool) -> String {
        var out = ""
        let characters = Array(value.unicodeScalars)
        func isWord(_ index: Int) -> Bool {
            characters.indices.contains(index) && characters[index].properties.isAlphabetic || characters.indices.contains(index) && characters[index].properties.numericType != nil
        }
        for (index, scalar) in characters.enumerated() {
            switch scalar {
            case "\\", "*", "`", "[", "]", "<", ">", "|": out += "\\"
            case "~" where index + 1 < characters.count && characters[index + 1] == "~" || index > 0 && characters[index - 1] == "~": out += "\\"
            case "_" where !(isWord(index - 1) && isWord(index + 1)): out += "\\"
            case "&" where isWord(index + 1) || index + 1 < characters.count && characters[index + 1] == "#": out += "\\"
            case "#" where index == 0 && atLineStart, "+" where index == 0 && atLineStart && characters.dropFirst().first == " ",
                "-" where index == 0 && atLineStart && characters.dropFirst().first == " ":
                out += "\\"
            case ".", ")":
                // "1. " at the start of a line would be a list.
                if atLineStart, index > 0, index + 1 < characters.count, characters[index + 1] == " ", characters[..<index].allSatisfy({ ("0"..."9").contains($0) }) { out += "\\" }
            default: break
            }
            out.unicodeScalars.append(scalar)
        }
        return out
    }
}
