package import Messages

/// What a customer's message says of one thing that was asked for.
package enum SlotReading: Sendable, Hashable {
    /// In its stored form: a day as `2026-03-02`, an amount as `49.90`, an option as the article writes it.
    /// `isWhole`: the message says nothing else worth reading.
    case value(String, isWhole: Bool)
    case wrong(Problem)

    package enum Problem: Sendable, Hashable {
        /// Nothing of that kind is in the message.
        case missing
        /// A day and month that can be read both ways.
        case ambiguousDate
        case noSuchDate
        case tooEarly(String)
        case tooLate(String)
        case tooSmall(String)
        case tooLarge(String)
        case tooShort(Int)
        case tooLong(Int)
    }

    /// The day that a message is read on, and how it is to be read.
    package struct Setting: Sendable {
        package var today: CalendarDay
        package var isItalian: Bool

        package init(now: Timestamp, utcOffset: Duration, language: String?) {
            today = CalendarDay(now + utcOffset)
            isItalian = language?.lowercased().hasPrefix("it") ?? false
        }
    }

    package static func read(_ text: String, as slot: DialogueScript.Slot, _ setting: Setting) -> SlotReading {
        let shortened = String(text.prefix(PlainWords.limit))
        switch slot.kind {
        case .text: return plainText(text.trimmed(), slot)
        case .orderNumber: return orderNumber(shortened, slot)
        case .email: return email(shortened)
        case .phone: return phone(shortened)
        case .choice: return choice(shortened, slot)
        case .number: return number(shortened, slot)
        case .amount: return amount(shortened, slot)
        case .date: return date(shortened, slot, setting)
        }
    }

    /// The value, where the message holds one so plainly that nobody need be asked for it: only kinds that do not occur by accident.
    package static func mentioned(in text: String, _ slot: DialogueScript.Slot, _ setting: Setting) -> String? {
        switch slot.kind {
        case .orderNumber:
            if case .value(let value, _) = orderNumber(String(text.prefix(2_000)), slot, isStrict: true) { return value }
        case .email:
            if case .value(let value, _) = email(String(text.prefix(2_000))) { return value }
        default: break
        }
        return nil
    }

    private static func plainText(_ text: String, _ slot: DialogueScript.Slot) -> SlotReading {
        let least = slot.minimum.flatMap { Int($0) } ?? 1
        let most = min(slot.maximum.flatMap { Int($0) } ?? AnswerTemplate.longestValue, AnswerTemplate.longestValue)
        guard text.contains(where: { $0.isLetter || $0.isNumber }) else { return .wrong(.missing) }
        if text.count < least { return .wrong(.tooShort(least)) }
        if text.count > most { return .wrong(.tooLong(most)) }
        return .value(text, isWhole: true)
    }

    /// The pieces of a text that an order number may be made of: runs of letters and digits.
    private static func pieces(_ text: String) -> [[UInt8]] {
        text.utf8.split { !($0 >= 0x30 && $0 <= 0x39 || $0 | 0x20 >= 0x61 && $0 | 0x20 <= 0x7A) }.map { $0.map { $0 >= 0x61 ? $0 & 0xDF : $0 } }
    }

    private static func orderNumber(_ text: String, _ slot: DialogueScript.Slot, isStrict: Bool = false) -> SlotReading {
        let pieces = pieces(text)
        for pattern in slot.patterns {
            // The longest run of neighbours first: "BL 123 456" is one number.
            for start in pieces.indices {
                for count in (1...4).reversed() where start + count <= pieces.count {
                    let run = pieces[start..<(start + count)]
                    if let value = pattern.value(of: run.flatMap(\.self)) {
                        // A number without any digit, or split out of plain words, is chance.
                        guard value.utf8.contains(where: { $0 >= 0x30 && $0 <= 0x39 }), count == 1 || run.contains(where: { $0.contains { $0 < 0x40 } }) else { continue }
                        if isStrict, !pattern.isDistinct { continue }
                        return .value(value, isWhole: pieces.count - count <= 3)
                    }
                }
            }
            guard !isStrict else { continue }
            // The customer leaves out what every number begins with.
            for piece in pieces {
                if let value = pattern.valueWithoutPrefix(piece) { return .value(value, isWhole: pieces.count <= 4) }
            }
        }
        return .wrong(.missing)
    }

    private static func email(_ text: String) -> SlotReading {
        let words = text.split { $0.isWhitespace || "<>()[]\",;:".contains($0) }
        for word in words where word.utf8.count(where: { $0 == 0x40 }) == 1 {
            var address = word[...]
            while let last = address.last, ".!?'".contains(last) { address.removeLast() }
            let parts = address.split(separator: "@", omittingEmptySubsequences: false)
            let domain = parts[1].lowercased()
            let labels = domain.split(separator: ".", omittingEmptySubsequences: false)
            guard !parts[0].isEmpty, parts[0].utf8.count <= 64, parts[0].utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }), !parts[0].hasPrefix("."), !parts[0].hasSuffix("."),
                !parts[0].contains(".."), labels.count >= 2, address.utf8.count <= 254, let top = labels.last, top.utf8.count >= 2,
                top.utf8.allSatisfy({ $0 >= 0x61 && $0 <= 0x7A }),
                labels.allSatisfy({
                    !$0.isEmpty && $0.utf8.count <= 63 && !$0.hasPrefix("-") && !$0.hasSuffix("-")
                        && $0.utf8.allSatisfy { $0 >= 0x61 && $0 <= 0x7A || $0 >= 0x30 && $0 <= 0x39 || $0 == 0x2D }
                })
            else { continue }
            return .value("\(parts[0])@\(domain)", isWhole: words.count <= 5)
        }
        return .wrong(.missing)
    }

    private static func phone(_ text: String) -> SlotReading {
        var digits = ""
        var best: String?
        func finish() {
            let count = digits.utf8.count { $0 != 0x2B }
            if (6...15).contains(count), best == nil { best = digits.hasPrefix("00") ? "+" + digits.dropFirst(2) : digits }
            digits = ""
        }
        for character in text {
            if character.isASCII, character.isNumber {
                digits.append(character)
            } else if character == "+", digits.isEmpty {
                digits = "+"
            } else if " -./()".contains(character), !digits.isEmpty {
            } else if !digits.isEmpty {
                finish()
            }
        }
        finish()
        guard let best else { return .wrong(.missing) }
        return .value(best, isWhole: PlainWords(text).words.count { !$0.allSatisfy(\.isNumber) } <= 4)
    }

    private static func choice(_ text: String, _ slot: DialogueScript.Slot) -> SlotReading {
        let said = PlainWords(text)
        if said.words.count == 1, let number = Int(said.words[0]), slot.options.indices.contains(number - 1), !slot.options.contains(where: { PlainWords($0).text == said.text }) {
            return .value(slot.options[number - 1], isWhole: true)
        }
        let named = slot.options.filter { option in
            let words = PlainWords(option).words
            return !words.isEmpty && (words == said.words || said.words.count >= words.count && said.words.indices.contains { said.words[$0...].starts(with: words) })
        }
        if named.count == 1 { return .value(named[0], isWhole: said.words.count <= 6) }
        // One letter wrong in one word that is long enough to be known by the rest.
        let near = slot.options.filter { option in said.words.count <= 3 && said.words.contains { $0.utf8.count >= 5 && $0.isOneSlipFrom(PlainWords(option).text) } }
        return near.count == 1 ? .value(near[0], isWhole: true) : .wrong(.missing)
    }
}

