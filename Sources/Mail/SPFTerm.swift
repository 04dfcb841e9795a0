/// One mechanism of an SPF record with its qualifier (RFC 7208 §4.6.1, §5), read.
struct SPFTerm: Sendable, Hashable {
    enum Mechanism: Sendable, Hashable {
        case all
        case include(String)
        /// The name (nil for the domain itself) and how many bits of the addresses count.
        case a(String?, v4: Int, v6: Int)
        case mx(String?, v4: Int, v6: Int)
        case ptr(String?)
        case network([UInt8], Int)
        case exists(String)
    }

    var result: SPF.Status
    var mechanism: Mechanism

    /// `name=value`; nil when it is a mechanism.
    static func modifier(_ text: Substring) -> (name: String, value: Substring)? {
        guard let equals = text.firstIndex(of: "="), let first = text.first, first.isASCII, first.isLetter,
            text[..<equals].allSatisfy({ $0.isASCII && ($0.isLetter || $0.isNumber || "-_.".contains($0)) })
        else { return nil }
        return (text[..<equals].lowercased(), text[text.index(after: equals)...])
    }

    init?(_ text: Substring) {
        var text = text
        switch text.first {
        case "+": result = .pass
        case "-": result = .fail
        case "~": result = .softfail
        case "?": result = .neutral
        default:
            result = .pass
            text = "+" + text
        }
        text.removeFirst()
        let name = text.prefix { $0 != ":" && $0 != "/" }
        var argument: Substring?
        var rest = text.dropFirst(name.count)
        if rest.first == ":" {
            rest.removeFirst()
            argument = rest
        }
        switch name.lowercased() {
        case "all":
            guard rest.isEmpty, argument == nil else { return nil }
            mechanism = .all
        case "include", "exists":
            guard let argument, !argument.isEmpty else { return nil }
            mechanism = name.lowercased() == "include" ? .include(String(argument)) : .exists(String(argument))
        case "ptr":
            guard argument != nil || rest.isEmpty, argument?.isEmpty != true else { return nil }
            mechanism = .ptr(argument.map(String.init))
        case "a", "mx":
            guard argument?.isEmpty != true, let (target, v4, v6) = Self.lengths(argument ?? rest) else { return nil }
            guard argument == nil || !target.isEmpty else { return nil }
            let spec = argument == nil ? nil : String(target)
            mechanism = name.lowercased() == "a" ? .a(spec, v4: v4, v6: v6) : .mx(spec, v4: v4, v6: v6)
        case "ip4", "ip6":
            guard let argument else { return nil }
            let sides = argument.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
            let width = name.lowercased() == "ip4" ? 32 : 128
            guard let address = SPF.address(String(sides[0])), sides[0].contains(":") == (width == 128) else { return nil }
            guard let length = sides.count > 1 ? Self.number(sides[1], most: width) : width else { return nil }
            // `::ffff:a.b.c.d` became IPv4 and matches nothing that is written as IPv6.
            mechanism = .network(address, address.count * 8 == width ? length : width)
        default: return nil
        }
    }

    /// `target/24//64` taken apart.
    private static func lengths(_ text: Substring) -> (target: Substring, v4: Int, v6: Int)? {
        // A slash inside of a macro (`%{d/}`) is none of a length.
        var target = text
        var v4 = 32
        var v6 = 128
        func cut(_ separator: String) -> Substring? {
            guard let range = lastRange(of: separator, in: target), !target[range.upperBound...].isEmpty, !target[range.upperBound...].contains("}") else { return nil }
            return target[range.upperBound...]
        }
        if let digits = cut("//") {
            guard let length = number(digits, most: 128) else { return nil }
            v6 = length
            target = target.dropLast(digits.count + 2)
        }
        if let digits = cut("/") {
            guard let length = number(digits, most: 32) else { return nil }
            v4 = length
            target = target.dropLast(digits.count + 1)
        }
        return (target, v4, v6)
    }

    private static func lastRange(of separator: String, in text: Substring) -> Range<Substring.Index>? {
        var index = text.endIndex
        while index > text.startIndex {
            index = text.index(before: index)
            if text[index...].hasPrefix(separator) { return index..<text.index(index, offsetBy: separator.count) }
        }
        return nil
    }

    private static func number(_ text: Substring, most: Int) -> Int? {
        guard !text.isEmpty, text.utf8.count <= 3, text.utf8.allSatisfy({ (0x30...0x39).contains($0) }), text.first != "0" || text.utf8.count == 1, let number = Int(text),
            number <= most
        else { return nil }
        return number
    }
}
