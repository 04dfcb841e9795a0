import Conversations
import Messages
import Testing

private let anna = AgentRef(id: AgentID("anna"), name: "Anna")
private let bruno = AgentRef(id: AgentID("bruno"), name: "Bruno")

private let context = DecisionContext(now: Timestamp(seconds: 1_000), makeMessageID: { MessageID.make() }, answerWithin: .seconds(3600))

private func state(_ owner: Owner) -> ConversationState {
    var state = ConversationState()
    state.owner = owner
    return state
}

private func answer(_ article: String) -> Consideration {
    Consideration(finding: .answer(article: article, title: "Title of \(article)", version: "v1", confidence: 0.95, text: "Text of \(article)"), text: "a question", language: "en")
}

/// Lets a customer write and applies what comes of it.
private func write(_ considered: Consideration?, to state: inout ConversationState) throws -> [ConversationEvent] {
    let events = try state.decide(.customerWrote(CustomerMessage(id: MessageID.make(), text: considered?.text ?? "", language: nil), considered: considered), context)
    for event in events { state.apply(event) }
    return events
}

struct `One speaker at a time` {
    @Test(arguments: [Owner.bot, .queue, .agent(bruno.id), .nobody])
    func `an agent who does not own the conversation cannot reply`(owner: Owner) {
        #expect(throws: Refusal.self) { try state(owner).decide(.reply(anna, "hello"), context) }
    }

    @Test func `the owner can reply`() throws {
        let events = try state(.agent(anna.id)).decide(.reply(anna, "hello"), context)
        #expect(events.count == 1)
    }

    @Test func `nobody takes a conversation from another agent`() {
        let refusal = #expect(throws: Refusal.self) { try state(.agent(bruno.id)).decide(.take(anna), context) }
        #expect(refusal?.code == .alreadyTaken)
    }

    @Test func `a conversation is taken over from the agent who is named, and from no other`() throws {
        #expect(try state(.agent(bruno.id)).decide(.take(anna, from: bruno.id), context) == [.taken(anna)])
        let refusal = #expect(throws: Refusal.self) { try state(.agent(bruno.id)).decide(.take(anna, from: AgentID("carla")), context) }
        #expect(refusal?.code == .alreadyTaken)
    }

    @Test func `taking twice does nothing the second time`() throws {
        #expect(try state(.agent(anna.id)).decide(.take(anna), context).isEmpty)
    }

    @Test(arguments: [Owner.queue, .agent(anna.id)])
    func `the bot is silent while people have the conversation`(owner: Owner) throws {
        var state = state(owner)
        let events = try write(answer("shipping"), to: &state)
        #expect(events.count == 1)
        #expect(state.owner == owner)
    }

    @Test(arguments: [Owner.bot, .queue, .agent(bruno.id), .nobody])
    func `anyone may leave a note, and it changes no owner`(owner: Owner) throws {
        var state = state(owner)
        for event in try state.decide(.note(anna, "careful"), context) { state.apply(event) }
        #expect(state.owner == owner)
    }

    @Test func `a closed conversation opens again with the bot`() throws {
        var state = state(.nobody)
        let events = try write(answer("shipping"), to: &state)
        #expect(events.count == 2)
        #expect(state.owner == .bot)
    }

    @Test func `an empty reply and one that is too long are refused`() {
        #expect(throws: Refusal(.empty, "the text is empty")) { try state(.agent(anna.id)).decide(.reply(anna, " \n"), context) }
        #expect(throws: Refusal.self) { try state(.agent(anna.id)).decide(.reply(anna, String(repeating: "a", count: longestAgentText + 1)), context) }
    }
}

struct `The bot knows when to stop` {
    @Test func `an unsure match is handed over with the nearest articles`() throws {
        var state = state(.bot)
        let nearest = [TriedArticle(article: "shipping", title: "Shipping", confidence: 0.4)]
        let events = try write(Consideration(finding: .unsure(nearest: nearest), text: "odd", language: "en", facts: [.init("name", "Carla")]), to: &state)
        guard case .handedOff(let packet, let notice?) = try #require(events.last) else { throw Unexpected(events) }
        #expect(state.owner == .queue)
        #expect(packet.reason == .unsure)
        #expect(packet.goal == "odd")
        #expect(packet.tried == nearest)
        #expect(packet.facts == [.init("name", "Carla")])
        #expect(packet.promisedAt == Timestamp(seconds: 4_600))
        #expect(notice.text.contains("60 minutes"))
    }

