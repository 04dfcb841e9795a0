package import HTTPTypes

/// One request, checked: what it holds can be relied on to be well formed, and on nothing else.
package struct ServerRequest: Sendable {
    let head: RequestHead
    /// The peer of the connection; what a proxy says about others is for the application to believe or not.
    package let remoteAddress: String
    package let isSecure: Bool
    package let body: RequestBody

    package var method: HTTPRequest.Method { head.method }
    /// Decoded; begins with a slash and holds no empty, `.` or `..` segments. A trailing slash is kept.
    package var path: String { head.path }
    /// Without the question mark, as sent.
    package var rawQuery: String { head.text(head.queryBytes) }
    /// The host that the client named, without port, in lower case; empty on HTTP/1.0 without one. Anybody can write anything there.
    package var host: String { head.host }

    /// The value of the only field of that name; nil when there is none or more than one.
    package subscript(_ name: HTTPField.Name) -> String? {
        let values = head.values(name.canonicalName)
        return values.count == 1 ? values[0] : nil
    }

    /// All fields; built at each call.
    package var fields: HTTPFields {
        var fields = HTTPFields()
        fields.reserveCapacity(head.spans.count)
        for (name, value) in allFields {
            if let name = HTTPField.Name(name) { fields.append(HTTPField(name: name, value: value)) }
        }
        return fields
    }

    /// All fields in their order and with the letter case that the client used.
    package var allFields: [(name: String, value: String)] {
        head.spans.map { (head.text(head.name($0)), head.text(head.value($0))) }
    }

    /// The first value of that name in the query, decoded, `+` being a space; nil when there is none or it is not UTF-8.
    package func query(_ name: String) -> String? {
        queryItems.first { $0.name == name }?.value
    }

    /// The query's items in their order; those that are not percent-encoded UTF-8 are left out, and so is what follows the 1000th.
    package var queryItems: [(name: String, value: String)] {
        head.queryBytes.split(separator: UInt8(ascii: "&"), maxSplits: 1000).prefix(1000).compactMap { item in
            let parts = item.split(separator: UInt8(ascii: "="), maxSplits: 1, omittingEmptySubsequences: false)
            guard let name = Percent.decode(parts[0], plus: true), let value = Percent.decode(parts.count > 1 ? parts[1] : [], plus: true) else { return nil }
            return (name, value)
        }
    }
}

extension ServerRequest {
    /// A request that came from nowhere, for tests of handlers. `target` is a path with or without a query; throws what a server would answer.
    package init(
        _ method: HTTPRequest.Method, _ target: String, fields: [(name: String, value: String)] = [], body: [UInt8] = [], remoteAddress: String = "192.0.2.1",
        isSecure: Bool = true
    ) throws(HTTPProblem) {
        var text = "\(method.rawValue) \(target) HTTP/1.1\r\n"
        if !fields.contains(where: { $0.name.lowercased() == "host" }) { text += "Host: localhost\r\n" }
        for field in fields { text += "\(field.name): \(field.value)\r\n" }
        text += "\r\n"
        let bytes = Array(text.utf8)
        var scanner = HeadScanner()
        var problem: HTTPProblem?
        var parsed: RequestHead?
        bytes.withUnsafeBytes { buffer in
            do throws(HTTPProblem) {
                guard try scanner.findEnd(buffer, ServerLimits()) == buffer.count else { throw .malformed("a line break in the request") }
                parsed = try RequestHead(parsing: buffer, fields: scanner.lines)
            } catch {
                problem = error
            }
        }
        guard let parsed else { throw problem ?? .malformed("not a request") }
        head = parsed
        self.remoteAddress = remoteAddress
        self.isSecure = isSecure
        self.body = RequestBody(body)
    }
}
