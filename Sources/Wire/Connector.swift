import CLinux
import Glibc

/// Outgoing connections, every one through the address guard.
package struct Connector: Sendable {
    private let group: EventLoopGroup
    private let resolver: Resolver

    package init(group: EventLoopGroup, resolver: Resolver = .system) {
        self.group = group
        self.resolver = resolver
    }

    /// Resolves `host` (a name or a literal address), checks every address against `guard`, then tries them in turn; `within` covers all of it.
    /// The caller closes the stream.
    package func connect(host: String, port: Int, within: Duration, guard addressGuard: AddressGuard) async throws(WireError) -> ByteStream {
        guard let port = UInt16(exactly: port), port > 0 else { throw .invalid("\(port) is not a port") }
        let deadline = MonotonicTime.after(within)
        let addresses = try await resolver.addresses(of: host, within: within)
        try addressGuard.check(addresses)
        var last = WireError.unreachable("\(host) has no address")
        for (index, address) in addresses.enumerated() {
            // What is left is shared out, so that one address that swallows packets does not use up the time of the others.
            let share = deadline.remaining / (addresses.count - index)
            do throws(WireError) {
                return try await dial(SocketAddress(address: address, port: port), host: host, within: share)
            } catch {
                if error == .cancelled { throw error }
                last = error
            }
        }
        throw last
    }

    private func dial(_ target: SocketAddress, host: String, within: Duration) async throws(WireError) -> ByteStream {
        let loop = group.next()
        return try await withTaskExecutorPreference(loop) { () async throws(WireError) -> ByteStream in
            let number = socket(target.family, Int32(SOCK_STREAM.rawValue | SOCK_NONBLOCK.rawValue | SOCK_CLOEXEC.rawValue), 0)
            guard number >= 0 else { throw .unreachable("\(host): \(systemText(errno))") }
            let result = target.withPointer { Glibc.connect(number, $0, $1) }
            let code = result == 0 ? 0 : errno
            guard code == 0 || code == EINPROGRESS else {
                Glibc.close(number)
                throw .unreachable("\(host) port \(target.port): \(systemText(code))")
            }
            let stream = ByteStream(number: number, peer: target, loop: loop)
            guard stream.join() else { throw .unreachable("\(host): no descriptors left") }
            do throws(WireError) {
                if code == EINPROGRESS { try await stream.descriptor.wait(.writer, for: Descriptor.writable, until: .after(within)) }
                var failure: Int32 = 0
                var length = socklen_t(MemoryLayout<Int32>.size)
                getsockopt(stream.descriptor.number, SOL_SOCKET, SO_ERROR, &failure, &length)
                if failure != 0 { throw .unreachable("\(host) port \(target.port): \(systemText(failure))") }
                return stream
            } catch {
                stream.close()
                throw error
            }
        }
    }
}
