import HTTPTypes
import Wire

/// The reading side of one HTTP connection: heads and bodies out of a stream of bytes.
///
/// Bytes are received into the loop's scratch buffer and parsed there; what is left over is kept in `pending`, which is empty on an idle
/// connection.
// SAFETY: bound to the stream's loop; every method that touches state runs there (`collectBody` hops).
final class Connection: @unchecked Sendable {
    let stream: ByteStream
    let limits: ServerLimits
    let remoteAddress: String
    private var pending: [UInt8] = []
    private var decoder = BodyDecoder(.none)
    private var body: [UInt8] = []
    /// The client waits for `100 Continue` before it sends the body.
    private var owesContinue = false
    private(set) var received = 0

    init(_ stream: ByteStream, _ limits: ServerLimits) {
        self.stream = stream
        self.limits = limits
        remoteAddress = stream.peerAddress
    }

    /// The body's framing is broken, it is too large or it did not come: there is no next request.
    private(set) var isBroken = false

    /// Whether the next request begins at the next byte.
    var isBodyFinished: Bool { decoder.isFinished }
    /// Bytes that came in since the last call.
    func takeReceived() -> Int {
        defer { received = 0 }
        return received
    }

    /// The next request's head; nil when the client has closed or stayed idle too long between two requests.
    func nextHead() async throws -> RequestHead? {
        var scanner = HeadScanner()
        if pending.isEmpty {
            let count = await firstBytes()
            if count == 0 { return nil }
            if let head = try head(inScratch: count, &scanner) { return head }
        }
        let deadline = MonotonicTime.after(limits.headerTime)
        while true {
            if let head = try headInPending(&scanner) { return head }
            if try await readMore(ofHead: deadline) { continue }
            if scanner.lines == 0 && scanner.start == pending.count { return nil }
            throw HTTPProblem.malformed("the connection ended within a request's head")
        }
    }

    /// Waits between two requests, into the scratch buffer; 0 when the client is not heard of again.
    private func firstBytes() async -> Int {
        stream.isIdle = true
        let count = try? await stream.read(into: stream.loop.scratch, within: limits.idleTime)  // however it ends, nobody is there to be told
        stream.isIdle = false
        received += count ?? 0
        return count ?? 0
    }

    /// Parses where the bytes were received; what is not used goes to `pending`.
    private func head(inScratch count: Int, _ scanner: inout HeadScanner) throws(HTTPProblem) -> RequestHead? {
        let bytes = UnsafeRawBufferPointer(rebasing: stream.loop.scratch.prefix(count))
        guard let end = try scanner.findEnd(bytes, limits) else {
            pending = [UInt8](bytes)
            return nil
        }
        if end < count { pending = [UInt8](bytes[end...]) }
        return try RequestHead(parsing: UnsafeRawBufferPointer(rebasing: bytes[scanner.start..<end]), fields: scanner.lines)
    }

    private func headInPending(_ scanner: inout HeadScanner) throws -> RequestHead? {
        let bytes = pending
        var state = scanner
        defer { scanner = state }
        let found = try bytes.withUnsafeBytes { buffer -> (RequestHead, Int)? in
            guard let end = try state.findEnd(buffer, limits) else { return nil }
            return (try RequestHead(parsing: UnsafeRawBufferPointer(rebasing: buffer[state.start..<end]), fields: state.lines), end)
        }
        guard let (head, end) = found else { return nil }
        dropPending(end)
        return head
    }

    private func readMore(ofHead deadline: MonotonicTime) async throws -> Bool {
        do {
            return try await readMore(within: deadline.remaining)
        } catch {
            if error == .timedOut { throw HTTPProblem(.requestTimeout, "the request's head did not come within \(limits.headerTime.components.seconds) s") }
            throw error
        }
    }

    /// Prepares for the body that belongs to `head`, and takes what of it is already here: so a broken framing in the same packet is an answer of
    /// 400 before any route is asked. Throws 413 for a body that announces or holds more than `limit`.
    func beginBody(_ head: RequestHead, limit: Int) throws(HTTPProblem) {
        decoder = BodyDecoder(head.framing)
        body = []
        owesContinue = head.expectsContinue && head.framing != .none
        if case .length(let count) = head.framing {
            if count > limit { throw BodyDecoder.tooLarge(limit) }
            body.reserveCapacity(min(count, 256 << 10))
        }
        try decodePending(limit)
    }

    private func decodePending(_ limit: Int) throws(HTTPProblem) {
        if pending.isEmpty || decoder.isFinished { return }
        var used = 0
        var problem: HTTPProblem?
        pending.withUnsafeBytes { bytes in
            do throws(HTTPProblem) {
                used = try decoder.decode(bytes, into: &body, limit: limit)
            } catch {
                problem = error
            }
        }
        if let problem {
            isBroken = true
            throw problem
        }
        dropPending(used)
        if used > 0 { owesContinue = false }  // the client did not wait
    }

    /// The body if it is whole already.
    func finishedBody() -> [UInt8]? {
        decoder.isFinished ? body : nil
    }

    func collectBody(upTo limit: Int) async throws(HTTPProblem) -> [UInt8] {
        guard stream.loop.isCurrent else {
            return try await withTaskExecutorPreference(stream.loop) { () async throws(HTTPProblem) -> [UInt8] in try await self.collectBody(upTo: limit) }
        }
        try await finishBody(limit)
        defer { body = [] }
        return body
    }

    private func finishBody(_ limit: Int) async throws(HTTPProblem) {
        if body.count > limit {
            isBroken = !decoder.isFinished
            throw BodyDecoder.tooLarge(limit)
        }
        let begin = MonotonicTime.now
        while !decoder.isFinished {
            do throws(WireError) {
                if owesContinue {
                    owesContinue = false
                    try await stream.write(Connection.continueLine, within: limits.writeTime)
                }
                let allowed = limits.bodyTime + .milliseconds(decoder.produced / 32)
                guard try await readMore(within: allowed - begin.age) else { throw .closed }
            } catch {
                isBroken = true
                throw error == .timedOut
                    ? HTTPProblem(.requestTimeout, "the body did not come in time") : .malformed("the connection ended within the body")
            }
            try decodePending(limit)
        }
    }

    private static let continueLine = Array("HTTP/1.1 100 Continue\r\n\r\n".utf8)

    /// Reads and forgets what is left of a body that nobody wanted, if it is short; false when the connection cannot be used again.
    func discardBody() async -> Bool {
        if decoder.isFinished { return true }
        if isBroken || owesContinue { return false }  // the client may or may not send it: only a new connection is certain
        let most = decoder.produced + limits.discardedBody
        do {
            while !decoder.isFinished {
                body = []
                guard try await readMore(within: .seconds(5)) else { return false }
                try decodePending(most)
            }
        } catch {
            return false
        }
        body = []
        return true
    }

    /// Adds what comes next to `pending`; false at the end of the stream.
    private func readMore(within: Duration) async throws(WireError) -> Bool {
        let scratch = stream.loop.scratch
        let count = try await stream.read(into: scratch, within: within)
        if count == 0 { return false }
        received += count
        pending.append(contentsOf: scratch.prefix(count))
        return true
    }

    private func dropPending(_ count: Int) {
        if count == pending.count {
            pending = []
        } else {
            pending.removeFirst(count)
        }
    }

    /// For a protocol that takes over: what the client has sent beyond the last request.
    func takePending() -> [UInt8] {
        defer { pending = [] }
        return pending
    }
}
