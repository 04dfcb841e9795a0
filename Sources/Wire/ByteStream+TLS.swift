import COpenSSL

extension ByteStream {
    /// Begins TLS as the server. Bytes that the caller has already read are the caller's: none of them may be plain text meant for after the
    /// handshake (a protocol that pipelines across STARTTLS is refused by its own state machine).
    package func startTLS(server identity: TLSServerIdentity, within: Duration) async throws(WireError) {
        guard loop.isCurrent else {
            return try await withTaskExecutorPreference(loop) { () async throws(WireError) in try await self.startTLS(server: identity, within: within) }
        }
        guard let session = SSL_new(identity.current.pointer) else { throw .insecure(TLSFailure.text("no TLS session")) }
        SSL_set_accept_state(session)
        try await shakeHands(session, within: within)
    }

    /// Begins TLS as the client; the certificate must be valid for `host`, a name or an IP address, and lead to a trusted root.
    package func startTLS(client trust: TLSClientTrust, host: String, within: Duration) async throws(WireError) {
        guard loop.isCurrent else {
            return try await withTaskExecutorPreference(loop) { () async throws(WireError) in
                try await self.startTLS(client: trust, host: host, within: within)
            }
        }
        guard let session = SSL_new(trust.context.pointer) else { throw .insecure(TLSFailure.text("no TLS session")) }
        guard TLSClientTrust.expect(host, in: session) else {
            SSL_free(session)
            throw .insecure("\"\(host)\" cannot be a certificate's name")
        }
        SSL_set_connect_state(session)
        try await shakeHands(session, within: within)
    }

    private func shakeHands(_ session: OpaquePointer, within: Duration) async throws(WireError) {
        precondition(tls == nil, "TLS begun twice")
        guard descriptor.number >= 0, SSL_set_fd(session, descriptor.number) == 1 else {
            SSL_free(session)
            throw .closed
        }
        tls = session
        let deadline = MonotonicTime.after(within)
        while true {
            ERR_clear_error()
            let result = SSL_do_handshake(session)
            if result == 1 { break }
            switch SSL_get_error(session, result) {
            case SSL_ERROR_WANT_READ: try await descriptor.wait(.reader, for: Descriptor.readable, until: deadline)
            case SSL_ERROR_WANT_WRITE: try await descriptor.wait(.reader, for: Descriptor.writable, until: deadline)
            case SSL_ERROR_SYSCALL where ERR_peek_error() == 0:
                isBroken = true
                throw .closed
            default:
                isBroken = true
                throw .insecure(TLSFailure.text("handshake failed", session))
            }
            if descriptor.number < 0 { throw .closed }
        }
        becameEncrypted()
    }

    func decrypt(into buffer: UnsafeMutableRawBufferPointer) throws(WireError) -> Attempt {
        try attempt { SSL_read_ex($0, buffer.baseAddress, buffer.count, &$1) }
    }

    func peekDecrypted() throws(WireError) -> Attempt {
        var byte: UInt8 = 0
        return try attempt { SSL_peek_ex($0, &byte, 1, &$1) }
    }

    func encrypt(_ bytes: ArraySlice<UInt8>) throws(WireError) -> Attempt {
        let attempt = try attempt { session, count in
            bytes.withUnsafeBytes { SSL_write_ex(session, $0.baseAddress, $0.count, &count) }
        }
        if case .done(0) = attempt { throw .closed }  // a write has no end of stream
        return attempt
    }

    private func attempt(_ call: (OpaquePointer, inout Int) -> Int32) throws(WireError) -> Attempt {
        guard let tls, !isBroken else { throw .closed }
        var count = 0
        ERR_clear_error()
        let result = call(tls, &count)
        if result == 1 { return .done(count) }
        switch SSL_get_error(tls, result) {
        case SSL_ERROR_WANT_READ: return .blocked(Descriptor.readable)
        case SSL_ERROR_WANT_WRITE: return .blocked(Descriptor.writable)
        case SSL_ERROR_ZERO_RETURN: return .done(0)
        case SSL_ERROR_SYSCALL where ERR_peek_error() == 0:
            isBroken = true
            throw .closed
        default:
            isBroken = true
            throw .insecure(TLSFailure.text("TLS failed", tls))
        }
    }
}