    @Test func `the same answer is never given twice in a row, and the second time a person comes`() throws {
        var state = state(.bot)
        _ = try write(answer("shipping"), to: &state)
        let second = try write(answer("shipping"), to: &state)
        guard case .botSaid(let remark) = try #require(second.last) else { throw Unexpected(second) }
        #expect(remark.kind == .sameAgain)
        let third = try write(answer("shipping"), to: &state)
        guard case .handedOff(let packet, _) = try #require(third.last) else { throw Unexpected(third) }
        #expect(packet.reason == .unhelpful)
        #expect(packet.tried.map(\.article) == ["shipping"])
    }

    @Test func `two answers that did not help bring a person`() throws {
        var state = state(.bot)
        _ = try write(answer("shipping"), to: &state)
        _ = try write(Consideration(finding: .notHelped, text: "no", language: "en"), to: &state)
        #expect(state.owner == .bot)
        _ = try write(answer("returns"), to: &state)
        _ = try write(Consideration(finding: .notHelped, text: "no", language: "en"), to: &state)
        #expect(state.owner == .queue)
    }

    @Test func `when two articles are near, the number of the choice picks one`() throws {
        var state = state(.bot)
        let choices = [ArticleChoice(article: "a", title: "A"), ArticleChoice(article: "b", title: "B")]
        _ = try write(Consideration(finding: .which(choices), text: "hm", language: "en"), to: &state)
        #expect(state.offered == choices)
        let events = try write(
            Consideration(finding: .unsure(nearest: []), text: " 2.", language: "en") { id, _ in .init(title: id.uppercased(), version: "v", text: "text \(id)") }, to: &state)
        guard case .botAnswered(let said) = try #require(events.last) else { throw Unexpected(events) }
        #expect(said.article == "b")
        #expect(said.speech.text == "text b\n\n(Source: B)")
    }

    @Test func `asked which twice, a person answers`() throws {
        var state = state(.bot)
        let choices = [ArticleChoice(article: "a", title: "A"), ArticleChoice(article: "b", title: "B")]
        _ = try write(Consideration(finding: .which(choices), text: "hm", language: "it"), to: &state)
        _ = try write(Consideration(finding: .which(choices), text: "hm", language: "it"), to: &state)
        #expect(state.owner == .queue)
    }

    @Test func `a machine's message gets no answer`() throws {
        var state = state(.bot)
        let events = try write(Consideration(finding: .silence, text: "Out of office", language: nil), to: &state)
        #expect(events.count == 1)
    }

    @Test func `the notice is in the customer's language`() throws {
        var state = state(.bot)
        let events = try write(Consideration(finding: .wantsPerson, text: "operatore", language: "it"), to: &state)
        guard case .handedOff(_, let notice?) = try #require(events.last) else { throw Unexpected(events) }
        #expect(notice.text.contains("persona"))
    }
}

/// Every sequence of commands leaves exactly one owner, and the state computed from the events is the state that was decided on.
struct `Any sequence of commands` {
    @Test(arguments: 0..<50)
    func `keeps the rules`(seed: Int) throws {
        var random = SeededGenerator(seed: UInt64(seed))
        var state = ConversationState()
        var log: [ConversationEvent] = []
        for _ in 0..<200 {
            let agent = Bool.random(using: &random) ? anna : bruno
            let command: ConversationCommand =
                switch Int.random(in: 0..<8, using: &random) {
                case 0: .customerWrote(CustomerMessage(id: MessageID.make(), text: "x", language: nil), considered: answer(["a", "b"].randomElement(using: &random) ?? "a"))
                case 1: .customerWrote(CustomerMessage(id: MessageID.make(), text: "x", language: nil), considered: Consideration(finding: .wantsPerson, text: "x", language: nil))
                case 2: .customerWrote(CustomerMessage(id: MessageID.make(), text: "x", language: nil), considered: nil)
                case 3: .take(agent)
                case 4: .reply(agent, "hello")
                case 5: .returnToBot(agent)
                case 6: .close(agent)
                default: .note(agent, "note")
                }
            let before = state.owner
            guard let events = try? state.decide(command, context) else { continue }  // A refusal changes nothing: that is what is tried here.
            for event in events {
                if case .agentReplied(let speaker, _) = event { #expect(before == .agent(speaker.id)) }
                if case .botAnswered = event { #expect(state.owner == .bot) }
                state.apply(event)
                log.append(event)
            }
        }
        var replayed = ConversationState()
        for event in log { replayed.apply(event) }
        #expect(replayed == state)
    }
}

private struct Unexpected: Error {
    var events: [ConversationEvent]
    init(_ events: [ConversationEvent]) { self.events = events }
}

/// SplitMix64: the same numbers on every machine.
private struct SeededGenerator: RandomNumberGenerator {
    private var state: UInt64
    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ z >> 30) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ z >> 27) &* 0x94D0_49BB_1331_11EB
        return z ^ z >> 31
    }
}
