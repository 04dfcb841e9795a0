import Knowledge
import Testing

@Suite struct CourtesiesTests {
    @Test(
        arguments: [
            ("ok grazie ma in quanti giorni arriva", "in quanti giorni arriva"), ("Grazie mille, un'altra cosa: fate pacchetti regalo?", "fate pacchetti regalo?"),
            ("Però, scusate, quanto costa?", "quanto costa?"), ("thanks so much, one more thing: do you gift wrap?", "do you gift wrap?"),
            ("Thanks a lot!\n\nBest,\nJane", "Thanks a lot!"), ("Grazie!\n\nMario Rossi\nRossi Arredi S.r.l.", "Grazie!"),
            ("Hi there,\n\nwhen are you open?\n\nKind regards,\nJane Miller\n+44 20 1234 5678", "when are you open?"),
            ("Fate fattura?\n--\nRossi Arredi", "Fate fattura?"),
        ])
    func `what stands around the matter is taken away`(_ text: String, _ matter: String) {
        #expect(Courtesies.matter(of: text) == matter)
    }

    @Test(
        arguments: [
            "", "grazie", "quanto costa?", "ok ok", "Ciao Mario", "thanks\n\nhow long does it take?", "Regards", "Quale lampada?\n\nquella rossa\ncon il vetro",
            "Where is it?\nThanks\nand how much was it?", String(repeating: "ok ", count: 2_000),
        ])
    func `what may be the matter stays`(_ text: String) {
        let matter = Courtesies.matter(of: text)
        #expect(matter == nil || text.contains("how long") && matter == "how long does it take?")
    }
}
