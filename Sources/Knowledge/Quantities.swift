// Longer than most files here: the units, the words and the numbers of two languages that reading an amount needs stand together.
/// An amount in a sentence: what it measures, how much, and as which bound.
struct Quantity: Sendable, Hashable {
    enum Dimension: Hashable, Sendable {
        /// In units of the currency.
        case money(String)
        /// In hours.
        case duration
        case percent
        /// In minutes since midnight.
        case clock
        /// Month times 100 plus day; the year, where there is one, is times 10,000.
        case date
        /// In gigabytes.
        case storage
        /// In Mbit/s.
        case speed
        /// In kilograms, centimetres, degrees.
        case weight, length, temperature
        /// Of things, by the stem of what is counted.
        case count(UInt64)
        case phone
    }

    enum Bound: Sendable, Hashable { case exact, least, most }

    var dimension: Dimension
    var low: Double
    var high: Double
    var bound: Bound
    /// What a price or an amount is for: hours of the time after "a", "per"; 0 where there is none.
    var per: Double = 0
    /// Working days, whose number may be meant as it is.
    var isWorking = false
    /// The number as it is written, before units: "5 days" and "5 working days" are not told apart.
    var written: Double
    /// Its tokens.
    var place: Range<Int>

    /// Whether the two say the same: "14 days" and "two weeks", "2–3 days" and "3 days".
    func agrees(with other: Quantity) -> Bool {
        if dimension == .duration, other.dimension == .duration, isWorking != other.isWorking, written == other.written { return true }
        if dimension == .clock {
            // "9 to 18" and "until 18" agree, "9 to 18" and "9 to 19" do not.
            let (isRange, isOtherRange) = (low != high, other.low != other.high)
            if isRange == isOtherRange { return low == other.low && high == other.high }
            let (range, point) = isRange ? (self, other) : (other, self)
            return switch point.bound {
            case .exact: point.low >= range.low && point.low <= range.high
            case .least: point.low == range.low
            case .most: point.low == range.high
            }
        }
        if dimension == .date, other.dimension == .date {
            // A date without a year agrees with the same day of any year.
            return low == other.low || (low < 10_000 || other.low < 10_000) && low.truncatingRemainder(dividingBy: 10_000) == other.low.truncatingRemainder(dividingBy: 10_000)
        }
        // A month is 28 to 31 days, a year 360 or 365: 2 % of what is longer than a day.
        let slack = dimension == .duration ? (max(low, other.low) > 24 * 27 ? 0.035 : 0.001) : 0.001
        return low <= other.high * (1 + slack) && other.low <= high * (1 + slack)
    }

    /// Whether they could be two answers to one question: not a least amount and a largest one, not a price a day and a price a month.
    func isComparable(with other: Quantity) -> Bool {
        guard dimension == other.dimension else { return false }
        if bound != .exact, other.bound != .exact, bound != other.bound { return false }
        return per == 0 || other.per == 0 || abs(per - other.per) < 0.01 * max(per, other.per)
    }
}

/// Finds the quantities of a sentence.
struct QuantityReader {
    private let tokens: [ReviewToken]
    private let language: String
    private let stem: (String) -> UInt64
    private var found: [Quantity] = []

    /// - Parameter stem: of a folded word.
    static func quantities(of tokens: [ReviewToken], language: String, stem: @escaping (String) -> UInt64) -> [Quantity] {
        var reader = QuantityReader(tokens: tokens, language: language, stem: stem)
        reader.read()
        return reader.found
    }

    private init(tokens: [ReviewToken], language: String, stem: @escaping (String) -> UInt64) {
        self.tokens = tokens
        self.language = language
        self.stem = stem
    }

    private func text(_ place: Int) -> String { place >= 0 && place < tokens.count ? tokens[place].text : "" }

    private mutating func read() {
        var place = 0
        while place < tokens.count {
            if let quantity = phone(place) ?? date(place) ?? clock(place) ?? amount(place) {
                found.append(quantity)
                place = max(place + 1, quantity.place.upperBound)
            } else {
                place += 1
            }
        }
    }

    // MARK: numbers

    /// A number in digits or words.
    private func number(_ place: Int) -> Double? {
        guard place >= 0, place < tokens.count else { return nil }
        switch tokens[place].kind {
        case .number: return Self.value(tokens[place].text)
        case .word: return Self.numerals[tokens[place].text]
        case .mark: return nil
        }
    }

