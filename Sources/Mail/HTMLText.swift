/// The words of an HTML text that is too strange to be read as a page (`HTMLLines` reads those): a basic reduction. Tags go, block elements end lines, entities become
/// characters, what is never shown (script, style, head, comments) is dropped. The result is plain text and safe as such; it says
/// nothing about the safety of the HTML.
enum HTMLText {
    static func text(_ html: String) -> String {
        let bytes = Array(html.utf8)
        var output: [UInt8] = []
        output.reserveCapacity(bytes.count / 2)
        var index = 0
        var isPreformatted = false
        while index < bytes.count {
            let byte = bytes[index]
            if byte == UInt8(ascii: "<"), let tag = tag(bytes, at: index) {
                index = tag.next
                switch tag.name {
                case "script", "style", "head", "title", "template", "noscript", "textarea":
                    if !tag.isEnd { index = end(of: tag.name, bytes, from: index) }
                case "br": newLine(&output)
                case "pre":
                    isPreformatted = !tag.isEnd
                    startLine(&output)
                case "p", "blockquote", "ul", "ol", "table", "h1", "h2", "h3", "h4", "h5", "h6":
                    startLine(&output)
                    if !output.isEmpty, !output.suffix(2).elementsEqual([0x0A, 0x0A]) { output.append(0x0A) }
                case "div", "tr", "li", "dt", "dd", "dl", "hr", "section", "article", "header", "footer", "address", "center", "form", "fieldset", "body", "figure", "aside", "nav",
                    "main":
                    startLine(&output)
                    if tag.name == "li", !tag.isEnd { output.append(contentsOf: "- ".utf8) }
                case "td", "th":
                    if tag.isEnd, let last = output.last, last > 0x20 { output.append(0x20) }
                default: break
                }
            } else if byte == UInt8(ascii: "&"), let entity = HTMLEntity.read(bytes, at: index) {
                // U+00A0 is how HTML writes a blank that stays.
                output.append(contentsOf: entity.text == "\u{A0}" ? [0x20] : Array(entity.text.utf8))
                index = entity.next
            } else if !isPreformatted, byte == 0x20 || (0x09...0x0D).contains(byte) {
                if let last = output.last, last != 0x20, last != 0x0A { output.append(0x20) }
                index += 1
            } else {
                if byte != 0x0D, byte != 0 { output.append(byte) }
                index += 1
            }
        }
        return tidy(output)
    }

    /// The tag that begins here: nil when the `<` is only a character.
    private static func tag(_ bytes: [UInt8], at start: Int) -> (name: String, isEnd: Bool, next: Int)? {
        var index = start + 1
        guard index < bytes.count else { return nil }
        if bytes[index] == UInt8(ascii: "!") || bytes[index] == UInt8(ascii: "?") {
            if index + 2 < bytes.count, bytes[index + 1] == UInt8(ascii: "-"), bytes[index + 2] == UInt8(ascii: "-") {
                index += 3
                while index + 2 < bytes.count, !(bytes[index] == UInt8(ascii: "-") && bytes[index + 1] == UInt8(ascii: "-") && bytes[index + 2] == UInt8(ascii: ">")) { index += 1 }
                return ("!--", false, min(index + 3, bytes.count))
            }
            while index < bytes.count, bytes[index] != UInt8(ascii: ">") { index += 1 }
            return ("!", false, min(index + 1, bytes.count))
        }
        let isEnd = bytes[index] == UInt8(ascii: "/")
        if isEnd { index += 1 }
        let first = index
        while index < bytes.count, isLetter(bytes[index]) || index > first && (0x30...0x39).contains(bytes[index]) { index += 1 }
        guard index > first else { return nil }
        let name = index - first <= 12 ? String(decoding: bytes[first..<index], as: UTF8.self).lowercased() : ""
        var quote: UInt8 = 0
        while index < bytes.count {
            let byte = bytes[index]
            index += 1
            if quote != 0 {
                if byte == quote { quote = 0 }
            } else if byte == UInt8(ascii: ">") {
                break
            } else if (byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "'")), bytes[index - 2] == UInt8(ascii: "=") || bytes[index - 2] == 0x20 {
                quote = byte
            }
        }
        return (name, isEnd, index)
    }

    private static func isLetter(_ byte: UInt8) -> Bool { (0x61...0x7A).contains(byte | 0x20) }

    /// Behind the end tag of an element whose content is not shown; the end of the text when it is never closed.
    private static func end(of name: String, _ bytes: [UInt8], from start: Int) -> Int {
        let wanted = Array(name.utf8)
        var index = start
        while index + wanted.count + 1 < bytes.count {
            if bytes[index] == UInt8(ascii: "<"), bytes[index + 1] == UInt8(ascii: "/"),
                wanted.indices.allSatisfy({ bytes[index + 2 + $0] | 0x20 == wanted[$0] })
            {
                while index < bytes.count, bytes[index] != UInt8(ascii: ">") { index += 1 }
                return min(index + 1, bytes.count)
            }
            index += 1
        }
        return bytes.count
    }

    private static func newLine(_ output: inout [UInt8]) {
        while output.last == 0x20 { output.removeLast() }
        output.append(0x0A)
    }

    private static func startLine(_ output: inout [UInt8]) {
        if let last = output.last, last != 0x0A { newLine(&output) }
    }

    /// No blanks at line ends, at most one empty line in a row, none at the ends.
    private static func tidy(_ output: [UInt8]) -> String {
        var lines: [ArraySlice<UInt8>] = []
        for var line in output.split(separator: 0x0A, omittingEmptySubsequences: false) {
            while line.last == 0x20 || line.last == 0x09 { line.removeLast() }
            if line.isEmpty, lines.last?.isEmpty ?? true { continue }
            lines.append(line)
        }
        while lines.last?.isEmpty ?? false { lines.removeLast() }
        return String(decoding: Array(lines.joined(separator: [0x0A])), as: UTF8.self)
    }
}

