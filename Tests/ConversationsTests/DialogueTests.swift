import Conversations
import Messages
import Testing

private func slot(_ name: String, _ kind: DialogueScript.Slot.Kind, _ question: String, pattern: String? = nil, options: [String] = [], isSensitive: Bool = false)
    -> DialogueScript.Slot
{
    .init(name: name, kind: kind, question: question, patterns: [pattern].compactMap { $0.flatMap { SlotPattern($0) } }, options: options, isSensitive: isSensitive)
}

/// A customer and the rules, without anything around them.
private struct Talk {
    var state = ConversationState()
    var log: [ConversationEvent] = []
    var language = "en"
    var articles: [String: Consideration.ArticleText] = [
        "status": .init(
            title: "Order status", version: "s1", text: "Order {{order}} is {{action.state}}.",
            script: .init(
                slots: [slot("order", .orderNumber, "Which order?", pattern: "BL-#{6}")],
                call: .init(action: "look", arguments: [.init(name: "number", slot: "order")], notFound: "There is no order of that number.")),
            action: .init(changes: false)),
        "cancel": .init(
            title: "Cancel an order", version: "c1", text: "Order {{order}} is cancelled.",
            script: .init(
                slots: [slot("order", .orderNumber, "Which order?", pattern: "BL-#{6}"), slot("why", .text, "Why?"), slot("pin", .number, "PIN?", isSensitive: true)],
                call: .init(action: "cancel", arguments: [.init(name: "order", slot: "order"), .init(name: "pin", slot: "pin")])),
            action: .init(changes: true)),
        "visit": .init(
            title: "Book a visit", version: "v1", text: "See you on {{day}}.",
            script: .init(slots: [slot("day", .date, "Which day?")], confirm: try? AnswerTemplate("A visit on {{day}}?"))),
        "move": .init(
            title: "Change the address", version: "m1", text: "Order {{order}} goes to {{address}}.",
            script: .init(
                slots: [
                    slot("order", .orderNumber, "Which order?", pattern: "BL-#{6}"),
                    .init(name: "address", kind: .text, question: "What is the full address?", minimum: "10"),
                ],
                call: .init(action: "move", arguments: [.init(name: "order", slot: "order"), .init(name: "address", slot: "address")]),
                confirm: try? AnswerTemplate("Shall {{order}} go to {{address}}?")),
            action: .init(changes: true)),
        "put": .init(
            title: "Where it goes", version: "p1", text: "Order {{order}} goes to {{address}}.",
            script: .init(
                slots: [
                    .init(name: "address", kind: .text, question: "What is the full address?", minimum: "10"),
                    slot("order", .orderNumber, "Which order?", pattern: "BL-#{6}"),
                ],
                confirm: try? AnswerTemplate("Shall {{order}} go to {{address}}?"))),
        "letter": .init(
            title: "Letters", version: "l1", text: "To {{to}}.",
            script: .init(slots: [slot("to", .email, "Which address?")], call: .init(action: "write", arguments: [.init(name: "to", slot: "to")])),
            action: .init(changes: false)),
        "readdress": .init(
            title: "Change your e-mail", version: "e1", text: "{{old}} is {{new}} now.",
            script: .init(slots: [slot("old", .email, "The old one?"), slot("new", .email, "The new one?")])),
        "many": .init(title: "Many", version: "n1", text: "{{count}}.", script: .init(slots: [slot("count", .number, "How many?")])),
        "shipping": .init(title: "Shipping", version: "h1", text: "Two days.", followUps: [.init(article: "returns", title: "Returns")]),
        "returns": .init(title: "Returns", version: "r1", text: "Thirty days."),
    ]

    var now = Timestamp(rfc3339: "2026-03-12T10:00:00Z") ?? Timestamp(seconds: 0)
    /// What the knowledge base makes of a message after the question before it.
    var continuation: Consideration.Continuation?
    var alternatives: [ArticleChoice] = []
    var takers: [ArticleChoice] = []

    private var context: DecisionContext { DecisionContext(now: now, makeMessageID: { MessageID.make() }, answerWithin: .seconds(3600)) }