    /// "1.500", "1,500", "4,90", "4.90", "1.234,56".
    static func value(_ text: String) -> Double? {
        guard text.utf8.allSatisfy({ $0 >= 0x30 && $0 <= 0x39 || $0 == 0x2E || $0 == 0x2C }) else { return nil }
        var digits = text
        let points = text.count { $0 == "." }
        let commas = text.count { $0 == "," }
        func isGrouped(by mark: Character) -> Bool {
            let parts = text.split(separator: mark, omittingEmptySubsequences: false)
            return parts.count > 1 && parts.dropFirst().allSatisfy { $0.count == 3 } && (1...3).contains(parts[0].count) && parts[0] != "0"
        }
        if points > 0, commas > 0 {
            let decimal: Character = text.last { !$0.isNumber } ?? "."
            digits = String(text.filter { $0 == decimal || $0.isNumber }.map { $0 == decimal ? "." : $0 })
        } else if points > 0 {
            digits = isGrouped(by: ".") ? text.filter(\.isNumber) : text
        } else if commas > 0 {
            digits = isGrouped(by: ",") ? text.filter(\.isNumber) : String(text.map { $0 == "," ? "." : $0 })
        }
        return Double(digits)
    }

    private static let numerals: [String: Double] = {
        var values: [String: Double] = [:]
        let english =
            "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen twenty".split(separator: " ")
        let italian =
            "zero uno due tre quattro cinque sei sette otto nove dieci undici dodici tredici quattordici quindici sedici diciassette diciotto diciannove venti".split(
                separator: " ")
        for (value, word) in english.enumerated() { values[String(word)] = Double(value) }
        for (value, word) in italian.enumerated() { values[String(word)] = Double(value) }
        for (value, word) in "thirty forty fifty sixty seventy eighty ninety".split(separator: " ").enumerated() {
            values[String(word)] = Double(30 + 10 * value)
            for unit in 1...9 { values["\(word)-\(english[unit])"] = Double(30 + 10 * value + unit) }
        }
        for unit in 1...9 { values["twenty-\(english[unit])"] = Double(20 + unit) }
        for (value, word) in "venti trenta quaranta cinquanta sessanta settanta ottanta novanta".split(separator: " ").enumerated() {
            let tens = Double(20 + 10 * value)
            values[String(word)] = tens
            for unit in 1...9 {
                let stem = unit == 1 || unit == 8 ? word.dropLast() : word
                values["\(stem)\(italian[unit])"] = tens + Double(unit)
            }
        }
        values["hundred"] = 100
        values["cento"] = 100
        values["mille"] = 1000
        values["un"] = 1
        values["una"] = 1
        values["a"] = 1
        values["an"] = 1
        values["half"] = 0.5
        values["mezza"] = 0.5
        values["mezzo"] = 0.5
        // "six-month", "five-year".
        for (value, word) in english.enumerated() {
            for unit in ["day", "week", "month", "year", "hour", "minute"] { values["\(word)-\(unit)"] = Double(value) }
        }
        return values
    }()

    /// Words that are one and an article as well: numbers only before a unit of time.
    private static let ones: Set<String> = ["a", "an", "un", "una", "uno", "one", "half", "mezza", "mezzo"]

    // MARK: units

    /// Hours.
    private static let times: [String: Double] = {
        var values: [String: Double] = [:]
        for (words, hours) in [
            ("second seconds secondi sec", 1.0 / 3600), ("minute minutes min mins minuto minuti", 1.0 / 60), ("hour hours ora ore", 1), ("day days giorno giorni", 24),
            ("week weeks settimana settimane", 168), ("month months mese mesi", 730), ("year years anno anni", 8760),
        ] {
            for word in words.split(separator: " ") { values[String(word)] = hours }
        }
        return values
    }()

    private static let currencies: [String: (code: String, scale: Double)] = [
        "€": ("EUR", 1), "eur": ("EUR", 1), "euro": ("EUR", 1), "euros": ("EUR", 1), "£": ("GBP", 1), "gbp": ("GBP", 1), "pound": ("GBP", 1), "pounds": ("GBP", 1),
        "sterline": ("GBP", 1), "$": ("USD", 1), "usd": ("USD", 1), "dollar": ("USD", 1), "dollars": ("USD", 1), "dollari": ("USD", 1), "chf": ("CHF", 1),
        "francs": ("CHF", 1), "franchi": ("CHF", 1), "cent": ("EUR", 0.01), "cents": ("EUR", 0.01), "centesimi": ("EUR", 0.01), "centesimo": ("EUR", 0.01),
        "pence": ("GBP", 0.01),
    ]

