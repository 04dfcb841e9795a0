import Wire

/// A URL that may be called, read strictly before libcurl sees it: two parsers that differ are how requests go astray.
struct ClientURL: Sendable, Hashable {
    let isSecure: Bool
    /// A name or a literal address, without brackets, in lower case.
    let host: String
    let port: UInt16
    /// Path and query, not empty.
    let target: String

    /// Throws `.forbidden` with what is wrong. Taken are `http://` and `https://` with a host name or a canonical IP address, visible ASCII, at most
    /// 2048 bytes; refused are user information, fragments, backslashes and every other spelling of an address.
    init(_ text: String) throws(ClientFailure) {
        guard text.utf8.count <= 2048 else { throw .forbidden("the URL is longer than 2048 bytes") }
        guard text.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F && $0 != 0x5C && $0 != 0x22 && $0 != 0x3C && $0 != 0x3E }) else {
            throw .forbidden("the URL holds white space, quotes, backslashes or characters beyond ASCII")
        }
        let scheme = text.prefix { $0 != ":" }.lowercased()
        guard scheme == "http" || scheme == "https" else { throw .forbidden("the URL is neither http nor https") }
        isSecure = scheme == "https"
        var rest = text.dropFirst(scheme.utf8.count)
        guard rest.hasPrefix("://") else { throw .forbidden("the URL has no // after its scheme") }
        rest = rest.dropFirst(3)
        let authority = rest.prefix { $0 != "/" && $0 != "?" && $0 != "#" }
        rest = rest.dropFirst(authority.count)
        if rest.contains("#") { throw .forbidden("the URL has a fragment") }
        target = rest.hasPrefix("/") ? String(rest) : "/" + rest
        if authority.contains("@") { throw .forbidden("the URL has user information") }
        (host, port) = try ClientURL.split(authority, isSecure ? 443 : 80)
    }

    private static func split(_ authority: Substring, _ usual: UInt16) throws(ClientFailure) -> (String, UInt16) {
        var host = authority
        var port: Substring?
        if authority.hasPrefix("[") {
            guard let end = authority.firstIndex(of: "]") else { throw .forbidden("the URL's host has a bracket that is not closed") }
            host = authority[authority.index(after: authority.startIndex)..<end]
            let after = authority[authority.index(after: end)...]
            guard after.isEmpty || after.hasPrefix(":") else { throw .forbidden("the URL has something between its host and its port") }
            port = after.isEmpty ? nil : after.dropFirst()
            guard host.contains(":"), IPAddress(host) != nil else { throw .forbidden("the URL's host is not an IPv6 address") }
        } else if let colon = authority.firstIndex(of: ":") {
            host = authority[..<colon]
            port = authority[authority.index(after: colon)...]
        }
        guard IPAddress(host) != nil || HostName.isValid(host) else {
            throw .forbidden("the URL's host is neither a name nor an IP address in its usual spelling")
        }
        guard let port else { return (host.lowercased(), usual) }
        guard (1...5).contains(port.utf8.count), port.utf8.allSatisfy(\.isDigit), let number = UInt16(port), number > 0 else {
            throw .forbidden("the URL's port is not a number from 1 to 65535")
        }
        return (host.lowercased(), number)
    }

    /// The URL as it is given to libcurl: put together from what was checked.
    var text: String {
        "\(isSecure ? "https" : "http")://\(host.contains(":") ? "[\(host)]" : host):\(port)\(target)"
    }
}
