import COpenSSL

/// Whose certificates are believed when we connect: the system's roots, and one more file if given. Made once and shared.
package final class TLSClientTrust: Sendable {
    let context: TLSContext

    /// `extraAuthorities` is a PEM file of further roots (a company's own); `.invalid` names the file and what is wrong.
    package init(extraAuthorities file: String? = nil) throws(WireError) {
        context = try TLSContext(TLS_client_method())
        SSL_CTX_set_verify(context.pointer, SSL_VERIFY_PEER, nil)
        ERR_clear_error()
        SSL_CTX_set_default_verify_paths(context.pointer)
        if let file, SSL_CTX_load_verify_file(context.pointer, file) != 1 {
            throw .invalid("authorities file \(file): \(TLSFailure.reason() ?? "no PEM certificates")")
        }
    }

    /// Makes `session` accept a certificate for `host` only; names are also sent (SNI), addresses are not (RFC 6066 section 3).
    static func expect(_ host: String, in session: OpaquePointer) -> Bool {
        let host = host.hasSuffix(".") ? String(host.dropLast()) : host
        if host.isEmpty || host.utf8.contains(0) { return false }
        if IPAddress(host) != nil { return X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(session), host) == 1 }
        SSL_set_hostflags(session, UInt32(X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS))
        return SSL_set1_host(session, host) == 1 && c_SSL_set_tlsext_host_name(session, host) == 1
    }
}
