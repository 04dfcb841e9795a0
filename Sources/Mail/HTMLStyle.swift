/// The declarations of a `style` attribute that only dress what they stand on: no addresses, no functions but colours, nothing that moves
/// an element over another.
enum HTMLStyle {
    /// Declarations in their order, `name:value`, between semicolons.
    static func clean(_ raw: String) -> String {
        guard raw.utf8.count <= 16_384 else { return "" }
        var kept: [String] = []
        for declaration in raw.split(separator: ";", maxSplits: 200) {
            guard let colon = declaration.firstIndex(of: ":") else { continue }
            let name = trimmed(declaration[..<colon]).lowercased()
            guard properties.contains(name) || isBoxSide(name), let value = value(trimmed(declaration[declaration.index(after: colon)...]), of: name) else { continue }
            kept.append("\(name):\(value)")
        }
        return kept.joined(separator: ";")
    }

    private static func trimmed(_ text: Substring) -> String {
        String(decoding: Array(text.utf8.split(whereSeparator: { $0 == 0x20 || (0x09...0x0D).contains($0) }).joined(separator: [0x20])), as: UTF8.self)
    }

    private static func isBoxSide(_ name: String) -> Bool {
        let parts = name.split(separator: "-")
        switch parts.count {
        case 2: return ["margin", "padding", "border"].contains(parts[0]) && ["top", "right", "bottom", "left"].contains(parts[1])
        case 3: return parts[0] == "border" && ["top", "right", "bottom", "left"].contains(parts[1]) && ["width", "style", "color"].contains(parts[2])
        default: return false
        }
    }

    private static let properties: Set<String> = [
        "color", "background-color", "background", "font", "font-family", "font-size", "font-style", "font-variant", "font-weight", "text-align", "text-decoration", "text-indent",
        "text-transform", "line-height", "letter-spacing", "word-spacing", "word-break", "word-wrap", "overflow-wrap", "white-space", "vertical-align", "direction", "margin",
        "padding",
        "border", "border-width", "border-style", "border-color", "border-collapse", "border-spacing", "border-radius", "width", "height", "max-width", "max-height", "min-width",
        "min-height", "display", "float", "clear", "list-style-type", "table-layout", "caption-side", "empty-cells",
    ]

    private static let displays: Set<String> = [
        "block", "inline", "inline-block", "none", "table", "table-row", "table-cell", "table-row-group", "table-header-group", "table-footer-group", "list-item",
    ]

    private static func value(_ value: String, of name: String) -> String? {
        guard !value.isEmpty, value.utf8.count <= 300 else { return nil }
        let lower = value.lowercased()
        if ["expression", "javascript", "behavior", "binding", "url", "import", "image", "position"].contains(where: lower.contains) { return nil }
        if name == "display", !displays.contains(lower) { return nil }
        // A box that is pulled out of its place could lie over the page's own words.
        if name.hasPrefix("margin") || name == "text-indent", value.utf8.contains(UInt8(ascii: "-")) { return nil }
        var depth = 0
        var quote: UInt8 = 0
        var word: [UInt8] = []
        for byte in value.utf8 {
            let isWord = (0x61...0x7A).contains(byte | 0x20) || (0x30...0x39).contains(byte) || byte == UInt8(ascii: "-") || byte == UInt8(ascii: "_")
            if quote != 0 {
                if byte == quote { quote = 0 } else if !isWord, byte != 0x20, byte != UInt8(ascii: ".") { return nil }
                continue
            }
            switch byte {
            case _ where isWord:
                word.append(byte | 0x20)
                continue
            case UInt8(ascii: "("):
                depth += 1
                guard depth == 1, ["rgb", "rgba", "hsl", "hsla"].contains(where: { word.elementsEqual($0.utf8) }) else { return nil }
            case UInt8(ascii: ")"):
                depth -= 1
                guard depth == 0 else { return nil }
            case UInt8(ascii: "\""), UInt8(ascii: "'"): quote = byte
            case 0x20, UInt8(ascii: ","), UInt8(ascii: "."), UInt8(ascii: "%"), UInt8(ascii: "#"), UInt8(ascii: "!"), UInt8(ascii: "+"): break
            // Size and line height of `font`.
            case UInt8(ascii: "/") where name == "font": break
            default: return nil
            }
            word = []
        }
        return depth == 0 && quote == 0 ? value : nil
    }
}
