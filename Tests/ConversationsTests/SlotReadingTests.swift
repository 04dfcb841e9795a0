import Conversations
import Messages
import Testing

/// Thursday, 12 March 2026, 10:00 UTC.
private let now = Timestamp(rfc3339: "2026-03-12T10:00:00Z") ?? Timestamp(seconds: 0)

private func slot(_ kind: DialogueScript.Slot.Kind, patterns: [String] = [], min: String? = nil, max: String? = nil, options: [String] = []) -> DialogueScript.Slot {
    .init(name: "x", kind: kind, question: "?", patterns: patterns.compactMap { SlotPattern($0) }, minimum: min, maximum: max, options: options)
}

private func read(_ text: String, _ slot: DialogueScript.Slot, _ language: String = "it") -> SlotReading {
    SlotReading.read(text, as: slot, .init(now: now, utcOffset: .zero, language: language))
}

/// The value, or what is wrong.
private func shown(_ reading: SlotReading) -> String {
    switch reading {
    case .value(let value, _): value
    case .wrong(let problem): "wrong: \(problem)"
    }
}

struct `What a customer gives is read` {
    @Test(
        arguments: [
            ("domani", "2026-03-13"), ("Dopodomani va bene", "2026-03-14"), ("oggi", "2026-03-12"), ("ieri", "2026-03-11"), ("l'altro ieri", "2026-03-10"),
            ("12 marzo", "2026-03-12"), ("il 3 aprile 2027", "2027-04-03"), ("1° maggio", "2026-05-01"), ("il primo giugno", "2026-06-01"), ("11 marzo", "2027-03-11"),
            ("03/04/2026", "2026-04-03"), ("3.4.26", "2026-04-03"), ("3/4", "2026-04-03"), ("2026-04-03", "2026-04-03"), ("31/12/2026", "2026-12-31"),
            ("lunedì prossimo", "2026-03-16"), ("giovedì", "2026-03-19"), ("venerdì scorso", "2026-03-06"), ("tra tre giorni", "2026-03-15"), ("fra 2 settimane", "2026-03-26"),
            ("5 giorni fa", "2026-03-07"), ("29 febbraio", "2028-02-29"),
        ])
    func `dates in Italian`(text: String, day: String) {
        #expect(shown(read(text, slot(.date))) == day)
    }

    @Test(
        arguments: [
            ("tomorrow", "2026-03-13"), ("the day after tomorrow", "2026-03-14"), ("March 14", "2026-03-14"), ("14th of March", "2026-03-14"), ("April 3rd, 2027", "2027-04-03"),
            ("13/04/2026", "2026-04-13"), ("04/13/2026", "2026-04-13"), ("05/05/2026", "2026-05-05"), ("in 3 days", "2026-03-15"), ("a week ago", "2026-03-05"),
            ("two weeks ago", "2026-02-26"), ("next friday", "2026-03-13"), ("03/04/2026", "wrong: ambiguousDate"),
        ])
    func `dates in English, asked again where day and month can be swapped`(text: String, day: String) {
        #expect(shown(read(text, slot(.date), "en")) == day)
    }

    @Test(arguments: [
        ("30 febbraio", "wrong: noSuchDate"), ("31/04/2026", "wrong: noSuchDate"), ("99/99/2026", "wrong: noSuchDate"), ("presto", "wrong: missing"),
        ("BL-123456", "wrong: missing"),
    ])
    func `days that there are not`(text: String, expected: String) {
        #expect(shown(read(text, slot(.date))) == expected)
    }

    @Test func `a day has to lie within its bounds, and without a year it is taken on their side`() {
        #expect(shown(read("ieri", slot(.date, min: "today"))) == "wrong: tooEarly(\"2026-03-12\")")
        #expect(shown(read("domani", slot(.date, max: "today"))) == "wrong: tooLate(\"2026-03-12\")")
        #expect(shown(read("20 marzo", slot(.date, max: "today"))) == "2025-03-20")
        #expect(shown(read("lunedì", slot(.date, max: "today"))) == "2026-03-09")
    }

    @Test func `tomorrow is the customers' tomorrow`() {
        let late = Timestamp(rfc3339: "2026-03-12T23:30:00Z") ?? now
        let reading = SlotReading.read("domani", as: slot(.date), .init(now: late, utcOffset: .seconds(3600), language: "it"))
        #expect(shown(reading) == "2026-03-14")
    }

