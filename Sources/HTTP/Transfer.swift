import CCurl
import Glibc
import Synchronization
import Wire

/// One call on its way through libcurl.
// SAFETY: made by the caller, then touched only by the worker's thread; the caller waits on `continuation` and sees nothing else.
final class Transfer: @unchecked Sendable {
    let call: ClientCall
    let url: ClientURL
    let addresses: [IPAddress]
    let policy: ClientPolicy
    let deadline: MonotonicTime
    var continuation: CheckedContinuation<Result<ClientReply, ClientFailure>, Never>?
    var handle: UnsafeMutableRawPointer?
    /// Set from any thread; a call may be cancelled before the worker has taken it up.
    let isCancelled = Atomic<Bool>(false)
    private var lists: [UnsafeMutablePointer<curl_slist>?] = []
    private var body: [UInt8] = []
    private var headers: [(name: String, value: String)] = []
    private var headerBytes = 0
    private var refusal: String?
    private var isCut = false

    init(_ call: ClientCall, url: ClientURL, addresses: [IPAddress], policy: ClientPolicy, deadline: MonotonicTime) {
        self.call = call
        self.url = url
        self.addresses = addresses
        self.policy = policy
        self.deadline = deadline
    }

    /// Makes the handle; false when there is no memory for one.
    func prepare(extraAuthorities: String?) -> Bool {
        guard let handle = curl_easy_init() else { return false }
        self.handle = handle
        let context = Unmanaged.passUnretained(self).toOpaque()  // the worker keeps the transfer for as long as the handle lives
        _ = c_easy_setopt_pointer(handle, CURLOPT_PRIVATE, context)
        _ = c_easy_setopt_string(handle, CURLOPT_URL, url.text)
        _ = c_easy_setopt_string(handle, CURLOPT_PROTOCOLS_STR, "http,https")
        _ = c_easy_setopt_string(handle, CURLOPT_PROXY, "")
        _ = c_easy_setopt_long(handle, CURLOPT_FOLLOWLOCATION, 0)
        _ = c_easy_setopt_long(handle, CURLOPT_PATH_AS_IS, 1)
        _ = c_easy_setopt_long(handle, CURLOPT_NOSIGNAL, 1)
        _ = c_easy_setopt_long(handle, CURLOPT_SSL_VERIFYPEER, 1)
        _ = c_easy_setopt_long(handle, CURLOPT_SSL_VERIFYHOST, 2)
        _ = c_easy_setopt_long(handle, CURLOPT_SSLVERSION, Int(CURL_SSLVERSION_TLSv1_2))
        if let extraAuthorities { _ = c_easy_setopt_string(handle, CURLOPT_CAINFO, extraAuthorities) }
        let milliseconds = max(1, min(deadline.remaining / .milliseconds(1), 86_400_000))
        _ = c_easy_setopt_long(handle, CURLOPT_TIMEOUT_MS, Int(milliseconds))
        // A kept connection that the other side is about to close is how a request gets lost or repeated: 30 s is shorter than common idle limits.
        _ = c_easy_setopt_long(handle, CURLOPT_MAXAGE_CONN, 30)
        _ = c_easy_set_open_socket(handle, openSocket, context)
        _ = c_easy_set_header_sink(handle, takeHeader, context)
        _ = c_easy_set_body_sink(handle, takeBody, context)
        setRequest(handle)
        return true
    }

    private func setRequest(_ handle: UnsafeMutableRawPointer) {
        _ = c_easy_setopt_string(handle, CURLOPT_CUSTOMREQUEST, call.method)
        if call.method == "HEAD" { _ = c_easy_setopt_long(handle, CURLOPT_NOBODY, 1) }
        if !call.body.isEmpty || ["POST", "PUT", "PATCH"].contains(call.method) {
            _ = c_easy_setopt_size(handle, CURLOPT_POSTFIELDSIZE_LARGE, Int64(call.body.count))
            call.body.withUnsafeBytes { bytes in
                _ = c_easy_setopt_pointer(handle, CURLOPT_COPYPOSTFIELDS, UnsafeMutableRawPointer(mutating: bytes.baseAddress ?? UnsafeRawPointer(handle)))
            }
        }
        // libcurl's own Accept, Content-Type and Expect are left out: what is sent is what was asked for.
        var fields = call.headers.map { $0.value.isEmpty ? "\($0.name);" : "\($0.name): \($0.value)" }
        let names = Set(call.headers.map { $0.name.lowercased() })
        for own in ["Accept", "Content-Type", "Expect"] where !names.contains(own.lowercased()) { fields.append("\(own):") }
        _ = c_easy_setopt_list(handle, CURLOPT_HTTPHEADER, list(fields))
        if IPAddress(url.host) == nil {
            let texts = addresses.map { $0.family == .v6 ? "[\($0)]" : "\($0)" }.joined(separator: ",")
            _ = c_easy_setopt_list(handle, CURLOPT_RESOLVE, list(["+\(url.host):\(url.port):\(texts)"]))
        }
    }

