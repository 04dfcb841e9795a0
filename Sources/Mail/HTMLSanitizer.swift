/// Makes a stranger's HTML safe to show: reads it as a browser does and writes only what is on our lists. Nothing that runs, loads, or
/// reaches outside of its own box is written: no scripts, no forms, no svg or math, no comments, no ids, no addresses but web, mail,
/// telephone and the message's own images.
///
/// What comes out reads back as the same tree, and sanitising it again changes nothing: the output is read and written until that is so.
package struct HTMLSanitizer: Sendable {
    /// Whether images of other servers are loaded. Blocked ones keep their address in `data-remote-src`, where nothing asks for it.
    package var showsRemoteImages: Bool
    /// Where the image of a Content-ID is to be had; nil leaves the `cid:` address, which loads nothing.
    package var image: @Sendable (_ contentID: String) -> String?
    package var limits = HTMLDocument.Limits()

    package init(showsRemoteImages: Bool = false, image: @escaping @Sendable (_ contentID: String) -> String? = { _ in nil }) {
        self.showsRemoteImages = showsRemoteImages
        self.image = image
    }

    package struct Result: Sendable {
        package var html: String
        /// How many images of other servers were held back.
        package var blockedImages = 0
        /// Whether it shows images of the message itself, by Content-ID.
        var hasOwnImages = false
        /// In words for an agent.
        package var notes: [String] = []
    }

    package func sanitize(_ html: String) -> Result { sanitize(html, HTMLDocument(html, limits: limits)) }

    /// Of a message's page, whose tree may be there already.
    func sanitize(_ page: HTMLPage) -> Result { sanitize(page.html, page.tree) }

    private func sanitize(_ html: String, _ tree: HTMLDocument) -> Result {
        var strict = self
        strict.showsRemoteImages = false
        strict.image = { _ in nil }
        var result = Result(html: html)
        var notes: [String] = []
        for round in 0..<Self.mostRounds {
            let document = round == 0 ? tree : HTMLDocument(result.html, limits: limits)
            if let problem = document.problem, !notes.contains(problem) { notes.append(problem) }
            var written = strict.write(document)
            if round > 0, written.html == result.html {
                // It holds still: what the caller wants shown is written into exactly this tree.
                if showsRemoteImages || written.hasOwnImages { written = write(document) }
                written.notes = notes
                return written
            }
            result = written
        }
        // Never seen to happen with text from people.
        notes.append("the HTML is made to change whenever it is read; only its words are shown")
        return Result(html: Self.escaped(HTMLText.text(result.html)), notes: notes)
    }

    private static let mostRounds = 6

    private func write(_ document: HTMLDocument) -> Result {
        var result = Result(html: "")
        var output: [UInt8] = []
        var open: [(end: Int, tag: String)] = []
        var isPreBegun = false
        var index = 1
        while index < document.nodes.count {
            while let last = open.last, last.end <= index {
                Self.close(last.tag, &output)
                open.removeLast()
            }
            let node = document.nodes[index]
            switch node.kind {
            case .comment: index = node.end
            case .text:
                // Readers drop a first line end in a `<pre>`, and writers forget that: it goes for good.
                Self.append(isPreBegun ? String(node.text.drop { $0.isNewline }) : node.text, to: &output, inAttribute: false)
                isPreBegun = false
                index += 1
            case .element:
                let treatment = Self.treatments[node.name]
                guard node.isHTML, treatment != .drop else {
                    index = node.end
                    continue
                }
                index += 1
                guard case .write(let name, let isVoid) = treatment else { continue }
                output.append(UInt8(ascii: "<"))
                output += name.utf8
                write(node, as: name, &output, &result)
                output.append(UInt8(ascii: ">"))
                isPreBegun = name == "pre"
                if !isVoid { open.append((node.end, name)) }
            }
        }
        while let last = open.popLast() { Self.close(last.tag, &output) }
        result.html = String(decoding: output, as: UTF8.self)
        return result
    }

    private static func close(_ tag: String, _ output: inout [UInt8]) {
        output += [UInt8(ascii: "<"), UInt8(ascii: "/")]
        output += tag.utf8
        output.append(UInt8(ascii: ">"))
    }

    static func escaped(_ text: String) -> String {
        var output: [UInt8] = []
        append(text, to: &output, inAttribute: false)
        return String(decoding: output, as: UTF8.self)
    }

    /// Text, with what could end or begin anything written as a reference. Control characters go, which readers treat in different ways.
    static func append(_ text: String, to output: inout [UInt8], inAttribute: Bool) {
        var text = text
        text.withUTF8 { octets in
            var plain = 0
            for (index, octet) in octets.enumerated() {
                let written: StaticString
                switch octet {
                case UInt8(ascii: "&"): written = "&amp;"
                case UInt8(ascii: "<"): written = "&lt;"
                case UInt8(ascii: ">"): written = "&gt;"
                case UInt8(ascii: "\"") where inAttribute: written = "&quot;"
                case UInt8(ascii: "`") where inAttribute: written = "&#96;"
                case 0x0D: written = "\n"
                case 0x0C: written = " "
                case 0x00..<0x09, 0x0B, 0x0E..<0x20, 0x7F: written = ""
                default: continue
                }
                output += octets[plain..<index]
                written.withUTF8Buffer { output += $0 }
                plain = index + 1
            }
            output += octets[plain...]
        }
    }

    /// What becomes of an element. Of those that are not in the list only the words inside stay.
    private enum Treatment: Equatable {
        case write(as: String, isVoid: Bool)
        /// It goes with all that is in it: no text for a reader, or text that browsers read by other rules.
        case drop
    }

    private static let treatments: [String: Treatment] = {
        var table: [String: Treatment] = [:]
        func add(_ names: String, _ treatment: (String) -> Treatment) {
            for name in names.split(separator: " ").map(String.init) { table[name] = treatment(name) }
        }
        add(
            """
            a abbr address b bdi bdo blockquote caption center cite code colgroup dd del details div dl dt em figcaption figure font h1 h2 h3 h4 h5 h6 i ins kbd li mark ol p pre q \
            rp rt ruby s samp small span strike strong sub summary sup table tbody td tfoot th thead time tr tt u ul var
            """
        ) { .write(as: $0, isVoid: false) }
        add("br col hr img wbr") { .write(as: $0, isVoid: true) }
        // Blocks that mean nothing in a mail beyond being blocks.
        add("article aside dialog dir fieldset footer form header hgroup main menu nav section legend") { _ in .write(as: "div", isVoid: false) }
        add("xmp listing plaintext") { _ in .write(as: "pre", isVoid: false) }
        add(
            """
            applet audio base canvas embed frame frameset head iframe link math meta noembed noframes noscript object param script select style svg template textarea title track \
            video
            """
        ) { _ in .drop }
        return table
    }()
}
