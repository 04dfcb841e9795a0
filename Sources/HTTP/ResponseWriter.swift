package import Wire

/// Where a streamed body goes. Each write is on its way when the call returns.
package final class ResponseWriter: Sendable {
    private let stream: ByteStream
    private let limits: ServerLimits
    private let isChunked: Bool

    init(_ stream: ByteStream, _ limits: ServerLimits, isChunked: Bool) {
        self.stream = stream
        self.limits = limits
        self.isChunked = isChunked
    }

    /// Throws when the client has gone or does not take the bytes in time; nothing more can be written then. One task at a time.
    package func write(_ bytes: [UInt8]) async throws(WireError) {
        guard let framed = isChunked ? ResponseEncoder.chunk(bytes) : bytes else { return }
        stream.isIdle = false
        defer { stream.isIdle = true }
        try await stream.write(framed, within: limits.timeToWrite(framed.count))
    }

    package func write(_ text: String) async throws(WireError) {
        try await write(Array(text.utf8))
    }
}

extension ServerLimits {
    func timeToWrite(_ count: Int) -> Duration { writeTime + .milliseconds(count / 32) }
}
