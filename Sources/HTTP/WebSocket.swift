package import Wire

/// The numbers that bound one WebSocket.
package struct WebSocketLimits: Sendable, Hashable {
    /// Bytes of one message, all fragments together; beyond: closed with 1009.
    package var message = 64 << 10
    /// A client from which nothing came for so long is sent a ping, and closed with 1001 when nothing comes for as long again.
    package var pingAfter = Duration.seconds(30)
    /// For a client to take one message.
    package var writeTime = Duration.seconds(30)
    /// Senders that may wait for one slow client; beyond, `send` throws `.timedOut`.
    package var waitingSenders = 64

    package init() {}
}

/// The server's end of one WebSocket (RFC 6455). One task receives; any number may send.
// SAFETY: bound to the stream's loop; every method that touches state hops there first.
package final class WebSocket: @unchecked Sendable {
    package enum Message: Sendable, Hashable {
        case text(String)
        case binary([UInt8])
    }

    let stream: ByteStream
    let limits: WebSocketLimits
    var pending: [UInt8]
    var fragments: (opcode: WebSocketFrame.Opcode, bytes: [UInt8])?
    /// Nothing is sent after our close frame, and nothing read after the peer's.
    var sentClose = false
    var receivedClose = false
    /// A task is in `receive`, and with it the only one that may read the stream.
    var isReceiving = false
    private var isAwaitingPeer = false
    private var isLingering = false
    private var isSending = false
    private var senders: [UnsafeContinuation<Void, Never>] = []

    init(_ stream: ByteStream, limits: WebSocketLimits, pending: [UInt8]) {
        self.stream = stream
        self.limits = limits
        self.pending = pending
    }

    package var peerAddress: String { stream.peerAddress }

    /// Sends one text message; on return the kernel has it.
    package func send(_ text: String) async throws(WireError) {
        try await send(.text, Array(text.utf8))
    }

    package func send(binary bytes: [UInt8]) async throws(WireError) {
        try await send(.binary, bytes)
    }

    /// Sends a close frame, if none was sent, and waits for the peer's for at most 2 s. Twice is harmless. `reason` is cut at 123 bytes.
    package func close(_ code: UInt16 = 1000, _ reason: String = "") async {
        guard stream.loop.isCurrent else { return await withTaskExecutorPreference(stream.loop) { await self.close(code, reason) } }
        try? await sendClose(code, reason)  // when it cannot be sent, the connection is over all the same
        if isReceiving && !receivedClose {
            if isAwaitingPeer { return }
            isAwaitingPeer = true
            // The other task reads the peer's answer; a peer that gives none is not waited for longer than this.
            try? await stream.waitPeerGone(within: .seconds(2))
            stream.close()
        } else {
            await linger()
        }
    }

    /// The end of the connection, for the one task that may read it.
    func linger() async {
        receivedClose = true
        if isLingering { return }
        isLingering = true
        await stream.closeLingering()
    }

    func sendClose(_ code: UInt16, _ reason: String) async throws(WireError) {
        if sentClose { return }
        var text = Substring(reason)
        while text.utf8.count > 123 { text.removeLast() }
        try await send(.close, [UInt8(code >> 8), UInt8(code & 0xFF)] + Array(text.utf8))
    }

    /// Frames of several tasks go out one after the other, in the order of the calls.
    func send(_ opcode: WebSocketFrame.Opcode, _ payload: [UInt8]) async throws(WireError) {
        guard stream.loop.isCurrent else {
            return try await withTaskExecutorPreference(stream.loop) { () async throws(WireError) in try await self.send(opcode, payload) }
        }
        if isSending {
            if senders.count >= limits.waitingSenders { throw .timedOut }
            // The one before hands over: `isSending` stays true.
            await withUnsafeContinuation { senders.append($0) }
        }
        isSending = true
        defer {
            if senders.isEmpty { isSending = false } else { senders.removeFirst().resume() }
        }
        if sentClose { throw .closed }
        if opcode == .close { sentClose = true }
        do throws(WireError) {
            try await stream.write(WebSocketFrame.encode(opcode, payload), within: limits.writeTime)
        } catch {
            stream.close()  // half a frame may be out: nothing that follows could be read
            throw error
        }
    }
}
