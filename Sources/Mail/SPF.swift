import Glibc
package import Messages

/// Whether a domain lets this machine send for it: the Sender Policy Framework (RFC 7208).
package enum SPF {
    package enum Status: String, Sendable, Hashable {
        case none, neutral, pass, fail, softfail, temperror, permerror
    }

    package struct Result: Sendable, Hashable {
        package var status: Status
        /// The domain that was asked, in lower case.
        package var domain: String
        package var reason: String

        package init(status: Status, domain: String, reason: String = "") {
            self.status = status
            self.domain = domain
            self.reason = reason
        }
    }

    /// - Parameters:
    ///   - peer: the client's address as text.
    ///   - greeting: what it called itself in EHLO; stands in where the return path is null (§2.4).
    package static func check(peer: String, from: MailAddress?, greeting: String, names: any NameSystem) async -> Result {
        let domain = from?.domain ?? greeting.lowercased()
        guard let address = address(peer) else { return Result(status: .permerror, domain: domain, reason: "the client has no address") }
        guard isName(domain) else { return Result(status: .none, domain: domain, reason: "there is no domain to ask") }
        var run = SPFRun(address: address, local: from?.local ?? "postmaster", senderDomain: domain, greeting: greeting, names: names)
        let (status, reason) = await run.check(domain, depth: 0)
        return Result(status: status, domain: domain, reason: reason)
    }

    /// 4 or 16 octets; an IPv4 address in an IPv6 coat is IPv4.
    static func address(_ text: String) -> [UInt8]? {
        guard text.utf8.count <= 45 else { return nil }
        var v4 = in_addr()
        if inet_pton(AF_INET, text, &v4) == 1 { return withUnsafeBytes(of: v4) { Array($0) } }
        var v6 = in6_addr()
        guard inet_pton(AF_INET6, text, &v6) == 1 else { return nil }
        let octets = withUnsafeBytes(of: v6) { Array($0) }
        return octets.prefix(12).elementsEqual([UInt8](repeating: 0, count: 10) + [0xFF, 0xFF]) ? Array(octets.suffix(4)) : octets
    }

    /// A name of at least two labels that can be asked for.
    static func isName(_ name: String) -> Bool {
        let name = name.hasSuffix(".") ? name.dropLast() : name[...]
        guard name.utf8.count <= 253, name.contains(".") else { return false }
        return name.split(separator: ".", omittingEmptySubsequences: false).allSatisfy {
            (1...63).contains($0.utf8.count) && $0.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F }
        }
    }
}
