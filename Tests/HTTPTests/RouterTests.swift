import HTTP
import HTTPTypes
import Testing

@Suite(.timeLimit(.minutes(3))) struct RouterTests {
    static func router() -> Router {
        var router = Router()
        func say(_ method: HTTPRequest.Method, _ pattern: String) {
            router.on(method, pattern) { _, parameters in
                let values = ["id", "name", "rest"].compactMap { name in parameters[name].map { "\(name)=\($0)" } }
                return .text(.ok, ([pattern] + values).joined(separator: " "))
            }
        }
        say(.get, "/")
        say(.get, "/a")
        say(.post, "/a")
        say(.get, "/a/{id}")
        say(.get, "/a/{id}/b")
        say(.get, "/a/me/c")
        say(.delete, "/a/{id}/b/{name}")
        say(.get, "/console/")
        say(.get, "/files/{rest...}")
        say(.options, "/a")
        return router
    }

    @Test(arguments: [
        ("GET", "/", "/"), ("GET", "/a", "/a"), ("POST", "/a", "/a"), ("GET", "/a/1", "/a/{id} id=1"), ("GET", "/a/1/b", "/a/{id}/b id=1"),
        ("GET", "/a/me/c", "/a/me/c"), ("GET", "/a/me/b", "/a/{id}/b id=me"), ("DELETE", "/a/x%20y/b/%C3%A9", "/a/{id}/b/{name} id=x y name=é"),
        ("GET", "/console/", "/console/"), ("GET", "/files/x/y.js", "/files/{rest...} rest=x/y.js"), ("OPTIONS", "/a", "/a"),
        ("GET", "/b", "404"), ("GET", "/a/", "404"), ("GET", "/console", "404"), ("GET", "/files", "404"), ("GET", "/files/", "404"), ("GET", "/a/1/c", "404"),
        ("GET", "/a/{id}", "400"), ("PUT", "/a", "405 GET, HEAD, OPTIONS, POST"), ("POST", "/a/1", "405 GET, HEAD"), ("POST", "/files/x", "405 GET, HEAD"),
    ])
    func `paths find their routes`(_ method: String, _ path: String, _ expected: String) async throws {
        let path = path == "/a/{id}" ? "/a/<id>" : path
        try await TestServer.run(Self.router()) { server in
            let answer = try #require(try await server.exchange("\(method) \(path) HTTP/1.1\r\nHost: h\r\n\r\n", answers: 1).first)
            let shown =
                switch answer.status {
                case 200: answer.text.trimmingSuffix("\n")
                case 405: "405 \(answer.field("allow") ?? "")"
                default: "\(answer.status)"
                }
            #expect(shown == expected)
        }
    }

    @Test func `routes are listed as they were registered`() {
        #expect(Self.router().routes.map { "\($0.method) \($0.pattern)" }.prefix(3) == ["GET /", "GET /a", "POST /a"])
    }
}

extension String {
    func trimmingSuffix(_ suffix: String) -> String { hasSuffix(suffix) ? String(dropLast(suffix.count)) : self }
}
