import COpenSSL
import Glibc
import Synchronization

/// The server's certificate and key, from two PEM files; `reload()` takes up what a renewal has written, for connections that begin later.
package final class TLSServerIdentity: Sendable {
    package let certificateFile: String
    package let keyFile: String
    private let state: Mutex<TLSContext>

    /// Reads both files. `.invalid` names the file and what is wrong with it.
    package init(certificateFile: String, keyFile: String) throws(WireError) {
        self.certificateFile = certificateFile
        self.keyFile = keyFile
        state = Mutex(try TLSServerIdentity.load(certificateFile, keyFile))
    }

    /// Reads the files again. On an error the old certificate stays in use.
    package func reload() throws(WireError) {
        let fresh = try TLSServerIdentity.load(certificateFile, keyFile)
        state.withLock { $0 = fresh }
    }

    /// When the certificate ends, in seconds since 1970; nil when it does not say so readably.
    package var expires: Int64? {
        guard let certificate = SSL_CTX_get0_certificate(current.pointer), let end = X509_get0_notAfter(certificate) else { return nil }
        var fields = tm()
        guard ASN1_TIME_to_tm(end, &fields) == 1 else { return nil }
        return Int64(timegm(&fields))
    }

    var current: TLSContext { state.withLock { $0 } }

    private static func load(_ certificateFile: String, _ keyFile: String) throws(WireError) -> TLSContext {
        try checkReadable(certificateFile, "certificate")
        try checkReadable(keyFile, "key")
        let context = try TLSContext(TLS_server_method())
        ERR_clear_error()
        guard SSL_CTX_use_certificate_chain_file(context.pointer, certificateFile) == 1 else {
            throw .invalid("certificate file \(certificateFile): \(TLSFailure.reason() ?? "not a PEM certificate")")
        }
        guard SSL_CTX_use_PrivateKey_file(context.pointer, keyFile, SSL_FILETYPE_PEM) == 1 else {
            let reason = TLSFailure.reason() ?? "not a PEM key"
            throw .invalid("key file \(keyFile): \(reason == "key values mismatch" ? "is not the key of the certificate in \(certificateFile)" : reason)")
        }
        guard SSL_CTX_check_private_key(context.pointer) == 1 else {
            throw .invalid("key file \(keyFile): is not the key of the certificate in \(certificateFile)")
        }
        // Sessions are resumed by tickets whose keys live in the context: nothing is kept here for each client.
        _ = c_SSL_CTX_set_session_cache_mode(context.pointer, Int(SSL_SESS_CACHE_OFF))
        return context
    }

    private static func checkReadable(_ file: String, _ what: String) throws(WireError) {
        if access(file, R_OK) != 0 { throw .invalid("\(what) file \(file): \(systemText(errno))") }
    }
}