    private func list(_ texts: [String]) -> UnsafeMutablePointer<curl_slist>? {
        var head: UnsafeMutablePointer<curl_slist>?
        for text in texts { head = curl_slist_append(head, text) ?? head }
        lists.append(head)
        return head
    }

    /// The choke point: whatever libcurl made of the URL, this is the address that it is about to dial.
    func open(_ address: SocketAddress?, family: Int32, type: Int32, protocol number: Int32) -> Int32 {
        guard let address else {
            refusal = "neither an IPv4 nor an IPv6 address"
            return c_bad_socket()
        }
        if let reason = policy.refusal(of: address, isSecure: url.isSecure) {
            refusal = reason
            return c_bad_socket()
        }
        return socket(family, type | Int32(SOCK_CLOEXEC.rawValue), number)
    }

    /// False ends the transfer: the header block is over 64 KiB.
    func add(header line: UnsafeRawBufferPointer) -> Bool {
        headerBytes += line.count
        if headerBytes > 64 << 10 { return false }
        if line.starts(with: "HTTP/".utf8) {
            headers = []  // an interim response came before
            return true
        }
        guard let colon = line.firstIndex(of: .colon) else { return true }
        let name = String(decoding: line[..<colon], as: UTF8.self)
        let value = FramingFields.trimmed(ArraySlice(line[(colon + 1)...].filter { $0 != .cr && $0 != .lf }))
        headers.append((name, String(decoding: value, as: UTF8.self)))
        return true
    }

    /// False ends the transfer: all that is kept of the body is here.
    func add(body bytes: UnsafeRawBufferPointer) -> Bool {
        let room = call.replyLimit - body.count
        body.append(contentsOf: bytes.prefix(room))
        isCut = bytes.count > room
        return !isCut
    }

    func finish(_ code: CURLcode) {
        guard let continuation else { return }
        self.continuation = nil
        continuation.resume(returning: result(code))
    }

    private func result(_ code: CURLcode) -> Result<ClientReply, ClientFailure> {
        if code == CURLE_OK || isCut {
            return .success(ClientReply(status: number(CURLINFO_RESPONSE_CODE), headers: headers, body: body))
        }
        let text = String(cString: curl_easy_strerror(code))
        if let refusal { return .failure(.forbidden(refusal)) }
        switch code {
        case CURLE_COULDNT_RESOLVE_HOST, CURLE_COULDNT_CONNECT, CURLE_SSL_CONNECT_ERROR, CURLE_PEER_FAILED_VERIFICATION, CURLE_URL_MALFORMAT,
            CURLE_UNSUPPORTED_PROTOCOL, CURLE_SSL_CERTPROBLEM, CURLE_SSL_CACERT_BADFILE:
            return .failure(.notSent(text))
        default:
            // Bytes of the request that libcurl has given to the kernel: 0 means that the other side cannot have seen it.
            return .failure(number(CURLINFO_REQUEST_SIZE) == 0 ? .notSent(text) : .unknown(text))
        }
    }

    private func number(_ information: CURLINFO) -> Int {
        var value = 0
        guard let handle else { return 0 }
        _ = c_easy_getinfo_long(handle, information, &value)
        return value
    }

    /// Only once libcurl's multi handle has let go of it.
    func dispose() {
        if let handle { curl_easy_cleanup(handle) }
        handle = nil
        for list in lists { curl_slist_free_all(list) }
        lists = []
    }
}

// SAFETY (all three): `context` is the transfer that the worker keeps while its handle is in use, and libcurl calls on the worker's thread only.
private func openSocket(
    _ context: UnsafeMutableRawPointer?, _ purpose: curlsocktype, _ address: UnsafeMutablePointer<curl_sockaddr>?
) -> curl_socket_t {
    guard let context, let address, purpose == CURLSOCKTYPE_IPCXN else { return c_bad_socket() }
    let transfer = Unmanaged<Transfer>.fromOpaque(context).takeUnretainedValue()
    let target = SocketAddress(sockaddr: c_curl_address(address), length: Int(address.pointee.addrlen))
    return transfer.open(target, family: address.pointee.family, type: address.pointee.socktype, protocol: address.pointee.protocol)
}

private func takeHeader(_ bytes: UnsafeMutablePointer<CChar>?, _ size: Int, _ count: Int, _ context: UnsafeMutableRawPointer?) -> Int {
    guard let context else { return 0 }
    let transfer = Unmanaged<Transfer>.fromOpaque(context).takeUnretainedValue()
    return transfer.add(header: UnsafeRawBufferPointer(start: bytes, count: size * count)) ? size * count : 0
}

private func takeBody(_ bytes: UnsafeMutablePointer<CChar>?, _ size: Int, _ count: Int, _ context: UnsafeMutableRawPointer?) -> Int {
    guard let context else { return 0 }
    let transfer = Unmanaged<Transfer>.fromOpaque(context).takeUnretainedValue()
    return transfer.add(body: UnsafeRawBufferPointer(start: bytes, count: size * count)) ? size * count : 0
}
