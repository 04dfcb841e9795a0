import CGumbo
import CGumboGuard
import Glibc

/// Runs Gumbo over a text and copies its tree, without recursion.
struct HTMLTreeReading {
    let limits: HTMLDocument.Limits
    private(set) var nodes: [HTMLDocument.Node] = []
    private(set) var problem: String?

    init(limits: HTMLDocument.Limits) {
        self.limits = limits
    }

    mutating func read(_ html: String) {
        begin()
        guard !html.isEmpty else { return }
        var html = html
        if html.utf8.count > limits.bytes {
            problem = "the HTML is longer than \(limits.bytes) bytes and was cut"
            // At a character: half of one would be read as another one.
            html = String(decoding: html.utf8.prefix(limits.bytes), as: UTF8.self)
        }
        let isRead = (Self.opening + Array(html.utf8)).withUnsafeBytes { bytes in
            guard let base = bytes.baseAddress?.assumingMemoryBound(to: CChar.self) else { return false }
            // SAFETY: Gumbo reads `bytes.count` octets from `base`, which outlive its tree.
            guard let guarded = gumbo_guard_parse(base, bytes.count, limits.memory, limits.microseconds) else { return false }
            defer { gumbo_guard_free(guarded) }
            guard let body = gumbo_guard_body(guarded) else { return false }
            copy(body)
            return true
        }
        if !isRead {
            problem = "the HTML is made so that it cannot be read as a page; only its words were taken"
            nodes.append(text(HTMLText.text(html), parent: 0, depth: 1))
            close(nodes.count - 1)
        }
        close(0)
    }

    /// Puts the reader into the body at once. The letter, which is taken off again, keeps a `<frameset>` from throwing the body away. (Gumbo's
    /// own reading of fragments follows an old text of the standard, in which svg and math hold what browsers let out of them.)
    private static let opening = Array("<!DOCTYPE html><body>x".utf8)

    private mutating func begin() {
        nodes = [HTMLDocument.Node(kind: .element, name: "div", isHTML: true, attributes: [], text: "", parent: 0, depth: 0, end: 1)]
    }

    private func text(_ text: String, parent: Int, depth: Int) -> HTMLDocument.Node {
        HTMLDocument.Node(kind: .text, name: "", isHTML: true, attributes: [], text: text, parent: parent, depth: depth, end: 0)
    }

    private struct Level {
        var vector: GumboVector
        var next: UInt32
        /// The copied element that takes the children, and whether it is this level's own.
        var parent: Int
        var isOwn: Bool
    }

    private mutating func copy(_ root: UnsafePointer<GumboNode>) {
        nodes[0].attributes = attributes(of: root)
        var isFirst = true
        // SAFETY: throughout, the pointers are those of Gumbo's tree, which the caller keeps; which member of the union is valid is told by the type.
        var levels = [Level(vector: root.pointee.v.element.children, next: 0, parent: 0, isOwn: true)]
        while let level = levels.last {
            guard level.next < level.vector.length, let raw = level.vector.data[Int(level.next)] else {
                if level.isOwn { close(level.parent) }
                levels.removeLast()
                continue
            }
            levels[levels.count - 1].next += 1
            guard nodes.count < limits.nodes else {
                problem = "the HTML has more than \(limits.nodes) elements and was cut"
                for level in levels.reversed() where level.isOwn { close(level.parent) }
                return
            }
            let node = raw.assumingMemoryBound(to: GumboNode.self)
            let depth = nodes[level.parent].depth + 1
            switch node.pointee.type {
            case GUMBO_NODE_ELEMENT, GUMBO_NODE_TEMPLATE:
                let name = name(of: node)
                guard depth < limits.depth else {
                    problem = problem ?? "the HTML is nested more than \(limits.depth) deep and was made flatter"
                    // Only what is no text for anybody would become one.
                    if !["script", "style", "template", "title", "textarea", "noscript", "iframe", "noembed", "noframes", "xmp", "plaintext", "svg", "math"].contains(name) {
                        levels.append(Level(vector: node.pointee.v.element.children, next: 0, parent: level.parent, isOwn: false))
                    }
                    continue
                }
                nodes.append(
                    HTMLDocument.Node(
                        kind: .element, name: name, isHTML: node.pointee.v.element.tag_namespace == GUMBO_NAMESPACE_HTML, attributes: attributes(of: UnsafePointer(node)), text: "",
                        parent: level.parent, depth: depth, end: 0))
                levels.append(Level(vector: node.pointee.v.element.children, next: 0, parent: nodes.count - 1, isOwn: true))
            case GUMBO_NODE_TEXT, GUMBO_NODE_CDATA, GUMBO_NODE_WHITESPACE:
                var words = node.pointee.v.text.text.map { String(cString: $0) } ?? ""
                if isFirst {
                    words.unicodeScalars.removeFirst()
                    isFirst = false
                    if words.isEmpty { continue }
                }
                // Neighbours happen where something between them was left out.
                if nodes[nodes.count - 1].kind == .text, nodes[nodes.count - 1].parent == level.parent {
                    nodes[nodes.count - 1].text += words
                } else {
                    nodes.append(text(words, parent: level.parent, depth: depth))
                    close(nodes.count - 1)
                }
            case GUMBO_NODE_COMMENT:
                nodes.append(text(node.pointee.v.text.text.map { String(cString: $0) } ?? "", parent: level.parent, depth: depth))
                nodes[nodes.count - 1].kind = .comment
                close(nodes.count - 1)
            default: break
            }
        }
    }

    private mutating func close(_ index: Int) {
        nodes[index].end = nodes.count
    }

    private func name(of node: UnsafeMutablePointer<GumboNode>) -> String {
        let element = node.pointee.v.element
        if element.tag != GUMBO_TAG_UNKNOWN { return String(cString: gumbo_normalized_tagname(element.tag)) }
        var piece = element.original_tag
        gumbo_tag_from_original_text(&piece)
        guard let data = piece.data else { return "" }
        let bytes = UnsafeRawBufferPointer(start: data, count: min(piece.length, 100))
        return String(decoding: bytes.map { (0x41...0x5A).contains($0) ? $0 | 0x20 : $0 }, as: UTF8.self)
    }

    private mutating func attributes(of node: UnsafePointer<GumboNode>) -> [HTMLDocument.Attribute] {
        let vector = node.pointee.v.element.attributes
        guard vector.length > 0 else { return [] }
        if Int(vector.length) > limits.attributes { problem = problem ?? "an element of the HTML has more than \(limits.attributes) attributes; the others were left out" }
        var found: [HTMLDocument.Attribute] = []
        for index in 0..<min(Int(vector.length), limits.attributes) {
            guard let raw = vector.data[index] else { continue }
            let attribute = raw.assumingMemoryBound(to: GumboAttribute.self).pointee
            guard let name = attribute.name else { continue }
            var shown = String(cString: name)
            // As nearly all come out of Gumbo; it writes those of svg in its own way, and knows ASCII only.
            let isLower = shown.utf8.allSatisfy { $0 < 0x80 && $0.lowercased == $0 }
            if !isLower { shown = shown.lowercased() }
            guard !found.contains(where: { $0.name == shown }) else { continue }
            found.append(HTMLDocument.Attribute(name: shown, value: attribute.value.map { String(cString: $0) } ?? ""))
        }
        return found
    }
}
