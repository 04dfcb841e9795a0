public import Messages

/// How one of a channel's held connections does.
public struct ConnectionState: Sendable, Hashable {
    /// Which one: a mailbox's folder.
    public var name: String
    /// In words for an operator; nil while it stands.
    public var problem: String?
    /// Nil while it does not stand.
    public var connectedSince: Timestamp?
    /// When the last event came, also in an earlier run of the program; nil before the first.
    public var lastEventAt: Timestamp?
    /// Events that could not be read and were put aside, in this run.
    public var setAside: Int

    public init(name: String, problem: String? = nil, connectedSince: Timestamp? = nil, lastEventAt: Timestamp? = nil, setAside: Int = 0) {
        self.name = name
        self.problem = problem
        self.connectedSince = connectedSince
        self.lastEventAt = lastEventAt
        self.setAside = setAside
    }
}
