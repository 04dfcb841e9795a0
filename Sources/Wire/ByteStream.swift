import CLinux
import COpenSSL
import Glibc
import Synchronization

/// One TCP connection, plain or encrypted, bound to one event loop.
///
/// One task may read while another writes; two readers or two writers at once are a mistake of the program. The methods may be called from
/// anywhere: off the loop's thread they hop there. Whoever makes a stream closes it; a `Listener` does so for the ones that it accepts.
// SAFETY: state that changes is touched only on the loop's thread, except `closing` (an Atomic).
package final class ByteStream: @unchecked Sendable {
    package let loop: EventLoop
    /// The other side's address and port.
    package let peer: SocketAddress
    package let local: SocketAddress
    let descriptor: Descriptor
    var tls: OpaquePointer?
    /// Set once TLS has failed or the peer has ended it: nothing more can be read or written.
    var isBroken = false
    private let encrypted = Atomic<Bool>(false)
    private let closing = Atomic<Bool>(false)
    private let idle = Atomic<Bool>(false)

    /// Takes over a connected, non-blocking socket. `join()` must follow on the loop's thread, before anything else.
    init(number: Int32, peer: SocketAddress, loop: EventLoop) {
        var on: Int32 = 1
        setsockopt(number, Int32(IPPROTO_TCP), TCP_NODELAY, &on, socklen_t(MemoryLayout<Int32>.size))
        self.loop = loop
        self.peer = peer
        local = SocketAddress.local(of: number) ?? peer
        descriptor = Descriptor(number: number, loop: loop)
    }

    deinit {
        if let tls { SSL_free(tls) }
    }

    func join() -> Bool { descriptor.join() }

    /// The other side's address without port; an IPv4 address that came through an IPv6 socket is plain IPv4.
    package var peerAddress: String { peer.address.unmapped.description }
    package var localAddress: String { local.address.unmapped.description }
    package var isEncrypted: Bool { encrypted.load(ordering: .relaxed) }

    func becameEncrypted() { encrypted.store(true, ordering: .relaxed) }

    /// What the protocol says of the moment: between two requests, say. `Listener.stop` closes idle streams at once and waits for the others.
    package var isIdle: Bool {
        get { idle.load(ordering: .relaxed) }
        set { idle.store(newValue, ordering: .relaxed) }
    }

    /// Bytes written that the peer has not acknowledged; 0 when closed.
    package var unsentBytes: Int {
        get async {
            guard loop.isCurrent else { return await withTaskExecutorPreference(loop) { await self.unsentBytes } }
            return descriptor.number < 0 ? 0 : max(0, Int(c_unsent_bytes(descriptor.number)))
        }
    }

    /// Whether the peer has ended its side or the connection is broken. What it sent before can still be read. On the loop's thread only.
    package var isPeerGone: Bool { descriptor.isPeerGone || descriptor.number < 0 }

    /// Ends the connection; who waits for it gets `.closed`. What was written is still sent. Twice is harmless. From any thread.
    package func close() {
        if closing.exchange(true, ordering: .relaxed) { return }
        if loop.isCurrent {
            closeNow()
        } else {
            loop.execute { self.closeNow() }
        }
    }

    private func closeNow() {
        if let tls, descriptor.number >= 0, !isBroken, SSL_is_init_finished(tls) == 1 {
            ERR_clear_error()
            SSL_shutdown(tls)  // one close_notify if it fits; nobody waits for the answer
        }
        descriptor.close()
    }

    /// Says to the peer that nothing more will come, and leaves the other direction open.
    package func shutdownWrite() async {
        guard loop.isCurrent else { return await withTaskExecutorPreference(loop) { await self.shutdownWrite() } }
        guard descriptor.number >= 0 else { return }
        if let tls, !isBroken, SSL_is_init_finished(tls) == 1 {
            ERR_clear_error()
            SSL_shutdown(tls)
        }
        shutdown(descriptor.number, Int32(SHUT_WR))
    }

    /// Closes after an answer that the peer should still get to see: ends our side, then reads and throws away what it was still sending, at most
    /// `limit` bytes and for `patience`. A plain close with unread bytes makes the kernel send a reset, which may overtake the answer.
    package func closeLingering(patience: Duration = .seconds(2), limit: Int = 1 << 20) async {
        await shutdownWrite()
        let end = MonotonicTime.after(patience)
        var left = limit
        while left > 0, let count = try? await discard(within: end.remaining), count > 0 {  // any failure ends the lingering just as well
            left -= count
        }
        close()
    }

    private func discard(within: Duration) async throws(WireError) -> Int {
        guard loop.isCurrent else {
            return try await withTaskExecutorPreference(loop) { () async throws(WireError) -> Int in try await self.discard(within: within) }
        }
        return try await read(into: loop.scratch, within: within)
    }
}
