package import Messages

/// What somebody wants to happen in a conversation.
package enum ConversationCommand: Sendable {
    /// A customer's message that is stored now; `considered` when the knowledge base was asked before.
    case customerWrote(CustomerMessage, considered: Consideration?)
    /// The knowledge base was asked about a message stored before.
    case consider(Consideration)
    /// A company system answered, or did not; `article` is the one that asked for the call, as it stands now.
    case callEnded(CallID, action: String, CallOutcome, article: Consideration.ArticleText?)
    /// From the bot, the queue, nobody, or the agent that is named: who reads that a colleague has it takes it over from that one, not from whoever came between.
    case take(AgentRef, from: AgentID? = nil)
    case reply(AgentRef, String)
    case note(AgentRef, String)
    case returnToBot(AgentRef)
    case close(AgentRef)
}

/// What the knowledge base makes of a customer's message, with all that a handoff needs to say.
package struct Consideration: Sendable {
    package enum Finding: Sendable, Hashable {
        case answer(article: String, title: String, version: String, confidence: Double, text: String)
        case which([ArticleChoice])
        case unsure(nearest: [TriedArticle])
        case wantsPerson
        /// A matter that always goes to people: what kind of matter it is.
        case urgent(String)
        /// Several questions in one message, in their order.
        case several([Part])
        case greeting, thanks, helped, notHelped, asksIfMachine
        case unreadable
        /// A machine wrote it, or nothing is to be said.
        case silence
    }

    /// One of several questions in a message.
    package struct Part: Sendable, Hashable {
        /// The customer's words.
        package var text: String
        /// The article that answers it, with how sure that is; nil when none is sure enough.
        package var answer: TriedArticle?

        package init(text: String, answer: TriedArticle?) {
            self.text = text
            self.answer = answer
        }
    }

    /// What a short message means after the question that was answered before it.
    package struct Continuation: Sendable, Hashable {
        package var article: String
        package var confidence: Double
        /// The two read together.
        package var reading: String
        /// What of the article is said, where it was given before; nil for another article.
        package var quote: String?

        package init(article: String, confidence: Double, reading: String, quote: String? = nil) {
            self.article = article
            self.confidence = confidence
            self.reading = reading
            self.quote = quote
        }
    }

    /// A live article's words, and what it asks and calls.
    package struct ArticleText: Sendable, Hashable {
        package var title: String
        package var version: String
        package var text: String
        package var language: String
        package var script: DialogueScript?
        /// What the settings say of the action that the script calls; nil when they know none of that name.
        package var action: ActionFacts?
        package var followUps: [ArticleChoice]

        package init(
            title: String, version: String, text: String, language: String = "en", script: DialogueScript? = nil, action: ActionFacts? = nil, followUps: [ArticleChoice] = []
        ) {
            self.title = title
            self.version = version
            self.text = text
            self.language = language
            self.script = script
            self.action = action
            self.followUps = followUps
        }
    }

    /// What the rules need to know of an action.
    package struct ActionFacts: Sendable, Hashable {
        /// It changes something, so nothing happens without a yes.
        package var changes: Bool

        package init(changes: Bool) {
            self.changes = changes
        }
    }

    package var finding: Finding
    /// The customer's text that was considered.
    package var text: String
    package var language: String?
    package var facts: [Handoff.Fact]
    /// What follows "no, I meant": the finding is of that.
    package var correction: String?
    package var isAngry: Bool
    /// Looks an article up, in that language or in the customer's; nil when it is not live any more.
    package var article: @Sendable (_ id: String, _ language: String?) -> ArticleText?
    /// Reads the message together with the question before it; nil where it says enough by itself, or still too little.
    package var continuation: @Sendable (AnsweredQuestion) -> Continuation?
    /// What else that question may have meant, the nearest first.
    package var alternatives: @Sendable (AnsweredQuestion) -> [ArticleChoice]
    /// The articles that ask for something which the message holds plainly, such as an order number.
    package var takers: @Sendable (_ language: String?) -> [ArticleChoice]

    package init(
        finding: Finding, text: String, language: String?, facts: [Handoff.Fact] = [], correction: String? = nil, isAngry: Bool = false,
        article: @escaping @Sendable (_ id: String, _ language: String?) -> ArticleText? = { _, _ in nil },
        continuation: @escaping @Sendable (AnsweredQuestion) -> Continuation? = { _ in nil },
        alternatives: @escaping @Sendable (AnsweredQuestion) -> [ArticleChoice] = { _ in [] },
        takers: @escaping @Sendable (_ language: String?) -> [ArticleChoice] = { _ in [] }
    ) {
        self.finding = finding
        self.text = text
        self.language = language
        self.facts = facts
        self.correction = correction
        self.isAngry = isAngry
        self.article = article
        self.continuation = continuation
        self.alternatives = alternatives
        self.takers = takers
    }
}

