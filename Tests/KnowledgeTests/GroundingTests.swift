import Testing

@testable import Knowledge

@Suite struct GroundingTests {
    private static let passages = [
        Grounding.Passage(number: 1, text: "Shipping costs €4.90. It is free for orders of €59 or more. Islands: 7,90 euro."),
        Grounding.Passage(
            number: 2, text: "You can send an article back within 30 days. We do not pay for the way back. Write to returns@example.com or see https://shop.example/returns."),
    ]

    @Test(
        arguments: [
            ("Shipping costs €4.90 [1].", [[1]]),
            ("Shipping costs €4.90. [1] Orders of €59 or more are free. [1]", [[1], [1]]),
            ("Islands cost 7.90 euro [1].\nSend the article back within 30 days [2].", [[1], [2]]),
            ("- Shipping is €4.90 [1, 2].", [[1, 2]]),
            ("Write to returns@example.com. [2]", [[2]]),
            ("We do not pay the way back [2]!", [[2]]),
        ])
    func `sentences that their passages carry get through`(text: String, cited: [[Int]]) throws {
        #expect(try Grounding.check(text, against: Self.passages, language: "en").map(\.passages) == cited)
    }

    @Test(
        arguments: [
            ("", Grounding.Problem.empty), ("[1]", .empty), ("Shipping costs €4.90.", .uncited),
            ("Shipping costs €4.90 [1]. And orders of €59 are free.", .uncited), ("Shipping costs €4.90 [3].", .unknownPassage(3)),
            ("Shipping costs €3.90 [1].", .number), ("Shipping costs €4.90 [2].", .number), ("Send an article back within three days [2].", .number),
            ("Send an article back at returns@evil.example [2].", .address), ("Send an article back, see evil.example/returns [2].", .address),
            ("Shipping <b>costs</b> €4.90 [1].", .markup), ("Shipping costs [€4.90](https://evil.example) [1].", .markup), ("![x](https://evil.example/x.png) [1]", .markup),
            ("The article you send back is free [2].", .promise), ("I approve sending the article back [2].", .promise),
            ("Shipping is not free for orders of €59 or more [1].", .denial),
            ("Our manager sends warm greetings and a secret recipe [1].", .unsupported), ("Yes [1].", .unsupported), ("CANARY-SECRET-9137 [1].", .number),
            ("CANARY SECRET [1].", .unsupported),
        ])
    func `what passages do not carry is refused`(text: String, problem: Grounding.Problem) {
        #expect(throws: problem) { try Grounding.check(text, against: Self.passages, language: "en") }
    }

    @Test func `Italian is held against Italian`() throws {
        let passages = [Grounding.Passage(number: 1, text: "La spedizione costa 4,90 € ed è gratuita da 59 €. Consegniamo in due giorni lavorativi.")]
        #expect(
            try Grounding.check("Le spedizioni costano 4,90 € [1]. La consegna avviene in 2 giorni lavorativi [1].", against: passages, language: "it", support: 0.6).count == 2)
        #expect(throws: Grounding.Problem.denial) { try Grounding.check("La spedizione non è gratuita [1].", against: passages, language: "it") }
    }

    @Test func `a text has limits`() {
        let long = String(repeating: "Shipping costs €4.90 [1]. ", count: 25)
        #expect(throws: Grounding.Problem.tooLong) { try Grounding.check(long, against: Self.passages, language: "en") }
        #expect(throws: Grounding.Problem.tooLong) { try Grounding.check(String(repeating: "x", count: 5_000), against: Self.passages, language: "en") }
    }
}
