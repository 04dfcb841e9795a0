import CLinux
import Glibc

extension ByteStream {
    /// Returns when the kernel has taken every byte, which for small writes is at once. After an error nobody knows how much was sent.
    package func write(_ bytes: [UInt8], within: Duration) async throws(WireError) {
        try await write(bytes[...], within: within)
    }

    package func write(_ bytes: ArraySlice<UInt8>, within: Duration) async throws(WireError) {
        guard loop.isCurrent else {
            return try await withTaskExecutorPreference(loop) { () async throws(WireError) in try await self.write(bytes, within: within) }
        }
        var rest = bytes
        var deadline: MonotonicTime?
        while !rest.isEmpty {
            switch try send(rest) {
            case .done(let count):
                rest = rest.dropFirst(count)
            case .blocked(let events):
                let end = deadline ?? .after(within)
                deadline = end
                try await descriptor.wait(.writer, for: events, until: end)
            }
        }
    }

    /// Writes the pieces in order as if they were one, with one system call where the kernel takes them (`sendmsg`). At most 8 go out at once.
    package func write(_ pieces: [[UInt8]], within: Duration) async throws(WireError) {
        guard loop.isCurrent else {
            return try await withTaskExecutorPreference(loop) { () async throws(WireError) in try await self.write(pieces, within: within) }
        }
        let end = MonotonicTime.after(within)
        var rest = pieces.filter { !$0.isEmpty }.map { $0[...] }[...]
        while let first = rest.first {
            let attempt = tls != nil || rest.count == 1 ? try send(first) : try sendAll(rest.prefix(8))
            switch attempt {
            case .done(var count):
                while let head = rest.first, count >= head.count {
                    count -= head.count
                    rest.removeFirst()
                }
                if count > 0 { rest[rest.startIndex] = rest[rest.startIndex].dropFirst(count) }
            case .blocked(let events):
                try await descriptor.wait(.writer, for: events, until: end)
            }
        }
    }

    private func send(_ bytes: ArraySlice<UInt8>) throws(WireError) -> Attempt {
        if descriptor.number < 0 { throw .closed }
        if tls != nil { return try encrypt(bytes) }
        return try outcome {
            bytes.withUnsafeBytes { Glibc.send(descriptor.number, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
        }
    }

    private func sendAll(_ pieces: ArraySlice<ArraySlice<UInt8>>) throws(WireError) -> Attempt {
        if descriptor.number < 0 { throw .closed }
        return try outcome { gather(pieces, []) }
    }

    /// Collects the pieces' pointers, one call deeper for each, so that every one is valid in `sendmsg`.
    private func gather(_ pieces: ArraySlice<ArraySlice<UInt8>>, _ vectors: [iovec]) -> Int {
        guard let first = pieces.first else {
            var vectors = vectors
            return vectors.withUnsafeMutableBufferPointer { buffer in
                var message = msghdr()
                message.msg_iov = buffer.baseAddress
                message.msg_iovlen = buffer.count
                return sendmsg(descriptor.number, &message, Int32(MSG_NOSIGNAL))
            }
        }
        return first.withUnsafeBytes { bytes in
            gather(pieces.dropFirst(), vectors + [iovec(iov_base: UnsafeMutableRawPointer(mutating: bytes.baseAddress), iov_len: bytes.count)])
        }
    }

    private func outcome(of call: () -> Int) throws(WireError) -> Attempt {
        descriptor.missed &= ~Descriptor.writable
        while true {
            let count = call()
            if count >= 0 { return .done(count) }
            switch errno {
            case EINTR: continue
            case EAGAIN, ENOBUFS: return .blocked(Descriptor.writable)
            default: throw .closed
            }
        }
    }
}