/// A command that the rules do not allow: a stable code and one line that says why.
package struct Refusal: Error, Sendable, Hashable {
    package enum Code: String, Sendable, Hashable {
        case notYours = "not_yours"
        case alreadyTaken = "already_taken"
        case alreadyClosed = "already_closed"
        case withBotAlready = "with_bot_already"
        case empty
        case tooLong = "too_long"
        case keyReused = "idempotency_key_reused"
        /// The channel takes no files.
        case noFiles = "no_files"
        /// Not brought by this agent, taken by another reply already, or forgotten.
        case unknownFile = "unknown_file"
        case filesTooLarge = "files_too_large"
    }

    package var code: Code
    package var explanation: String

    package init(_ code: Code, _ explanation: String) {
        self.code = code
        self.explanation = explanation
    }
}

/// Time, identifiers and promises are arguments of the rules, never taken from the air.
package struct DecisionContext: Sendable {
    package var now: Timestamp
    package var makeMessageID: @Sendable () -> MessageID
    /// How long the customer is told that a person's answer takes at most.
    package var answerWithin: Duration
    /// By how much the clock on our wall is ahead of UTC: for "tomorrow".
    package var utcOffset: Duration

    package init(now: Timestamp, makeMessageID: @escaping @Sendable () -> MessageID, answerWithin: Duration, utcOffset: Duration = .zero) {
        self.now = now
        self.makeMessageID = makeMessageID
        self.answerWithin = answerWithin
        self.utcOffset = utcOffset
    }
}

/// The longest text that an agent may write, in UTF-8 bytes.
package let longestAgentText = 65_536

extension ConversationState {
    /// The facts that a command makes, none when nothing is to be said or done; the state itself is left as it is.
    package func decide(_ command: ConversationCommand, _ context: DecisionContext) throws(Refusal) -> [ConversationEvent] {
        switch command {
        case .customerWrote(let message, let considered):
            var next = self
            let written = ConversationEvent.customerWrote(message)
            next.apply(written)
            guard let considered else { return [written] }
            return [written] + Turn(next, considered, context).events()
        case .consider(let considered):
            return Turn(self, considered, context).events()
        case .callEnded(let id, let action, let outcome, let article):
            return conclude(id, action, outcome, article, context)
        case .take(let agent, let from):
            switch owner {
            case .agent(agent.id): return []
            case .agent(let holder) where holder == from: return [.taken(agent)]
            case .agent: throw Refusal(.alreadyTaken, "another agent has this conversation")
            case .bot, .queue, .nobody: return [.taken(agent)]
            }
        case .reply(let agent, let text):
            try requireOwner(agent)
            return [.agentReplied(agent, Speech(id: context.makeMessageID(), text: try checked(text)))]
        case .note(let agent, let text):
            return [.noted(agent, Speech(id: context.makeMessageID(), text: try checked(text)))]
        case .returnToBot(let agent):
            if owner == .bot { throw Refusal(.withBotAlready, "the bot has this conversation already") }
            if owner != .queue { try requireOwner(agent) }
            return [.returnedToBot(agent)]
        case .close(let agent):
            switch owner {
            case .nobody: throw Refusal(.alreadyClosed, "this conversation is closed already")
            case .agent(let other) where other != agent.id: throw Refusal(.notYours, "another agent has this conversation")
            case .agent, .queue, .bot: return [.closed(agent)]
            }
        }
    }

    private func requireOwner(_ agent: AgentRef) throws(Refusal) {
        switch owner {
        case .agent(agent.id): return
        case .agent: throw Refusal(.notYours, "another agent has this conversation")
        case .nobody: throw Refusal(.alreadyClosed, "this conversation is closed: take it to open it again")
        case .bot, .queue: throw Refusal(.notYours, "take this conversation first")
        }
    }

    private func checked(_ text: String) throws(Refusal) -> String {
        let whole = text.utf8.count
        guard whole <= longestAgentText else { throw Refusal(.tooLong, "the text is \(whole) bytes long; \(longestAgentText) are allowed") }
        guard text.contains(where: { !$0.isWhitespace }) else { throw Refusal(.empty, "the text is empty") }
        return text
    }
}
