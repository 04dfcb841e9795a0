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
            let sign = word.firstIndex { $0 == UInt8(ascii: "+") || $0 == UInt8(ascii: "-") }
            if word.contains(UInt8(ascii: ":")) {
                guard time == nil else { continue }
                // `00:01+0000`: the zone may hang on the time.
                if let sign, zone == nil { zone = offset(word[sign...]) }
                let parts = word[..<(sign ?? word.endIndex)].split(separator: UInt8(ascii: ":"), omittingEmptySubsequences: false).prefix(3).map {
                    number($0.prefix(while: \.isDigit))
                }
                guard parts.count >= 2, let hour = parts[0], let minute = parts[1], hour <= 24, minute <= 59 else { return nil }
                time = (hour, minute, min(parts.count > 2 ? parts[2] ?? 0 : 0, 60))
            } else if sign == word.startIndex, word.count >= 3, let minutes = offset(word) {
                // A year may come last, a zone only once.
                if zone == nil { zone = minutes }
            } else if time == nil, let clock = clock(word) {
                time = clock
            } else if let number = number(word) {
                if day == nil, (1...31).contains(number), word.count <= 2 {
                    day = number
                } else if year == nil {
                    // Two digits (RFC 5322 §4.3): below 50 this century; three: from 1900 on.
                    year = number < 50 && word.count <= 2 ? 2000 + number : number < 1000 ? 1900 + number : number
                }
            } else if month == nil, let found = months.firstIndex(where: { word.beginsWith($0) }) {
                month = found + 1
            } else if zone == nil, let found = zones[String(decoding: word.map(\.lowercased), as: UTF8.self)] {
                zone = found
            }
        }
        guard let day, let month, let year, (1...9999).contains(year) else { return nil }
        let clock = time ?? (0, 0, 0)
        return days(year, month, day) * 86_400 + Int64(clock.hour * 3600 + clock.minute * 60 + clock.second - (zone ?? 0) * 60)
    }

    /// `16.05.11`, as some programs write the time.
    private static func clock(_ word: ArraySlice<UInt8>) -> (hour: Int, minute: Int, second: Int)? {
        let parts = word.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        guard (2...3).contains(parts.count), parts.allSatisfy({ $0.count == 2 }), let hour = number(parts[0]), let minute = number(parts[1]), hour <= 24, minute <= 59 else {
            return nil
        }
        let second = parts.count > 2 ? number(parts[2]) : 0
        return second.flatMap { $0 <= 60 ? (hour, minute, $0) : nil }
    }

    /// At most 20 words without comments; `1-Jan-2020` and `Mon,1 Jan` are several.
    private static func words(_ text: String) -> ArraySlice<ArraySlice<UInt8>> {
        var plain: [UInt8] = []
        var depth = 0
        var count = 0
        var hasColon = false
        for byte in text.utf8.prefix(200) {
            if byte == UInt8(ascii: "(") { depth += 1 }
            if depth == 0 {
                let last = plain.last ?? 0x20
                // A hyphen between a day, a month and a year separates; before a zone it belongs to it.
                let separates = byte == UInt8(ascii: ",") || byte == UInt8(ascii: "-") && (last.isLetter || last >= 0x80 || count <= 2 && last.isDigit && !hasColon)
                if !separates, !byte.isWhiteSpace, last.isWhiteSpace { count += 1 }
                if byte == UInt8(ascii: ":") { hasColon = true }
                plain.append(separates ? 0x20 : byte)
            }
            if byte == UInt8(ascii: ")"), depth > 0 { depth -= 1 }
        }
        return plain.split(whereSeparator: \.isWhiteSpace).prefix(20)
    }

    /// Minutes east of Greenwich of `+0130`, `+01:30` or `+01`.
    private static func offset(_ word: ArraySlice<UInt8>) -> Int? {
        let digits = word.dropFirst().filter(\.isDigit)
        guard (2...4).contains(digits.count), let number = number(digits) else { return nil }
        let minutes = digits.count == 2 ? number * 60 : number / 100 * 60 + number % 100
        return word.first == UInt8(ascii: "-") ? -minutes : minutes
    }

    /// Of digits alone, at most nine.
    private static func number(_ digits: some Collection<UInt8>) -> Int? {
        guard !digits.isEmpty, digits.count <= 9, digits.allSatisfy(\.isDigit) else { return nil }
        return digits.reduce(0) { $0 * 10 + Int($1 - 0x30) }
    }

    /// Days from 1970-01-01 to a day of the Gregorian calendar.
    private static func days(_ year: Int, _ month: Int, _ day: Int) -> Int64 {
        let shifted = month <= 2 ? year - 1 : year
        let era = (shifted >= 0 ? shifted : shifted - 399) / 400
        let ofEra = shifted - era * 400
        let ofYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1
        return Int64(era * 146_097 + ofEra * 365 + ofEra / 4 - ofEra / 100 + ofYear - 719_468)
    }

    private static let months = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"].map { Array($0.utf8) }

    /// In minutes (RFC 5322 §4.3, and those that European programs write).
    private static let zones = [
        "ut": 0, "gmt": 0, "utc": 0, "z": 0, "est": -300, "edt": -240, "cst": -360, "cdt": -300, "mst": -420, "mdt": -360, "pst": -480, "pdt": -420, "wet": 0, "west": 60,
        "cet": 60, "cest": 120, "met": 60, "mest": 120, "eet": 120, "eest": 180, "bst": 60, "jst": 540,
    ]
}
