import HTTPTypes
import Testing

@testable import HTTP

@Suite struct RequestHeadTests {
    /// The head at the start of `text`, and how many bytes it has; nil when it is not whole.
    static func parse(_ text: String, limits: ServerLimits = ServerLimits(), step: Int = .max) throws -> RequestHead? {
        let bytes = Array(text.utf8)
        var scanner = HeadScanner()
        var shown = 0
        while shown < bytes.count {
            shown = step < bytes.count - shown ? shown + step : bytes.count
            let head = try bytes[0..<shown].withUnsafeBytes { buffer -> RequestHead? in
                guard let end = try scanner.findEnd(buffer, limits) else { return nil }
                return try RequestHead(parsing: UnsafeRawBufferPointer(rebasing: buffer[scanner.start..<end]), fields: scanner.lines)
            }
            if let head { return head }
        }
        return nil
    }

    @Test(arguments: [1, 2, 3, 7, Int.max]) func `a head is read the same in pieces of any size`(_ step: Int) throws {
        let text =
            "\r\nPOST /a%20b/%C3%A9?x=1+2&y=%2F HTTP/1.1\r\nHOST: Example.COM:8080\r\nX-One:\t a b \t\r\nx-one: two\r\nContent-Length: 12\r\nExpect: 100-Continue\r\n\r\nrest"
        let head = try #require(try Self.parse(text, step: step))
        #expect(head.method == .post)
        #expect(head.path == "/a b/é")
        #expect(head.text(head.queryBytes) == "x=1+2&y=%2F")
        #expect(head.host == "example.com")
        #expect(head.framing == .length(12))
        #expect(head.isCurrent && head.keepsAlive && head.expectsContinue)
        #expect(head.values("x-one") == ["a b", "two"])
    }

    @Test(arguments: [
        ("GET / HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n", false), ("GET / HTTP/1.1\r\nHost: h\r\nConnection: x , CLOSE\r\n\r\n", false),
        ("GET / HTTP/1.0\r\n\r\n", false), ("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n", true), ("GET / HTTP/1.1\r\nHost: h\r\n\r\n", true),
        ("GET / HTTP/1.1\r\nHost: h\r\nConnection: keep-alive, close\r\n\r\n", false),
    ])
    func `whether the connection stays is told by version and options`(_ text: String, _ stays: Bool) throws {
        #expect(try #require(try Self.parse(text)).keepsAlive == stays)
    }

    @Test(arguments: [
        ("GET  / HTTP/1.1", 400), ("GET\t/\tHTTP/1.1", 400), (" GET / HTTP/1.1", 400), ("GET / HTTP/1.1 ", 400), ("GET / x HTTP/1.1", 400), ("GET /", 400),
        ("GET / HTTP/1.11", 400), ("GET / HTTP/2.0", 505), ("GET / HTTP/1.2", 505), ("GET / HTTP/0.9", 505), ("GET / http/1.1", 400), ("GET / HTTQ/1.1", 400),
        ("G(T / HTTP/1.1", 400), ("GET /\u{1} HTTP/1.1", 400), ("GET /é HTTP/1.1", 400), ("GET /a#b HTTP/1.1", 400), ("GET /a\\b HTTP/1.1", 400),
        ("GET index.html HTTP/1.1", 400), ("GET * HTTP/1.1", 400), ("CONNECT h:80 HTTP/1.1", 405), ("TRACE / HTTP/1.1", 405), ("BREW / HTTP/1.1", 501),
        ("get / HTTP/1.1", 501), ("GET http://other/ HTTP/1.1", 400), ("GET http://h:81/ HTTP/1.1", 400), ("GET ftp://h/ HTTP/1.1", 400), ("GET http://h HTTP/1.1", 400),
        ("GET //a HTTP/1.1", 400), ("GET /a//b HTTP/1.1", 400), ("GET /../a HTTP/1.1", 400), ("GET /a/. HTTP/1.1", 400), ("GET /a/%2e%2E/b HTTP/1.1", 400),
        ("GET /a%2fb HTTP/1.1", 400), ("GET /a%5cb HTTP/1.1", 400), ("GET /a%00b HTTP/1.1", 400), ("GET /a%0d%0ab HTTP/1.1", 400), ("GET /% HTTP/1.1", 400),
        ("GET /%zz HTTP/1.1", 400), ("GET /%e9 HTTP/1.1", 400), ("GET /%c0%af HTTP/1.1", 400), ("\r\nGET / HTTP/1.1", 200), ("\r\n\r\nGET / HTTP/1.1", 400),
    ])
    func `a request line has one reading or none`(_ line: String, _ status: Int) throws {
        #expect(Self.status("\(line)\r\nHost: h\r\n\r\n") == status)
    }

