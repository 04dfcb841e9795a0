extension HTMLSanitizer {
    /// Writes the attributes that an element may have, each checked for what it may say.
    func write(_ node: HTMLDocument.Node, as name: String, _ output: inout [UInt8], _ result: inout Result) {
        func put(_ attribute: String, _ value: String) {
            output.append(0x20)
            output += attribute.utf8
            output += "=\"".utf8
            Self.append(value, to: &output, inAttribute: true)
            output.append(UInt8(ascii: "\""))
        }
        var isLink = false
        for attribute in node.attributes {
            switch attribute.name {
            case "href":
                guard name == "a", let target = Self.link(attribute.value) else { continue }
                put("href", target)
                isLink = true
            case "src", "data-remote-src":
                guard name == "img" else { continue }
                // Either of the two says it; both would be two addresses for one image.
                if attribute.name == "data-remote-src", node["src"].map({ Self.contentID($0) != nil || Self.web($0) != nil }) ?? false { continue }
                if attribute.name == "src", let id = Self.contentID(attribute.value) {
                    result.hasOwnImages = true
                    put("src", image(id) ?? "cid:\(id)")
                } else if let address = Self.web(attribute.value) {
                    if !showsRemoteImages { result.blockedImages += 1 }
                    put(showsRemoteImages ? "src" : "data-remote-src", address)
                }
            case "style":
                let style = HTMLStyle.clean(attribute.value)
                if !style.isEmpty { put("style", style) }
            default:
                guard let form = Self.forms[attribute.name], let value = form.clean(attribute.value) else { continue }
                put(attribute.name, value)
            }
        }
        if isLink {
            put("target", "_blank")
            put("rel", "noopener noreferrer nofollow")
        }
    }

    /// What the value of an attribute may look like.
    enum Form {
        case number, word, color, face, text, time, flag

        /// The value as it is written; nil when it is not of the form.
        func clean(_ raw: String) -> String? {
            let value = raw.utf8.drop { $0 == 0x20 }
            func fits(_ most: Int, _ isAllowed: (UInt8) -> Bool) -> String? {
                value.count > 0 && value.count <= most && value.allSatisfy(isAllowed) ? String(decoding: value, as: UTF8.self) : nil
            }
            switch self {
            case .number:
                // `100`, `100%`, `12px`, `+2`; what is larger than any screen has no good use.
                let digits = value.drop { $0 == UInt8(ascii: "+") || $0 == UInt8(ascii: "-") }.prefix { (0x30...0x39).contains($0) || $0 == UInt8(ascii: ".") }
                guard !digits.isEmpty, digits.count <= 4 else { return nil }
                return fits(8) { (0x30...0x39).contains($0) || "+-.%px".utf8.contains($0) }
            case .word: return fits(30) { Self.isLetter($0) || (0x30...0x39).contains($0) || $0 == UInt8(ascii: "-") }
            case .color: return fits(30) { Self.isLetter($0) || (0x30...0x39).contains($0) || $0 == UInt8(ascii: "#") }
            case .face: return fits(200) { Self.isLetter($0) || (0x30...0x39).contains($0) || " ,-_".utf8.contains($0) }
            case .time: return fits(40) { Self.isLetter($0) || (0x30...0x39).contains($0) || " :+-.".utf8.contains($0) }
            case .text:
                // Written on one line, so that it is read back as it stands.
                let text = String(EncodedWords.tidy(raw).prefix(2000))
                return text
            case .flag: return ""
            }
        }

        private static func isLetter(_ byte: UInt8) -> Bool { (0x61...0x7A).contains(byte | 0x20) }
    }

    static let forms: [String: Form] = {
        var table: [String: Form] = ["color": .color, "bgcolor": .color, "face": .face, "datetime": .time]
        for name in ["width", "height", "border", "cellpadding", "cellspacing", "colspan", "rowspan", "size", "start", "span", "hspace", "vspace"] { table[name] = .number }
        for name in ["align", "valign", "dir", "lang", "type", "scope", "clear", "value"] { table[name] = .word }
        for name in ["alt", "title", "abbr", "summary"] { table[name] = .text }
        for name in ["open", "reversed", "nowrap", "noshade", "compact"] { table[name] = .flag }
        return table
    }()

    /// The address of a link as it may stand in a page: nil unless it leads to the web, a mailbox or a telephone.
    static func link(_ raw: String) -> String? {
        let address = cleaned(raw)
        if let web = web(cleaned: address) { return web }
        for scheme in ["mailto:", "tel:"] where address.utf8.count > scheme.utf8.count && address.lowercased().hasPrefix(scheme) {
            return scheme + address.dropFirst(scheme.count)
        }
        return nil
    }

    /// An address on the web, whole: `https:page` and `//host/page` mean something else on every page.
    static func web(_ raw: String) -> String? { web(cleaned: cleaned(raw)) }

    private static func web(cleaned address: String) -> String? {
        let lower = address.prefix(8).lowercased()
        for scheme in ["http://", "https://"] where lower.hasPrefix(scheme) {
            let rest = address.dropFirst(scheme.count)
            guard let first = rest.utf8.first, first != UInt8(ascii: "/"), first != UInt8(ascii: "\\") else { return nil }
            return scheme + rest
        }
        return nil
    }

    /// The Content-ID of a `cid:` address (RFC 2392).
    static func contentID(_ raw: String) -> String? {
        let address = cleaned(raw)
        guard address.prefix(4).lowercased() == "cid:" else { return nil }
        let id = address.utf8.dropFirst(4)
        guard !id.isEmpty, id.count <= 250, id.allSatisfy({ (0x61...0x7A).contains($0 | 0x20) || (0x30...0x39).contains($0) || "@._-+=$!~%{}".utf8.contains($0) }) else {
            return nil
        }
        return String(decoding: id, as: UTF8.self)
    }

    /// As the URL standard begins: blanks and control characters around it go, line ends and tabs in it too; then everything that is not
    /// to be seen is written as octets, so that what is shown is what is followed.
    private static func cleaned(_ raw: String) -> String {
        guard raw.utf8.count <= 8192 else { return "" }
        let octets = raw.utf8.filter { $0 != 0x09 && $0 != 0x0A && $0 != 0x0D }[...]
        var first = octets.startIndex
        var last = octets.endIndex
        while first < last, octets[first] <= 0x20 { first += 1 }
        while last > first, octets[last - 1] <= 0x20 { last -= 1 }
        var output: [UInt8] = []
        output.reserveCapacity(last - first)
        for octet in octets[first..<last] {
            if octet <= 0x20 || octet >= 0x7F || "\"<>`\\^|".utf8.contains(octet) {
                output += [UInt8(ascii: "%"), hexadecimal[Int(octet >> 4)], hexadecimal[Int(octet & 15)]]
            } else {
                output.append(octet)
            }
        }
        return String(decoding: output, as: UTF8.self)
    }

    private static let hexadecimal = Array("0123456789ABCDEF".utf8)
}
