import CLinux
import Glibc
import Synchronization

/// Turns a host's name into addresses. A value, so that tests say what a name leads to.
package struct Resolver: Sendable {
    private let lookUp: @Sendable (String, Duration) async throws(WireError) -> [IPAddress]

    /// Throws `.unreachable` when the name leads nowhere; the list is never empty and in the order to try.
    package init(_ lookUp: @escaping @Sendable (_ name: String, _ within: Duration) async throws(WireError) -> [IPAddress]) {
        self.lookUp = lookUp
    }

    /// A literal address is its own answer; its non-canonical spellings (`0x7f.1`, `127.1`, `2130706433`) are refused, not read.
    package func addresses(of host: String, within: Duration) async throws(WireError) -> [IPAddress] {
        if let literal = IPAddress(host) { return [literal] }
        guard HostName.isValid(host) else { throw .forbidden("\"\(HostName.shown(host))\" is neither a host name nor an IP address in its usual spelling") }
        let found = try await lookUp(host, within)
        if found.isEmpty { throw .unreachable("\(host) has no address") }
        return found
    }

    /// getaddrinfo on a thread that may block, abandoned (not stopped: it cannot be) when the time is up or the task is cancelled.
    package static let system = Resolver { name, within async throws(WireError) in
        let answer = Answer()
        let result = await withTaskCancellationHandler {
            await withTaskGroup(of: Void.self) { group in
                group.addTask {
                    try? await Task.sleep(for: within)  // ends early only when the answer has come
                    answer.give(.failure(.timedOut))
                }
                BlockingPool.shared.execute { answer.give(Result { () throws(WireError) in try Resolver.ask(name) }) }
                let result = await answer.value
                group.cancelAll()
                return result
            }
        } onCancel: {
            answer.give(.failure(.cancelled))
        }
        return try result.get()
    }

    private static func ask(_ name: String) throws(WireError) -> [IPAddress] {
        var hints = addrinfo()
        hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        hints.ai_flags = AI_ADDRCONFIG
        var list: UnsafeMutablePointer<addrinfo>?
        let result = getaddrinfo(name, nil, &hints, &list)
        guard result == 0 else { throw .unreachable("\(name) was not resolved: \(String(cString: gai_strerror(result)))") }
        defer { freeaddrinfo(list) }
        var found: [IPAddress] = []
        var entry = list
        while let current = entry, found.count < 16 {
            if let address = current.pointee.ai_addr, let socket = SocketAddress(sockaddr: address, length: Int(current.pointee.ai_addrlen)),
                !found.contains(socket.address)
            {
                found.append(socket.address)
            }
            entry = current.pointee.ai_next
        }
        return found
    }

    /// The first answer counts, whether it is given before or after somebody waits.
    private final class Answer: Sendable {
        private enum State {
            case open
            case awaited(CheckedContinuation<Result<[IPAddress], WireError>, Never>)
            case given(Result<[IPAddress], WireError>)
            case over
        }
        private let state = Mutex(State.open)

        var value: Result<[IPAddress], WireError> {
            get async {
                await withCheckedContinuation { continuation in
                    let early: Result<[IPAddress], WireError>? = state.withLock { state in
                        if case .given(let result) = state {
                            state = .over
                            return result
                        }
                        state = .awaited(continuation)
                        return nil
                    }
                    if let early { continuation.resume(returning: early) }
                }
            }
        }

        func give(_ result: Result<[IPAddress], WireError>) {
            let waiting: CheckedContinuation<Result<[IPAddress], WireError>, Never>? = state.withLock { state in
                switch state {
                case .open:
                    state = .given(result)
                    return nil
                case .awaited(let continuation):
                    state = .over
                    return continuation
                case .given, .over:
                    return nil
                }
            }
            waiting?.resume(returning: result)
        }
    }
}

/// What may be asked of a resolver.
package enum HostName {
    /// RFC 1123 names of letters, digits, hyphens and underscores, whose last label is not a number: what looks like an address in one of libc's
    /// odd spellings is no name. Other alphabets come as `xn--` labels.
    package static func isValid(_ name: some StringProtocol) -> Bool {
        var name = Substring(name)
        if name.hasSuffix(".") { name = name.dropLast() }
        guard !name.isEmpty, name.utf8.count <= 253 else { return false }
        let labels = name.split(separator: ".", omittingEmptySubsequences: false)
        for label in labels {
            let bytes = label.utf8
            guard (1...63).contains(bytes.count), bytes.first != UInt8(ascii: "-"), bytes.last != UInt8(ascii: "-") else { return false }
            guard bytes.allSatisfy({ isAlphanumeric($0) || $0 == UInt8(ascii: "-") || $0 == UInt8(ascii: "_") }) else { return false }
            if label.lowercased() == "xn--" { return false }
        }
        guard let last = labels.last?.lowercased() else { return false }
        let isNumber = last.utf8.allSatisfy { (48...57).contains($0) }
        let isHexadecimal = last.hasPrefix("0x") && last.utf8.dropFirst(2).allSatisfy { (48...57).contains($0) || (97...102).contains($0) }
        return !isNumber && !isHexadecimal
    }

    private static func isAlphanumeric(_ byte: UInt8) -> Bool {
        (48...57).contains(byte) || (65...90).contains(byte) || (97...122).contains(byte)
    }

    /// A foreign host fit for an error message: printable ASCII, at most 64 characters.
    package static func shown(_ host: some StringProtocol) -> String {
        String(decoding: host.utf8.prefix(64).map { (33...126).contains($0) && $0 != 34 ? $0 : 63 }, as: UTF8.self)
    }
}
