import Messages
import Testing

@testable import Knowledge

@Suite struct SmallTalkTests {
    static let base: KnowledgeBase? = try? KnowledgeBase(
        articles: MatchingTests.articles + [
            Article(id: "wigs", title: "Wigs", language: "en", questions: ["human hair wigs", "do you sell a human hair wig", "wig care"], body: "Yes.")
        ], now: MatchingTests.now)

    private func decision(_ text: String) throws -> Match.Decision { try #require(Self.base).match(Query(text: text)).decision }

    @Test(
        arguments: [
            "operatore", "Operatore!", "vorrei parlare con un operatore", "posso parlare con una persona?", "voglio parlare con un essere umano", "passami un operatore",
            "mi passate qualcuno per favore", "parlare con un opertore", "oepratore per favore", "non voglio parlare con un bot", "basta bot", "c'è un operatore?",
            "ci sono operatori?", "vorrei un operatore umano subito", "mi fate parlare con qualcuno?", "parlare con il servizio clienti", "persona reale", "richiamatemi",
            "Buongiorno, vorrei parlare con una persona vera grazie", "human", "agent please", "real person", "I want to talk to a human", "can I speak to a real person please",
            "connect me to an agent", "transfer me to a representative", "let me talk to someone", "give me a human", "i need a human", "speak to an adviser about my order",
            "talk to a hmuan", "represntative", "I don't want to talk to a bot", "stop bot", "is there a human there", "customer service agent", "get me a person",
            "I want a person not a machine", "call centre operator please", "speak with your manager", "mi potete chiamare?", "can you call me?", "potete richiamarmi per favore",
            "is there someone I can talk to",
            "c'è qualcuno con cui posso parlare?",
            "Buongiorno,\n\nil vaso è arrivato rotto, vedi foto. Voglio parlare con una persona.\n\nGiulia", "My lamp arrived broken, I want to talk to a person! Bob Smith",
            "voglio parlare con un responsabile: è la terza volta", "I don't know what else to do. Connect me to an agent. Order BL-123456",
            String(repeating: "Ho scritto tre volte e nessuno ha capito che cosa mi è arrivato a casa. ", count: 12) + "Chiedo di parlare con un operatore.\nMario",
        ])
    func `a person is asked for`(_ text: String) throws {
        #expect(try decision(text) == .wantsPerson)
    }

    @Test(
        arguments: [
            "I want a human hair wig", "do you sell human hair?", "I bought it for another person", "vorrei regalarlo a una persona", "vorrei prenotare per una persona",
            "I am an estate agent and want a refund", "sono un agente immobiliare", "real leather shoes", "il mio operatore telefonico non riceve gli sms",
            "my agent code does not work", "I want a refund", "un responsabile marketing può comprare?", "non voglio parlare con un operatore, voglio il rimborso",
            "is the robot vacuum in stock", "talk me through the robot vacuum", "person of the year", "travel agent discount", "what is agent orange",
            "Serve una persona, o due, per montarlo?", "can the courier call me before delivery", "il corriere può chiamarmi prima?", "mi chiamo Mario",
            "is there someone at home I can leave it with", "Chi mi ha risposto? Un operatore. Il pacco però non arriva", "The agent said: wait. Where is my parcel?",
        ])
    func `a person is not asked for`(_ text: String) throws {
        #expect(try decision(text) != .wantsPerson)
    }

    @Test(
        arguments: [
            ("grazie", .thanks), ("grazie mille!", .thanks), ("Thank you so much for your help", .thanks), ("ok grazie", .thanks), ("no grazie", .thanks), ("ciao", .greeting),
            ("Buongiorno a tutti", .greeting), ("good morning", .greeting), ("hi there", .greeting), ("sì", .helped), ("yes", .helped), ("perfetto, risolto grazie", .helped),
            ("that worked", .helped), ("mi è stato utile", .helped), ("no", .notHelped), ("non mi è stato utile", .notHelped), ("that didn't help", .notHelped),
            ("risposta sbagliata", .notHelped), ("not helpful", .notHelped),
            ("that didnt help at all", .notHelped), ("non mi è servito a niente", .notHelped), ("arrivederci", .thanks), ("bye", .thanks), ("cheers mate", .thanks),
            ("nooo", .notHelped), ("GRAZIEEEE", .thanks), ("ciaooo", .greeting), ("👍", .helped), ("👋👋", .greeting), ("🙏", .thanks), ("👎", .notHelped), ("???", .notHelped),
            ("non ho capito", .notHelped), ("I don't understand", .notHelped), ("that's not what I asked", .notHelped), ("still doesn't work", .notHelped),
            ("come stai?", .greeting), ("hey how are you", .greeting), ("buona giornata", .thanks), ("great, bye", .helped),
            ("parlo con un robot?", .asksIfMachine), ("ma sei una persona vera o un bot", .asksIfMachine), ("are you a real person??", .asksIfMachine),
            ("am I talking to a robot?", .asksIfMachine), ("is this a bot?", .asksIfMachine), ("i dont get it", .notHelped), ("ho capito", .helped),
        ] as [(String, Match.Decision)])
    func `small talk is told apart`(_ text: String, _ expected: Match.Decision) throws {
        #expect(try decision(text) == expected)
    }

    @Test(arguments: ["ho un problema con il robot", "my machine doesn't work", "il computer non funziona", "grazie per la macchina"])
    func `what is about a thing is no small talk`(_ text: String) throws {
        let found = try decision(text)
        #expect(![.asksIfMachine, .notHelped, .thanks].contains(found))
    }

    @Test(arguments: ["ciao, quanto costa la spedizione?", "thanks but I want a refund", "hello when are you open"])
    func `a question with a greeting is a question`(_ text: String) throws {
        guard case .answer = try decision(text) else {
            Issue.record("\(try decision(text))")
            return
        }
    }
}
