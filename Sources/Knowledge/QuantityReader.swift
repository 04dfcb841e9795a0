/// Finds the quantities of a sentence.
struct QuantityReader {
    let tokens: [ReviewToken]
    let language: String
    let stem: (String) -> UInt64
    var found: [Quantity] = []

    /// - Parameter stem: of a folded word.
    static func quantities(of tokens: [ReviewToken], language: String, stem: @escaping (String) -> UInt64) -> [Quantity] {
        var reader = QuantityReader(tokens: tokens, language: language, stem: stem)
        reader.read()
        reader.nameDays()
        return reader.found
    }

    private init(tokens: [ReviewToken], language: String, stem: @escaping (String) -> UInt64) {
        self.tokens = tokens
        self.language = language
        self.stem = stem
    }

    func text(_ place: Int) -> String { place >= 0 && place < tokens.count ? tokens[place].text : "" }

    private mutating func read() {
        var place = 0
        while place < tokens.count {
            if let quantity = phone(place) ?? date(place) ?? clock(place) ?? weekday(place) ?? quarters(place) ?? share(place) ?? amount(place) {
                found.append(quantity)
                place = max(place + 1, quantity.place.upperBound)
            } else {
                place += 1
            }
        }
    }

    // MARK: numbers

    /// A number in digits or words.
    func number(_ place: Int) -> Double? {
        guard place >= 0, place < tokens.count else { return nil }
        switch tokens[place].kind {
        case .number: return Self.value(tokens[place].text)
        case .word: return Self.numerals[tokens[place].text]
        case .mark: return nil
        }
    }