    @Test(arguments: [
        ("Host: h", 200), ("", 400), ("Host: h\r\nHost: h", 400), ("Host:", 400), ("Host: h:", 400), ("Host: h:65536", 400), ("Host: h:8a", 400), ("Host: a b", 400),
        ("Host: h/x", 400), ("Host: u@h", 400), ("Host: [::1]:80", 200), ("Host: [::1", 400), ("Host: [1.2.3.4]", 400), ("Host: [fe80::1%25eth0]", 400), ("Host: %68", 400),
        ("Host: h\r\n folded", 400), ("Host: h\r\nX : y", 400), ("Host: h\r\n: y", 400), ("Host: h\r\nX", 400), ("Host: h\r\nX\u{1}: y", 400), ("Host: h\r\nXé: y", 400),
        ("Host: h\r\nX: a\u{0}b", 400), ("Host: h\r\nX: a\u{7f}b", 400), ("Host: h\r\nX: a\nY: b", 400), ("Host: h\r\nX: a\rY: b", 400), ("Host: h\r\nX: é", 200),
        ("Host: h\r\nContent-Length: 5\r\nContent-Length: 5", 400), ("Host: h\r\nContent-Length: 5, 5", 400), ("Host: h\r\nContent-Length: +5", 400),
        ("Host: h\r\nContent-Length: -5", 400), ("Host: h\r\nContent-Length: 0x5", 400), ("Host: h\r\nContent-Length: 5 5", 400), ("Host: h\r\nContent-Length:", 400),
        ("Host: h\r\nContent-Length: 5;", 400), ("Host: h\r\nContent-Length: 1_0", 400), ("Host: h\r\nContent-Length: 9999999999999999999", 400),
        ("Host: h\r\nContent-Length: \u{ff15}", 400), ("Host: h\r\nContent-Length: 005", 200),
        ("Host: h\r\nTransfer-Encoding: chunked", 200), ("Host: h\r\nTransfer-Encoding: Chunked", 200), ("Host: h\r\nTransfer-Encoding: chunked, chunked", 501),
        ("Host: h\r\nTransfer-Encoding: gzip, chunked", 501), ("Host: h\r\nTransfer-Encoding: identity", 501), ("Host: h\r\nTransfer-Encoding: xchunked", 501),
        ("Host: h\r\nTransfer-Encoding:", 501), ("Host: h\r\nTransfer-Encoding: \"chunked\"", 501), ("Host: h\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: chunked", 400),
        ("Host: h\r\nTransfer-Encoding: chunked\r\nContent-Length: 0", 400), ("Host: h\r\nContent-Length: 5\r\ntransfer-encoding: chunked", 400),
        ("Host: h\r\nTransfer-Encoding\u{b}: chunked", 400), ("Host: h\r\nTransfer-Encoding : chunked", 400), ("Host: h\r\nExpect: 200-ok", 417),
    ])
    func `fields have one reading or none`(_ fields: String, _ status: Int) {
        #expect(Self.status("POST / HTTP/1.1\r\n\(fields)\(fields.isEmpty ? "" : "\r\n")\r\n") == status)
    }

    @Test func `HTTP 1.0 has no chunks and needs no host`() {
        #expect(Self.status("GET / HTTP/1.0\r\n\r\n") == 200)
        #expect(Self.status("POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n") == 400)
    }

    @Test func `limits are kept, also before the end has come`() {
        var limits = ServerLimits()
        limits.requestLine = 100
        limits.headerBlock = 1000
        limits.headerFields = 3
        let long = String(repeating: "a", count: 101)
        #expect(Self.status("GET /\(long) HTTP/1.1\r\n\r\n", limits) == 414)
        #expect(Self.status("GET /\(long)", limits) == 414)
        #expect(Self.status("GET / HTTP/1.1\r\nA: 1\r\nB: 2\r\nC: 3\r\nD: 4\r\n", limits) == 431)
        #expect(Self.status("GET / HTTP/1.1\r\nA: \(String(repeating: "b", count: 1000))", limits) == 431)
        #expect(Self.status("GET / HTTP/1.1\r\nHost: h\r\nB: 2\r\nC: 3\r\n\r\n", limits) == 200)
    }

    /// 200 for a head that is taken, 0 for one that is not whole.
    static func status(_ text: String, _ limits: ServerLimits = ServerLimits()) -> Int {
        do {
            return try parse(text, limits: limits) == nil ? 0 : 200
        } catch let problem as HTTPProblem {
            #expect(!problem.line.isEmpty && !problem.line.contains("\n"))
            return problem.status.code
        } catch {
            return -1
        }
    }
}
