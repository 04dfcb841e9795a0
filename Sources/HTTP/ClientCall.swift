/// One outgoing request.
package struct ClientCall: Sendable {
    package var method: String
    package var url: String
    package var headers: [(name: String, value: String)]
    package var body: [UInt8]
    /// For all of it, from the resolution of the name to the last byte of the answer.
    package var timeout: Duration
    /// Bytes of the answer's body; what is longer is cut off.
    package var replyLimit: Int

    package init(
        method: String, url: String, headers: [(name: String, value: String)] = [], body: [UInt8] = [], timeout: Duration = .seconds(15), replyLimit: Int = 64 << 10
    ) {
        self.method = method
        self.url = url
        self.headers = headers
        self.body = body
        self.timeout = timeout
        self.replyLimit = replyLimit
    }
}

/// What came back, whatever its status; redirects are not followed.
package struct ClientReply: Sendable {
    package var status: Int
    package var headers: [(name: String, value: String)]
    /// At most the call's `replyLimit`; what is longer is cut off.
    package var body: [UInt8]
}

package enum ClientFailure: Error, Sendable, Hashable {
    /// Certainly not sent: not resolved, refused, no TLS, or not a request that can be sent.
    case notSent(String)
    /// The address guard, or the rules for URLs, do not allow it.
    case forbidden(String)
    /// The request may have been taken: a time-out or a break after sending began.
    case unknown(String)
}