    /// The same of several words: "two hundred", "a hundred and fifty", "half an" before a unit; how many tokens it takes.
    func numeral(_ place: Int) -> (value: Double, length: Int)? {
        guard let value = number(place) else { return nil }
        guard tokens[place].kind == .word else { return (value, 1) }
        if value == 0.5, ["a", "an"].contains(text(place + 1)) { return (value, 2) }
        if let scale = ["hundred": 100.0, "thousand": 1000][text(place + 1)], value < 100 {
            let rest = text(place + 2) == "and" ? place + 3 : place + 2
            if let small = number(rest), small < scale, !Self.ones.contains(text(rest)), tokens[rest].kind == .word { return (value * scale + small, rest + 1 - place) }
            return (value * scale, 2)
        }
        return (value, 1)
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

    /// The unit behind a number: what it measures, its scale, and how many tokens it takes.
    func unit(_ place: Int) -> (dimension: Quantity.Dimension, scale: Double, length: Int, isWorking: Bool)? {
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

    func amount(_ place: Int) -> Quantity? {
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
        guard let (low, length) = numeral(place) else { return nil }
        let isWord = tokens[place].kind == .word
        if let age = age(place, low) { return age }
        if isWord, text(place).contains("-"), let hours = Self.times[String(text(place).split(separator: "-").last ?? "")] {
            return finished(.duration, low, low, hours, place..<(place + 1))
        }
        var end = place + length
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
            if isWord, Self.ones.contains(text(place)) {
                guard isCountOfOne(place) else { return nil }
                if text(place) != "one" { end += 1 }
            } else if isWord, low < 2 {
                return nil
            }
            // Counted things: the next word, past an adjective or two that it does not need.
            guard end < tokens.count, tokens[end].kind == .word, text(end).utf8.count > 2, !text(place).contains(":"), !text(place).contains("/") else { return nil }
            if let second = number(end), second > 0 { return nil }
            end += 1
            high = low
            return finished(.count(stem(text(end - 1))), low, high, 1, place..<end)
        }
        if isWord, length == 1, Self.ones.contains(text(place)), unit.dimension != .duration { return nil }
        end += unit.length
        if unit.dimension == .duration, unit.scale == 8760, isAge(place, end) {
            return Quantity(dimension: .age, low: low, high: high, bound: bound(before: place, after: end), written: low, place: place..<end)
        }
        return finished(unit.dimension, low, high, unit.scale, place..<end, isWorking: unit.isWorking)
    }

    /// "one suitcase", "a single suitcase", "una sola valigia", but not "one of them" or "una valigia".
    private func isCountOfOne(_ place: Int) -> Bool {
        if text(place) == "one" { return !["of", "the", "day", "more", "another", "thing", "and", "or", "is", "you", "that", "who"].contains(text(place + 1)) }
        return ["single", "solo", "sola"].contains(text(place + 1))
    }

    /// A number of years that no unit follows: "from the age of 12", "aged 12", "younger than 10", "over-12s" is not one.
    private func age(_ place: Int, _ value: Double) -> Quantity? {
        let (last, before) = (text(place - 1), text(place - 2))
        guard last == "of" && before == "age" || last == "aged" || last == "than" && ["younger", "older"].contains(before), unit(place + 1) == nil else { return nil }
        return Quantity(dimension: .age, low: value, high: value, bound: .exact, written: value, place: place..<(place + 1))
    }

    /// "16 years of age", "18 years old", "14 anni compiuti", "hanno compiuto otto anni", "dai 14 anni".
    private func isAge(_ place: Int, _ end: Int) -> Bool {
        switch (text(end), text(end + 1)) {
        case ("of", "age"), ("old", _), ("compiuti", _), ("di", "eta"): true
        default:
            ["compiuto", "compie", "compiono", "dai", "dagli", "aged"].contains(text(place - 1)) || text(place - 1) == "of" && text(place - 2) == "age"
                // "devi avere almeno 21 anni", but not "avere due anni di esperienza".
                || ["avere", "hai", "ha", "hanno"].contains(text(place - (text(place - 1) == "almeno" ? 2 : 1)))
                    && (text(end).isEmpty || [".", ",", ";", "o", "e"].contains(text(end)))
        }
    }

    func finished(
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
    func rate(behind place: Int) -> (hours: Double, length: Int) {
        for start in [place, place + 1] where start == place || ["for", "per"].contains(text(place)) {
            if ["a", "per", "each", "every", "al", "all", "alla", "l", "ogni", "an"].contains(text(start)), let hours = Self.times[text(start + 1)] {
                return (hours, start + 2 - place)
            }
        }
        return (0, 0)
    }

    func bound(before place: Int, after end: Int) -> Quantity.Bound {
        // "up to 10 days before it starts" and "at least 10 days before" set one deadline.
        if ["before", "prima", "ahead"].contains(text(end)) || text(end) == "in" && ["advance", "anticipo"].contains(text(end + 1))
            || text(end) == "di" && text(end + 1) == "anticipo"
        {
            return .exact
        }
        for back in 1...3 {
            let word = text(place - back)
            if word.isEmpty || tokens[place - back].kind == .number || [",", ";", ":", "."].contains(word) { break }
            // "no more than", "no later than", "non più di", "non oltre".
            if ["no", "non", "not"].contains(text(place - back - 1)) && ["more", "later", "piu", "oltre", "longer"].contains(word) { return .most }
            if word == "than" {
                if ["no", "not"].contains(text(place - back - 2)) { return .most }
                return ["less", "fewer", "shorter", "earlier"].contains(text(place - back - 1)) ? .most : .least
            }
            if word == "di", text(place - back - 1) == "piu" { return text(place - back - 2) == "non" ? .most : .least }
            if word == "di", text(place - back - 1) == "meno" { return .most }
            if word == "at" || word == "the" || word == "of" || word == "a" || word == "al" || word == "alle" || word == "ai" || word == "il" || word == "i" || word == "1" {
                continue
            }
            if Self.least.contains(word) { return .least }
            if Self.most.contains(word) { return .most }
            if back >= 2 { break }
        }
        let (first, second) = (text(end), text(end + 1))
        if first == "or" && second == "more" || first == "o" && second == "piu" || first == "in" && second == "su"
            || first == "and" && ["over", "more", "above", "up"].contains(second)
        {
            return .least
        }
        if first == "or" && second == "less" || first == "al" && second == "massimo" || first == "at" && second == "most" || first == "o" && second == "meno" { return .most }
        return .exact
    }
}
