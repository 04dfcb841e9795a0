import Glibc
import HTTPTypes
import Wire

extension HTTPServer {
    /// One request on its way through the server. A class for the same reason as `RequestHead`.
    final class Exchange {
        let head: RequestHead
        let connection: Connection
        var route: Router.Route?
        let begin = MonotonicTime.now
        var keepsAlive: Bool
        var requestID: String?
        var failure: (any Error)?

        init(_ head: RequestHead, _ connection: Connection, keepsAlive: Bool) {
            self.head = head
            self.connection = connection
            self.keepsAlive = keepsAlive
        }
    }

    /// Answers one request; false when the connection is not to be used again.
    func answer(_ head: RequestHead, _ connection: Connection) async -> Bool {
        let exchange = Exchange(head, connection, keepsAlive: head.keepsAlive && !draining.isSet)
        var response: ServerResponse
        do {
            let match = router.match(head.method, head.path)
            if case .route(let route, _) = match { exchange.route = route }
            let limit = exchange.route?.bodyLimit ?? limits.body
            do throws(HTTPProblem) {
                try connection.beginBody(head, limit: limit)
            } catch {
                exchange.keepsAlive = false  // where this body ends is not known, or not worth waiting for
                throw error
            }
            response = try await respond(match, exchange, limit)
        } catch let problem as HTTPProblem {
            response = .text(problem.status, problem.line)
            for field in problem.fields { response.fields[field.name] = field.value }
        } catch {
            let id = String(UInt64.random(in: .min ... .max), radix: 16)
            exchange.requestID = id
            exchange.failure = error
            response = .text(.internalServerError, "internal error; mention \(id) when you ask about it")
        }
        return await send(response, exchange)
    }

    private func respond(_ match: Router.Match, _ exchange: Exchange, _ limit: Int) async throws -> ServerResponse {
        let connection = exchange.connection
        switch match {
        case .route(let route, let parameters):
            let source: RequestBody.Source = connection.finishedBody().map { .bytes($0) } ?? .connection(connection)
            let request = ServerRequest(
                head: exchange.head, remoteAddress: connection.remoteAddress, isSecure: connection.stream.isEncrypted,
                body: RequestBody(source: source, limit: limit))
            return try await route.handler(request, parameters)
        case .wrongMethod(let allow):
            throw HTTPProblem(.methodNotAllowed, "this path answers \(allow)", fields: [.allow: allow])
        case .none where exchange.head.path == "*":
            return ServerResponse(.noContent)
        case .none:
            throw HTTPProblem(.notFound, "nothing is at this path")
        }
    }

    private func send(_ response: ServerResponse, _ exchange: Exchange) async -> Bool {
        var response = response
        if case .webSocket = response.body {
            switch WebSocketHandshake.answer(to: exchange.head, response) {
            case .accepted(let accepted): return await switchProtocols(accepted, exchange)
            case .refused(let refusal): response = refusal
            }
        }
        // A client that still waits to be told to send its body is told by this answer that nobody wants it.
        if !exchange.connection.isBodyFinished && exchange.head.expectsContinue || exchange.connection.isBroken { exchange.keepsAlive = false }
        switch response.body {
        case .stream(let run): return await stream(run, response, exchange)
        case .bytes(let bytes): return await send(bytes, response, exchange)
        case .empty, .webSocket: return await send([], response, exchange)
        }
    }

    private func send(_ bytes: [UInt8], _ response: ServerResponse, _ exchange: Exchange) async -> Bool {
        let connection = exchange.connection
        var response = response
        var bytes = bytes
        if Compression.isWorthwhile(response, bytes: bytes.count) {
            response.fields[.vary] = response.fields[.vary].map { "\($0), Accept-Encoding" } ?? "Accept-Encoding"
            if Compression.isAccepted(exchange.head.values("accept-encoding")), let packed = Compression.gzip(bytes) {
                bytes = packed
                response.fields[.contentEncoding] = "gzip"
            }
        }
        let code = response.status.code
        let hasBody = code >= 200 && code != 204 && code != 304
        let isShort = bytes.count <= 16 << 10
        let sendsBody = hasBody && exchange.head.method != .head
        var output = ResponseEncoder.head(
            response, framing: hasBody ? .length(bytes.count) : .none, date: date.text(at: now()), closes: !exchange.keepsAlive,
            keepAliveNamed: !exchange.head.isCurrent, room: sendsBody && isShort ? bytes.count : 0)
        let count = output.count + (sendsBody ? bytes.count : 0)
        do throws(WireError) {
            if sendsBody && !isShort {
                try await connection.stream.write([output, bytes], within: limits.timeToWrite(count))
            } else {
                if sendsBody { output.append(contentsOf: bytes) }
                try await connection.stream.write(output, within: limits.timeToWrite(count))
            }
        } catch {
            note(exchange, code, bytesOut: 0)
            return false
        }
        note(exchange, code, bytesOut: count)
        return await goOn(exchange)
    }

