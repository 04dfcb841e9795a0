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

    /// "half price", "metà prezzo"; "a third of the fee", "half of it", "due terzi del prezzo".
    func share(_ place: Int) -> Quantity? {
        func share(_ part: Double, _ length: Int) -> Quantity {
            Quantity(dimension: .percent, low: part, high: part, bound: .exact, written: part, place: place..<(place + length))
        }
        let (word, next) = (text(place), text(place + 1))
        let isOf = ["of", "del", "della", "dell", "dei", "delle", "di"]
        if word == "half" && (["price", "off"].contains(next) || isOf.contains(next) || next == "the") || word == "meta" && (next == "prezzo" || isOf.contains(next)) {
            return share(50, 1)
        }
        guard let count = word == "one" ? 1 : number(place), count >= 1, count <= 3, let part = Self.parts[next] else { return nil }
        // "un quarto d'ora" is a time.
        guard isOf.contains(text(place + 2)), !Self.times.keys.contains(text(place + 3)), Self.times[text(place + 4)] == nil || text(place + 3) != "an" else { return nil }
        return share(100 * count / part, 2)
    }

    private static let parts: [String: Double] = [
        "third": 3, "thirds": 3, "quarter": 4, "quarters": 4, "fifth": 5, "fifths": 5, "tenth": 10, "terzo": 3, "terzi": 3, "quarto": 4, "quarti": 4, "quinto": 5, "quinti": 5,
        "decimo": 10,
    ]

    /// "a quarter of an hour", "un quarto d'ora", "three quarters of an hour", "tre quarti d'ora".
    func quarters(_ place: Int) -> Quantity? {
        guard let count = number(place), (1...3).contains(count), ["quarter", "quarters", "quarto", "quarti"].contains(text(place + 1)) else { return nil }
        let unit = text(place + 2) == "of" && text(place + 3) == "an" ? place + 4 : ["d", "di"].contains(text(place + 2)) ? place + 3 : -1
        guard ["hour", "ora"].contains(text(unit)) else { return nil }
        return finished(.duration, count * 0.25, count * 0.25, 1, place..<(unit + 1))
    }

    /// "half past four", "a quarter to six", "le sei e mezza", "alle otto di sera": hours in words, as minutes and tokens.
    func spoken(_ place: Int) -> (minutes: Double, length: Int)? {
        // In English words "past" and "to" go with the hours of a dial only.
        func hour(_ place: Int) -> Double? { number(place).flatMap { (1...(language == "en" ? 12 : 24)).contains($0) ? $0 : nil } }
        if language == "en" {
            let (quarters, next): (Double, Int) =
                text(place) == "half"
                ? (30, place + 1) : text(place) == "quarter" ? (15, place + 1) : text(place) == "a" && text(place + 1) == "quarter" ? (15, place + 2) : (0, place)
            guard quarters > 0, ["past", "to"].contains(text(next)), let hour = hour(next + 1) else { return nil }
            let time = hour * 60 + (text(next) == "to" ? -quarters : quarters)
            // Nothing opens or closes at half past four in the morning.
            return (time < 7 * 60 ? time + 720 : time, next + 2 - place)
        }
        guard language == "it", ["alle", "dalle", "le", "ore"].contains(text(place - 1)), tokens[place].kind == .word, let hour = hour(place), unit(place + 1) == nil else {
            return nil
        }
        var (minutes, length) = (hour * 60, 1)
        if text(place + 1) == "e", ["mezza", "mezzo"].contains(text(place + 2)) { (minutes, length) = (minutes + 30, 3) }
        let part = text(place + length) == "di" ? text(place + length + 1) : ""
        switch part {
        case "sera", "pomeriggio": minutes += hour < 12 ? 720 : 0
        // Eleven at night is before midnight, two is behind it.
        case "notte": minutes += (8..<12).contains(hour) ? 720 : 0
        case "mattina": break
        // "Le due confezioni" are two things, "le due di domani" is an hour.
        default: return isMatter(place + length) ? nil : (minutes, length)
        }
        return (minutes, length + 2)
    }

    /// Whether a word stands there that is neither grammar nor a day of the week.
    private func isMatter(_ place: Int) -> Bool {
        guard place < tokens.count, tokens[place].kind == .word, Self.weekdays[text(place)] == nil else { return false }
        return CommonWords.marks(FixedHash.hash(Array(text(place).utf8))) & CommonWords.mark(of: language) == 0
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
        guard let first = spoken(place) ?? minutes(place, bare: bare) ?? rangeStart(place) else { return nil }
        var end = place + first.length
        var low = first.minutes
        var high = low
        if ["-", "to", "alle", "and", "e", "until", "till"].contains(text(end)) {
            var next = end + 1
            if ["le", "alle", "the"].contains(text(next)) { next += 1 }
            if let second = spoken(next) ?? minutes(next, bare: true) {
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
