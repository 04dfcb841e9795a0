package import Messages

/// A day of the calendar.
package struct CalendarDay: Sendable, Hashable, Comparable {
    /// Days since 1970-01-01.
    package var number: Int64

    package init(_ time: Timestamp) {
        number = time.seconds >= 0 ? time.seconds / 86_400 : (time.seconds - 86_399) / 86_400
    }

    package init(number: Int64) {
        self.number = number
    }

    /// Nil when there is no such day.
    package init?(year: Int64, month: Int64, day: Int64) {
        guard (1900...2999).contains(year), let time = Timestamp(year: year, month: month, day: day, hour: 0, minute: 0, second: 0) else { return nil }
        self.init(time)
    }

    /// `2026-03-02`.
    package init?(_ text: String) {
        guard text.utf8.count == 10, let time = Timestamp(rfc3339: text + "T00:00:00Z") else { return nil }
        self.init(time)
    }

    package var civil: (year: Int64, month: Int64, day: Int64) {
        let civil = Timestamp(seconds: number * 86_400).civil
        return (civil.year, civil.month, civil.day)
    }

    /// 0 is Monday. The first of January 1970 was a Thursday.
    package var weekday: Int64 { ((number + 3) % 7 + 7) % 7 }

    /// `2026-03-02`.
    package var text: String { String(Timestamp(seconds: number * 86_400).rfc3339.prefix(10)) }

    package static func < (left: Self, right: Self) -> Bool { left.number < right.number }

    package static func + (left: Self, days: Int64) -> Self { CalendarDay(number: left.number + days) }

    /// As people write it: "12 marzo 2026", "12 March 2026".
    package func spelled(inItalian: Bool) -> String {
        let (year, month, day) = civil
        return "\(day) \((inItalian ? Self.italianMonths : Self.englishMonths)[Int(month) - 1]) \(year)"
    }

    static let italianMonths = ["gennaio", "febbraio", "marzo", "aprile", "maggio", "giugno", "luglio", "agosto", "settembre", "ottobre", "novembre", "dicembre"]
    static let englishMonths = ["January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"]

    /// The number of a month's name or of its beginning of three letters or more; by names without accents in lower case.
    static func month(_ word: String) -> Int64? {
        guard word.utf8.count >= 3 else { return nil }
        for names in [italianMonths, englishMonths] {
            for (index, name) in names.enumerated() {
                let name = name.lowercased()
                if name == word || word.utf8.count <= 4 && name.hasPrefix(word) || word == "sett" && index == 8 || word == "sept" && index == 8 { return Int64(index) + 1 }
            }
        }
        return nil
    }

    static let weekdays: [String: Int64] = [
        "lunedi": 0, "martedi": 1, "mercoledi": 2, "giovedi": 3, "venerdi": 4, "sabato": 5, "domenica": 6, "monday": 0, "tuesday": 1, "wednesday": 2, "thursday": 3, "friday": 4,
        "saturday": 5, "sunday": 6,
    ]
}
