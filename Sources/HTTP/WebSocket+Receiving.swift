import Wire

extension WebSocket {
    /// The next message; nil when the socket is over: closed by either side, broken, silent for too long, or in violation of the protocol, which is
    /// answered with the close code that names it. Pings are answered here, so a task should be receiving at all times.
    package func receive() async -> Message? {
        guard stream.loop.isCurrent else { return await withTaskExecutorPreference(stream.loop) { await self.receive() } }
        isReceiving = true
        defer { isReceiving = false }
        do {
            while !receivedClose {
                guard let frame = try await nextFrame() else {
                    receivedClose = true
                    stream.close()
                    return nil
                }
                if let message = try await take(frame) { return message }
            }
        } catch let violation as WebSocketFrame.Violation {
            try? await sendClose(violation.code, violation.reason)  // what matters is that we close
            await linger()
        } catch {
            receivedClose = true
            stream.close()
        }
        return nil
    }

    /// Nil at the end of the stream, and when a ping was not answered in time.
    private func nextFrame() async throws -> WebSocketFrame? {
        var isPinged = false
        while true {
            if let (frame, length) = try WebSocketFrame.parse(pending[...], limit: limits.message, collected: fragments?.bytes.count ?? 0) {
                if length == pending.count { pending = [] } else { pending.removeFirst(length) }
                return frame
            }
            stream.isIdle = pending.isEmpty && fragments == nil
            defer { stream.isIdle = false }
            do throws(WireError) {
                let scratch = stream.loop.scratch
                let count = try await stream.read(into: scratch, within: limits.pingAfter)
                if count == 0 { return nil }
                pending.append(contentsOf: scratch.prefix(count))
                isPinged = false
            } catch {
                guard error == .timedOut else { throw error }
                if isPinged {
                    try await sendClose(1001, "no answer to a ping")
                    return nil
                }
                isPinged = true
                try await send(.ping, [])
            }
        }
    }

    /// A message if the frame completes one.
    private func take(_ frame: WebSocketFrame) async throws -> Message? {
        switch frame.opcode {
        case .ping:
            try await send(.pong, frame.payload)
            return nil
        case .pong:
            return nil
        case .close:
            try await takeClose(frame.payload)
            return nil
        case .text, .binary:
            guard fragments == nil else { throw WebSocketFrame.Violation(code: 1002, reason: "a new message within a fragmented one") }
            if frame.isFinal { return try WebSocket.message(frame.opcode, frame.payload) }
            fragments = (frame.opcode, frame.payload)
            return nil
        case .continuation:
            guard let started = fragments else { throw WebSocketFrame.Violation(code: 1002, reason: "a continuation of nothing") }
            fragments?.bytes.append(contentsOf: frame.payload)
            guard frame.isFinal else { return nil }
            fragments = nil
            return try WebSocket.message(started.opcode, started.bytes + frame.payload)
        }
    }

    private func takeClose(_ payload: [UInt8]) async throws {
        receivedClose = true
        guard !payload.isEmpty else { return await close(1000) }
        guard payload.count >= 2 else { throw WebSocketFrame.Violation(code: 1002, reason: "a close frame of one byte") }
        let code = UInt16(payload[0]) << 8 | UInt16(payload[1])
        guard WebSocketFrame.isValidCloseCode(code) else { throw WebSocketFrame.Violation(code: 1002, reason: "a close code that must not be sent") }
        guard String(validating: payload[2...], as: UTF8.self) != nil else {
            throw WebSocketFrame.Violation(code: 1007, reason: "a close reason is not UTF-8")
        }
        await close(code)
    }

    private static func message(_ opcode: WebSocketFrame.Opcode, _ bytes: [UInt8]) throws -> Message {
        if opcode == .binary { return .binary(bytes) }
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw WebSocketFrame.Violation(code: 1007, reason: "a text message is not UTF-8")
        }
        return .text(text)
    }
}
