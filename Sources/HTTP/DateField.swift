import Synchronization

/// The `Date` field's text, made anew once a second (RFC 9110 section 5.6.7).
final class DateField: Sendable {
    private let cache = Mutex<(second: Int64, text: [UInt8])>((-1, []))

    func text(at second: Int64) -> [UInt8] {
        cache.withLock { cache in
            if cache.second != second { cache = (second, DateField.format(second)) }
            return cache.text
        }
    }

    /// `Sun, 06 Nov 1994 08:49:37 GMT`
    static func format(_ second: Int64) -> [UInt8] {
        let days = Int((second - (second % 86400 + 86400) % 86400) / 86400)
        let time = Int((second % 86400 + 86400) % 86400)
        // Days to a date in the proleptic Gregorian calendar, by 400-year eras beginning on March 1st.
        let shifted = days + 719_468
        let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shiftedMonth = (5 * dayOfYear + 2) / 153
        let day = dayOfYear - (153 * shiftedMonth + 2) / 5 + 1
        let month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
        let year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
        let weekday = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"][((days % 7) + 7) % 7]
        let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
        func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
        let clock = "\(two(time / 3600)):\(two(time / 60 % 60)):\(two(time % 60))"
        return Array("\(weekday), \(two(day)) \(months[month - 1]) \(year) \(clock) GMT".utf8)
    }
}