    @Test(
        arguments: [
            ("49,90", "49.90"), ("€ 49.90", "49.90"), ("49 euro", "49.00"), ("1.234,56", "1234.56"), ("1,234.56", "1234.56"), ("1.234", "1234.00"), ("sono 12,5 euro", "12.50"),
            ("1.000.000", "1000000.00"), ("12'500.00", "12500.00"), ("niente", "wrong: missing"), ("10 o 20", "wrong: missing"), ("1,23,45", "wrong: missing"),
            ("99999999999999999999", "wrong: missing"),
        ])
    func `amounts`(text: String, amount: String) {
        #expect(shown(read(text, slot(.amount))) == amount)
    }

    @Test func `amounts have bounds`() {
        #expect(shown(read("0,40", slot(.amount, min: "0.50"))) == "wrong: tooSmall(\"0.50\")")
        #expect(shown(read("501", slot(.amount, max: "500"))) == "wrong: tooLarge(\"500\")")
    }

    @Test(arguments: [("3", "3"), ("tre", "3"), ("ne vorrei due", "2"), ("2,5", "wrong: missing"), ("1.200", "1200"), ("boh", "wrong: missing")])
    func `numbers`(text: String, number: String) {
        #expect(shown(read(text, slot(.number))) == number)
    }

    @Test(
        arguments: [
            ("BL-123456", "BL-123456"), ("bl123456", "BL-123456"), ("il mio ordine è BL 123 456, grazie", "BL-123456"), ("123456", "BL-123456"), ("#123456", "BL-123456"),
            ("BL-12345", "wrong: missing"), ("BL-1234567", "wrong: missing"), ("non lo so", "wrong: missing"), ("XX-123456", "BL-123456"), ("wa12345", "WA12345"),
        ])
    func `order numbers`(text: String, number: String) {
        #expect(shown(read(text, slot(.orderNumber, patterns: ["BL-#{6}", "W@#{4,8}"]))) == number)
    }

    @Test(
        arguments: [
            ("anna@example.com", "anna@example.com"), ("la mia mail è Anna.Rossi@Example.COM.", "Anna.Rossi@example.com"), ("<a@b.it>", "a@b.it"), ("a@b", "wrong: missing"),
            ("a@@b.it", "wrong: missing"), ("anna at example.com", "wrong: missing"), ("a@-b.it", "wrong: missing"), (".a@b.it", "wrong: missing"),
        ])
    func `e-mail addresses`(text: String, address: String) {
        #expect(shown(read(text, slot(.email))) == address)
    }

    @Test(arguments: [
        ("+39 333 123 4567", "+393331234567"), ("0039-06/1234567", "+39061234567"), ("(06) 123456", "06123456"), ("12345", "wrong: missing"),
        ("1234567890123456", "wrong: missing"),
    ])
    func `phone numbers`(text: String, number: String) {
        #expect(shown(read(text, slot(.phone))) == number)
    }

    @Test(
        arguments: [
            ("2", "grande"), ("Grande", "grande"), ("quello grande per favore", "grande"), ("grnade", "grande"), ("4", "wrong: missing"), ("grande o piccolo", "wrong: missing"),
            ("extra large", "extra large"),
        ])
    func `choices, by number or name`(text: String, option: String) {
        #expect(shown(read(text, slot(.choice, options: ["piccolo", "grande", "extra large"]))) == option)
    }

    @Test func `texts have a length`() {
        #expect(shown(read("abc", slot(.text, min: "4"))) == "wrong: tooShort(4)")
        #expect(shown(read("abcdef", slot(.text, max: "5"))) == "wrong: tooLong(5)")
        #expect(shown(read("  un tavolo  ", slot(.text))) == "un tavolo")
        #expect(shown(read("...", slot(.text))) == "wrong: missing")
    }

    @Test func `hostile texts take no time and make no value`() {
        let long = String(repeating: "1 ", count: 50_000)
        for kind in DialogueScript.Slot.Kind.allCases where kind != .choice && kind != .phone && kind != .date {
            guard case .wrong = read(long, slot(kind, patterns: ["#{6,13}?{1,13}@{1,13}"], options: ["a", "b"])) else {
                Issue.record("\(kind) was read")
                continue
            }
        }
    }

    @Test(
        arguments: [
            ("no, intendevo la spedizione", "la spedizione"), ("No, I meant the lamp", "the lamp"), ("no, BL-222222", "BL-222222"), ("scusa, volevo dire domani", "domani"),
            ("I meant 49,90 €", "49,90 €"),
        ])
    func `what comes after "no, I meant" counts`(text: String, rest: String) {
        #expect(Correction.rest(of: text) == rest)
    }

    @Test(arguments: ["no", "no grazie", "no, grazie", "ho sbagliato", "non intendevo offendere", "nota bene"])
    func `where nothing comes after it, it is no correction`(text: String) {
        #expect(Correction.rest(of: text) == nil)
    }
}
