/// The question that was answered last in a conversation.
package struct AskedBefore: Sendable, Hashable {
    /// As the customer wrote it, or as it was read together with what came before it.
    package var question: String
    package var articleID: String
    /// Of the answer.
    package var language: String

    package init(question: String, articleID: String, language: String) {
        self.question = question
        self.articleID = articleID
        self.language = language
    }
}

/// A short message read together with the question before it: "how much is shipping?", "and how long does it take?".
package struct FollowUp: Sendable, Hashable {
    /// The words that were matched: what the question before was about, and what this message adds.
    package var reading: String
    package var candidate: Candidate
    /// Where the article that answered before has the answer: its sentences that say it, at most two. Empty for another article, which is given whole.
    package var passages: [String]
}

extension KnowledgeBase {
    /// Each of the two readings, with and without what came before, must prefer the article by so much.
    private static let likely = 0.5
    /// More sentences than these are not the answer to something short.
    private static let mostPassages = 2

    /// What a message means after an answer; nil where it says enough by itself, or still too little.
    ///
    /// It is read twice: by itself, and with the words of meaning of the question before it. Another article is the answer where both readings prefer it. Where the
    /// article that was given has the answer, its sentences that hold all words of the message, and a price or a time where that is asked for, are the answer.
    /// - Parameter alone: what the message is taken for by itself. A sure answer stands, but for two kinds of message: one that names no matter at all ("how much does it
    ///   cost?"), and one that changes nothing but the circumstance of a question about a price or a time ("and to Sicily?").
    package func followUp(_ query: Query, after before: AskedBefore, alone: Match) -> FollowUp? {
        guard let given = article(before.articleID, language: before.language), given.isVisible(to: query) else { return nil }
        let reader = FollowUpReader(language: before.language)
        guard let said = reader.read(query.text), said.isShort else { return nil }
        let asked = reader.question(before.question)
        var joined = query
        joined.text = (asked.topic + said.words).joined(separator: " ")
        joined.language = before.language
        func here() -> FollowUp? {
            guard given.script == nil else { return nil }
            let passages = reader.passages(of: given.answer(forChannelKind: query.channelKind), or: given.body, for: said, asked)
            guard (1...Self.mostPassages).contains(passages.count) else { return nil }
            let confidence = match(joined).candidates.first { $0.articleID == given.id }?.confidence ?? 0
            return FollowUp(
                reading: joined.text,
                candidate: Candidate(articleID: given.id, language: given.language, title: given.title, version: given.version, confidence: confidence), passages: passages)
        }
        if case .answer(let candidate) = alone.decision, candidate.articleID != given.id {
            let isBare = said.content.isEmpty && said.kind != nil
            let isCircumstance = said.isLinked && said.kind == nil && asked.kind != nil
            return isBare || isCircumstance ? here() : nil
        }
        switch alone.decision {
        case .answer, .which, .unsure: break
        case .wantsPerson, .thanks, .greeting, .helped, .notHelped, .asksIfMachine: return nil
        }
        var bare = joined
        bare.text = said.words.joined(separator: " ")
        if let other = match(bare).candidates.first, other.articleID != given.id, other.language == before.language, other.confidence >= Self.likely, said.asksSomething,
            let both = match(joined).candidates.first, both.articleID == other.articleID, both.confidence >= Self.likely
        {
            return FollowUp(reading: joined.text, candidate: other.confidence > both.confidence ? other : both, passages: [])
        }
        return here()
    }
}
