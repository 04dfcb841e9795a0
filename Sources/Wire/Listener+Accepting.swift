import CLinux
import Glibc
import Synchronization

extension Listener {
    /// Accepts what is waiting, then waits for more; false when it is time to end.
    func acceptAll(into tasks: inout DiscardingTaskGroup, _ handler: @escaping @Sendable (ByteStream) async -> Void) async -> Bool {
        while true {
            if Task.isCancelled || descriptor.number < 0 { return false }
            var storage = sockaddr_storage()
            var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
            let number = withUnsafeMutablePointer(to: &storage) { pointer in
                pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    accept4(descriptor.number, $0, &length, Int32(SOCK_NONBLOCK.rawValue | SOCK_CLOEXEC.rawValue))
                }
            }
            if number >= 0 {
                admit(number, storage, length, into: &tasks, handler)
                continue
            }
            switch errno {
            case EAGAIN:
                do throws(WireError) {
                    try await descriptor.wait(.reader, for: Descriptor.readable, until: .never)
                } catch {
                    return false
                }
                return true
            case EMFILE, ENFILE, ENOBUFS, ENOMEM:
                // Out of descriptors or memory: waiting is all that helps, and the connections wait in the backlog meanwhile.
                await loop.pause(for: .milliseconds(100))
            default:
                continue  // ECONNABORTED, EINTR, EPROTO…: the connection has gone (accept(2)), the listener has not
            }
        }
    }

    private func admit(
        _ number: Int32, _ storage: sockaddr_storage, _ length: socklen_t, into tasks: inout DiscardingTaskGroup,
        _ handler: @escaping @Sendable (ByteStream) async -> Void
    ) {
        guard let peer = try? SocketAddress(storage, length: length) else {  // neither IPv4 nor IPv6: cannot be on this socket
            Glibc.close(number)
            return
        }
        let stream = ByteStream(number: number, peer: peer, loop: group.next())
        let source = Source(peer.address)
        let admitted = state.withLock { state in
            guard state.end == nil, state.open.count < limits.connections, state.bySource[source, default: 0] < limits.connectionsPerAddress else {
                state.refused += 1
                return false
            }
            state.bySource[source, default: 0] += 1
            state.open[ObjectIdentifier(stream)] = stream
            return true
        }
        guard admitted else {
            if !refusal.isEmpty { _ = refusal.withUnsafeBytes { send(number, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL | MSG_DONTWAIT)) } }
            Glibc.close(number)
            return
        }
        tasks.addTask(executorPreference: stream.loop) {
            if stream.join() { await handler(stream) }
            stream.close()
            self.left(stream, source)
        }
    }

    private func left(_ stream: ByteStream, _ source: Source) {
        state.withLock { state in
            state.open[ObjectIdentifier(stream)] = nil
            let count = state.bySource[source, default: 1] - 1
            state.bySource[source] = count == 0 ? nil : count
        }
    }

    /// Closes idle streams until none is left or the grace is over, then all.
    func closeStreams() async {
        while true {
            let (open, end) = state.withLock { (Array($0.open.values), $0.end ?? MonotonicTime(nanoseconds: 0)) }
            if open.isEmpty { return }
            let isOver = Task.isCancelled || end <= .now
            for stream in open where isOver || stream.isIdle { stream.close() }
            if isOver { return }
            await loop.pause(for: min(.milliseconds(20), end.remaining))
        }
    }
}
