import Conversations
import Messages

/// How a fact is kept: its kind, the message it is about, and what else it says as JSON.
extension ConversationEvent {
    /// The kinds that move ownership, and where to: what `store check` replays.
    static func ownerAfter(kind: String, agent: String?, before: Owner) -> Owner {
        switch kind {
        case "customer.wrote": before == .nobody ? .bot : before
        case "handoff": .queue
        case "taken": agent.map { .agent(AgentID($0)) } ?? before
        case "returned": .bot
        case "closed": .nobody
        default: before
        }
    }

    var kind: String {
        switch self {
        case .customerWrote: "customer.wrote"
        case .customerEdited: "customer.edited"
        case .customerDeleted: "customer.deleted"
        case .botAnswered: "bot.answered"
        case .botAskedWhich: "bot.asked"
        case .botSaid: "bot.said"
        case .botPrompted: "bot.prompted"
        case .callRequested: "call.due"
        case .callEnded: "call.ended"
        case .handedOff: "handoff"
        case .taken: "taken"
        case .agentReplied: "agent.replied"
        case .noted: "noted"
        case .writerAccepted: "writer.accepted"
        case .returnedToBot: "returned"
        case .closed: "closed"
        case .deliverySettled: "delivery"
        }
    }

    /// The message that the fact is about or made.
    var message: MessageID? {
        switch self {
        case .customerWrote(let message): message.id
        case .customerEdited(let message, _), .customerDeleted(let message), .deliverySettled(let message, _, _, _): message
        case .botAnswered(let answer): answer.speech.id
        case .botAskedWhich(let question): question.speech.id
        case .botSaid(let remark): remark.speech.id
        case .botPrompted(let prompt): prompt.speech.id
        case .callRequested: nil
        case .callEnded(let ended): ended.note?.id
        case .handedOff(_, let notice): notice?.id
        case .agentReplied(_, let speech), .noted(_, let speech): speech.id
        case .taken, .writerAccepted, .returnedToBot, .closed: nil
        }
    }

    /// What else the fact says; nil when kind and message say all.
    var body: JSON? {
        switch self {
        case .customerWrote, .customerDeleted: nil
        case .customerEdited(_, let text): ["text": .string(text)]
        case .botAnswered(let answer): answer.details
        case .botAskedWhich(let question): ["choices": .array(question.choices.map { ["article": .string($0.article), "title": .string($0.title)] })]
        case .botSaid(let remark):
            remark.about.map { ["kind": .string(remark.kind.rawValue), "article": .string($0.article), "version": .string($0.version)] }
                ?? ["kind": .string(remark.kind.rawValue)]
        case .botPrompted(let prompt): prompt.dialogue.shown
        case .callRequested(let requested):
            ["call": .string(requested.id.text), "action": .string(requested.call.action), "article": .string(requested.dialogue.article)]
        case .callEnded(let ended):
            ["call": .string(ended.id.text), "action": .string(ended.action), "outcome": .string(ended.outcome.name), "result": ended.outcome.json]
        case .handedOff(let handoff, _): handoff.json
        case .taken(let agent), .agentReplied(let agent, _), .noted(let agent, _), .returnedToBot(let agent), .closed(let agent): ["agent": .string(agent.id.text)]
        case .writerAccepted(let agent, let customer, let address):
            ["agent": .string(agent.id.text), "customer": .string(customer.text), "address": .string(address)]
        case .deliverySettled(_, let state, let attempts, let explanation):
            ["state": .string(state), "attempts": .integer(Int64(attempts)), "explanation": .text(explanation)]
        }
    }
}

extension BotAnswer {
    /// Which version of which article was said, beside the message.
    var details: JSON {
        var details: JSON = ["article": .string(article), "title": .string(title), "version": .string(version), "confidence": .number(confidence)]
        if isFurther, case .object(let members) = details { details = .object(members + [.init("further", true)]) }
        if let follows, case .object(let members) = details { details = .object(members + [.init("follows", .string(follows))]) }
        return details
    }
}

extension TriedArticle {
    var json: JSON {
        version.isEmpty
            ? ["article": .string(article), "title": .string(title), "confidence": .number(confidence)]
            : ["article": .string(article), "title": .string(title), "confidence": .number(confidence), "version": .string(version)]
    }
}

extension Handoff {
    var json: JSON {
        [
            "reason": .string(reason.rawValue), "goal": .string(goal), "language": .text(language),
            "facts": .array(facts.map { ["name": .string($0.name), "value": .string($0.value)] }), "tried": .array(tried.map(\.json)),
            "promised_at": .string(promisedAt.rfc3339),
        ]
    }
}

extension ConversationState {
    /// The bot's memory as JSON; nil when there is nothing to remember.
    var memory: JSON? {
        if answered.isEmpty && misses == 0 && offered.isEmpty && asked == nil && dialogue == nil { return nil }
        var members: [JSON.Member] = [
            .init("answered", .array(answered.map(\.json))), .init("misses", .integer(Int64(misses))),
            .init("offered", .array(offered.map { ["article": .string($0.article), "title": .string($0.title)] })),
        ]
        if !offered.isEmpty { members.append(.init("choosing", .bool(isChoosing))) }
        if let offeredFor { members.append(.init("offered_for", .string(offeredFor))) }
        if let asked { members.append(.init("asked", asked.json)) }
        if let dialogue { members.append(.init("dialogue", dialogue.json)) }
        return .object(members)
    }

    mutating func recall(_ memory: JSON) {
        misses = Int(memory["misses"]?.integer ?? 0)
        answered = (memory["answered"]?.array ?? []).map {
            TriedArticle(
                article: $0["article"]?.string ?? "", title: $0["title"]?.string ?? "", confidence: $0["confidence"]?.number ?? 0, version: $0["version"]?.string ?? "")
        }
        offered = (memory["offered"]?.array ?? []).map { ArticleChoice(article: $0["article"]?.string ?? "", title: $0["title"]?.string ?? "") }
        offeredFor = memory["offered_for"]?.string
        // What an earlier version of the program offered was always a question.
        isChoosing = memory["choosing"]?.bool ?? !offered.isEmpty
        asked = memory["asked"].flatMap(AnsweredQuestion.init)
        dialogue = memory["dialogue"].flatMap(RunningDialogue.init)
    }
}

extension AnsweredQuestion {
    var json: JSON {
        ["question": .string(question), "article": .string(article), "language": .string(language), "quoted": .text(quoted)]
    }

    init?(_ json: JSON) {
        guard let question = json["question"]?.string, let article = json["article"]?.string, let language = json["language"]?.string else { return nil }
        self.init(question: question, article: article, language: language, quoted: json["quoted"]?.string)
    }
}
