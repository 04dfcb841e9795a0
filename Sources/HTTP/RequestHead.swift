import HTTPTypes

/// A parsed and checked request head: its bytes, and where in them the fields are. Texts are made when somebody asks.
///
/// A class because it passes through a dozen asynchronous functions: as a struct its copies in their frames took 2 KB of every idle connection.
final class RequestHead: Sendable {
    struct Span: Sendable {
        var name: Range<Int32>
        var value: Range<Int32>
    }

    enum Framing: Sendable, Hashable {
        case none
        case length(Int)
        case chunked
    }

    let bytes: [UInt8]
    let spans: [Span]
    let method: HTTPRequest.Method
    let path: String
    let query: Range<Int32>
    /// Host without port, lower case; empty when there is none.
    let host: String
    let framing: Framing
    /// HTTP/1.1, else 1.0.
    let isCurrent: Bool
    let keepsAlive: Bool
    /// `Connection: upgrade` was among the options.
    let wantsUpgrade: Bool
    let expectsContinue: Bool

    /// Parses a whole head, from the request line to the empty line, strictly by RFC 9112: where two readers could differ, it is refused.
    /// `HeadScanner` has seen to line ends and control characters already.
    init(parsing buffer: UnsafeRawBufferPointer, fields lines: Int) throws(HTTPProblem) {
        let bytes = [UInt8](buffer)
        var spans: [Span] = []
        spans.reserveCapacity(lines)
        var cursor = 0
        while bytes[cursor] != .cr { cursor += 1 }
        let line = try RequestLine(bytes[0..<cursor])
        isCurrent = line.isCurrent
        method = line.method
        cursor += 2
        var framingFields = FramingFields()
        while bytes[cursor] != .cr {
            let span = try RequestHead.parseField(bytes, &cursor)
            spans.append(span)
            framingFields.note(bytes, span)
        }
        host = try framingFields.host(bytes, isCurrent: isCurrent)
        framing = try framingFields.framing(bytes, isCurrent: isCurrent)
        (keepsAlive, wantsUpgrade) = framingFields.connection(bytes, isCurrent: isCurrent)
        expectsContinue = try framingFields.expectsContinue(bytes, isCurrent: isCurrent)
        let target = try RequestTarget(bytes, line.target, method: method, authority: framingFields.authority(bytes))
        path = target.path
        self.bytes = bytes
        self.spans = spans
        query = Int32(target.query.lowerBound)..<Int32(target.query.upperBound)
    }

    func name(_ span: Span) -> ArraySlice<UInt8> { bytes[Int(span.name.lowerBound)..<Int(span.name.upperBound)] }
    func value(_ span: Span) -> ArraySlice<UInt8> { bytes[Int(span.value.lowerBound)..<Int(span.value.upperBound)] }
    func text(_ slice: ArraySlice<UInt8>) -> String { String(decoding: slice, as: UTF8.self) }

    var queryBytes: ArraySlice<UInt8> { bytes[Int(query.lowerBound)..<Int(query.upperBound)] }

    /// The values of all fields of that name; `name` is lower-case ASCII.
    func values(_ name: String) -> [String] {
        spans.filter { isNamed($0, name) }.map { text(value($0)) }
    }

    func first(_ name: String) -> Span? {
        spans.first { isNamed($0, name) }
    }

    private func isNamed(_ span: Span, _ name: String) -> Bool {
        guard span.name.count == name.utf8.count else { return false }
        var index = Int(span.name.lowerBound)
        for byte in name.utf8 {
            if bytes[index].lowercased != byte { return false }
            index += 1
        }
        return true
    }
}