    /// What the customer hears, in order.
    @discardableResult
    mutating func say(_ text: String, _ finding: Consideration.Finding = .unsure(nearest: []), isAngry: Bool = false) throws -> [ConversationEvent] {
        let (articles, continuation, alternatives, takers) = (articles, continuation, alternatives, takers)
        let considered = Consideration(
            finding: finding, text: text, language: language, facts: [.init("name", "Carla")], correction: Correction.rest(of: text), isAngry: isAngry,
            article: { id, _ in articles[id] }, continuation: { _ in continuation }, alternatives: { _ in alternatives },
            takers: { _ in takers })
        return try apply(.customerWrote(CustomerMessage(id: MessageID.make(), text: text, language: language), considered: considered))
    }

    @discardableResult
    mutating func ends(_ outcome: CallOutcome) throws -> [ConversationEvent] {
        let call = try #require(call)
        return try apply(.callEnded(call.id, action: call.call.action, outcome, article: articles[call.dialogue.article]))
    }

    mutating func apply(_ command: ConversationCommand) throws -> [ConversationEvent] {
        let events = try state.decide(command, context)
        for event in events { state.apply(event) }
        log += events
        return events
    }

    /// The call that was asked for last.
    var call: RequestedCall? {
        log.lazy.compactMap { if case .callRequested(let requested) = $0 { requested } else { nil } }.last
    }

    var calls: Int { log.count { if case .callRequested = $0 { true } else { false } } }
}

/// What the bot says with these events; one text a message.
private func heard(_ events: [ConversationEvent]) -> [String] {
    events.compactMap {
        switch $0 {
        case .botAnswered(let answer): answer.isFurther ? nil : answer.speech.text
        case .botPrompted(let prompt): prompt.isFurther ? nil : prompt.speech.text
        case .botSaid(let remark): remark.speech.text
        case .botAskedWhich(let question): question.speech.text
        case .handedOff(_, let notice): notice?.text
        default: nil
        }
    }
}

private func finding(_ id: String) -> Consideration.Finding { .answer(article: id, title: id, version: "v", confidence: 0.95, text: "") }

private func packet(_ events: [ConversationEvent]) -> Handoff? {
    events.lazy.compactMap { if case .handedOff(let packet, _) = $0 { packet } else { nil } }.first
}

struct `A dialogue` {
    @Test func `asks for what it needs, calls, and answers with what the company system said`() throws {
        var talk = Talk()
        #expect(heard(try talk.say("where is my order", finding("status"))) == ["Which order?"])
        #expect(heard(try talk.say("BL-123456")) == [])
        #expect(talk.call?.call == PendingCall(action: "look", arguments: [.init(name: "number", value: "BL-123456")]))
        #expect(heard(try talk.ends(.answered(["state": "on its way"]))) == ["Order BL-123456 is on its way.\n\n(Source: Order status)"])
        #expect(talk.state.dialogue == nil && talk.state.owner == .bot)
    }

    @Test func `does not ask for what was said already`() throws {
        var talk = Talk()
        #expect(heard(try talk.say("where is my order BL-123456?", finding("status"))) == [])
        #expect(talk.calls == 1)
    }

    @Test func `asks for two things of one kind one after the other`() throws {
        var talk = Talk()
        #expect(heard(try talk.say("change my e-mail address", finding("readdress"))) == ["The old one?"])
        #expect(heard(try talk.say("anna@shop.example")) == ["The new one?"])
        #expect(heard(try talk.say("anna.rossi@shop.example")).first?.hasPrefix("anna@shop.example is anna.rossi@shop.example now.") == true)
    }

    @Test func `corrects politely, and the third time a person gets what was collected`() throws {
        var talk = Talk()
        try talk.say("cancel my order", finding("cancel"))
        try talk.say("BL-123456")
        try talk.say("too slow")
        #expect(heard(try talk.say("none")).first?.contains("can't see a number") == true)
        try talk.say("what is that")
        let packet = try #require(packet(try talk.say("no idea")))
        #expect(packet.reason == .incomplete)
        #expect(packet.facts == [.init("name", "Carla"), .init("article", "cancel"), .init("order", "BL-123456"), .init("why", "too slow")])
        #expect(talk.calls == 0)
    }

