package import Messages

/// A fact about a conversation. Facts are only ever added; every view of a conversation is computed from them.
package enum ConversationEvent: Sendable, Hashable {
    case customerWrote(CustomerMessage)
    case customerEdited(message: MessageID, text: String)
    case customerDeleted(message: MessageID)
    case botAnswered(BotAnswer)
    case botAskedWhich(BotQuestion)
    case botSaid(BotRemark)
    case botPrompted(DialoguePrompt)
    case callRequested(RequestedCall)
    case callEnded(EndedCall)
    /// Moves the conversation to people. The notice is what the customer is told; nil when the customer was told before.
    case handedOff(Handoff, notice: Speech?)
    case taken(AgentRef)
    case agentReplied(AgentRef, Speech)
    case noted(AgentRef, Speech)
    /// An agent lets somebody besides the customer take part.
    case writerAccepted(AgentRef, customer: CustomerID, address: String)
    case returnedToBot(AgentRef)
    case closed(AgentRef)
    case deliverySettled(message: MessageID, state: String, attempts: Int, explanation: String?)
}

/// Words with the identifier under which they are stored and sent; made before the first try, so that every try carries the same.
package struct Speech: Sendable, Hashable {
    package var id: MessageID
    package var text: String

    package init(id: MessageID, text: String) {
        self.id = id
        self.text = text
    }
}

package struct AgentRef: Sendable, Hashable {
    package var id: AgentID
    package var name: String

    package init(id: AgentID, name: String) {
        self.id = id
        self.name = name
    }
}

package struct CustomerMessage: Sendable, Hashable {
    package var id: MessageID
    package var text: String
    package var language: String?

    package init(id: MessageID, text: String, language: String?) {
        self.id = id
        self.text = text
        self.language = language
    }
}

package struct BotAnswer: Sendable, Hashable {
    package var speech: Speech
    package var article: String
    package var title: String
    /// The exact version of the article that was said.
    package var version: String
    package var confidence: Double
    /// Said in one message with the answer before it: several questions were asked at once.
    package var isFurther: Bool
    /// An answer in the middle of a dialogue that goes on.
    package var keepsDialogue: Bool
    /// Articles that are offered with it.
    package var followUps: [ArticleChoice]
    /// What it answers: what the next message may lean on.
    package var asked: AnsweredQuestion?
    /// The article that was given before, where the message was read together with the question before it.
    package var follows: String?

    package init(
        speech: Speech, article: String, title: String, version: String, confidence: Double, isFurther: Bool = false, keepsDialogue: Bool = false, followUps: [ArticleChoice] = [],
        asked: AnsweredQuestion? = nil, follows: String? = nil
    ) {
        self.speech = speech
        self.article = article
        self.title = title
        self.version = version
        self.confidence = confidence
        self.isFurther = isFurther
        self.keepsDialogue = keepsDialogue
        self.followUps = followUps
        self.asked = asked
        self.follows = follows
    }
}

package struct BotQuestion: Sendable, Hashable {
    package var speech: Speech
    package var choices: [ArticleChoice]
    /// The customer's question that the choice is about; no more than one can lean on.
    package var about: String?

    package init(speech: Speech, choices: [ArticleChoice], about: String? = nil) {
        self.speech = speech
        self.choices = choices
        self.about = about.map { String($0.prefix(AnsweredQuestion.longest)) }
    }
}

package struct BotRemark: Sendable, Hashable {
    package enum Kind: String, Sendable, Hashable {
        case greeting, thanks, helped
        /// Says that a machine answers, and how to reach a person.
        case machine
        /// The customer said that the answer did not help; asks for other words.
        case notHelped = "not-helped"
        /// The only answer there is was just given; asks for other words instead of repeating it.
        case sameAgain = "same-again"
        /// The customer does not want to go on with a dialogue, or says no to what was to be done.
        case cancelled
        /// A company system has not answered yet.
        case waiting
    }

    package var speech: Speech
    package var kind: Kind
    /// The answer that helped or did not help.
    package var about: TriedArticle?

    package init(speech: Speech, kind: Kind, about: TriedArticle? = nil) {
        self.speech = speech
        self.kind = kind
        self.about = about
    }
}

/// The typed packet that goes with a conversation from the bot to people.
package struct Handoff: Sendable, Hashable {
    package enum Reason: String, Sendable, Hashable {
        /// The customer asked for a person.
        case asked
        /// No article is sure enough.
        case unsure
        /// Two answers did not help.
        case unhelpful
        /// The message could not be read, or holds no text.
        case unreadable
        /// Safety, law, money that was taken wrongly, or people's data: never a matter for a bot.
        case urgent
        /// The customer is angry, and an answer was given before or none is sure.
        case upset
        /// What an article asks for was not given, or its answer could not be completed.
        case incomplete
        /// A company system did not do what was asked of it.
        case callFailed = "call-failed"
        /// Somebody who is not part of the conversation wrote into it.
        case otherWriter = "other-writer"
        /// A reply of ours came back.
        case undelivered
        /// The sender's program asks for no automatic answers.
        case noAutomaticAnswers = "no-automatic-answers"
    }

    package struct Fact: Sendable, Hashable {
        package var name: String
        package var value: String
        package init(_ name: String, _ value: String) {
            self.name = name
            self.value = value
        }
    }

    package var reason: Reason
    /// What the customer wants, in the customer's own words: the last message that says something.
    package var goal: String
    package var language: String?
    package var facts: [Fact]
    /// Answers given before, and, for `unsure`, the nearest articles that were not given.
    package var tried: [TriedArticle]
    /// Until when the customer was told to expect an answer.
    package var promisedAt: Timestamp

    package init(reason: Reason, goal: String, language: String?, facts: [Fact], tried: [TriedArticle], promisedAt: Timestamp) {
        self.reason = reason
        self.goal = goal
        self.language = language
        self.facts = facts
        self.tried = tried
        self.promisedAt = promisedAt
    }
}
