import Messages

extension SlotReading {
    /// A day in words or figures. Figures are day first in Italian; in other languages a day and month that can be read both ways are asked for again.
    static func date(_ text: String, _ slot: DialogueScript.Slot, _ setting: Setting) -> SlotReading {
        let past = slot.maximum.map { $0 == "today" || (CalendarDay($0).map { $0 <= setting.today } ?? false) } ?? false
        let words = PlainWords(text).words
        let found: Found = figures(text, setting, past) ?? spelled(words, setting, past) ?? relative(words, setting, past) ?? .none
        let day: CalendarDay
        switch found {
        case .day(let found): day = found
        case .ambiguous: return .wrong(.ambiguousDate)
        case .impossible: return .wrong(.noSuchDate)
        case .none: return .wrong(.missing)
        }
        func bound(_ text: String?) -> CalendarDay? { text == "today" ? setting.today : text.flatMap { CalendarDay($0) } }
        if let least = bound(slot.minimum), day < least { return .wrong(.tooEarly(least.text)) }
        if let most = bound(slot.maximum), day > most { return .wrong(.tooLate(most.text)) }
        return .value(day.text, isWhole: words.count <= 7)
    }

    private enum Found {
        case day(CalendarDay)
        case ambiguous, impossible, none
    }

    private static func day(_ year: Int64?, _ month: Int64, _ day: Int64, _ setting: Setting, _ past: Bool) -> Found {
        if let year { return CalendarDay(year: year < 100 ? 2000 + year : year, month: month, day: day).map(Found.day) ?? .impossible }
        // Without a year: the next such day, or the last one where the day has to lie behind us. The 29th of February waits for its year.
        let this = setting.today.civil.year
        let candidates = (-4...4).compactMap { CalendarDay(year: this + Int64($0), month: month, day: day) }
        let found = past ? candidates.last { $0 <= setting.today } : candidates.first { $0 >= setting.today }
        return found.map(Found.day) ?? .impossible
    }

    /// `2026-04-03`, `03/04/2026`, `3.4.26`, `3/4`.
    private static func figures(_ text: String, _ setting: Setting, _ past: Bool) -> Found? {
        for run in text.split(whereSeparator: { !($0.isASCII && $0.isNumber) && !"/.-".contains($0) }) {
            var trimmed = run
            while let last = trimmed.last, !last.isNumber { trimmed.removeLast() }
            let separators = Set(trimmed.filter { !$0.isNumber })
            let parts = trimmed.split { !$0.isNumber }
            guard separators.count == 1, (2...3).contains(parts.count), parts.allSatisfy({ $0.utf8.count <= 4 }), trimmed.count(where: { !$0.isNumber }) == parts.count - 1 else {
                continue
            }
            let numbers = parts.compactMap { Int64($0) }
            if parts[0].utf8.count == 4 {
                guard numbers.count == 3 else { continue }
                return day(numbers[0], numbers[1], numbers[2], setting, past)
            }
            guard parts[0].utf8.count <= 2, parts[1].utf8.count <= 2, numbers.count == 2 || [2, 4].contains(parts[2].utf8.count) else { continue }
            let year = numbers.count == 3 ? numbers[2] : nil
            let (first, second) = (numbers[0], numbers[1])
            if setting.isItalian || first > 12 { return day(year, second, first, setting, past) }
            if second > 12 { return day(year, first, second, setting, past) }
            return first == second ? day(year, first, second, setting, past) : .ambiguous
        }
        return nil
    }

    /// "12 marzo", "il primo aprile 2026", "March 12th, 2026", "the 3rd of May".
    private static func spelled(_ words: [String], _ setting: Setting, _ past: Bool) -> Found? {
        for (index, word) in words.enumerated() {
            guard let month = CalendarDay.month(word) else { continue }
            func number(_ at: Int) -> Int64? {
                guard words.indices.contains(at) else { return nil }
                if words[at] == "primo" || words[at] == "first" { return 1 }
                var digits = words[at]
                for ending in ["st", "nd", "rd", "th"] where digits.hasSuffix(ending) { digits.removeLast(2) }
                return digits.utf8.count <= 4 ? Int64(digits) : nil
            }
            let link = words.indices.contains(index - 1) && ["of", "di"].contains(words[index - 1])
            let before = number(index - (link ? 2 : 1))
            let after = number(index + 1)
            if let before, before <= 31 { return day(after.flatMap { $0 >= 1900 ? $0 : nil }, month, before, setting, past) }
            if let after, after <= 31 { return day(number(index + 2).flatMap { $0 >= 1900 ? $0 : nil }, month, after, setting, past) }
            if before != nil || after.map({ $0 < 1900 }) == true { return .impossible }
        }
        return nil
    }

    /// "domani", "tra tre giorni", "last friday".
    private static func relative(_ words: [String], _ setting: Setting, _ past: Bool) -> Found? {
        let text = " " + words.joined(separator: " ") + " "
        for (phrase, days) in [
            (" dopodomani ", 2), (" dopo domani ", 2), (" day after tomorrow ", 2), (" altro ieri ", -2), (" altroieri ", -2), (" day before yesterday ", -2), (" domani ", 1),
            (" tomorrow ", 1), (" ieri ", -1), (" yesterday ", -1), (" oggi ", 0), (" today ", 0), (" stasera ", 0), (" tonight ", 0), (" stamattina ", 0), (" this morning ", 0),
        ] as [(String, Int64)] where text.contains(phrase) {
            return .day(setting.today + days)
        }
        for (index, word) in words.enumerated() {
            if ["giorni", "giorno", "days", "day", "settimane", "settimana", "weeks", "week"].contains(word), index > 0,
                let count = smallNumber(words[index - 1] == "a" ? "1" : words[index - 1])
            {
                let days = Int64(count) * (word.hasPrefix("sett") || word.hasPrefix("week") ? 7 : 1)
                guard days <= 3_660 else { return .impossible }
                if words.contains(where: ["tra", "fra", "in", "entro", "within"].contains) { return .day(setting.today + days) }
                if words.contains("fa") || words.contains("ago") { return .day(setting.today + -days) }
            }
            if let weekday = CalendarDay.weekdays[word] {
                let isLast = past || words.contains("scorso") || words.contains("scorsa") || words.contains("last")
                let ahead = (weekday - setting.today.weekday + 7) % 7
                return .day(setting.today + (isLast ? (ahead == 0 ? -7 : ahead - 7) : (ahead == 0 ? 7 : ahead)))
            }
        }
        return nil
    }
}
