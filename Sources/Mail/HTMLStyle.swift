/// The declarations of a `style` attribute that only dress what they stand on: no addresses, no functions but colours, nothing that moves
/// an element over another.
enum HTMLStyle {
    /// Declarations in their order, `name:value`, between semicolons.
    static func clean(_ raw: String) -> String {
        guard raw.utf8.count <= 16_384 else { return "" }
        var kept: [UInt8] = []
        for declaration in Array(raw.utf8).split(separator: UInt8(ascii: ";"), maxSplits: 200) {
            guard let colon = declaration.firstIndex(of: UInt8(ascii: ":")) else { continue }
            let name = tidied(declaration[..<colon]).map(\.lowercased)
            let value = tidied(declaration[(colon + 1)...])
            guard properties.contains(name), isAllowed(value, for: name) else { continue }
            if !kept.isEmpty { kept.append(UInt8(ascii: ";")) }
            kept += name
            kept.append(UInt8(ascii: ":"))
            kept += value
        }
        return String(decoding: kept, as: UTF8.self)
    }

    /// Without white space around it, and with one blank for each inside of it.
    private static func tidied(_ text: ArraySlice<UInt8>) -> [UInt8] {
        var output: [UInt8] = []
        output.reserveCapacity(text.count)
        for byte in text {
            if !byte.isWhiteSpace { output.append(byte) } else if let last = output.last, last != 0x20 { output.append(0x20) }
        }
        if output.last == 0x20 { output.removeLast() }
        return output
    }

    private static let properties = Stems(plainProperties + boxSides)

    private static let boxSides = ["top", "right", "bottom", "left"].flatMap { side in
        ["margin-\(side)", "padding-\(side)", "border-\(side)"] + ["width", "style", "color"].map { "border-\(side)-\($0)" }
    }

    private static let plainProperties = [
        "color", "background-color", "background", "font", "font-family", "font-size", "font-style", "font-variant", "font-weight", "text-align", "text-decoration", "text-indent",
        "text-transform", "line-height", "letter-spacing", "word-spacing", "word-break", "word-wrap", "overflow-wrap", "white-space", "vertical-align", "direction", "margin",
        "padding",
        "border", "border-width", "border-style", "border-color", "border-collapse", "border-spacing", "border-radius", "width", "height", "max-width", "max-height", "min-width",
        "min-height", "display", "float", "clear", "list-style-type", "table-layout", "caption-side", "empty-cells",
    ]

    private static let displays = Stems([
        "block", "inline", "inline-block", "none", "table", "table-row", "table-cell", "table-row-group", "table-header-group", "table-footer-group", "list-item",
    ])

    private static let colors = Stems(["rgb", "rgba", "hsl", "hsla"])
    /// What loads or moves something, in one of the ways that browsers ever knew.
    private static let forbidden = Stems(["expression", "javascript", "behavior", "binding", "url", "import", "image", "position"])

    private static func isAllowed(_ value: [UInt8], for name: [UInt8]) -> Bool {
        guard !value.isEmpty, value.count <= 300 else { return false }
        let lower = value.map(\.lowercased)
        if forbidden.areIn(lower) { return false }
        if name.elementsEqual("display".utf8), !displays.contains(lower) { return false }
        // A box that is pulled out of its place could lie over the page's own words.
        if name.starts(with: "margin".utf8) || name.elementsEqual("text-indent".utf8), value.contains(UInt8(ascii: "-")) { return false }
        let isFont = name.elementsEqual("font".utf8)
        var depth = 0
        var quote: UInt8 = 0
        var word: [UInt8] = []
        for byte in value {
            let isWord = byte.isLetter || byte.isDigit || byte == UInt8(ascii: "-") || byte == UInt8(ascii: "_")
            if quote != 0 {
                if byte == quote { quote = 0 } else if !isWord, byte != 0x20, byte != UInt8(ascii: ".") { return false }
                continue
            }
            switch byte {
            case _ where isWord:
                word.append(byte | 0x20)
                continue
            case UInt8(ascii: "("):
                depth += 1
                guard depth == 1, colors.contains(word) else { return false }
            case UInt8(ascii: ")"):
                depth -= 1
                guard depth == 0 else { return false }
            case UInt8(ascii: "\""), UInt8(ascii: "'"): quote = byte
            case 0x20, UInt8(ascii: ","), UInt8(ascii: "."), UInt8(ascii: "%"), UInt8(ascii: "#"), UInt8(ascii: "!"), UInt8(ascii: "+"): break
            // Size and line height of `font`.
            case UInt8(ascii: "/") where isFont: break
            default: return false
            }
            word = []
        }
        return depth == 0 && quote == 0
    }
}
