/// Something of ours that an event answers or is about, as far as the channel can prove it: by a signature of ours, never by what a
/// stranger could have made up. Whether its writer may speak there is decided elsewhere.
public enum OwnReference: Sendable, Hashable {
    case conversation(ConversationID)
    /// A message that we sent.
    case message(MessageID)
}

/// What a machine on the way reports of a message that we sent.
public struct DeliveryReport: Sendable, Hashable {
    public enum Outcome: String, Sendable, Hashable {
        case failed
        /// Still being tried.
        case delayed
    }

    public var outcome: Outcome
    /// For agents: never the customer's text.
    public var explanation: String

    public init(_ outcome: Outcome, _ explanation: String) {
        self.outcome = outcome
        self.explanation = explanation
    }
}
