/// What the server tells its observer about one answered request, for metrics and the access log. The path is not among it: it may hold secrets.
package struct ServedExchange: Sendable {
    /// `-` when the request line could not be read.
    package var method: String
    /// The route's pattern; `-` when there is none.
    package var route: String
    package var status: Int
    /// From the end of the head to the last byte given to the kernel.
    package var duration: Duration
    package var bytesIn: Int
    package var bytesOut: Int
    /// For answers of 500: what the client was told to mention.
    package var requestID: String?
    /// For answers of 500 and for streams that broke off: what the handler threw.
    package var failure: (any Error)?
}
