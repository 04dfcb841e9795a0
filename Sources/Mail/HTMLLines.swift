/// The words of an HTML page line by line, with what its markup says about quoting: a linear reading of the tree, not a browser.
///
/// Block elements end lines, cells of a table are separated by blanks, what is never shown goes. At most one empty line in a row.
struct HTMLLines {
    private(set) var text = ""
    /// One for each line of `text`.
    private(set) var marks: [TextMark] = []

    private var output: [UInt8] = []
    private var line: [UInt8] = []
    /// Whether `line` holds more than blanks and the mark of a list.
    private var hasWords = false
    private var isLastEmpty = false
    private var mark = TextMark()
    /// Of the elements that are open now.
    private var depth = 0
    private var signatures = 0
    private var indents = 0
    private var preformatted = 0
    /// Waits for the next line with words.
    private var beginsHistory = false
    private var isUnderRule = false

    init(_ document: HTMLDocument) {
        var open: [(end: Int, element: Element, name: String)] = []
        var index = 0
        while index < document.nodes.count {
            while let last = open.last, last.end <= index {
                close(last.element, last.name)
                open.removeLast()
            }
            let node = document.nodes[index]
            switch node.kind {
            case .comment: break
            case .text: add(node.text)
            case .element:
                guard !Self.isHidden(node) else {
                    index = node.end
                    continue
                }
                var element = Element(node)
                if depth > 0 { element.isIndent = false }
                begin(element, node.name)
                open.append((node.end, element, node.name))
            }
            index += 1
        }
        while let last = open.popLast() { close(last.element, last.name) }
        startLine()
        if isLastEmpty {
            output.removeLast()
            marks.removeLast()
        }
        if output.last == 0x0A { output.removeLast() }
        text = String(decoding: output, as: UTF8.self)
    }

    /// What the name, class, id and style of an element mean here.
    private struct Element {
        var isBlock = false
        var isParagraph = false
        var isQuote = false
        var isSignature = false
        var isPreformatted = false

        /// Marks of mail programs that stand where the history begins: Outlook on the web and on telephones, Outlook's old header, Zimbra, the new Outlook.
        var beginsHistory = false
        var hasRule = false
        /// Gmail puts history into a `div` of this class; the bare element is also what its button for indenting makes.
        var isIndent = false

        init(_ node: HTMLDocument.Node) {
            switch node.name {
            case "p", "ul", "ol", "table", "h1", "h2", "h3", "h4", "h5", "h6": isParagraph = true
            case "blockquote":
                isParagraph = true
                isQuote = true
            case "pre":
                isBlock = true
                isPreformatted = true
            case "hr":
                isBlock = true
                hasRule = true
            case "div", "tr", "li", "dt", "dd", "dl", "section", "article", "header", "footer", "address", "center", "form", "fieldset", "figure", "aside", "nav", "main", "body",
                "tbody":
                isBlock = true
            default: break
            }
            let identity = node["id"] ?? ""
            let classes = node["class"] ?? ""
            guard !identity.isEmpty || !classes.isEmpty || node["style"] != nil || node["data-smartmail"] != nil || node["data-signatureblock"] != nil || node["data-marker"] != nil
            else { return }
            for name in (classes + " " + identity).split(separator: " ") {
                // Outlook on the web puts `x_` before names that came from outside.
                var name = Substring(name.lowercased())
                while name.hasPrefix("x_") { name = name.dropFirst(2) }
                switch name {
                case "gmail_quote" where node.name != "blockquote", "gmail_quote_container", "yahoo_quoted", "protonmail_quote", "tutanota_quote", "zmail_extra", "freshdesk_quote",
                    "zendesk_quote",
                    "nylas-quote", "moz-email-headers-table", "front-blockquote", "hubspot-quote", "skiff_quote", "missive_quote", "tuta_quote":
                    isQuote = true
                    isBlock = true
                case "divrplyfwdmsg", "appendonsend", "outlookmessageheader", "zwchr", "mail-editor-reference-message-container", "isreplycontent", "__quoted_text__",
                    "replyforwardmessage":
                    beginsHistory = true
                case "gmail_quote": isIndent = true
                case "gmail_signature_prefix": isSignature = true
                default:
                    if name.hasPrefix("yahoo_quoted_") || name.hasSuffix("yahoo_quoted") {
                        isQuote = true
                        isBlock = true
                    }
                    if name.contains("signature"), !name.hasPrefix("personal") { isSignature = true }
                }
            }
            if let data = node["data-smartmail"], data == "gmail_signature" { isSignature = true }
            if node["data-signatureblock"] != nil { isSignature = true }
            if node["data-marker"] == "__HEADERS__" || node["data-marker"] == "__QUOTED_TEXT__" { beginsHistory = true }
            if let style = node["style"], node.name == "div" || node.name == "p", HTMLLines.hasBorderAbove(style) { hasRule = true }
        }
    }

