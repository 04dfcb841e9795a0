package import Messages

/// One thing that a company system can be asked to do, as the settings declare it. Articles name it; they never say where it goes.
package struct Action: Sendable, Hashable {
    package enum Method: String, Sendable, Hashable, CaseIterable {
        case get = "GET"
        case post = "POST"
        case put = "PUT"
        case patch = "PATCH"
        case delete = "DELETE"
    }

    package var name: String
    package var method: Method
    /// With `{argument}` in its path or query.
    package var url: String
    /// Secrets among them: shown nowhere.
    package var headers: [Header]
    /// JSON with `{{argument}}` in its texts; nil for none.
    package var body: JSON?
    package var timeout: Duration
    /// Further tries after the first, where a repeat does no harm.
    package var retries: Int
    /// The field by which the company system tells a repeat; nil when it does not.
    package var idempotencyHeader: String?
    /// It changes something: only after a yes, and repeated only where the company system tells repeats apart.
    package var changes: Bool
    /// The fields of the answer that may go into an article, by dotted path. Everything else is dropped.
    package var response: [String]

    package struct Header: Sendable, Hashable {
        package var name: String
        package var value: String

        package init(name: String, value: String) {
            self.name = name
            self.value = value
        }
    }

    package init(
        name: String, method: Method, url: String, headers: [Header] = [], body: JSON? = nil, timeout: Duration = .seconds(10), retries: Int = 3,
        idempotencyHeader: String? = nil, changes: Bool, response: [String] = []
    ) {
        self.name = name
        self.method = method
        self.url = url
        self.headers = headers
        self.body = body
        self.timeout = timeout
        self.retries = retries
        self.idempotencyHeader = idempotencyHeader
        self.changes = changes
        self.response = response
    }

    /// Whether the same request may go out twice.
    package var isRepeatable: Bool { !changes || idempotencyHeader != nil }

    /// What is wrong with the URL's shape; nil when nothing is.
    package static func problem(ofURL url: String) -> String? {
        guard url.hasPrefix("https://") || url.hasPrefix("http://") else { return "must begin with https:// (or http://, for networks that outbound.allow_networks names)" }
        guard url.utf8.count <= 1_000, url.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }) else { return "holds what no URL may hold, or is too long" }
        let rest = url[(url.firstRange(of: "://")?.upperBound ?? url.startIndex)...]
        let host = rest.prefix { $0 != "/" && $0 != "?" }
        guard !host.isEmpty, !host.contains("{"), !host.contains("@") else { return "must name its host: {arguments} may stand only in the path and the query" }
        var open = false
        for byte in rest.utf8 {
            if byte == UInt8(ascii: "{") {
                if open { return "has a { inside another" }
                open = true
            } else if byte == UInt8(ascii: "}") {
                if !open { return "has a } without its {" }
                open = false
            }
        }
        return open ? "has a { without its }" : nil
    }
}