    @Test(arguments: ["yes", "Sì, confermo", "ok grazie", "va bene", "Yes please"])
    func `changes something only after a yes`(yes: String) throws {
        var talk = Talk()
        try talk.say("cancel my order BL-123456", finding("cancel"))
        try talk.say("too slow")
        let asked = heard(try talk.say("4321"))
        #expect(asked.first?.contains("go ahead") == true && asked.first?.contains("BL-123456") == true)
        #expect(asked.first?.contains("4321") == false, "what is sensitive is never said again")
        #expect(talk.calls == 0)
        try talk.say(yes)
        #expect(talk.calls == 1)
        #expect(talk.call?.call.arguments.last == SlotValue(name: "pin", value: "4321", isSensitive: true))
    }

    @Test(arguments: ["no", "No grazie", "annulla", "never mind", "lascia perdere", "stop"])
    func `does nothing after a no`(no: String) throws {
        var talk = Talk()
        try talk.say("cancel my order BL-123456", finding("cancel"))
        try talk.say("too slow")
        try talk.say("4321")
        #expect(heard(try talk.say(no, .notHelped)) == ["All right, I won't do anything. Just write if there is anything else."])
        #expect(talk.calls == 0 && talk.state.dialogue == nil && talk.state.owner == .bot)
    }

    @Test(arguments: ["yes?", "maybe", "yes but another one", "I don't know", "sì o no?"])
    func `takes nothing else for a yes`(text: String) throws {
        var talk = Talk()
        try talk.say("a visit", finding("visit"))
        try talk.say("tomorrow")
        try talk.say(text)
        #expect(talk.state.dialogue?.stage == .confirming)
    }

    @Test func `asks once more with the value that "no, I meant" gives`() throws {
        var talk = Talk()
        try talk.say("a visit", finding("visit"))
        #expect(heard(try talk.say("tomorrow")) == ["A visit on 13 March 2026? (yes / no)"])
        #expect(heard(try talk.say("no, I meant the 14th of March")) == ["A visit on 14 March 2026? (yes / no)"])
        #expect(heard(try talk.say("yes", .helped)) == ["See you on 14 March 2026.\n\n(Source: Book a visit)"])
    }

    @Test func `is interrupted by another question, answers it and asks again`() throws {
        var talk = Talk()
        try talk.say("where is my order", finding("status"))
        let events = try talk.say("how long does shipping take?", finding("shipping"))
        #expect(heard(events) == ["Two days.\n\n(Source: Shipping)\n\nBack to \"Order status\".\nWhich order?"])
        try talk.say("BL-123456")
        #expect(talk.calls == 1)
    }

    @Test func `is left for an article that asks something itself, and for good after "I meant"`() throws {
        var talk = Talk()
        try talk.say("where is my order", finding("status"))
        #expect(heard(try talk.say("I want to book a visit", finding("visit"))) == ["Which day?"])
        #expect(heard(try talk.say("no, I meant returns", finding("returns"))) == ["Thirty days.\n\n(Source: Returns)"])
        #expect(talk.state.dialogue == nil)
    }

    @Test func `after an answer, another value begins it again`() throws {
        var talk = Talk()
        try talk.say("where is my order BL-123456?", finding("status"))
        try talk.ends(.answered(["state": "sent"]))
        try talk.say("no, I meant BL-222222")
        #expect(talk.calls == 2)
        #expect(talk.call?.call.arguments.first?.value == "BL-222222")
    }

    @Test func `goes to a person whenever the customer wants one`() throws {
        var talk = Talk()
        try talk.say("where is my order BL-123456?", finding("status"))
        let packet = try #require(packet(try talk.say("a human please", .wantsPerson)))
        #expect(packet.facts.contains(.init("order", "BL-123456")))
        // The call that is on its way still ends: people read it, the customer hears nothing.
        let events = try talk.ends(.answered(["state": "sent"]))
        #expect(heard(events).isEmpty)
        guard case .callEnded(let ended) = try #require(events.last) else { return }
        #expect(ended.note?.text == "Action look: state: sent")
    }

