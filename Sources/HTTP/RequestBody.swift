/// A request's body, read when the handler asks for it: who refuses a request by its head never waits for the rest.
package struct RequestBody: Sendable {
    enum Source: Sendable {
        case bytes([UInt8])
        case connection(Connection)
    }

    let source: Source
    /// The route's limit.
    let limit: Int

    /// A body that is there already, for tests.
    package init(_ bytes: [UInt8] = []) {
        source = .bytes(bytes)
        limit = .max
    }

    init(source: Source, limit: Int) {
        self.source = source
        self.limit = limit
    }

    /// The whole body, at most `limit` bytes and never more than the route allows. To be called once. Throws 413 when it is larger, 408 when it
    /// does not come in time, 400 when its framing is broken or it ends early.
    package func collect(upTo limit: Int = .max) async throws(HTTPProblem) -> [UInt8] {
        let limit = min(limit, self.limit)
        switch source {
        case .bytes(let bytes):
            if bytes.count > limit { throw BodyDecoder.tooLarge(limit) }
            return bytes
        case .connection(let connection):
            return try await connection.collectBody(upTo: limit)
        }
    }
}
