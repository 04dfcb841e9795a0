/// What was found out about whether a message is from whom it says.
public struct Verification: Sendable, Hashable {
    public enum Verdict: String, Sendable, Hashable {
        /// The owner of the sender's domain vouches for it.
        case verified
        /// Nobody vouches for it, nothing speaks against it.
        case unverified
        /// The owner of the sender's domain says that such a message is not theirs.
        case failed
    }

    public var verdict: Verdict
    /// What the verdict rests on, in one line for agents: `DKIM of example.com, DMARC pass`.
    public var explanation: String

    public init(_ verdict: Verdict, _ explanation: String) {
        self.verdict = verdict
        self.explanation = explanation
    }
}
