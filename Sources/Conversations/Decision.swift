package import Messages

/// What somebody wants to happen in a conversation.
package enum ConversationCommand: Sendable {
    /// A customer's message that is stored now; `considered` when the knowledge base was asked before.
    case customerWrote(CustomerMessage, considered: Consideration?)
    /// The knowledge base was asked about a message stored before.
    case consider(Consideration)
    case take(AgentRef)
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
        case greeting, thanks, helped, notHelped
        case unreadable
        /// A machine wrote it, or nothing is to be said.
        case silence
    }

    /// A live article's words, for a customer who picked it from the offered ones.
    package struct ArticleText: Sendable, Hashable {
        package var title: String
        package var version: String
        package var text: String

        package init(title: String, version: String, text: String) {
            self.title = title
            self.version = version
            self.text = text
        }
    }

    package var finding: Finding
    /// The customer's text that was considered.
    package var text: String
    package var language: String?
    package var facts: [Handoff.Fact]
    /// Looks an offered article up in the customer's language; nil when it is not live any more.
    package var article: @Sendable (_ id: String) -> ArticleText?

    package init(
        finding: Finding, text: String, language: String?, facts: [Handoff.Fact] = [], article: @escaping @Sendable (_ id: String) -> ArticleText? = { _ in nil }
    ) {
        self.finding = finding
        self.text = text
        self.language = language
        self.facts = facts
        self.article = article
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

    package init(now: Timestamp, makeMessageID: @escaping @Sendable () -> MessageID, answerWithin: Duration) {
        self.now = now
        self.makeMessageID = makeMessageID
        self.answerWithin = answerWithin
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
            return [written] + next.respond(to: considered, context)
        case .consider(let considered):
            return respond(to: considered, context)
        case .take(let agent):
            switch owner {
            case .agent(agent.id): return []
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
