/// What can be seen in a line without understanding it: addresses, numbers, times of day, the colon at its end.
struct QuoteFeatures {
    /// Something like `a@b.c`.
    var hasAddress = false
    /// An address in angle brackets, or `[mailto:`.
    var hasBracketed = false
    /// Groups of digits outside of addresses and links.
    var numbers = 0
    /// `10:12`, `10.12`, `16h10`.
    var hasTime = false
    /// A date: three numbers, or a name of a month between two.
    var hasDate: Bool { numbers >= 3 || numbers >= 2 && hasTime }
    var endsInColon = false
    var beginsWithNumber = false

    init(_ bytes: some Collection<UInt8>) {
        let bytes = Array(bytes)
        endsInColon = Self.endsInColon(bytes)
        beginsWithNumber = bytes.first(where: { $0 > 0x20 && $0 != UInt8(ascii: "\"") }).map(Self.isDigit) ?? false
        var start = 0
        while start < bytes.count {
            if Self.separates(bytes[start]) {
                start += 1
                continue
            }
            var end = start
            while end < bytes.count, !Self.separates(bytes[end]) { end += 1 }
            read(bytes, start..<end)
            start = end
        }
    }

    private mutating func read(_ bytes: [UInt8], _ word: Range<Int>) {
        let part = bytes[word]
        if let at = part.firstIndex(of: UInt8(ascii: "@")) {
            if at > word.lowerBound, at + 1 < word.upperBound {
                hasAddress = true
                if word.lowerBound > 0, bytes[word.lowerBound - 1] == UInt8(ascii: "<") || bytes[word.lowerBound - 1] == UInt8(ascii: "[") { hasBracketed = true }
                // A name that ends in "<" has its address on the next line.
                if word.lowerBound > 1, bytes[word.lowerBound - 1] == 0x20, bytes[word.lowerBound - 2] == UInt8(ascii: "<") { hasBracketed = true }
            }
            return
        }
        if part.count > 8, part.contains(UInt8(ascii: "/")), part.starts(with: "http".utf8) || part.starts(with: "www".utf8) { return }
        var index = word.lowerBound
        while index < word.upperBound {
            guard Self.isDigit(bytes[index]) else {
                index += 1
                continue
            }
            let first = index
            while index < word.upperBound, Self.isDigit(bytes[index]) { index += 1 }
            guard index - first <= 8 else { continue }
            numbers += 1
            if index - first <= 2, index < word.upperBound, Self.joinsTime(bytes[index]) {
                let minutes = bytes[(index + 1)..<word.upperBound].prefix(while: Self.isDigit)
                if minutes.count == 2 { hasTime = true }
            }
        }
    }

    private static func separates(_ byte: UInt8) -> Bool {
        byte <= 0x20 || byte == UInt8(ascii: "<") || byte == UInt8(ascii: ">") || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "(") || byte == UInt8(ascii: ")")
            || byte == UInt8(ascii: "[") || byte == UInt8(ascii: "]") || byte == UInt8(ascii: ",") || byte == UInt8(ascii: ";")
    }

    private static func joinsTime(_ byte: UInt8) -> Bool { byte == UInt8(ascii: ":") || byte == UInt8(ascii: ".") || byte == UInt8(ascii: "h") }
    private static func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) }

    /// `:`, the full-width `：` (EF BC 9A), each perhaps behind a closing mark of emphasis.
    private static func endsInColon(_ bytes: [UInt8]) -> Bool {
        var end = bytes.count
        while end > 0, bytes[end - 1] <= 0x20 || bytes[end - 1] == UInt8(ascii: "*") || bytes[end - 1] == UInt8(ascii: "_") { end -= 1 }
        guard end > 0 else { return false }
        return bytes[end - 1] == UInt8(ascii: ":") || bytes[..<end].suffix(3).elementsEqual([0xEF, 0xBC, 0x9A])
    }
}
