/// Every number that bounds what one client can take up.
package struct ServerLimits: Sendable, Hashable {
    /// Bytes of the request line; beyond: 414.
    package var requestLine = 8 << 10
    /// Bytes of the whole head, the request line included; beyond: 431.
    package var headerBlock = 64 << 10
    /// Number of fields; beyond: 431.
    package var headerFields = 200
    /// Bytes of a body where no route was found; routes have their own limits. Beyond: 413.
    package var body = 1 << 20
    /// From the first byte of a head to its last; beyond: 408.
    package var headerTime = Duration.seconds(10)
    /// From the end of the head to the end of the body, and a second more for each 32 KiB that has come: slow is fine, standing still is not; beyond: 408.
    package var bodyTime = Duration.seconds(30)
    /// Between two requests; beyond: closed without a word.
    package var idleTime = Duration.seconds(600)
    /// For a client to take one write, and a second more for each 32 KiB of it; beyond: closed.
    package var writeTime = Duration.seconds(30)
    /// What is read and thrown away of a body that the handler did not want, to keep the connection; beyond: closed.
    package var discardedBody = 64 << 10

    package init() {}
}