    private static let measures: [String: (dimension: Quantity.Dimension, scale: Double)] = [
        "%": (.percent, 1), "percent": (.percent, 1), "gb": (.storage, 1), "giga": (.storage, 1), "gigabyte": (.storage, 1), "gigabytes": (.storage, 1),
        "mb": (.storage, 0.001), "tb": (.storage, 1000), "mbit/s": (.speed, 1), "mbps": (.speed, 1), "mbit": (.speed, 1), "mega": (.speed, 1), "gbit/s": (.speed, 1000),
        "gbps": (.speed, 1000), "gbit": (.speed, 1000), "kg": (.weight, 1), "kilos": (.weight, 1), "chili": (.weight, 1), "kilograms": (.weight, 1), "g": (.weight, 0.001),
        "cm": (.length, 1), "mm": (.length, 0.1), "m": (.length, 100), "metres": (.length, 100), "metri": (.length, 100), "km": (.length, 100_000), "c": (.temperature, 1),
    ]

    /// The unit behind a number: what it measures, its scale, and how many tokens it takes.
    private func unit(_ place: Int) -> (dimension: Quantity.Dimension, scale: Double, length: Int, isWorking: Bool)? {
        let word = text(place)
        if let (code, scale) = Self.currencies[word] { return (.money(code), scale, 1, false) }
        if let measure = Self.measures[word] { return (measure.dimension, measure.scale, 1, false) }
        if word == "per", text(place + 1) == "cent" || text(place + 1) == "cento" { return (.percent, 1, 2, false) }
        if word == "working" || word == "business", let hours = Self.times[text(place + 1)] { return (.duration, hours * 1.4, 2, true) }
        if let hours = Self.times[word] {
            if ["lavorativi", "lavorativo", "feriali", "feriale"].contains(text(place + 1)) { return (.duration, hours * 1.4, 2, true) }
            return (.duration, hours, 1, false)
        }
        return nil
    }

    // MARK: kinds

    private func amount(_ place: Int) -> Quantity? {
        // "€4.90", "EUR 4.90": the currency comes first.
        if let (code, scale) = Self.currencies[text(place)], scale == 1, let low = number(place + 1), tokens[place + 1].kind == .number {
            var end = place + 2
            var high = low
            if text(end) == "-", let second = number(end + 1) {
                (high, end) = (second, end + 2)
            }
            // "€ 10 euro" is said nowhere, but "€3.50 per item" is.
            return finished(.money(code), low, high, 1, place..<end)
        }
        guard let low = number(place) else { return nil }
        let isWord = tokens[place].kind == .word
        if isWord, text(place).contains("-"), let hours = Self.times[String(text(place).split(separator: "-").last ?? "")] {
            return finished(.duration, low, low, hours, place..<(place + 1))
        }
        var end = place + 1
        var high = low
        let firstUnit = unit(end)
        var between = end + (firstUnit?.length ?? 0)
        // "2-3 days", "2 to 3 days", "da 60 € a 1.500 €", "between 2 and 3".
        let joint = text(between)
        if joint == "-" || ["to", "a", "and", "e", "o", "or"].contains(joint) && number(between + 1) != nil {
            between += 1
            if Self.currencies[text(between)] != nil { between += 1 }
            let opened = ["and", "e"].contains(joint) ? ["between", "tra", "fra"].contains(text(place - 1)) : true
            if opened, let second = number(between), !Self.ones.contains(text(between)), second > low, let secondUnit = unit(between + 1) ?? firstUnit {
                let scale = (firstUnit ?? secondUnit).scale / secondUnit.scale
                if firstUnit == nil || firstUnit?.dimension == secondUnit.dimension {
                    let stop = between + 1 + (unit(between + 1)?.length ?? 0)
                    return finished(secondUnit.dimension, low * scale, second, secondUnit.scale, place..<stop, isWorking: secondUnit.isWorking, bound: .exact)
                }
            }
        }
        guard let unit = firstUnit else {
            if isWord, Self.ones.contains(text(place)) || low < 2 { return nil }
            // Counted things: the next word, past an adjective or two that it does not need.
            guard end < tokens.count, tokens[end].kind == .word, text(end).utf8.count > 2, !text(place).contains(":"), !text(place).contains("/") else { return nil }
            if let second = number(end), second > 0 { return nil }
            end += 1
            high = low
            return finished(.count(stem(text(end - 1))), low, high, 1, place..<end)
        }
        if isWord, Self.ones.contains(text(place)), unit.dimension != .duration { return nil }
        end += unit.length
        return finished(unit.dimension, low, high, unit.scale, place..<end, isWorking: unit.isWorking)
    }

    private func finished(
        _ dimension: Quantity.Dimension, _ low: Double, _ high: Double, _ scale: Double, _ place: Range<Int>, isWorking: Bool = false, bound: Quantity.Bound? = nil
    ) -> Quantity? {
        // "a day" behind an amount is its rate, not an amount: `per` of the amount before has taken it.
        if Self.ones.contains(text(place.lowerBound)), dimension == .duration, let last = found.last, last.place.upperBound == place.lowerBound { return nil }
        let rate = rate(behind: place.upperBound)
        return Quantity(
            dimension: dimension, low: low * scale, high: high * scale, bound: bound ?? self.bound(before: place.lowerBound, after: place.upperBound), per: rate.hours,
            isWorking: isWorking, written: low, place: place.lowerBound..<(place.upperBound + rate.length))
    }

