import Messages

extension SlotReading {
    private static let numberWords: [String: Int] = [
        "uno": 1, "una": 1, "un": 1, "due": 2, "tre": 3, "quattro": 4, "cinque": 5, "sei": 6, "sette": 7, "otto": 8, "nove": 9, "dieci": 10, "dodici": 12, "one": 1, "two": 2,
        "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10, "twelve": 12, "zero": 0,
    ]

    /// A small number in words or digits.
    static func smallNumber(_ word: String) -> Int? { numberWords[word] ?? (word.utf8.count <= 9 ? Int(word) : nil) }

    static func number(_ text: String, _ slot: DialogueScript.Slot) -> SlotReading {
        let words = PlainWords(text).words
        let numbers = numerals(text).compactMap { numeral in decimal(numeral).flatMap { $0.hundredths % 100 == 0 ? $0.hundredths / 100 : nil } }
        guard let value = numbers.first ?? words.lazy.compactMap({ numberWords[$0] }).first.map(Int64.init), numbers.count <= 1 else { return .wrong(.missing) }
        if let least = slot.minimum.flatMap({ Int64($0) }), value < least { return .wrong(.tooSmall(String(least))) }
        if let most = slot.maximum.flatMap({ Int64($0) }), value > most { return .wrong(.tooLarge(String(most))) }
        return .value(String(value), isWhole: words.count <= 5)
    }

    /// An amount of money as a decimal with two places; the currency is the article's matter.
    static func amount(_ text: String, _ slot: DialogueScript.Slot) -> SlotReading {
        let found = numerals(text).compactMap(decimal)
        guard let value = found.first, found.count == 1 else { return .wrong(.missing) }
        func bound(_ text: String?) -> Int64? { text.flatMap(Double.init).map { Int64(($0 * 100).rounded()) } }
        if let least = bound(slot.minimum), value.hundredths < least { return .wrong(.tooSmall(slot.minimum ?? "")) }
        if let most = bound(slot.maximum), value.hundredths > most { return .wrong(.tooLarge(slot.maximum ?? "")) }
        return .value(written(value.hundredths), isWhole: PlainWords(text).words.count <= 7)
    }

    static func written(_ hundredths: Int64) -> String {
        let rest = abs(hundredths) % 100
        return "\(hundredths < 0 ? "-" : "")\(abs(hundredths) / 100).\(rest < 10 ? "0" : "")\(rest)"
    }

    /// Runs of digits with points and commas inside them.
    private static func numerals(_ text: String) -> [String] {
        var found: [String] = []
        var run = ""
        func finish() {
            while let last = run.last, !last.isNumber { run.removeLast() }
            if !run.isEmpty { found.append(run) }
            run = ""
        }
        for character in text {
            if character.isASCII, character.isNumber || !run.isEmpty && ".,'’".contains(character) { run.append(character) } else { finish() }
        }
        finish()
        return found
    }

    /// `49,90`, `49.90`, `1.234,56`, `1,234.56`, `1.234`: of two signs the last parts the cents; one sign with three digits behind it parts thousands.
    private static func decimal(_ numeral: String) -> (hundredths: Int64, hasCents: Bool)? {
        guard numeral.utf8.count <= 16 else { return nil }
        let cents = numeral.lastIndex { $0 == "." || $0 == "," }.flatMap { index -> (whole: Substring, cents: Substring)? in
            let behind = numeral[numeral.index(after: index)...]
            let others = numeral[..<index].filter { !$0.isNumber }
            // The same sign twice parts thousands both times.
            return behind.utf8.count <= 2 && !behind.isEmpty && !others.contains(numeral[index]) ? (numeral[..<index], behind) : nil
        }
        let whole = cents?.whole ?? numeral[...]
        let groups = whole.split(omittingEmptySubsequences: false) { !$0.isNumber }
        guard groups.dropFirst().allSatisfy({ $0.utf8.count == 3 }), groups.count == 1 || (1...3).contains(groups[0].utf8.count), let units = Int64(groups.joined()),
            units < 1_000_000_000_000
        else { return nil }
        guard let cents else { return (units * 100, false) }
        guard let parts = Int64(cents.cents) else { return nil }
        return (units * 100 + (cents.cents.utf8.count == 1 ? parts * 10 : parts), true)
    }
}
