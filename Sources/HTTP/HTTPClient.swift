import CCurl
package import Wire

/// Outgoing HTTP calls, by libcurl in one thread: connections are kept and shared, redirects never followed, certificates always checked, proxies of
/// the environment ignored.
///
/// Every name is resolved here and checked by the policy before libcurl hears of the call, libcurl is given just those addresses, and the address
/// is checked once more where the socket is made: what was checked is what is dialled.
package final class HTTPClient: Sendable {
    private let policy: ClientPolicy
    private let resolver: Resolver
    private let worker: TransferWorker

    /// `extraAuthorities` is a PEM file of further roots beside the system's.
    package init(policy: ClientPolicy, resolver: Resolver = .system, extraAuthorities: String? = nil) {
        self.policy = policy
        self.resolver = resolver
        worker = TransferWorker(extraAuthorities: extraAuthorities)
    }

    deinit {
        worker.stop()
    }

    /// Sends the call and waits for the answer. A cancelled task gets `.notSent` or `.unknown`, as the case may be.
    package func send(_ call: ClientCall) async throws(ClientFailure) -> ClientReply {
        let deadline = MonotonicTime.after(call.timeout)
        try HTTPClient.check(call)
        let (url, addresses) = try await target(of: call)
        let transfer = Transfer(call, url: url, addresses: addresses, policy: policy, deadline: deadline)
        let result = await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                transfer.continuation = continuation
                worker.begin(transfer)
            }
        } onCancel: {
            worker.cancel(transfer)
        }
        return try result.get()
    }

    /// The checked URL and all addresses that its host leads to, every one of them allowed.
    func target(of call: ClientCall) async throws(ClientFailure) -> (url: ClientURL, addresses: [IPAddress]) {
        let url = try ClientURL(call.url)
        let addresses: [IPAddress]
        do throws(WireError) {
            addresses = try await resolver.addresses(of: url.host, within: call.timeout)
        } catch {
            if case .forbidden(let why) = error { throw .forbidden(why) }
            throw .notSent("\(HostName.shown(url.host)) was not resolved: \(error)")
        }
        for address in addresses {
            if let refusal = policy.refusal(of: SocketAddress(address: address, port: url.port), isSecure: url.isSecure) { throw .forbidden(refusal) }
        }
        return (url, addresses)
    }

    /// A method or field that could become two lines on the wire is refused.
    private static func check(_ call: ClientCall) throws(ClientFailure) {
        guard !call.method.isEmpty, call.method.utf8.allSatisfy(\.isToken) else { throw .notSent("the method is not a token") }
        for (name, value) in call.headers {
            guard !name.isEmpty, name.utf8.allSatisfy(\.isToken), value.utf8.allSatisfy(\.isFieldContent) else {
                throw .notSent("a header field holds what no field may hold")
            }
        }
    }
}
