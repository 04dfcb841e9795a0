public import Messages

/// The name of a kind of channel, as in `adapter:` of the settings. Stored with every message, so never renamed.
public struct AdapterKind: Hashable, Sendable, ExpressibleByStringLiteral, CustomStringConvertible {
    public let name: String
    public init(stringLiteral name: String) { self.name = name }
    public var description: String { name }
}

/// One account on one outside channel: reads what arrives, sends replies back.
///
/// An adapter knows its channel and nothing else. It never sees a conversation's state, an agent or the store; it reports what
/// arrived and what became of what it was asked to send.
public protocol ChannelAdapter: Sendable {
    static var kind: AdapterKind { get }

    /// Reads settings and secrets. Does no I/O, so that a wrong setting is reported before anything connects.
    init(_ context: AdapterContext) throws(ConfigurationProblem)

    /// What this account can carry, and what may be repeated.
    var capabilities: ChannelCapabilities { get }

    /// Sends one reply and returns once the channel has taken it over.
    ///
    /// Called again with the same `OutboundMessage.id` after a failure that allows it: pass it on wherever the channel takes an
    /// idempotency key. Success that is only hoped for is `.unknown`, never a receipt.
    func deliver(_ message: OutboundMessage) async throws(DeliveryFailure) -> DeliveryReceipt
}

/// A channel that calls us over HTTP. Both methods are pure: a recorded request is a test; the clock is in the request.
public protocol WebhookReceiver: ChannelAdapter {
    /// Checks who sent the request, from its exact bytes. Nothing is parsed before it returns.
    func authenticate(_ request: WebhookRequest) throws(WebhookRejection)

    /// Reads an authenticated request: events, and the response where the provider wants a special one (a challenge).
    func read(_ request: WebhookRequest) throws(WebhookRejection) -> WebhookContent
}

/// A channel that we connect to, or listen for, and stay with: IRC, IMAP IDLE, SMTP, lines over TCP, long polling.
public protocol ConnectionHolder: ChannelAdapter {
    /// Runs until cancelled or disconnected. Returning or throwing ends this connection only; the caller reconnects with backoff.
    func run(_ inbox: any Inbox) async throws(ConnectionFailure)
    /// False for an account of this kind that holds none: `run` is then never called.
    var holdsConnections: Bool { get }
    /// How its connections do right now: for readiness, metrics and the list of channels.
    var connections: [ConnectionState] { get }
}

extension ConnectionHolder {
    public var holdsConnections: Bool { true }
    public var connections: [ConnectionState] { [] }
}

/// Where a connection's events go.
public protocol Inbox: Sendable {
    /// The connection stands; resets the caller's backoff.
    func connected() async

    /// Stores one event for good. Only once it has returned may the adapter acknowledge the event to its channel.
    ///
    /// - Parameter raw: the exact bytes that the event was read from, kept beside it.
    /// - Throws: `IntakeFailure` when the store cannot take it now; nothing was stored and nothing may be acknowledged.
    func accept(_ event: InboundEvent, raw: [UInt8]) async throws -> Acceptance

    /// Replies to this recipient that wait for it to be reachable again are due now (a line session that resumed).
    func reachable(_ recipient: String) async
}

/// What became of an event that was offered.
public enum Acceptance: Sendable, Hashable {
    case stored
    /// It was stored before; nothing was added.
    case duplicate
}

/// The store could not take an event: nothing was stored, the sender may try again.
public struct IntakeFailure: Error, Sendable {
    public enum Cause: Sendable, Hashable {
        /// SMTP 452, HTTP 507.
        case diskFull
        /// More is waiting than the store takes on, or the program is stopping: SMTP 451, HTTP 503.
        case busy
        case failed
    }

    public var cause: Cause
    public var explanation: String

    public init(_ cause: Cause = .failed, _ explanation: String) {
        self.cause = cause
        self.explanation = explanation
    }
}
