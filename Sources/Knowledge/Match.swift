/// What a customer wrote, and what is known of where and by whom.
package struct Query: Sendable, Hashable {
    package var text: String
    /// BCP 47, as the channel or the profile says; a hint that the text may overrule.
    package var language: String?
    /// The adapter's kind: chooses channel-specific answers and hides articles that are not for it.
    package var channelKind: String?
    /// The channel's name, which `channels` of an article may list as well.
    package var channel: String?
    /// The groups that the reader belongs to.
    package var audience: [String]
    /// Where the reader is (ISO 3166-1 alpha-2), when it is known; articles that hold in some countries only are hidden without it.
    package var country: String?

    package init(
        text: String, language: String? = nil, channelKind: String? = nil, channel: String? = nil, audience: [String] = [], country: String? = nil
    ) {
        self.text = text
        self.language = language
        self.channelKind = channelKind
        self.channel = channel
        self.audience = audience
        self.country = country
    }
}

/// One article that may be the answer.
package struct Candidate: Sendable, Hashable {
    package var articleID: String
    package var language: String
    package var title: String
    package var version: String
    /// The chance, between 0 and 1, that this is the right article: 0.8 is right four times in five.
    package var confidence: Double
}

/// What the knowledge base makes of a message.
package struct Match: Sendable, Hashable {
    package enum Decision: Sendable, Hashable {
        /// Sure enough to answer.
        case answer(Candidate)
        /// Two or three articles are near each other: ask which one is meant.
        case which([Candidate])
        case unsure
        /// The customer asks for a human being. Comes before everything else.
        case wantsPerson
        /// Nothing but thanks.
        case thanks
        /// Nothing but a greeting.
        case greeting
        /// Nothing but "yes, that helped"; means something only after an answer.
        case helped
        /// Nothing but "no, that did not help"; means something only after an answer.
        case notHelped
        /// Nothing but whether a machine answers.
        case asksIfMachine
    }

    package var decision: Decision
    /// The best first, at most five; also when the decision is none of them.
    package var candidates: [Candidate]
    /// The language that the message was taken to be in; nil when none could be told.
    package var language: String?
    /// The words of the message, as the matcher read them, that spoke most for the best candidate; at most six.
    package var words: [String]

    /// Of the best candidate, or 0.
    package var confidence: Double { candidates.first?.confidence ?? 0 }
}