    /// `border-top: solid #E1E1E1 1pt` and the like: how Outlook separates what is quoted.
    private static func hasBorderAbove(_ style: String) -> Bool {
        let lower = style.prefix(2000).lowercased()
        return lower.contains("border-top") && lower.contains("solid")
    }

    private static func isHidden(_ node: HTMLDocument.Node) -> Bool {
        switch node.name {
        case "script", "style", "head", "title", "template", "noscript", "textarea", "select", "option", "object", "svg", "math", "iframe", "audio", "video", "canvas": return true
        default:
            guard let style = node["style"], style.utf8.count >= 12 else { return false }
            return style.prefix(2000).lowercased().filter { $0 != " " }.contains("display:none")
        }
    }

    // MARK: Elements

    private mutating func begin(_ element: Element, _ name: String) {
        if name == "br" {
            breakLine()
            return
        }
        if element.isParagraph {
            startParagraph()
        } else if element.isBlock || element.beginsHistory {
            startLine()
        }
        if element.isQuote { depth += 1 }
        if element.isIndent { indents += 1 }
        if element.isSignature {
            startLine()
            signatures += 1
        }
        if element.isPreformatted { preformatted += 1 }
        if element.beginsHistory { beginsHistory = true }
        if element.hasRule { isUnderRule = true }
        if name == "li" { line = Array("- ".utf8) }
    }

    private mutating func close(_ element: Element, _ name: String) {
        if element.isBlock || element.isParagraph || element.isSignature { startLine() }
        if element.isQuote { depth -= 1 }
        if element.isIndent { indents -= 1 }
        if element.isSignature { signatures -= 1 }
        if element.isPreformatted { preformatted -= 1 }
        if name == "li", !hasWords { line = [] }
        if name == "td" || name == "th", let last = line.last, last > 0x20 { line.append(0x20) }
    }

    // MARK: Lines

    private mutating func add(_ words: String) {
        for byte in words.utf8 {
            if byte == 0x0D || byte == 0 { continue }
            if preformatted > 0 {
                if byte == 0x0A { breakLine() } else { put(byte) }
            } else if byte == 0x20 || (0x09...0x0C).contains(byte) {
                if let last = line.last, last != 0x20 { line.append(0x20) }
            } else if byte == 0xA0, line.last == 0xC2 {
                // U+00A0 is how HTML writes a blank that stays.
                line[line.count - 1] = 0x20
            } else {
                put(byte)
            }
        }
    }

    private mutating func put(_ byte: UInt8) {
        if !hasWords {
            hasWords = true
            mark = TextMark(depth: depth, beginsHistory: beginsHistory, isSignature: signatures > 0, isUnderRule: isUnderRule, isIndented: indents > 0)
        }
        line.append(byte)
    }

    private mutating func startLine() {
        if hasWords { endLine() }
    }

    private mutating func startParagraph() {
        startLine()
        // A paragraph at the beginning of an item of a list stands beside its mark.
        guard !line.starts(with: "- ".utf8) else { return }
        emptyLine()
    }

    private mutating func breakLine() {
        if hasWords {
            endLine()
        } else {
            line = []
            emptyLine()
        }
    }

    private mutating func emptyLine() {
        guard !marks.isEmpty, !isLastEmpty else { return }
        output.append(0x0A)
        marks.append(TextMark(depth: depth, isSignature: signatures > 0))
        isLastEmpty = true
    }

    private mutating func endLine() {
        while line.last == 0x20 || line.last == 0x09 { line.removeLast() }
        output += line
        output.append(0x0A)
        marks.append(mark)
        line = []
        hasWords = false
        isLastEmpty = false
        beginsHistory = false
        isUnderRule = false
    }
}
