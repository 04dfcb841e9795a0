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
        case .customerEdited, .customerDeleted, .noted, .deliverySettled:
            break
        case .botAnswered(let answer):
            answered.append(TriedArticle(article: answer.article, title: answer.title, confidence: answer.confidence))
            answered.removeFirst(max(0, answered.count - 5))
            offered = []
        case .botAskedWhich(let question):
            offered = question.choices
        case .botSaid(let remark):
            switch remark.kind {
            case .notHelped, .sameAgain: misses += 1
            case .helped: misses = 0
            case .greeting, .thanks: break
            }
            offered = []
        case .handedOff:
            owner = .queue
            offered = []
        case .taken(let agent):
            owner = .agent(agent.id)
        case .agentReplied:
            break
        case .returnedToBot:
            owner = .bot
            startOver()
        case .closed:
            owner = .nobody
        }
    }

    private mutating func startOver() {
        answered = []
        misses = 0
        offered = []
    }
}

/// An article that was given as an answer, with how sure the bot was.
package struct TriedArticle: Sendable, Hashable {
    package var article: String
    package var title: String
    package var confidence: Double

    package init(article: String, title: String, confidence: Double) {
        self.article = article
        self.title = title
        self.confidence = confidence
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