    /// "a day", "per month", "al mese", "l'anno", "ogni giorno", "for each day".
    private func rate(behind place: Int) -> (hours: Double, length: Int) {
        for start in [place, place + 1] where start == place || ["for", "per"].contains(text(place)) {
            if ["a", "per", "each", "every", "al", "all", "alla", "l", "ogni", "an"].contains(text(start)), let hours = Self.times[text(start + 1)] {
                return (hours, start + 2 - place)
            }
        }
        return (0, 0)
    }

    private static let least: Set<String> = [
        "from", "above", "over", "least", "minimum", "since", "than", "starting", "exceeding", "dal", "dai", "da", "dalle", "dall", "oltre", "sopra", "almeno", "minimo",
        "partire", "starts", "begins", "opens", "inizia", "iniziano", "apre", "min",
    ]
    private static let most: Set<String> = [
        "until", "till", "within", "most", "maximum", "max", "below", "under", "by", "later", "to", "entro", "fino", "massimo", "sotto", "closes", "ends", "chiude", "chiudono",
        "finisce", "finiscono", "scade", "limit", "limited", "limite", "before",
    ]

    private func bound(before place: Int, after end: Int) -> Quantity.Bound {
        for back in 1...3 {
            let word = text(place - back)
            if word.isEmpty || tokens[place - back].kind == .number || [",", ";", ":", "."].contains(word) { break }
            // "no more than", "no later than", "non più di", "non oltre".
            if ["no", "non", "not"].contains(text(place - back - 1)) && ["more", "later", "piu", "oltre", "longer"].contains(word) { return .most }
            if word == "than" {
                if ["no", "not"].contains(text(place - back - 2)) { return .most }
                return ["less", "fewer", "shorter", "earlier"].contains(text(place - back - 1)) ? .most : .least
            }
            if word == "di", text(place - back - 1) == "piu" { return .least }
            if word == "di", text(place - back - 1) == "meno" { return .most }
            if word == "at" || word == "the" || word == "of" || word == "a" || word == "al" || word == "alle" || word == "ai" || word == "il" || word == "i" || word == "1" {
                continue
            }
            if Self.least.contains(word) { return .least }
            if Self.most.contains(word) { return .most }
            if back >= 2 { break }
        }
        let (first, second) = (text(end), text(end + 1))
        if first == "or" && second == "more" || first == "o" && second == "piu" || first == "in" && second == "su" || first == "and" && second == "over" { return .least }
        if first == "or" && second == "less" || first == "al" && second == "massimo" || first == "at" && second == "most" || first == "o" && second == "meno" { return .most }
        return .exact
    }

    private static let months: [String: Int] = {
        var values: [String: Int] = [:]
        for names in [
            "january february march april may june july august september october november december",
            "gennaio febbraio marzo aprile maggio giugno luglio agosto settembre ottobre novembre dicembre", "jan feb mar apr may jun jul aug sep oct nov dec",
        ] {
            for (number, name) in names.split(separator: " ").enumerated() { values[String(name)] = number + 1 }
        }
        return values
    }()

    private func day(_ place: Int) -> Int? {
        guard place >= 0, place < tokens.count, tokens[place].kind == .number, let day = Int(tokens[place].text), (1...31).contains(day) else { return nil }
        return day
    }

    private func date(_ place: Int) -> Quantity? {
        var month: Int?
        var dayOfMonth: Int?
        var year = 0
        var end = place
        if let first = day(place) {
            var next = place + 1
            if ["st", "nd", "rd", "th"].contains(text(next)) { next += 1 }
            if text(next) == "of" { next += 1 }
            if let named = Self.months[text(next)] { (dayOfMonth, month, end) = (first, named, next + 1) }
        } else if let named = Self.months[text(place)], let first = day(place + 1) {
            // "may 3 people" is no date: a month before its day has a capital, which folding took; only "may" is doubtful.
            if text(place) != "may" || ["by", "until", "on", "from", "in"].contains(text(place - 1)) { (dayOfMonth, month, end) = (first, named, place + 2) }
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
        return Quantity(dimension: .date, low: value, high: value, bound: bound(before: place, after: end), written: value, place: place..<end)
    }

    private func minutes(_ place: Int, bare: Bool) -> (minutes: Double, length: Int)? {
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

    private func clock(_ place: Int) -> Quantity? {
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
    private func rangeStart(_ place: Int) -> (minutes: Double, length: Int)? {
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

    private func phone(_ place: Int) -> Quantity? {
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
