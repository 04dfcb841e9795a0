import Testing

@testable import Knowledge

@Suite struct `Personal data in texts that become articles` {
    private static let data = PersonalData(names: ["Marco Bianchi", "Anna Rossi", "Jane Doe"], said: ["Hello, my name is Bo Li and this is Zoë Kern"]) {
        $0 == "02 1234567" || $0.contains("Lucerna")
    }

    @Test(arguments: [
        ("en", "Yes, Jane, the vase holds water up to 60 °C. Order #A-99213 is on its way.", "Yes, the vase holds water up to 60 °C. Order [number] is on its way."),
        ("en", "Jane, it is 12 cm wide. Thank you, Bo.", "It is 12 cm wide. Thank you."),
        ("en", "It goes to 12 Baker Street, London NW1 6XE, for order 12345.", "It goes to [address], for order [number]."),
        ("en", "Doe and Zoë Kern wrote to jane.doe+x@mail.example.org", "[name] and [name] wrote to [e-mail]"),
        ("it", "Arriverà in via Garibaldi 12, 20121 Milano.", "Arriverà in [indirizzo]."),
        ("it", "Ho visto l'ordine BL-204417: la chiamo al +39 333 123 45 67 o al 333-1234567.", "Ho visto l'ordine [numero]: la chiamo al [numero] o al [numero]."),
        ("it", "IBAN IT60X0542811101000000123456, codice RSSMRA80A01H501U", "IBAN [numero], codice [numero]"),
        ("it", "Certo. Marco, la lampada è blu.", "Certo. La lampada è blu."),
    ])
    func `what tells of one customer is taken out`(language: String, text: String, left: String) {
        #expect(Self.data.removed(from: text, language: language).text == left)
    }

    @Test(arguments: [
        "Shipping costs €4.90, free above 59; it takes 2-3 days, from 12/05/2026 to 2026-06-01, 9:30-18:45.",
        "The lamp takes an E27 or GU10 bulb, 60x60 cm, IP44, 230 V, 1.000.000 pieces.",
        "Call us at 02 1234567, or visit Via Lucerna 12.", "Il tavolo rosso è di quercia; marco la misura con una matita.", "See https://shop.example/help?page=2.",
        "Open 2020 - 2026.", "Siamo aperti 09.00-13.00 e 14.30-19.00.", "Aperti 9-13 14-18.", "Dal 12/03/2026 14:30 in poi.", "Consegna 12/03/2026 10-12.", "1 000 000 di pezzi.",
    ])
    func `what everybody may know stays`(text: String) {
        let (left, kinds) = Self.data.removed(from: text, language: "it")
        #expect(left == text && kinds.isEmpty)
    }

    @Test(arguments: [
        (
            "it", "Sono Marco Bianchi, ordine BL-204417: la lampada Aurora può stare in bagno? Il mio numero è 333 1234567, marco@example.it",
            "la lampada Aurora può stare in bagno?"
        ),
        ("en", "This is Jane Doe, order #A-99213. Can the glass vase hold hot water? My phone: 020 7946 0958", "Can the glass vase hold hot water?"),
        ("en", "Where is order 12345?", "Where is order?"),
        ("en", "The lamp hums.", "The lamp hums."),
        ("en", "Order BL-204417 never came.", "Order never came."),
    ])
    func `a question is left without who asks it`(language: String, text: String, left: String) {
        #expect(Self.data.question(text, language: language) == left)
    }

    @Test(.timeLimit(.minutes(1)), arguments: ["a", "1", "a.", "-a", "a@", "Anna, ", "via ", "12 Aa ", "order "])
    func `a text of hostile length takes time that grows no faster than it`(_ part: String) {
        let text = String(repeating: part, count: 60_000 / part.utf8.count)
        #expect(!Self.data.removed(from: text, language: "en").text.isEmpty)
    }

    @Test func `nothing is left of a message that only tells who writes`() {
        #expect(Self.data.question("333 1234567", language: "it") == nil)
        #expect(ReplyTidying.greeted(in: "Gentile dottoressa Anna Rossi,\nsì.") == "Anna Rossi")
        #expect(ReplyTidying.greeted(in: "The lamp is blue.") == nil)
        #expect(ReplyTidying.title(of: "I bought it in May. can it hold water? Thanks") == "Can it hold water?")
    }
}
