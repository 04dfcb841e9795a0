import Conversations
import Gateway
import Knowledge
import Messages

/// One conversation with the articles, outside any store: what the bot would do, turn by turn. Nothing is called; what company systems answer is given by hand.
struct Rehearsal {
    private let library: Library
    private let context: DecisionContext
    private let channel: String
    private let language: String?
    private(set) var state = ConversationState()

    init(_ base: KnowledgeBase, actions: [Action], channel: String, language: String?, now: Timestamp = .now()) {
        library = Library(base, actions: actions)
        context = DecisionContext(now: now, makeMessageID: { MessageID.make() }, answerWithin: .seconds(3600))
        self.channel = channel
        self.language = language
    }

    /// The calls that a rehearsal makes in one turn at most.
    private static let mostCalls = 5

    /// - Parameter outcome: of a call; nil leaves the conversation waiting for it.
    /// - Returns: what happened, in order, and the actions that were called.
    mutating func say(_ text: String, outcome: (PendingCall) -> CallOutcome?) -> (events: [ConversationEvent], called: [String]) {
        let considered = library.consider(ConsideredMessage(text: text, language: language, channel: channel, channelKind: channel))
        var events = apply(.customerWrote(CustomerMessage(id: MessageID.make(), text: text, language: considered.language), considered: considered))
        var called: [String] = []
        while case .calling(let id)? = state.dialogue?.stage, let running = state.dialogue, let call = running.call, called.count < Self.mostCalls {
            called.append(call.action)
            guard let ended = outcome(call) else { break }
            let article = library.article(running.article, language: running.language, channelKind: channel)
            events += apply(.callEnded(id, action: call.action, ended, article: article))
        }
        return (events, called)
    }

    private mutating func apply(_ command: ConversationCommand) -> [ConversationEvent] {
        // The rules refuse nothing that a customer or a company system does.
        guard let made = try? state.decide(command, context) else { return [] }
        for event in made { state.apply(event) }
        return made
    }
}

extension ConversationEvent {
    /// What the customer reads of it.
    var said: String? {
        switch self {
        case .botAnswered(let answer): answer.isFurther ? nil : answer.speech.text
        case .botAskedWhich(let question): question.speech.text
        case .botSaid(let remark): remark.speech.text
        // Said in one message with what came before it.
        case .botPrompted(let prompt): prompt.isFurther ? nil : prompt.speech.text
        case .handedOff(_, let notice): notice?.text
        default: nil
        }
    }
}