    @Test(
        arguments: [
            (CallOutcome.failed("500"), "not carried out: 500"), (.unknown("timed out"), "nobody knows whether it was carried out: timed out"),
            (.answered(["other": "x"]), "carried out, but the answer lacks what the article says: other: x"),
        ])
    func `never makes an answer up when the company system gives none`(outcome: CallOutcome, result: String) throws {
        var talk = Talk()
        try talk.say("where is my order BL-123456?", finding("status"))
        let packet = try #require(packet(try talk.ends(outcome)))
        #expect(packet.reason == .callFailed)
        #expect(packet.facts.contains(.init("result", result)) && packet.facts.contains(.init("order", "BL-123456")))
    }

    @Test func `asks again for what the company system does not know, twice`() throws {
        var talk = Talk()
        try talk.say("where is my order BL-111111?", finding("status"))
        for number in ["BL-222222", "BL-333333"] {
            #expect(heard(try talk.ends(.notFound)) == ["There is no order of that number.\nWhich order?"])
            try talk.say(number)
        }
        #expect(packet(try talk.ends(.notFound))?.reason == .callFailed)
    }

    @Test func `an action that the settings do not know is for a person, before anything is asked`() throws {
        var talk = Talk()
        talk.articles["status"]?.action = nil
        #expect(packet(try talk.say("where is my order", finding("status")))?.reason == .callFailed)
    }

    @Test func `while the company system is asked, other questions are answered and the rest is told to wait`() throws {
        var talk = Talk()
        try talk.say("where is my order BL-123456?", finding("status"))
        #expect(heard(try talk.say("hello?", .greeting)) == ["I'm still checking: one moment, please."])
        #expect(heard(try talk.say("and returns?", finding("returns"))) == ["Thirty days.\n\n(Source: Returns)"])
        #expect(heard(try talk.ends(.answered(["state": "sent"]))).first?.hasPrefix("Order BL-123456 is sent.") == true)
    }

    @Test func `an end that comes twice changes nothing`() throws {
        var talk = Talk()
        try talk.say("where is my order BL-123456?", finding("status"))
        try talk.ends(.answered(["state": "sent"]))
        #expect(heard(try talk.ends(.answered(["state": "sent"]))).isEmpty)
    }
}

struct `Several questions in one message` {
    private func part(_ text: String, _ id: String?) -> Consideration.Part {
        .init(text: text, answer: id.map { TriedArticle(article: $0, title: $0, confidence: 0.9) })
    }

    @Test func `are answered in one reply, each from its article`() throws {
        var talk = Talk()
        let events = try talk.say("How long? Returns?", .several([part("How long?", "shipping"), part("Returns?", "returns")]))
        #expect(heard(events) == ["«How long?»\nTwo days.\n\n(Source: Shipping)\n\n«Returns?»\nThirty days.\n\n(Source: Returns)"])
        let articles = events.compactMap { if case .botAnswered(let answer) = $0 { answer.article } else { nil } }
        #expect(articles == ["shipping", "returns"])
    }

    @Test func `what is not sure is named and handed over`() throws {
        var talk = Talk()
        let events = try talk.say("How long? The moon?", .several([part("How long?", "shipping"), part("The moon?", nil)]))
        #expect(heard(events).count == 1)
        #expect(heard(events)[0].contains("Two days.") && heard(events)[0].contains("«The moon?»"))
        #expect(packet(events)?.goal == "The moon?")
        #expect(talk.state.owner == .queue)
    }

    @Test func `one that needs a value comes last`() throws {
        var talk = Talk()
        let events = try talk.say("Where is it? Returns?", .several([part("Where is it?", "status"), part("Returns?", "returns")]))
        #expect(heard(events) == ["«Returns?»\nThirty days.\n\n(Source: Returns)\n\n«Where is it?»\n\nWhich order?"])
        try talk.say("BL-123456")
        #expect(talk.calls == 1)
    }
}

struct `An angry customer` {
    @Test func `is answered calmly and offered a person`() throws {
        var talk = Talk()
        let said = heard(try talk.say("this is a disgrace, how long is shipping", finding("shipping"), isAngry: true))
        #expect(said.first?.hasPrefix("I'm truly sorry") == true && said.first?.contains("human") == true)
    }

    @Test func `gets a person after an answer, and where none is sure`() throws {
        var talk = Talk()
        try talk.say("shipping", finding("shipping"))
        #expect(packet(try talk.say("you are useless", .notHelped, isAngry: true))?.reason == .upset)
        var other = Talk()
        #expect(packet(try other.say("shame on you", isAngry: true))?.reason == .upset)
    }
}

