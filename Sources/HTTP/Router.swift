package import HTTPTypes

/// Which handler answers which path. Patterns are made of literal segments, `{name}` for one segment that is not empty, and a last `{name...}` for
/// all that is left (at least one segment, slashes kept). A literal goes before a `{name}`, and that before a `{name...}`.
package struct Router: Sendable {
    package typealias Handler = @Sendable (ServerRequest, PathParameters) async throws -> ServerResponse

    final class Route: Sendable {
        let method: HTTPRequest.Method
        let pattern: String
        let bodyLimit: Int
        let names: [String]
        let handler: Handler

        init(method: HTTPRequest.Method, pattern: String, bodyLimit: Int, names: [String], handler: @escaping Handler) {
            self.method = method
            self.pattern = pattern
            self.bodyLimit = bodyLimit
            self.names = names
            self.handler = handler
        }
    }

    private struct Node: Sendable {
        var literals: [String: Int] = [:]
        var parameter: Int?
        var rest: Int?
        /// Indices of routes that end here.
        var routes: [Int] = []
    }

    enum Match {
        case route(Route, PathParameters)
        case wrongMethod(allow: String)
        case none
    }

    private var nodes = [Node()]
    private var all: [Route] = []
    /// Paths without parameters, for the shortest way.
    private var exact: [String: Int] = [:]

    package init() {}

    /// Every route, in the order of registration.
    package var routes: [(method: HTTPRequest.Method, pattern: String)] { all.map { ($0.method, $0.pattern) } }

    /// Adds a route. A pattern that cannot work or is there already for the method is a mistake of the program.
    /// `bodyLimit` is in bytes; a larger body is refused with 413, before it is read when its length is announced.
    package mutating func on(_ method: HTTPRequest.Method, _ pattern: String, bodyLimit: Int = 1 << 20, handler: @escaping Handler) {
        precondition(pattern.hasPrefix("/"), "a route's pattern begins with a slash: \(pattern)")
        var node = 0
        var names: [String] = []
        let segments = pattern.dropFirst().split(separator: "/", omittingEmptySubsequences: false)
        for (index, segment) in segments.enumerated() {
            if segment.hasPrefix("{"), segment.hasSuffix("...}") {
                precondition(index == segments.count - 1, "{name...} ends a pattern: \(pattern)")
                names.append(String(segment.dropFirst().dropLast(4)))
                node = child(of: node, \.rest)
            } else if segment.hasPrefix("{"), segment.hasSuffix("}") {
                names.append(String(segment.dropFirst().dropLast()))
                node = child(of: node, \.parameter)
            } else {
                node = child(of: node, \.literals[String(segment)])
            }
        }
        precondition(!nodes[node].routes.contains { all[$0].method == method }, "two routes for \(method.rawValue) \(pattern)")
        nodes[node].routes.append(all.count)
        all.append(Route(method: method, pattern: pattern, bodyLimit: bodyLimit, names: names, handler: handler))
        if names.isEmpty { exact[pattern] = node }
    }

    private mutating func child(of node: Int, _ path: WritableKeyPath<Node, Int?>) -> Int {
        if let found = nodes[node][keyPath: path] { return found }
        nodes.append(Node())
        nodes[node][keyPath: path] = nodes.count - 1
        return nodes.count - 1
    }

    func match(_ method: HTTPRequest.Method, _ path: String) -> Match {
        if let node = exact[path], let route = route(at: node, method) { return .route(route, PathParameters()) }
        guard path.utf8.first == .slash else { return .none }
        let segments = path.dropFirst().split(separator: "/", omittingEmptySubsequences: false)
        var values: [String] = []
        var ends: [Int] = []
        if let route = search(0, segments[...], method, &values, &ends) {
            return .route(route, PathParameters(names: route.names, values: values))
        }
        if ends.isEmpty { return .none }
        var allowed = Set(ends.flatMap { nodes[$0].routes.map { all[$0].method.rawValue } })
        if allowed.contains("GET") { allowed.insert("HEAD") }
        return .wrongMethod(allow: allowed.sorted().joined(separator: ", "))
    }

    /// Depth first, the most literal way first. `ends` collects where the path ends at routes of other methods.
    private func search(
        _ node: Int, _ segments: ArraySlice<Substring>, _ method: HTTPRequest.Method, _ values: inout [String], _ ends: inout [Int]
    ) -> Route? {
        guard let segment = segments.first else {
            if !nodes[node].routes.isEmpty { ends.append(node) }
            return route(at: node, method)
        }
        if let next = nodes[node].literals[String(segment)], let found = search(next, segments.dropFirst(), method, &values, &ends) { return found }
        if segment.isEmpty { return nil }
        if let next = nodes[node].parameter {
            values.append(String(segment))
            if let found = search(next, segments.dropFirst(), method, &values, &ends) { return found }
            values.removeLast()
        }
        if let next = nodes[node].rest {
            if let found = route(at: next, method) {
                values.append(segments.joined(separator: "/"))
                return found
            }
            ends.append(next)
        }
        return nil
    }

    private func route(at node: Int, _ method: HTTPRequest.Method) -> Route? {
        let routes = nodes[node].routes
        if let found = routes.first(where: { all[$0].method == method }) { return all[found] }
        if method == .head, let found = routes.first(where: { all[$0].method == .get }) { return all[found] }
        return nil
    }
}

/// The values of a pattern's `{names}`, decoded.
package struct PathParameters: Sendable {
    private var names: [String] = []
    private var values: [String] = []

    package init() {}

    package init(names: [String], values: [String]) {
        precondition(names.count == values.count)
        self.names = names
        self.values = values
    }

    /// Nil when the pattern has no such name.
    package subscript(_ name: String) -> String? {
        names.firstIndex(of: name).map { values[$0] }
    }
}