    /// Whether the connection can take another request; if not, it is closed so that the client can read the answer.
    private func goOn(_ exchange: Exchange) async -> Bool {
        let connection = exchange.connection
        if exchange.keepsAlive {
            if await connection.discardBody() { return true }
        } else if connection.isBodyFinished {
            return false
        }
        await connection.stream.closeLingering()
        return false
    }

    /// Runs a streamed body while watching for the client to go away; whichever happens first ends the other.
    private func stream(
        _ run: @escaping @Sendable (ResponseWriter) async throws -> Void, _ response: ServerResponse, _ exchange: Exchange
    ) async -> Bool {
        let stream = exchange.connection.stream
        let isChunked = exchange.head.isCurrent
        exchange.keepsAlive = exchange.keepsAlive && isChunked
        let head = ResponseEncoder.head(
            response, framing: isChunked ? .chunked : .untilClose, date: date.text(at: now()), closes: !exchange.keepsAlive, keepAliveNamed: false, room: 0)
        do {
            try await stream.write(head, within: limits.writeTime)
            if exchange.head.method != .head {
                let writer = ResponseWriter(stream, limits, isChunked: isChunked)
                stream.isIdle = true  // nothing is lost when a server that stops closes a stream of events between two of them
                defer { stream.isIdle = false }
                try await withThrowingTaskGroup(of: Bool.self) { group in
                    group.addTask(executorPreference: stream.loop) {
                        try await run(writer)
                        return true
                    }
                    group.addTask(executorPreference: stream.loop) {
                        try await stream.waitPeerGone()
                        return false
                    }
                    defer { group.cancelAll() }
                    if try await group.next() == false { throw WireError.closed }
                }
                if isChunked { try await stream.write(ResponseEncoder.lastChunk, within: limits.writeTime) }
            }
        } catch {
            // Without the last chunk the client knows that the body is not whole.
            if !(error is WireError) { exchange.failure = error }
            note(exchange, response.status.code, bytesOut: head.count)
            return false
        }
        note(exchange, response.status.code, bytesOut: head.count)
        return await goOn(exchange)
    }

    private func switchProtocols(_ response: ServerResponse, _ exchange: Exchange) async -> Bool {
        guard case .webSocket(let run) = response.body else { return false }
        let stream = exchange.connection.stream
        let head = ResponseEncoder.head(response, framing: .none, date: date.text(at: now()), closes: false, keepAliveNamed: false, room: 0)
        do throws(WireError) {
            try await stream.write(head, within: limits.writeTime)
        } catch {
            note(exchange, 101, bytesOut: 0)
            return false
        }
        note(exchange, 101, bytesOut: head.count)
        let socket = WebSocket(stream, limits: response.webSocket, pending: exchange.connection.takePending())
        await run(socket)
        await socket.close()
        return false
    }

    /// Answers what was no request at all, and closes so that the answer can be read.
    func refuse(_ problem: HTTPProblem, _ connection: Connection) async {
        var response = ServerResponse.text(problem.status, problem.line)
        for field in problem.fields { response.fields[field.name] = field.value }
        let begin = MonotonicTime.now
        guard case .bytes(let body) = response.body else { return }
        let head = ResponseEncoder.head(
            response, framing: .length(body.count), date: date.text(at: now()), closes: true, keepAliveNamed: false, room: body.count)
        try? await connection.stream.write(head + body, within: limits.writeTime)  // the client may have gone; there is nobody else to tell
        observer(
            ServedExchange(
                method: "-", route: "-", status: problem.status.code, duration: begin.age, bytesIn: connection.takeReceived(),
                bytesOut: head.count + body.count))
        await connection.stream.closeLingering()
    }

    private func note(_ exchange: Exchange, _ status: Int, bytesOut: Int) {
        observer(
            ServedExchange(
                method: exchange.head.method.rawValue, route: exchange.route?.pattern ?? "-", status: status, duration: exchange.begin.age,
                bytesIn: exchange.connection.takeReceived(), bytesOut: bytesOut, requestID: exchange.requestID, failure: exchange.failure))
    }
}
