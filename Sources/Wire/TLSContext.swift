import COpenSSL

/// An `SSL_CTX` that is set up once and then only read.
// SAFETY: OpenSSL counts references to a context atomically and allows sessions to be made from it on any thread; nothing here changes it
// after `init` and the set-up of its owner.
final class TLSContext: @unchecked Sendable {
    let pointer: OpaquePointer

    init(_ method: OpaquePointer) throws(WireError) {
        guard let made = SSL_CTX_new(method) else { throw .insecure(TLSFailure.text("no TLS context")) }
        pointer = made
        _ = c_SSL_CTX_set_min_proto_version(made, TLS1_2_VERSION)
        // Partial writes and moving buffers because arrays move between two tries; released buffers save 34 KB an idle connection.
        _ = c_SSL_CTX_set_mode(made, Int(SSL_MODE_RELEASE_BUFFERS | SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER))
        // Many peers close without close_notify; where a truncation matters, our protocols have their own ends.
        SSL_CTX_set_options(made, c_tls_options())
        // Forward secrecy and authenticated encryption only; TLS 1.3 suites are all of that kind.
        SSL_CTX_set_cipher_list(made, "ECDHE+AESGCM:ECDHE+CHACHA20:!aNULL:!PSK")
    }

    deinit {
        SSL_CTX_free(pointer)
    }
}

enum TLSFailure {
    /// `what` with the reason from OpenSSL's queue, or the verdict on the peer's certificate.
    static func text(_ what: String, _ session: OpaquePointer? = nil) -> String {
        if let session {
            let verdict = SSL_get_verify_result(session)
            if verdict != Int(X509_V_OK), let reason = X509_verify_cert_error_string(verdict) { return "\(what): \(String(cString: reason))" }
        }
        return reason().map { "\(what): \($0)" } ?? what
    }

    /// The first error of OpenSSL's queue as words; empties the queue.
    static func reason() -> String? {
        let code = ERR_get_error()
        defer { ERR_clear_error() }
        guard code != 0 else { return nil }
        return ERR_reason_error_string(code).map { String(cString: $0) } ?? "error \(code)"
    }
}
