import HTTPTypes

extension RequestHead {
    /// One `name: value` line; `cursor` goes to the next line.
    static func parseField(_ bytes: [UInt8], _ cursor: inout Int) throws(HTTPProblem) -> Span {
        let start = cursor
        while bytes[cursor].isToken { cursor += 1 }
        if bytes[cursor] != .colon || cursor == start {
            switch bytes[cursor] {
            case .space where cursor == start, .tab where cursor == start:
                throw .malformed("a header line begins with white space (obsolete folding is not taken)")
            case .space, .tab: throw .malformed("white space in or after a header field's name")
            case .colon: throw .malformed("a header field without a name")
            default: throw .malformed("a header field's name is not a token")
            }
        }
        let name = Int32(start)..<Int32(cursor)
        cursor += 1
        while bytes[cursor] == .space || bytes[cursor] == .tab { cursor += 1 }
        let valueStart = cursor
        while bytes[cursor].isFieldContent { cursor += 1 }
        guard bytes[cursor] == .cr else { throw .malformed("a control character in a header field's value") }
        var end = cursor
        while end > valueStart, bytes[end - 1] == .space || bytes[end - 1] == .tab { end -= 1 }
        cursor += 2
        return Span(name: name, value: Int32(valueStart)..<Int32(end))
    }
}

/// `GET /path HTTP/1.1`
struct RequestLine {
    var method: HTTPRequest.Method
    var target: Range<Int>
    var isCurrent: Bool

    init(_ line: ArraySlice<UInt8>) throws(HTTPProblem) {
        guard let first = line.firstIndex(of: .space) else { throw .malformed("the request line is not METHOD TARGET VERSION") }
        let rest = line[(first + 1)...]
        guard let second = rest.firstIndex(of: .space) else { throw .malformed("the request line is not METHOD TARGET VERSION") }
        let name = line[..<first]
        let version = line[(second + 1)...]
        guard !name.isEmpty, name.allSatisfy(\.isToken) else { throw .malformed("the method is not a token") }
        target = (first + 1)..<second
        guard !target.isEmpty else { throw .malformed("the request line has two spaces in a row") }
        guard version.count == 8, version.starts(with: "HTTP/".utf8), version[second + 6].isDigit, version[second + 7] == UInt8(ascii: "."), version[second + 8].isDigit
        else { throw .malformed("the request line does not end with HTTP/1.1 after one space") }
        guard version[second + 6] == UInt8(ascii: "1"), version[second + 8] <= UInt8(ascii: "1") else {
            throw HTTPProblem(.httpVersionNotSupported, "only HTTP/1.1 and HTTP/1.0 are spoken here")
        }
        isCurrent = version[second + 8] == UInt8(ascii: "1")
        method = try RequestLine.method(name)
    }

    private static func method(_ name: ArraySlice<UInt8>) throws(HTTPProblem) -> HTTPRequest.Method {
        switch String(decoding: name, as: UTF8.self) {
        case "GET": .get
        case "POST": .post
        case "PUT": .put
        case "DELETE": .delete
        case "PATCH": .patch
        case "HEAD": .head
        case "OPTIONS": .options
        case "CONNECT", "TRACE": throw HTTPProblem(.methodNotAllowed, "CONNECT and TRACE are not offered", fields: [.allow: "GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS"])
        default: throw HTTPProblem(.notImplemented, "the method is not known here")
        }
    }
}
