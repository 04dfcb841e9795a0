public import Messages

/// One HTTP request of a provider, exact bytes and all.
public struct WebhookRequest: Sendable {
    public var method: String
    public var path: String
    /// Without the question mark.
    public var query: String
    /// Field names keep their case; look them up with `header(_:)`.
    public var headers: [(name: String, value: String)]
    public var body: [UInt8]
    public var now: Timestamp

    public init(method: String, path: String, query: String = "", headers: [(name: String, value: String)], body: [UInt8], now: Timestamp) {
        self.method = method
        self.path = path
        self.query = query
        self.headers = headers
        self.body = body
        self.now = now
    }

    /// The value of the only field of that name (any letter case); nil when there is none or more than one.
    public func header(_ name: String) -> String? {
        var found: String?
        for field in headers where field.name.utf8.count == name.utf8.count && field.name.lowercased() == name.lowercased() {
            if found != nil { return nil }
            found = field.value
        }
        return found
    }
}

/// What an authenticated request holds.
public struct WebhookContent: Sendable {
    public var events: [InboundEvent]
    /// Sent after everything in `events` is stored.
    public var response: WebhookResponse
    /// Why there are no events, when that is as it should be.
    public var ignored: String?

    public init(events: [InboundEvent], response: WebhookResponse, ignored: String? = nil) {
        self.events = events
        self.response = response
        self.ignored = ignored
    }
}

public struct WebhookResponse: Sendable, Hashable {
    public struct Field: Sendable, Hashable {
        public var name: String
        public var value: String
    }
    public var status: Int
    public var headers: [Field]
    public var body: [UInt8]

    public init(status: Int, headers: [(String, String)] = [], body: [UInt8] = []) {
        self.status = status
        self.headers = headers.map { Field(name: $0.0, value: $0.1) }
        self.body = body
    }
}

/// A request that is not taken: the status to answer with, and one line that names what is wrong.
public struct WebhookRejection: Error, Sendable, Hashable {
    public var status: Int
    /// Short and stable: `timestamp-outside-window`.
    public var reason: String
    /// One line for the caller's developer; no secrets.
    public var explanation: String

    public init(_ status: Int, _ reason: String, _ explanation: String) {
        self.status = status
        self.reason = reason
        self.explanation = explanation
    }
}
