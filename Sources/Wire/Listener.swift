import CLinux
import Glibc
import Synchronization

/// How many connections a listener keeps at once.
package struct ListenerLimits: Sendable, Hashable {
    package var connections: Int
    /// Per IPv4 address, or per /64 network of IPv6: that is what one household or host commonly has.
    package var connectionsPerAddress: Int

    package init(connections: Int = 10_000, connectionsPerAddress: Int = 200) {
        self.connections = connections
        self.connectionsPerAddress = connectionsPerAddress
    }
}

/// A listening socket: bound when made, accepting while `run` runs. Accepted connections are handed round the loops of the group.
package final class Listener: Sendable {
    /// A /64 or an IPv4 address, as the key of the count.
    struct Source: Hashable {
        var family: IPAddress.Family
        var value: UInt64

        init(_ address: IPAddress) {
            let address = address.unmapped
            family = address.family
            value = address.family == .v4 ? address.low : address.high
        }
    }

    struct State {
        var bySource: [Source: Int] = [:]
        var open: [ObjectIdentifier: ByteStream] = [:]
        var refused = 0
        /// When what is still open is closed; set once `stop` was called.
        var end: MonotonicTime?
    }

    /// The address with the port that the kernel chose if 0 was asked for.
    package let boundAddress: SocketAddress
    let limits: ListenerLimits
    let refusal: [UInt8]
    let group: EventLoopGroup
    let loop: EventLoop
    let descriptor: Descriptor
    let state = Mutex(State())

    /// Binds to `127.0.0.1:8080`, `[::1]:8080` or `[::]:8080` (which takes IPv4 too), port 0 for any free one. `refusal` is sent, if it fits, to a
    /// connection beyond the limits before it is closed: `421 4.7.0 Too many connections` for SMTP.
    /// Throws `.invalid` for an address that is none, `.unreachable` when the system refuses it; both name the address and why.
    package init(_ address: String, group: EventLoopGroup, limits: ListenerLimits = ListenerLimits(), refusal: [UInt8] = []) throws(WireError) {
        let wanted = try SocketAddress(address)
        let number = socket(wanted.family, Int32(SOCK_STREAM.rawValue | SOCK_NONBLOCK.rawValue | SOCK_CLOEXEC.rawValue), 0)
        guard number >= 0 else { throw .unreachable("cannot listen on \(address): \(systemText(errno))") }
        var on: Int32 = 1
        setsockopt(number, SOL_SOCKET, SO_REUSEADDR, &on, socklen_t(MemoryLayout<Int32>.size))
        var off: Int32 = 0
        if wanted.family == AF_INET6 { setsockopt(number, Int32(IPPROTO_IPV6), IPV6_V6ONLY, &off, socklen_t(MemoryLayout<Int32>.size)) }
        guard wanted.withPointer({ bind(number, $0, $1) }) == 0, listen(number, 1024) == 0, let bound = SocketAddress.local(of: number) else {
            let reason = systemText(errno)
            Glibc.close(number)
            throw .unreachable("cannot listen on \(address): \(reason)")
        }
        boundAddress = bound
        self.limits = limits
        self.refusal = refusal
        self.group = group
        loop = group.next()
        descriptor = Descriptor(number: number, loop: loop)
    }

    /// Connections being handled now.
    package var openConnections: Int { state.withLock { $0.open.count } }
    /// Connections turned away because of the limits, since the start.
    package var refusedConnections: Int { state.withLock { $0.refused } }

    /// Accepts, and runs `handler` for each connection as a child task on the connection's loop; the stream is closed when the handler returns.
    /// Ends after `stop` or the cancellation of the calling task, once every handler has ended: no connection outlives it. To be called once.
    package func run(_ handler: @escaping @Sendable (ByteStream) async -> Void) async {
        await withTaskExecutorPreference(loop) {
            guard descriptor.join() else { return }
            defer { descriptor.close() }
            await withDiscardingTaskGroup { tasks in
                while await acceptAll(into: &tasks, handler) {}
                descriptor.close()
                await closeStreams()
                tasks.cancelAll()  // a handler that waits for something else than its stream
            }
        }
    }

    /// Stops accepting, closes idle streams now (`ByteStream.isIdle`), and after `grace` closes the others and cancels their handlers. Returns at once;
    /// `run` ends when all is over. A later call can only shorten the grace.
    package func stop(grace: Duration) {
        let end = MonotonicTime.after(grace)
        state.withLock { $0.end = min($0.end ?? .never, end) }
        loop.execute { self.descriptor.close() }
    }
}
