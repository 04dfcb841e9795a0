/// Names one row for good: a UUID of version 7 (RFC 9562), so that sorting by identifier is sorting by time of making.
///
/// The type parameter keeps a customer's identifier from being passed where a conversation's is meant; on the wire and in the
/// store an identifier is its lower-case text of 36 characters.
public struct Identifier<Subject>: Hashable, Sendable, Comparable, CustomStringConvertible {
    public let text: String

    public init(_ text: String) {
        self.text = text
    }

    /// Makes a new identifier for something that happened at `time`.
    public static func make(at time: Timestamp = .now()) -> Self {
        Self(UUIDv7.make(milliseconds: UInt64(max(0, time.microseconds / 1000))))
    }

    public var description: String { text }

    public static func < (left: Self, right: Self) -> Bool { left.text < right.text }
}

extension Identifier: Codable {
    public init(from decoder: any Decoder) throws {
        text = try decoder.singleValueContainer().decode(String.self)
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(text)
    }
}

/// What the identifiers are of. The types hold nothing; they only tell identifiers apart.
public enum Subjects {
    public enum Customer {}
    public enum Identity {}
    public enum Conversation {}
    public enum Message {}
    public enum Agent {}
}

public typealias CustomerID = Identifier<Subjects.Customer>
public typealias IdentityID = Identifier<Subjects.Identity>
public typealias ConversationID = Identifier<Subjects.Conversation>
public typealias MessageID = Identifier<Subjects.Message>
public typealias AgentID = Identifier<Subjects.Agent>
