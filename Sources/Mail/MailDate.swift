/// A date as mail headers write it (RFC 5322 §3.3), read leniently: day names, seconds and zones may be missing, in words or out of order.
enum MailDate {
    /// Seconds since 1970; nil when there is no day, month and year in it.
    static func seconds(_ text: String) -> Int64? {
        var day: Int?
        var month: Int?
        var year: Int?
        var time: (hour: Int, minute: Int, second: Int)?
        var zone: Int?
        for word in words(text) {
            if word.contains(":") {
                guard time == nil else { continue }
                // `00:01+0000`: the zone may hang on the time.
                let clock = word.prefix { $0 != "+" && $0 != "-" }
                if clock.count < word.count, zone == nil { zone = offset(word.dropFirst(clock.count)) }
                let parts = clock.split(separator: ":", omittingEmptySubsequences: false).prefix(3).map { Int($0.prefix { $0.isNumber }) }
                guard parts.count >= 2, let hour = parts[0], let minute = parts[1], (0...24).contains(hour), (0...59).contains(minute) else { return nil }
                time = (hour, minute, min(parts.count > 2 ? parts[2] ?? 0 : 0, 60))
            } else if let first = word.utf8.first, first == UInt8(ascii: "+") || first == UInt8(ascii: "-"), word.utf8.count >= 3, let number = offset(word) {
                // A year may come last, a zone only once.
                if zone == nil { zone = number }
            } else if let number = Int(word) {
                if day == nil, (1...31).contains(number), word.count <= 2 {
                    day = number
                } else if year == nil {
                    // Two digits (RFC 5322 §4.3): below 50 this century; three: from 1900 on.
                    year = number < 50 && word.count <= 2 ? 2000 + number : number < 1000 ? 1900 + number : number
                }
            } else if let found = months[String(word.prefix(3)).lowercased()], month == nil {
                month = found
            } else if let found = zones[word.uppercased()], zone == nil {
                zone = found
            }
        }
        guard let day, let month, let year, (1...9999).contains(year) else { return nil }
        let clock = time ?? (0, 0, 0)
        return days(year, month, day) * 86_400 + Int64(clock.hour * 3600 + clock.minute * 60 + clock.second - (zone ?? 0) * 60)
    }

    /// Words without comments; `1-Jan-2020` and `Mon,1 Jan` are several.
    private static func words(_ text: String) -> [Substring] {
        var plain = ""
        var depth = 0
        var last: Character = " "
        for character in text.prefix(200) {
            if character == "(" { depth += 1 }
            if depth == 0 {
                // A hyphen between a day, a month and a year separates; before a zone it belongs to it.
                let separates = character == "," || character == "-" && (last.isLetter || plain.split(separator: " ").count <= 2 && last.isNumber && !plain.contains(":"))
                plain.append(separates ? " " : character)
                last = character
            }
            if character == ")", depth > 0 { depth -= 1 }
        }
        return plain.split(whereSeparator: { $0 == " " || $0 == "\t" || $0 == "\n" || $0 == "\r" || $0 == "\r\n" }).prefix(20).map { $0 }
    }

    /// Minutes east of Greenwich of `+0130`, `+01:30` or `+01`.
    private static func offset(_ word: Substring) -> Int? {
        let digits = word.dropFirst().filter(\.isNumber)
        guard (2...4).contains(digits.count), let number = Int(digits) else { return nil }
        let minutes = digits.count == 2 ? number * 60 : number / 100 * 60 + number % 100
        return word.first == "-" ? -minutes : minutes
    }

    /// Days from 1970-01-01 to a day of the Gregorian calendar.
    private static func days(_ year: Int, _ month: Int, _ day: Int) -> Int64 {
        let shifted = month <= 2 ? year - 1 : year
        let era = (shifted >= 0 ? shifted : shifted - 399) / 400
        let ofEra = shifted - era * 400
        let ofYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1
        return Int64(era * 146_097 + ofEra * 365 + ofEra / 4 - ofEra / 100 + ofYear - 719_468)
    }

    private static let months = [
        "jan": 1, "feb": 2, "mar": 3, "apr": 4, "may": 5, "jun": 6, "jul": 7, "aug": 8, "sep": 9, "oct": 10, "nov": 11, "dec": 12,
    ]

    /// In minutes (RFC 5322 §4.3, and those that European programs write).
    private static let zones = [
        "UT": 0, "GMT": 0, "UTC": 0, "Z": 0, "EST": -300, "EDT": -240, "CST": -360, "CDT": -300, "MST": -420, "MDT": -360, "PST": -480, "PDT": -420, "WET": 0, "WEST": 60,
        "CET": 60, "CEST": 120, "MET": 60, "MEST": 120, "EET": 120, "EEST": 180, "BST": 60, "JST": 540,
    ]
}
