/// The channel has taken the message over.
public struct DeliveryReceipt: Sendable, Hashable {
    /// The name that the channel gave the message, where it gives one.
    public var externalID: String?
    public init(externalID: String? = nil) { self.externalID = externalID }
}

/// Why a reply did not certainly arrive.
public struct DeliveryFailure: Error, Sendable, Hashable {
    public enum Verdict: Sendable, Hashable {
        /// The channel will never take it: final, shown to the agent.
        case refused
        /// Certainly not out: may be tried again, not before `retryAfter` when the channel says so.
        case notSent(retryAfter: Duration?)
        /// The recipient cannot be reached until it comes back; the reply waits without spending a try.
        case waiting
        /// May be out. Sent again only where repeats are idempotent.
        case unknown
    }

    public var verdict: Verdict
    /// For agents and operators: never a secret, never the customer's text.
    public var explanation: String

    public init(_ verdict: Verdict, _ explanation: String) {
        self.verdict = verdict
        self.explanation = explanation
    }
}

/// Why a held connection ended.
public enum ConnectionFailure: Error, Sendable, Hashable {
    /// It broke: the caller reconnects with backoff.
    case dropped(String)
    /// Only an operator helps (wrong password, address in use): reconnecting stops, the console shows why.
    case locked(String)
}
