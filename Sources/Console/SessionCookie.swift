import HTTP

/// The cookie that holds a browser's session.
struct SessionCookie {
    let digest: String

    /// Whether cookies are bound to TLS: when the request came by TLS, or people reach this server by https through a proxy.
    static func isSecure(_ request: ServerRequest, _ settings: ConsoleSettings) -> Bool {
        request.isSecure || settings.publicOrigin?.hasPrefix("https://") ?? false
    }

    /// `__Host-`: the browser takes it only from this very host, by TLS and for all paths (RFC 6265bis §4.1.3.2).
    static func name(isSecure: Bool) -> String { isSecure ? "__Host-centralino" : "centralino" }

    /// The session's cookie of a request; nil when there is none that could be one. Two of the same name are none: one of them was planted.
    init?(of request: ServerRequest, _ settings: ConsoleSettings) throws {
        let name = Self.name(isSecure: Self.isSecure(request, settings))
        let values = try (request.only("cookie") ?? "").split(separator: ";").compactMap { pair -> Substring? in
            let pair = pair.drop { $0 == " " || $0 == "\t" }
            guard let mark = pair.firstIndex(of: "="), pair[..<mark] == name else { return nil }
            return pair[pair.index(after: mark)...]
        }
        guard values.count == 1, Secrets.isPlausible(String(values[0])) else { return nil }
        digest = Secrets.digest(String(values[0]))
    }

    /// `Set-Cookie` for a new session; with no token it takes the cookie away.
    static func setting(_ token: String?, lasting: Duration, isSecure: Bool) -> String {
        let age = token == nil ? 0 : lasting.components.seconds
        return "\(name(isSecure: isSecure))=\(token ?? ""); Path=/; Max-Age=\(age); HttpOnly; SameSite=Strict\(isSecure ? "; Secure" : "")"
    }
}
