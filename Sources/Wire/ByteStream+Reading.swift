import CLinux
import Glibc

/// What one non-blocking system call came to.
enum Attempt {
    case done(Int)
    /// Nothing now; try again after one of these events.
    case blocked(UInt32)
}

extension ByteStream {
    /// Reads what is there into `buffer`; 0 at the end of the stream. Waits for at most `within` for a first byte.
    ///
    /// With `loop.scratch` as the buffer no memory is held while waiting: the bytes are copied in after the wait, and stay until the next `await`.
    /// On the loop's thread only; `read(upTo:within:)` is for everywhere.
    package func read(into buffer: UnsafeMutableRawBufferPointer, within: Duration) async throws(WireError) -> Int {
        precondition(loop.isCurrent, "read(into:) off the stream's loop")
        var deadline: MonotonicTime?
        while true {
            switch try receive(into: buffer) {
            case .done(let count):
                return count
            case .blocked(let events):
                let end = deadline ?? .after(within)
                deadline = end
                try await descriptor.wait(.reader, for: events, until: end)
            }
        }
    }

    /// Reads what is there, at most `limit` bytes (and at most 64 KiB at once); empty at the end of the stream.
    package func read(upTo limit: Int, within: Duration) async throws(WireError) -> [UInt8] {
        guard loop.isCurrent else {
            return try await withTaskExecutorPreference(loop) { () async throws(WireError) -> [UInt8] in try await self.read(upTo: limit, within: within) }
        }
        let buffer = UnsafeMutableRawBufferPointer(rebasing: loop.scratch.prefix(max(1, limit)))
        let count = try await read(into: buffer, within: within)
        return [UInt8](buffer.prefix(count))
    }

    /// Returns once there is something to read or the stream has ended; reads nothing.
    package func waitReadable(within: Duration) async throws(WireError) {
        guard loop.isCurrent else {
            return try await withTaskExecutorPreference(loop) { () async throws(WireError) in try await self.waitReadable(within: within) }
        }
        let deadline = MonotonicTime.after(within)
        while true {
            switch try peek() {
            case .done: return
            case .blocked(let events): try await descriptor.wait(.reader, for: events, until: deadline)
            }
        }
    }

    /// Returns once the peer has ended its side or the connection broke; for who only writes. Another task may read meanwhile.
    package func waitPeerGone(within: Duration = .seconds(1 << 40)) async throws(WireError) {
        guard loop.isCurrent else {
            return try await withTaskExecutorPreference(loop) { () async throws(WireError) in try await self.waitPeerGone(within: within) }
        }
        if descriptor.isPeerGone { return }
        try await descriptor.wait(.watcher, for: Descriptor.hangup, until: .after(within))
    }

    private func receive(into buffer: UnsafeMutableRawBufferPointer) throws(WireError) -> Attempt {
        if descriptor.number < 0 { throw .closed }
        if tls != nil { return try decrypt(into: buffer) }
        descriptor.missed &= ~Descriptor.readable
        while true {
            let count = recv(descriptor.number, buffer.baseAddress, buffer.count, 0)
            if count >= 0 { return .done(count) }
            switch errno {
            case EINTR: continue
            case EAGAIN: return .blocked(Descriptor.readable)
            default: throw .closed
            }
        }
    }

    private func peek() throws(WireError) -> Attempt {
        if descriptor.number < 0 { throw .closed }
        if tls != nil { return try peekDecrypted() }
        descriptor.missed &= ~Descriptor.readable
        var byte: UInt8 = 0
        while true {
            let count = recv(descriptor.number, &byte, 1, Int32(MSG_PEEK))
            if count >= 0 { return .done(count) }
            switch errno {
            case EINTR: continue
            case EAGAIN: return .blocked(Descriptor.readable)
            default: throw .closed
            }
        }
    }
}