struct `What an answer offers` {
    @Test func `is picked by its number, and is no question of the bot`() throws {
        var talk = Talk()
        #expect(heard(try talk.say("shipping", finding("shipping"))).first?.hasSuffix("1. Returns") == true)
        #expect(heard(try talk.say("1")) == ["Thirty days.\n\n(Source: Returns)"])
        try talk.say("shipping", finding("shipping"))
        #expect(heard(try talk.say("hm", .which([.init(article: "a", title: "A"), .init(article: "b", title: "B")]))).first?.contains("Which of these") == true)
    }

    @Test func `what the customer says of an answer is about its version`() throws {
        var talk = Talk()
        try talk.say("shipping", finding("shipping"))
        guard case .botSaid(let remark) = try #require(try talk.say("that helped", .helped).last) else { return }
        #expect(remark.about == TriedArticle(article: "shipping", title: "Shipping", confidence: 0.95, version: "h1"))
    }

    @Test func `a matter of safety goes to people at once, with what to do in danger`() throws {
        var talk = Talk()
        let events = try talk.say("your lamp caught fire", .urgent("safety"))
        #expect(packet(events)?.reason == .urgent)
        #expect(heard(events).first?.contains("112") == true)
    }
}

struct `What is taken back` {
    @Test(
        arguments: [
            ("BL-111111 anzi no BL-222222", "BL-222222"), ("BL-111111, no sorry, BL-222222", "BL-222222"), ("it's BL-222222 not BL-111111", "BL-222222"),
            ("not BL-111111 but BL-222222", "BL-222222"), ("BL-222222 but I am not sure", "BL-222222"), ("wait, actually 222222", "BL-222222"),
            ("non BL-111111 ma BL-222222", "BL-222222"),
        ])
    func `in the same message is not the value`(_ text: String, _ value: String) throws {
        var talk = Talk()
        try talk.say("where is my order", finding("status"))
        try talk.say(text)
        #expect(talk.call?.call.arguments.first?.value == value)
    }

    @Test(arguments: ["no-reply@shop.example", "mean.green@shop.example", "it's anna.no.1@shop.example"])
    func `is nothing within an address`(_ text: String) throws {
        var talk = Talk()
        try talk.say("write to me", finding("letter"))
        try talk.say(text)
        #expect(talk.call?.call.arguments.first?.value == text.split(separator: " ").last.map(String.init))
    }

    @Test(arguments: ["no sorry, 14 Station Road", "No: 14 Station Road", "anzi 14 Station Road"])
    func `in part is asked for again before anything is changed`(_ text: String) throws {
        var talk = Talk()
        try talk.say("change my address, order BL-111111", finding("move"))
        #expect(heard(try talk.say("12 Station Road, 20100 Milan")) == ["Shall BL-111111 go to 12 Station Road, 20100 Milan? (yes / no)"])
        #expect(heard(try talk.say(text)) == ["What is the full address?"])
        // A yes is no address either.
        #expect(heard(try talk.say("yes perfect")).first?.hasSuffix("What is the full address?") == true)
        #expect(heard(try talk.say("14 Station Road, 20100 Milan")) == ["Shall BL-111111 go to 14 Station Road, 20100 Milan? (yes / no)"])
        #expect(talk.calls == 0)
        try talk.say("yes")
        #expect(talk.call?.call.arguments.last?.value == "14 Station Road, 20100 Milan")
    }

    @Test func `as a whole takes the old one's place, and is asked about again`() throws {
        var talk = Talk()
        try talk.say("change my address, order BL-111111", finding("move"))
        try talk.say("12 Station Road, 20100 Milan")
        #expect(heard(try talk.say("no, 4 Garden Lane, 10100 Turin")) == ["Shall BL-111111 go to 4 Garden Lane, 10100 Turin? (yes / no)"])
    }

    @Test(arguments: ["no, I don't want that anymore", "sorry, what does that mean?", "no wait, why do you ask me that?"])
    func `is not all that begins with a no`(_ text: String) throws {
        var talk = Talk()
        try talk.say("change my address, order BL-111111", finding("move"))
        try talk.say("12 Station Road, 20100 Milan")
        #expect(heard(try talk.say(text)).first?.hasSuffix("Shall BL-111111 go to 12 Station Road, 20100 Milan? (yes / no)") == true)
    }

