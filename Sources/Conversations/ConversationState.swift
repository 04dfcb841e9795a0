import Messages

/// What the rules need to know of a conversation. It is computed from its events alone (`apply`), so it can always be computed again.
package struct ConversationState: Sendable, Hashable {
    package var owner: Owner = .bot
    /// Articles answered since the bot last took over, oldest first; at most the last five.
    package var answered: [TriedArticle] = []
    /// Answers in a row that did not help: said so by the customer, or asked again with the same answer.
    package var misses = 0
    /// The articles that the bot last offered to choose from; a number in the customer's next message picks one.
    package var offered: [ArticleChoice] = []
    /// The customer's question that the choice is about: an order number in it is not asked for again.
    package var offeredFor: String?
    /// Whether `offered` is a question of the bot, not an offer beside an answer.
    package var isChoosing = false
    /// The question that was answered last.
    package var asked: AnsweredQuestion?
    /// The dialogue in the middle, if there is one.
    package var dialogue: RunningDialogue?
    package var language: String?

    package init() {}

    package mutating func apply(_ event: ConversationEvent) {
        switch event {
        case .customerWrote(let message):
            if owner == .nobody {
                owner = .bot
                startOver()
            }
            if let said = message.language { language = said }
        case .customerEdited, .customerDeleted, .noted, .writerAccepted, .deliverySettled:
            break
        case .botAnswered(let answer):
            answered.append(TriedArticle(article: answer.article, title: answer.title, confidence: answer.confidence, version: answer.version))
            answered.removeFirst(max(0, answered.count - 5))
            offered = answer.followUps
            offeredFor = nil
            isChoosing = false
            asked = answer.asked
            if !answer.keepsDialogue { dialogue = nil }
        case .botAskedWhich(let question):
            offered = question.choices
            offeredFor = question.about
            isChoosing = true
            // One that was left alone for days: a number picks from the list now.
            dialogue = nil
        case .botSaid(let remark):
            switch remark.kind {
            case .notHelped, .sameAgain: misses += 1
            case .helped: misses = 0
            case .cancelled: dialogue = nil
            case .greeting, .thanks, .machine, .waiting: break
            }
            offered = []
            isChoosing = false
        case .botPrompted(let prompt):
            dialogue = prompt.dialogue
            offered = []
            isChoosing = false
        case .callRequested(let requested):
            dialogue = requested.dialogue
            offered = []
            isChoosing = false
        case .callEnded:
            dialogue = nil
        case .handedOff:
            owner = .queue
            offered = []
            isChoosing = false
            dialogue = nil
        case .taken(let agent):
            owner = .agent(agent.id)
            dialogue = nil
        case .agentReplied:
            break
        case .returnedToBot:
            owner = .bot
            startOver()
        case .closed:
            owner = .nobody
            dialogue = nil
        }
    }

    private mutating func startOver() {
        answered = []
        misses = 0
        offered = []
        offeredFor = nil
        isChoosing = false
        asked = nil
        dialogue = nil
    }
}

/// A question that was answered, and by what: a message as short as "and for Switzerland?" leans on it.
package struct AnsweredQuestion: Sendable, Hashable {
    /// In the customer's words, or an article's title where the customer only picked it.
    package var question: String
    package var article: String
    /// Of the answer.
    package var language: String
    /// The sentences that were said, where the answer was not the whole article.
    package var quoted: String?

    /// What is beyond is no question to lean on.
    static let longest = 400

    package init(question: String, article: String, language: String, quoted: String? = nil) {
        self.question = String(question.prefix(Self.longest))
        self.article = article
        self.language = language
        self.quoted = quoted
    }
}

/// An article that was given as an answer, with how sure the bot was.
package struct TriedArticle: Sendable, Hashable {
    package var article: String
    package var title: String
    package var confidence: Double
    /// Of the text that was said; empty for what was not said.
    package var version: String

    package init(article: String, title: String, confidence: Double, version: String = "") {
        self.article = article
        self.title = title
        self.confidence = confidence
        self.version = version
    }
}

/// One of the articles that the bot offers when two are near.
package struct ArticleChoice: Sendable, Hashable {
    package var article: String
    package var title: String

    package init(article: String, title: String) {
        self.article = article
        self.title = title
    }
}
