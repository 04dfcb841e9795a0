extension QuantityReader {
    /// A day of a month in digits or as a word, with what follows its number ("1st").
    private func day(_ place: Int) -> (day: Int, length: Int)? {
        guard place >= 0, place < tokens.count else { return nil }
        if let day = Self.ordinals[tokens[place].text] { return (day, 1) }
        guard tokens[place].kind == .number, let day = Int(tokens[place].text), (1...31).contains(day) else { return nil }
        return (day, ["st", "nd", "rd", "th"].contains(text(place + 1)) ? 2 : 1)
    }

    func date(_ place: Int) -> Quantity? {
        var month: Int?
        var dayOfMonth: Int?
        var lastDay: Int?
        var year = 0
        var end = place
        if let first = day(place) {
            var next = place + first.length
            // "from 5 to 20 August", "tra il 5 e il 20 agosto".
            if ["to", "-", "and", "until", "till", "al", "e"].contains(text(next)) {
                let start = ["the", "il"].contains(text(next + 1)) ? next + 2 : next + 1
                if let last = day(start), last.day > first.day, Self.months[text(start + last.length + (text(start + last.length) == "of" ? 1 : 0))] != nil {
                    (lastDay, next) = (last.day, start + last.length)
                }
            }
            if text(next) == "of" { next += 1 }
            if let named = Self.months[text(next)] { (dayOfMonth, month, end) = (first.day, named, next + 1) }
        } else if let named = Self.months[text(place)], let first = day(place + 1), tokens[place + 1].kind == .number {
            // "may 3 people" is no date: a month before its day has a capital, which folding took; only "may" is doubtful.
            if text(place) != "may" || ["by", "until", "on", "from", "in"].contains(text(place - 1)) { (dayOfMonth, month, end) = (first.day, named, place + 1 + first.length) }
        } else if place < tokens.count, tokens[place].kind == .number {
            let parts = tokens[place].text.split(whereSeparator: { "/-.".contains($0) }).map { Int($0) }
            if parts.count == 3, let one = parts[0], let two = parts[1], let three = parts[2], (1...12).contains(two) {
                if one > 1900, (1...31).contains(three) { (year, month, dayOfMonth, end) = (one, two, three, place + 1) }
                if three > 1900, (1...31).contains(one) { (year, month, dayOfMonth, end) = (three, two, one, place + 1) }
            }
        }
        guard let month, let dayOfMonth else { return nil }
        if year == 0, text(end) == "," && (Int(text(end + 1)) ?? 0) > 1900 { end += 1 }
        if year == 0, let written = Int(text(end)), (1900...2200).contains(written) { (year, end) = (written, end + 1) }
        let value = Double(year * 10_000 + month * 100 + dayOfMonth)
        let last = lastDay.map { value + Double($0 - dayOfMonth) }
        return Quantity(
            dimension: .date, low: value, high: last ?? value, bound: last == nil ? bound(before: place, after: end) : .exact, written: value, place: place..<end)
    }

    /// "on Tuesdays", "Monday to Friday", "dal lunedì al venerdì".
    func weekday(_ place: Int) -> Quantity? {
        if let (low, high) = Self.partsOfWeek[text(place)] {
            return Quantity(dimension: .weekday, low: low, high: high, bound: .exact, written: low, place: place..<(place + 1))
        }
        guard let first = Self.weekdays[text(place)] else { return nil }
        var (last, end) = (first, place + 1)
        if ["to", "-", "al", "alla", "till", "until"].contains(text(end)), let second = Self.weekdays[text(end + 1)], second > first { (last, end) = (second, end + 2) }
        return Quantity(dimension: .weekday, low: first, high: last, bound: .exact, written: first, place: place..<end)
    }

    /// Gives times of day the days that are named before them in the sentence, or else behind them.
    mutating func nameDays() {
        let days = found.filter { $0.dimension == .weekday }
        for number in found.indices where found[number].dimension == .clock {
            let place = found[number].place.lowerBound
            if let named = days.last(where: { $0.place.lowerBound < place }) ?? days.first { found[number].days = named.low...named.high }
        }
    }

    /// "half price", "metà prezzo".
    func share(_ place: Int) -> Quantity? {
        let (word, next) = (text(place), text(place + 1))
        guard word == "half" && ["price", "off"].contains(next) || word == "meta" && next == "prezzo" else { return nil }
        return Quantity(dimension: .percent, low: 50, high: 50, bound: .exact, written: 50, place: place..<(place + 2))
    }

    func minutes(_ place: Int, bare: Bool) -> (minutes: Double, length: Int)? {
        guard place >= 0, place < tokens.count, tokens[place].kind == .number else { return nil }
        let written = tokens[place].text
        let parts = written.split(whereSeparator: { ":.".contains($0) })
        guard let hour = Int(parts[0]), (0...24).contains(hour), parts.count <= 2 else { return nil }
        var minute = 0
        if parts.count == 2 {
            guard parts[1].count == 2, let value = Int(parts[1]), value < 60 else { return nil }
            minute = value
        }
        let half = text(place + 1)
        if half == "am" || half == "pm", hour <= 12 { return (Double((hour % 12 + (half == "pm" ? 12 : 0)) * 60 + minute), 2) }
        if written.contains(":") || bare && unit(place + 1) == nil { return (Double(hour * 60 + minute), 1) }
        return nil
    }

    func clock(_ place: Int) -> Quantity? {
        if let named = Self.namedTimes[text(place)] {
            return Quantity(dimension: .clock, low: named, high: named, bound: bound(before: place, after: place + 1), written: named, place: place..<(place + 1))
        }
        let before = text(place - 1)
        let bare = ["alle", "dalle", "ore", "le"].contains(before) || before == "at" && language == "en"
        guard let first = minutes(place, bare: bare) ?? rangeStart(place) else { return nil }
        var end = place + first.length
        var low = first.minutes
        var high = low
        if ["-", "to", "alle", "and", "e", "until", "till"].contains(text(end)) {
            var next = end + 1
            if ["le", "alle", "the"].contains(text(next)) { next += 1 }
            if let second = minutes(next, bare: true) {
                high = second.minutes
                end = next + second.length
            }
        }
        let isRange = high != low
        if high < low { swap(&low, &high) }
        return Quantity(
            dimension: .clock, low: low, high: high, bound: isRange ? .exact : bound(before: place, after: end), written: low, place: place..<end)
    }

    /// "from 9 to 7 pm", "from 8 to 20": bare hours on both sides.
    func rangeStart(_ place: Int) -> (minutes: Double, length: Int)? {
        guard ["from", "between", "dalle", "tra", "fra"].contains(text(place - 1)) || text(place + 1) == "-", let start = minutes(place, bare: true) else { return nil }
        var next = place + start.length
        guard ["to", "-", "and", "alle", "e"].contains(text(next)) else { return nil }
        let joint = text(next)
        next += 1
        if text(next) == "le" { next += 1 }
        guard let end = minutes(next, bare: true), end.minutes > start.minutes || text(next + 1) == "pm" else { return nil }
        if end.length == 2 || joint == "alle" { return start }
        // "from 2 to 5 people": a unit behind it, or nothing that says hours.
        let behind = text(next + end.length)
        guard end.length == 1, unit(next + end.length) == nil, behind.isEmpty || [",", ".", ";", "!", ")"].contains(behind) || text(place - 1) == "dalle" else { return nil }
        return end.minutes >= 12 * 60 && start.minutes >= 6 * 60 ? start : nil
    }

    func phone(_ place: Int) -> Quantity? {
        var digits = ""
        var end = place
        while end < tokens.count, tokens[end].kind == .number, tokens[end].text.allSatisfy(\.isNumber) {
            digits += tokens[end].text
            end += 1
        }
        guard digits.count >= 7, digits.count <= 15, let value = Double(digits), unit(end) == nil else { return nil }
        return Quantity(dimension: .phone, low: value, high: value, bound: .exact, written: value, place: place..<end)
    }
}
