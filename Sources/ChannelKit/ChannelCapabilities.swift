/// What a channel can carry, as data: splitting, retrying and repeating are decided from it in one place.
public struct ChannelCapabilities: Sendable, Hashable {
    /// The longest text of one reply in UTF-8 bytes; a longer one is refused, and the agent sees why.
    public var maximumTextBytes: Int
    /// Whether the channel folds a repeat of the same id: only then is a delivery whose fate is unknown sent again by itself.
    public var repeatsAreIdempotent: Bool
    /// Waits before the second, third, … try. When they are used up the delivery is refused.
    public var retrySchedule: [Duration]
    /// False where a reply waits for the customer to come back (a line session): it then waits without spending tries.
    public var alwaysReachable: Bool
    /// Delivering is a write to a connection that is there, and the reply is what the customer takes as the acknowledgement: it leaves
    /// before `Inbox.accept` returns, without a detour.
    public var repliesAreAcknowledgements: Bool
    /// Replies on their way at the same time, at most: what the other side is not bothered by.
    public var deliveriesAtOnce: Int
    /// Why replies cannot leave by this channel at all (none is configured to take them); nil where they can. Such replies are stored as refused at once.
    public var repliesRefused: String?
    /// Bytes that the files of one reply may have together; 0 where a channel takes none.
    public var maximumFileBytes: Int
    /// A machine may be at the other end without saying so (mail): an address there gets at most one notice of the bot's a day, and each answer once.
    public var answersSparingly: Bool

    public init(
        maximumTextBytes: Int, repeatsAreIdempotent: Bool, retrySchedule: [Duration], alwaysReachable: Bool = true,
        repliesAreAcknowledgements: Bool = false, deliveriesAtOnce: Int = 32, repliesRefused: String? = nil, maximumFileBytes: Int = 0, answersSparingly: Bool = false
    ) {
        self.maximumTextBytes = maximumTextBytes
        self.repeatsAreIdempotent = repeatsAreIdempotent
        self.retrySchedule = retrySchedule
        self.alwaysReachable = alwaysReachable
        self.repliesAreAcknowledgements = repliesAreAcknowledgements
        self.deliveriesAtOnce = deliveriesAtOnce
        self.repliesRefused = repliesRefused
        self.maximumFileBytes = maximumFileBytes
        self.answersSparingly = answersSparingly
    }
}
