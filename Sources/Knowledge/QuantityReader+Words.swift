extension QuantityReader {
    static let numerals: [String: Double] = {
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
        for (unit, word) in italian.enumerated() where (2...9).contains(unit) {
            values["\(word)cento"] = Double(unit) * 100
            values["\(word)mila"] = Double(unit) * 1000
        }
        values["mezz"] = 0.5
        values["dozen"] = 12
        values["dozzina"] = 12
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
    static let ones: Set<String> = ["a", "an", "un", "una", "uno", "one", "half", "mezza", "mezzo", "mezz"]

    /// Hours.
    static let times: [String: Double] = {
        var values: [String: Double] = [:]
        for (words, hours) in [
            ("seconds secondi sec", 1.0 / 3600), ("minute minutes min mins minuto minuti", 1.0 / 60), ("hour hours ora ore", 1),
            ("day days night nights giorno giorni notte notti", 24),
            ("week weeks settimana settimane", 168), ("fortnight fortnights", 336), ("month months mese mesi", 730), ("year years anno anni", 8760),
        ] {
            for word in words.split(separator: " ") { values[String(word)] = hours }
        }
        return values
    }()

    static let currencies: [String: (code: String, scale: Double)] = [
        "€": ("EUR", 1), "eur": ("EUR", 1), "euro": ("EUR", 1), "euros": ("EUR", 1), "£": ("GBP", 1), "gbp": ("GBP", 1), "pound": ("GBP", 1), "pounds": ("GBP", 1),
        "sterline": ("GBP", 1), "$": ("USD", 1), "usd": ("USD", 1), "dollar": ("USD", 1), "dollars": ("USD", 1), "dollari": ("USD", 1), "chf": ("CHF", 1),
        "francs": ("CHF", 1), "franchi": ("CHF", 1), "cent": ("EUR", 0.01), "cents": ("EUR", 0.01), "centesimi": ("EUR", 0.01), "centesimo": ("EUR", 0.01),
        "pence": ("GBP", 0.01),
    ]

    static let measures: [String: (dimension: Quantity.Dimension, scale: Double)] = [
        "%": (.percent, 1), "percent": (.percent, 1), "gb": (.storage, 1), "giga": (.storage, 1), "gigabyte": (.storage, 1), "gigabytes": (.storage, 1),
        "mb": (.storage, 0.001), "tb": (.storage, 1000), "mbit/s": (.speed, 1), "mbps": (.speed, 1), "mbit": (.speed, 1), "mega": (.speed, 1), "gbit/s": (.speed, 1000),
        "gbps": (.speed, 1000), "gbit": (.speed, 1000), "kg": (.weight, 1), "kilos": (.weight, 1), "chili": (.weight, 1), "kilograms": (.weight, 1), "g": (.weight, 0.001),
        "cm": (.length, 1), "mm": (.length, 0.1), "m": (.length, 100), "metres": (.length, 100), "metri": (.length, 100), "metre": (.length, 100), "meter": (.length, 100),
        "meters": (.length, 100), "metro": (.length, 100), "km": (.length, 100_000), "kilometres": (.length, 100_000), "kilometers": (.length, 100_000),
        "chilometri": (.length, 100_000), "centimetres": (.length, 1), "centimetri": (.length, 1), "kilo": (.weight, 1), "chilo": (.weight, 1), "chilogrammi": (.weight, 1),
        "grams": (.weight, 0.001), "grammi": (.weight, 0.001), "c": (.temperature, 1),
    ]

    static let least: Set<String> = [
        "from", "above", "over", "least", "minimum", "since", "than", "starting", "exceeding", "dal", "dai", "da", "dalle", "dall", "oltre", "sopra", "almeno", "minimo",
        "partire", "starts", "begins", "opens", "inizia", "iniziano", "apre", "min",
    ]
    static let most: Set<String> = [
        "until", "till", "within", "most", "maximum", "max", "below", "under", "by", "later", "to", "entro", "fino", "massimo", "sotto", "closes", "ends", "chiude", "chiudono",
        "finisce", "finiscono", "scade", "limit", "limited", "limite", "before",
    ]

    static let months: [String: Int] = {
        var values: [String: Int] = [:]
        for names in [
            "january february march april may june july august september october november december",
            "gennaio febbraio marzo aprile maggio giugno luglio agosto settembre ottobre novembre dicembre", "jan feb mar apr may jun jul aug sep oct nov dec",
        ] {
            for (number, name) in names.split(separator: " ").enumerated() { values[String(name)] = number + 1 }
        }
        return values
    }()

    static let weekdays: [String: Double] = {
        var values: [String: Double] = [:]
        for names in ["monday tuesday wednesday thursday friday saturday sunday", "lunedi martedi mercoledi giovedi venerdi sabato domenica"] {
            for (number, name) in names.split(separator: " ").enumerated() {
                values[String(name)] = Double(number + 1)
                values[String(name) + "s"] = Double(number + 1)
            }
        }
        return values
    }()

    static let partsOfWeek: [String: (Double, Double)] = [
        "weekdays": (1, 5), "weekday": (1, 5), "feriali": (1, 5), "weekend": (6, 7), "weekends": (6, 7), "festivi": (7, 7),
    ]

    /// As words, up to "thirty-first"; of Italian only the first day of a month is one.
    static let ordinals: [String: Int] = {
        let small =
            "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth fourteenth fifteenth sixteenth seventeenth eighteenth nineteenth twentieth"
            .split(separator: " ").map(String.init)
        var values = ["thirtieth": 30, "thirty-first": 31, "primo": 1]
        for (number, word) in small.enumerated() { values[word] = number + 1 }
        for number in 0..<9 { values["twenty-" + small[number]] = 21 + number }
        return values
    }()

    static let namedTimes: [String: Double] = ["noon": 720, "midday": 720, "mezzogiorno": 720, "midnight": 1440, "mezzanotte": 1440]
}