    @Test func `is the number where the text is one, whatever was asked for first`() throws {
        var talk = Talk()
        try talk.say("where does it go", finding("put"))
        try talk.say("12 Station Road, 20100 Milan")
        try talk.say("BL-111111")
        #expect(heard(try talk.say("no sorry, the order is BL-222222")) == ["Shall BL-222222 go to 12 Station Road, 20100 Milan? (yes / no)"])
    }

    @Test func `after an answer needs no more than the number`() throws {
        var talk = Talk()
        try talk.say("where is BL-111111", finding("status"))
        try talk.ends(.answered(["state": "sent"]))
        try talk.say("no scusa 222222")
        #expect(talk.call?.call.arguments.first?.value == "BL-222222")
    }

    @Test(arguments: ["ma certo che sì", "that's right", "direi di sì", "sì va benissimo"])
    func `is nothing where a yes has many words`(_ text: String) throws {
        var talk = Talk()
        try talk.say("book a visit", finding("visit"))
        try talk.say("tomorrow")
        #expect(heard(try talk.say(text)) == ["See you on 13 March 2026.\n\n(Source: Book a visit)"])
    }

    @Test(arguments: ["meglio di no", "better not", "not yet", "I don't think so", "non credo", "not sure"])
    func `is all where a no has many words`(_ text: String) throws {
        var talk = Talk()
        try talk.say("book a visit", finding("visit"))
        try talk.say("tomorrow")
        guard case .botSaid(let remark)? = try talk.say(text).last else { return #expect(Bool(false), "it was no no") }
        #expect(remark.kind == .cancelled && talk.state.dialogue == nil)
    }
}

struct `A dialogue that was left alone` {
    private func asked() throws -> Talk {
        var talk = Talk()
        try talk.say("change my address, order BL-111111", finding("move"))
        try talk.say("12 Station Road, 20100 Milan")
        return talk
    }

    @Test func `for two days goes on`() throws {
        var talk = try asked()
        talk.now = talk.now + .seconds(2 * 86_400)
        try talk.say("yes")
        #expect(talk.calls == 1)
    }

    @Test func `for four days asks for the yes again`() throws {
        var talk = try asked()
        talk.now = talk.now + .seconds(4 * 86_400)
        #expect(heard(try talk.say("yes")) == ["Shall BL-111111 go to 12 Station Road, 20100 Milan? (yes / no)"])
        #expect(talk.calls == 0)
        try talk.say("yes")
        #expect(talk.calls == 1)
    }

    @Test func `is one that was not asked again meanwhile`() throws {
        var talk = try asked()
        talk.now = talk.now + .seconds(2 * 86_400)
        try talk.say("thanks", .thanks)
        talk.now = talk.now + .seconds(2 * 86_400)
        try talk.say("yes")
        #expect(talk.calls == 1)
    }

    @Test func `for four days is over where the bot asks which is meant`() throws {
        var talk = Talk()
        try talk.say("how many", finding("many"))
        talk.now = talk.now + .seconds(4 * 86_400)
        try talk.say("back", .which([.init(article: "returns", title: "Returns"), .init(article: "shipping", title: "Shipping")]))
        #expect(heard(try talk.say("1")).first?.hasPrefix("Thirty days.") == true)
    }

