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
    /// One of the years in which there is mail.
    var hasYear = false
    /// A date with a time, or one in numbers: three of them, or two and the name of a month with a time.
    var hasMoment: Bool { numbers >= 3 || numbers >= 2 && hasTime }
    /// The same, or a day and a year: `3 March 2026`.
    var hasDate: Bool { hasMoment || numbers >= 2 && hasYear }
    var endsInColon = false
    var beginsWithNumber = false

    init(_ bytes: some Collection<UInt8>) {
        let bytes = Array(bytes)
        endsInColon = Self.endsInColon(bytes[...])
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
            let first = index
            let digits = Self.digits(bytes, &index, word.upperBound)
            guard digits > 0 else {
                index += 1
                continue
            }
            guard digits <= 8 else { continue }
            numbers += 1
            if digits == 4, bytes[first...].starts(with: "20".utf8) || bytes[first...].starts(with: "19".utf8) { hasYear = true }
            if digits <= 2, index < word.upperBound, Self.joinsTime(bytes[index]) {
                var minutes = index + 1
                if Self.digits(bytes, &minutes, word.upperBound) == 2 { hasTime = true }
            }
        }
    }

    /// How many digits stand here; `index` is behind them then. Those of Arabic, Persian and Hindi programs too.
    private static func digits(_ bytes: [UInt8], _ index: inout Int, _ end: Int) -> Int {
        var count = 0
        while index < end {
            switch bytes[index] {
            case 0x30...0x39: index += 1
            case 0xD9 where index + 1 < end && (0xA0...0xA9).contains(bytes[index + 1]), 0xDB where index + 1 < end && (0xB0...0xB9).contains(bytes[index + 1]): index += 2
            case 0xE0 where index + 2 < end && bytes[index + 1] == 0xA5 && (0xA6...0xAF).contains(bytes[index + 2]): index += 3
            default: return count
            }
            count += 1
        }
        return count
    }

    private static func separates(_ byte: UInt8) -> Bool {
        byte <= 0x20 || byte == UInt8(ascii: "<") || byte == UInt8(ascii: ">") || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "(") || byte == UInt8(ascii: ")")
            || byte == UInt8(ascii: "[") || byte == UInt8(ascii: "]") || byte == UInt8(ascii: ",") || byte == UInt8(ascii: ";")
    }

    private static func joinsTime(_ byte: UInt8) -> Bool { byte == UInt8(ascii: ":") || byte == UInt8(ascii: ".") || byte == UInt8(ascii: "h") }
    private static func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) }

    /// `:`, the full-width `：` (EF BC 9A), each perhaps behind a closing mark of emphasis.
    static func endsInColon(_ bytes: ArraySlice<UInt8>) -> Bool {
        var end = bytes.endIndex
        while end > bytes.startIndex, bytes[end - 1] <= 0x20 || bytes[end - 1] == UInt8(ascii: "*") || bytes[end - 1] == UInt8(ascii: "_") { end -= 1 }
        guard end > bytes.startIndex else { return false }
        return bytes[end - 1] == UInt8(ascii: ":") || bytes[end - 1] == 0x9A && bytes[..<end].suffix(3).elementsEqual([0xEF, 0xBC, 0x9A])
    }
}
