import Messages

extension ConversationState {
    /// Brings a conversation that the bot has to people without a word to the customer: something came that the bot must not answer.
    package func handOver(_ reason: Handoff.Reason, goal: String, facts: [Handoff.Fact], _ context: DecisionContext) -> [ConversationEvent] {
        guard owner == .bot else { return [] }
        let packet = Handoff(reason: reason, goal: goal, language: language, facts: facts, tried: answered, promisedAt: context.now + context.answerWithin)
        return [.handedOff(packet, notice: nil)]
    }
}