    @Test func `for four days gives way to another matter, and takes the number that it asked for`() throws {
        var talk = Talk()
        try talk.say("where is my order", finding("status"))
        talk.now = talk.now + .seconds(4 * 86_400)
        var other = talk
        #expect(heard(try other.say("and returns?", finding("returns"))) == ["Thirty days.\n\n(Source: Returns)"])
        #expect(other.state.dialogue == nil)
        try talk.say("BL-123456")
        #expect(talk.calls == 1)
        #expect(heard(try other.say("no idea")).first?.contains("person") == true)
    }
}

struct `A short message after an answer` {
    @Test func `is answered from the article before, and the same sentences are never said twice`() throws {
        var talk = Talk()
        try talk.say("how much is shipping", finding("returns"))
        talk.continuation = .init(article: "returns", confidence: 0.9, reading: "shipping to sicily", quote: "Sicily: 7.90.")
        guard case .botAnswered(let answer)? = try talk.say("and to Sicily?").last else { return #expect(Bool(false), "no answer") }
        #expect(answer.speech.text == "Sicily: 7.90.\n\n(Source: Returns)" && answer.follows == "returns" && answer.version == "r1")
        #expect(talk.state.asked?.question == "shipping to sicily" && talk.state.asked?.quoted == "Sicily: 7.90.")
        #expect(packet(try talk.say("and to Sicily then?"))?.reason == .unsure)
    }

    @Test func `may lead to another article`() throws {
        var talk = Talk()
        try talk.say("how much is shipping", finding("shipping"))
        talk.continuation = .init(article: "returns", confidence: 0.8, reading: "shipping returns")
        guard case .botAnswered(let answer)? = try talk.say("and back?").last else { return #expect(Bool(false), "no answer") }
        #expect(answer.article == "returns" && answer.follows == "shipping" && answer.confidence == 0.8)
    }

    @Test func `leans on nothing before an answer, in anger, or while the bot asks which`() throws {
        var talk = Talk()
        talk.continuation = .init(article: "returns", confidence: 0.9, reading: "", quote: "Thirty.")
        #expect(packet(try talk.say("and to Sicily?"))?.reason == .unsure)
        var angry = Talk()
        try angry.say("how much is shipping", finding("shipping"))
        angry.continuation = talk.continuation
        #expect(packet(try angry.say("and to Sicily, you idiots?", isAngry: true))?.reason == .upset)
        var choosing = Talk()
        try choosing.say("how much is shipping", finding("shipping"))
        choosing.continuation = talk.continuation
        try choosing.say("back", .which([.init(article: "returns", title: "Returns")]))
        #expect(packet(try choosing.say("hm"))?.reason != nil || choosing.state.isChoosing)
    }

    @Test(arguments: ["no, the other one", "no l'altra cosa", "not that one"])
    func `may ask for the other thing`(_ text: String) throws {
        var talk = Talk()
        try talk.say("how do I send it back", finding("returns"))
        talk.alternatives = [.init(article: "shipping", title: "Shipping")]
        #expect(heard(try talk.say(text)).first?.contains("1. Shipping") == true)
        #expect(heard(try talk.say("1")).first?.hasPrefix("Two days.") == true)
    }

    @Test func `leans on no more than the beginning of a long one`() throws {
        let long = String(repeating: "and on it goes ", count: 1_000)
        var talk = Talk()
        guard case .botAnswered(let answer)? = try talk.say(long, finding("returns")).last else { return #expect(Bool(false), "no answer") }
        #expect(answer.asked?.question.count == 400)
        guard case .botAskedWhich(let question)? = try talk.say(long, .which([.init(article: "returns", title: "Returns")])).last else {
            return #expect(Bool(false), "no question")
        }
        #expect(question.about?.count == 400)
    }

    @Test func `that asks for the other thing leaves the number of the question before it`() throws {
        var talk = Talk()
        try talk.say("what about BL-111111", finding("returns"))
        talk.alternatives = [.init(article: "status", title: "Order status")]
        try talk.say("no, the other one")
        try talk.say("1")
        #expect(talk.call?.call.arguments.first?.value == "BL-111111")
    }
}

struct `An order number alone` {
    @Test func `is not asked for again once the customer says what for`() throws {
        var talk = Talk()
        talk.takers = [.init(article: "move", title: "Change the address"), .init(article: "status", title: "Order status")]
        #expect(heard(try talk.say("BL-123456")).first?.contains("2. Order status") == true)
        try talk.say("2")
        #expect(talk.call?.call.arguments.first?.value == "BL-123456")
    }

    @Test func `goes to the one article that asks for it, and changes nothing without a yes`() throws {
        var talk = Talk()
        talk.takers = [.init(article: "move", title: "Change the address")]
        #expect(heard(try talk.say("it's BL-123456")) == ["What is the full address?"])
    }

    @Test func `in a longer message is for a person`() throws {
        var talk = Talk()
        talk.takers = [.init(article: "status", title: "Order status")]
        #expect(packet(try talk.say("BL-123456 has nothing to do with what the other shop told me about it"))?.reason == .unsure)
    }
}