extension SlotPattern {
    /// The value as it is to be written, with its separators, when these letters and digits (in capitals) fit as a whole.
    func value(of bytes: [UInt8]) -> String? { fit(bytes[...], parts[...], []).map { String(decoding: $0, as: UTF8.self) } }

    /// The same where the fixed letters at the beginning are left out ("123456" for "BL-123456"); needs four digits, so that no house number is taken for it.
    func valueWithoutPrefix(_ bytes: [UInt8]) -> String? {
        let prefix = parts.prefix { part in
            switch part.unit {
            case .exactly, .separator: true
            case .digit, .letter, .either: false
            }
        }
        guard !prefix.isEmpty, bytes.count >= 4, bytes.allSatisfy({ $0 >= 0x30 && $0 <= 0x39 }), let rest = fit(bytes[...], parts.dropFirst(prefix.count), []) else { return nil }
        return prefix.reduce(into: "") { text, part in
            switch part.unit {
            case .exactly(let byte), .separator(let byte): text += String(repeating: String(decoding: [byte], as: UTF8.self), count: part.least)
            case .digit, .letter, .either: break
            }
        } + String(decoding: rest, as: UTF8.self)
    }

    /// Whether nothing else in a customer's sentence is likely to look so.
    var isDistinct: Bool {
        let fixed = parts.contains { if case .exactly = $0.unit { true } else { false } }
        return fixed || parts.reduce(0) { $0 + $1.least } >= 6
    }

    /// Takes as many signs for each part as there are and gives back where that fails: at most 40 parts of 40 signs.
    private func fit(_ bytes: ArraySlice<UInt8>, _ parts: ArraySlice<Part>, _ written: [UInt8]) -> [UInt8]? {
        guard bytes.count <= Self.longest else { return nil }
        guard let part = parts.first else { return bytes.isEmpty ? written : nil }
        if case .separator(let byte) = part.unit { return fit(bytes, parts.dropFirst(), written + [byte]) }
        func isFit(_ byte: UInt8) -> Bool {
            switch part.unit {
            case .digit: byte >= 0x30 && byte <= 0x39
            case .letter: byte >= 0x41 && byte <= 0x5A
            case .either: true
            case .exactly(let own): byte == own
            case .separator: false
            }
        }
        let run = bytes.prefix(part.most).prefix(while: isFit).count
        guard run >= part.least else { return nil }
        // With fixed counts, the usual case, there is one way to try.
        for count in (part.least...run).reversed() {
            if let found = fit(bytes.dropFirst(count), parts.dropFirst(), written + bytes.prefix(count)) { return found }
        }
        return nil
    }
}

extension String {
    /// Whether one letter changed, missing, added or swapped with its neighbour makes the other of it.
    func isOneSlipFrom(_ other: String) -> Bool {
        let (left, right) = (Array(utf8), Array(other.utf8))
        guard left != right, abs(left.count - right.count) <= 1 else { return left == right }
        let start = zip(left, right).prefix { $0 == $1 }.count
        let (a, b) = (left[start...], right[start...])
        if a.count == b.count {
            if a.dropFirst().elementsEqual(b.dropFirst()) { return true }
            return a.count >= 2 && a.first == b.dropFirst().first && a.dropFirst().first == b.first && a.dropFirst(2).elementsEqual(b.dropFirst(2))
        }
        return a.count > b.count ? a.dropFirst().elementsEqual(b) : b.dropFirst().elementsEqual(a)
    }
}
