package import HTTPTypes

/// What a handler answers. Framing, `Date`, `Connection`, compression and `X-Content-Type-Options` are the server's business.
package struct ServerResponse: Sendable {
    package enum Body: Sendable {
        case empty
        case bytes([UInt8])
        /// Written as it is made; the task that runs it is cancelled when the client goes away.
        case stream(@Sendable (ResponseWriter) async throws -> Void)
        /// Runs once the connection has become a WebSocket; the connection closes when it returns.
        case webSocket(@Sendable (WebSocket) async -> Void)
    }

    package var status: HTTPResponse.Status
    package var fields: HTTPFields
    package var body: Body
    /// False keeps gzip away from a body that mixes a secret with what the caller sent (BREACH).
    package var compressible = true
    var webSocket = WebSocketLimits()

    package init(_ status: HTTPResponse.Status, fields: HTTPFields = [:], body: Body = .empty) {
        self.status = status
        self.fields = fields
        self.body = body
    }

    /// One line of plain text.
    package static func text(_ status: HTTPResponse.Status, _ line: String) -> ServerResponse {
        bytes(status, type: "text/plain; charset=utf-8", Array((line + "\n").utf8))
    }

    package static func json(_ status: HTTPResponse.Status, _ bytes: [UInt8]) -> ServerResponse {
        self.bytes(status, type: "application/json", bytes)
    }

    package static func bytes(_ status: HTTPResponse.Status, type: String, _ bytes: [UInt8]) -> ServerResponse {
        ServerResponse(status, fields: [.contentType: type], body: .bytes(bytes))
    }

    /// Server-sent events: `run` writes `data: …\n\n` and the like. Closed at once when the server stops.
    package static func events(_ run: @escaping @Sendable (ResponseWriter) async throws -> Void) -> ServerResponse {
        let fields: HTTPFields = [.contentType: "text/event-stream", .cacheControl: "no-cache"]
        return ServerResponse(.ok, fields: fields, body: .stream(run))
    }

    /// Takes up a WebSocket if the request asks for one properly (else the client gets 400 or 426). Whoever returns this has checked `Origin`.
    package static func webSocket(
        protocol name: String? = nil, limits: WebSocketLimits = WebSocketLimits(), _ run: @escaping @Sendable (WebSocket) async -> Void
    ) -> ServerResponse {
        var response = ServerResponse(.switchingProtocols, body: .webSocket(run))
        if let name { response.fields[.secWebSocketProtocol] = name }
        response.webSocket = limits
        return response
    }

    package static func redirect(_ status: HTTPResponse.Status, to location: String) -> ServerResponse {
        ServerResponse(status, fields: [.location: location])
    }
}