/// Character references of HTML: all numeric ones, and the names that mail uses (Latin-1 and common typography).
enum HTMLEntity {
    static func read(_ bytes: [UInt8], at start: Int) -> (text: String, next: Int)? {
        var index = start + 1
        let first = index
        if index < bytes.count, bytes[index] == UInt8(ascii: "#") {
            index += 1
            let isHex = index < bytes.count && bytes[index] | 0x20 == UInt8(ascii: "x")
            if isHex { index += 1 }
            let digits = index
            var value: UInt32 = 0
            while index < bytes.count, let digit = EncodedWords.hex(bytes[index]), isHex || digit < 10 {
                value = min(value &* (isHex ? 16 : 10) &+ UInt32(digit), 0x11_0000)
                index += 1
            }
            guard index > digits else { return nil }
            if index < bytes.count, bytes[index] == UInt8(ascii: ";") { index += 1 }
            // As browsers do: 128 to 159 are meant as windows-1252, and what is no character shows as one that says so.
            let scalar = (0x80..<0xA0).contains(value) ? Charset.scalar1252(UInt8(value)) : value == 0 ? "\u{FFFD}" : Unicode.Scalar(value) ?? "\u{FFFD}"
            return (String(Character(scalar)), index)
        }
        while index < bytes.count, index - first < 10, (0x61...0x7A).contains(bytes[index] | 0x20) || index > first && (0x30...0x39).contains(bytes[index]) { index += 1 }
        guard index > first, let scalar = names[String(decoding: bytes[first..<index], as: UTF8.self)] else { return nil }
        if index < bytes.count, bytes[index] == UInt8(ascii: ";") { index += 1 }
        return (String(Character(scalar)), index)
    }

    private static let names: [String: Unicode.Scalar] = {
        let latin = """
            nbsp iexcl cent pound curren yen brvbar sect uml copy ordf laquo not shy reg macr deg plusmn sup2 sup3 acute micro para middot cedil sup1 ordm \
            raquo frac14 frac12 frac34 iquest Agrave Aacute Acirc Atilde Auml Aring AElig Ccedil Egrave Eacute Ecirc Euml Igrave Iacute Icirc Iuml ETH Ntilde \
            Ograve Oacute Ocirc Otilde Ouml times Oslash Ugrave Uacute Ucirc Uuml Yacute THORN szlig agrave aacute acirc atilde auml aring aelig ccedil egrave \
            eacute ecirc euml igrave iacute icirc iuml eth ntilde ograve oacute ocirc otilde ouml divide oslash ugrave uacute ucirc uuml yacute thorn yuml
            """
        var table: [String: Unicode.Scalar] = [
            "amp": "&", "lt": "<", "gt": ">", "quot": "\"", "apos": "'", "euro": "\u{20AC}", "hellip": "\u{2026}", "ndash": "\u{2013}", "mdash": "\u{2014}",
            "lsquo": "\u{2018}", "rsquo": "\u{2019}", "sbquo": "\u{201A}", "ldquo": "\u{201C}", "rdquo": "\u{201D}", "bdquo": "\u{201E}", "lsaquo": "\u{2039}",
            "rsaquo": "\u{203A}", "bull": "\u{2022}", "trade": "\u{2122}", "permil": "\u{2030}", "dagger": "\u{2020}", "Dagger": "\u{2021}", "OElig": "\u{152}",
            "oelig": "\u{153}", "Scaron": "\u{160}", "scaron": "\u{161}", "Yuml": "\u{178}", "fnof": "\u{192}", "circ": "\u{2C6}", "tilde": "\u{2DC}",
            "ensp": "\u{2002}", "emsp": "\u{2003}", "thinsp": "\u{2009}", "zwnj": "\u{200C}", "zwj": "\u{200D}", "minus": "\u{2212}", "larr": "\u{2190}",
            "uarr": "\u{2191}", "rarr": "\u{2192}", "darr": "\u{2193}", "harr": "\u{2194}", "infin": "\u{221E}", "ne": "\u{2260}", "le": "\u{2264}",
            "ge": "\u{2265}", "asymp": "\u{2248}", "hearts": "\u{2665}", "alpha": "\u{3B1}", "beta": "\u{3B2}", "pi": "\u{3C0}", "Omega": "\u{3A9}",
        ]
        for (offset, name) in latin.split(separator: " ").enumerated() { table[String(name)] = Unicode.Scalar(UInt8(0xA0 + offset)) }
        return table
    }()
}
