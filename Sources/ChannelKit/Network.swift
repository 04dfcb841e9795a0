/// Whether and how a connection is encrypted.
public enum TransportSecurity: String, Sendable, Hashable {
    /// TLS from the first byte.
    case tls
    /// TLS after the protocol's own command; required, not opportunistic.
    case starttls
    case none
}

/// Connections for adapters that speak something other than HTTP. Outgoing ones pass the address guard.
public protocol Network: Sendable {
    /// Connects, with TLS (certificate checked against `host`) when `tls` is true.
    func connect(host: String, port: Int, tls: Bool, within: Duration) async throws(NetworkFailure) -> any ByteChannel
}

/// One connection's bytes, both ways. Not for use by two tasks in the same direction at once.
public protocol ByteChannel: AnyObject, Sendable {
    /// The other side's address without port, as text.
    var peerAddress: String { get }
    var isEncrypted: Bool { get }
    /// Reads what is there, at most `limit` bytes, waiting for at most `within`; empty at the end of the stream.
    func read(upTo limit: Int, within: Duration) async throws(NetworkFailure) -> [UInt8]
    /// Returns when the kernel has taken every byte.
    func write(_ bytes: [UInt8], within: Duration) async throws(NetworkFailure)
    /// Begins TLS as the client; the certificate must be valid for `host`.
    func startTLS(host: String, within: Duration) async throws(NetworkFailure)
    /// Begins TLS as the server, with the listener's certificate.
    func acceptTLS(within: Duration) async throws(NetworkFailure)
    /// Whether `acceptTLS` can work: the listener has a certificate.
    var canAcceptTLS: Bool { get }
    /// Ends the connection; safe to call twice.
    func close()
}

public enum NetworkFailure: Error, Sendable, Hashable {
    case timedOut
    /// The other side closed or reset the connection.
    case closed
    /// Refused, unreachable, not resolved.
    case unreachable(String)
    /// The address guard does not allow this address.
    case forbidden(String)
    /// TLS failed: certificate, protocol, handshake.
    case insecure(String)
    case cancelled
}

/// HTTP calls for adapters, through the address guard; redirects are never followed.
public protocol HTTPSender: Sendable {
    func send(_ call: HTTPCall) async throws(HTTPCallFailure) -> HTTPReply
}

public struct HTTPCall: Sendable {
    public var method: String
    public var url: String
    public var headers: [(name: String, value: String)]
    public var body: [UInt8]
    public var timeout: Duration

    public init(method: String, url: String, headers: [(name: String, value: String)] = [], body: [UInt8] = [], timeout: Duration = .seconds(15)) {
        self.method = method
        self.url = url
        self.headers = headers
        self.body = body
        self.timeout = timeout
    }
}

public struct HTTPReply: Sendable {
    public var status: Int
    public var headers: [(name: String, value: String)]
    /// At most 64 KiB; what is longer is cut off.
    public var body: [UInt8]

    public init(status: Int, headers: [(name: String, value: String)], body: [UInt8]) {
        self.status = status
        self.headers = headers
        self.body = body
    }

    public func header(_ name: String) -> String? {
        headers.first { $0.name.lowercased() == name.lowercased() }?.value
    }
}

public enum HTTPCallFailure: Error, Sendable, Hashable {
    /// Certainly not sent: not resolved, refused, no TLS.
    case notSent(String)
    /// The address guard does not allow the address.
    case forbidden(String)
    /// The request may have been taken: time-out or a break after sending began.
    case unknown(String)
}
