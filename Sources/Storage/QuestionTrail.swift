import Messages

/// Follows what is said in a conversation, and tells of each answer which of the customer's messages it is to.
///
/// That is the last one, unless the bot asked back: "the second one" or an order number completes the question before it and asks nothing itself.
struct QuestionTrail {
    /// The facts that move it, of those that carry a message.
    static let kinds = "('customer.wrote', 'bot.asked', 'bot.prompted', 'bot.answered', 'bot.said', 'handoff', 'agent.replied')"

    /// What the customer wrote last.
    private(set) var last: String?
    private var first: String?
    /// The articles that the bot asked back for.
    private var wanted: Set<String> = []

    /// - Returns: for an answer or a handover the message that it is to, where there is one.
    mutating func follow(_ kind: String, message: String, body: JSON?) -> String? {
        switch kind {
        case "customer.wrote":
            last = message
            if wanted.isEmpty { first = message }
            return nil
        case "bot.asked":
            wanted = Set((body?["choices"]?.array ?? []).compactMap { $0["article"]?.string })
            return nil
        case "bot.prompted":
            wanted = Set([body?["article"]?.string].compactMap(\.self))
            return nil
        case "bot.answered":
            // Another question may be answered in between; what was asked back for then goes on.
            let question = wanted.contains(body?["article"]?.string ?? "") ? first : last
            wanted = []
            return question
        case "handoff":
            let question = wanted.isEmpty ? last : first
            wanted = []
            return question
        default:
            wanted = []
            return nil
        }
    }
}

extension [MessageView] {
    /// Says of each message whether its question can be judged there: under the answer, or, where the bot handed it over for want of one, under the question itself.
    ///
    /// An answer that is one of several to a message is left out: one article is not right for all of it.
    mutating func place(_ facts: [(kind: String, body: JSON?)], _ reviews: [MessageID: MessageReview]) {
        var trail = QuestionTrail()
        var lastAnswer: Int?
        for number in indices {
            let (kind, body) = facts[number]
            let question = trail.follow(kind, message: self[number].id.text, body: body).map { MessageID($0) }
            if kind == "bot.answered", body?["further"]?.bool == true {
                if let lastAnswer { self[lastAnswer].question = nil }
            } else if kind == "bot.answered" {
                self[number].question = question
                lastAnswer = number
            } else if kind == "handoff", ["unsure", "upset"].contains(body?["reason"]?.string), let asked = lastIndex(where: { $0.id == question }) {
                self[asked].question = question
            }
        }
        let shown = Set(compactMap(\.question))
        for number in indices {
            // What was judged elsewhere, over the API, is to be seen too.
            if reviews[self[number].id] != nil, !shown.contains(self[number].id) { self[number].question = self[number].id }
            self[number].review = self[number].question.flatMap { reviews[$0] }
        }
    }
}
