import HTTPTypes
import Testing

@testable import HTTP

@Suite struct BodyDecoderTests {
    static func decode(_ text: String, _ framing: RequestHead.Framing = .chunked, limit: Int = 1000, step: Int = .max) throws(HTTPProblem) -> (String, rest: Int)? {
        let bytes = Array(text.utf8)
        var decoder = BodyDecoder(framing)
        var output: [UInt8] = []
        var used = 0
        while !decoder.isFinished && used < bytes.count {
            let end = step < bytes.count - used ? used + step : bytes.count
            var problem: HTTPProblem?
            bytes[used..<end].withUnsafeBytes { buffer in
                do throws(HTTPProblem) { used += try decoder.decode(buffer, into: &output, limit: limit) } catch { problem = error }
            }
            if let problem { throw problem }
        }
        return decoder.isFinished ? (String(decoding: output, as: UTF8.self), bytes.count - used) : nil
    }

    @Test(arguments: [1, 2, 3, 5, Int.max]) func `chunks are put together in pieces of any size`(_ step: Int) throws {
        let text = "5\r\nhello\r\n1;a=b; c=\"d\"\r\n \r\n0000000A\r\n0123456789\r\n0\r\nX-Trailer: 1\r\nContent-Length: 50\r\n\r\nGET /"
        let (body, rest) = try #require(try Self.decode(text, step: step))
        #expect(body == "hello 0123456789")
        #expect(rest == 5)
    }

    @Test(arguments: [
        "-2\r\n", "+2\r\n", "0x2\r\n", "2 \r\n", " 2\r\n", "g\r\n", "\r\n", "2\n{}\r\n", "2;a\n\r\n", "2;a\r{}", "2\r{}", "000000002\r\n", "2\r\n{}x", "2\r\n{}\n", "2;\u{0}\r\n",
        "0\r\nbad name: x\u{1}\r\n", "0\r\n folded\r\n\r\n", "0\r\n\rx", "0\r\nA: b\rx", "0\r\nA: b\n", ";x\r\n", "2,2\r\n", "0.2\r\n",
    ])
    func `a broken chunk is refused`(_ text: String) {
        let problem = #expect(throws: HTTPProblem.self) { _ = try Self.decode(text) }
        #expect(problem?.status.code == 400)
    }

    @Test(arguments: ["FFFFFFFF\r\n", "3e9\r\n", "1f4\r\n\(String(repeating: "a", count: 500))\r\n1f5\r\n"])
    func `a body beyond the limit is refused when its size is known`(_ text: String) {
        #expect(throws: HTTPProblem.self) { _ = try Self.decode(text) }
    }

    @Test func `endless extensions and trailers are refused`() {
        #expect(throws: HTTPProblem.self) { _ = try Self.decode("1;\(String(repeating: "a", count: 300))") }
        #expect(throws: HTTPProblem.self) { _ = try Self.decode("0\r\n\(String(repeating: "A: b\r\n", count: 2000))") }
    }

    @Test func `a length takes its bytes and no more`() throws {
        #expect(try #require(try Self.decode("helloGET", .length(5))).0 == "hello")
        #expect(try Self.decode("hell", .length(5)) == nil)
    }
}
