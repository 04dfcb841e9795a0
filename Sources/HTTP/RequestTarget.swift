import HTTPTypes

/// The path and query that a request is for. A path has one spelling here: what a proxy in front could read differently is refused.
struct RequestTarget {
    /// Decoded; begins with a slash (or is `*` for OPTIONS).
    var path: String
    /// The part of the head's bytes after the question mark.
    var query: Range<Int>

    /// `authority` is the `Host` field, which an absolute-form target must repeat.
    init(_ bytes: [UInt8], _ range: Range<Int>, method: HTTPRequest.Method, authority: ArraySlice<UInt8>?) throws(HTTPProblem) {
        var target = bytes[range]
        if target.count == 1, target.first == UInt8(ascii: "*") {
            guard method == .options else { throw .malformed("the target * is for OPTIONS only") }
            path = "*"
            query = range.upperBound..<range.upperBound
            return
        }
        if target.first != .slash { target = try RequestTarget.afterAuthority(target, authority) }
        for byte in target where !RequestTarget.isAllowed(byte) { throw .malformed("the target holds a character that must be percent-encoded") }
        let mark = target.firstIndex(of: UInt8(ascii: "?")) ?? target.endIndex
        query = min(mark + 1, target.endIndex)..<target.endIndex
        path = try RequestTarget.decode(target[..<mark])
    }

    /// Takes `http://authority` off an absolute-form target.
    private static func afterAuthority(_ target: ArraySlice<UInt8>, _ authority: ArraySlice<UInt8>?) throws(HTTPProblem) -> ArraySlice<UInt8> {
        let skip = target.prefix(7).equalsIgnoringCase("http://") ? 7 : target.prefix(8).equalsIgnoringCase("https://") ? 8 : 0
        guard skip > 0 else { throw .malformed("the target must begin with a slash") }
        let rest = target.dropFirst(skip)
        let end = rest.firstIndex { $0 == .slash || $0 == UInt8(ascii: "?") } ?? rest.endIndex
        guard let authority, authority.map(\.lowercased) == rest[..<end].map(\.lowercased) else {
            throw .malformed("the target names another host than the Host field")
        }
        guard end < rest.endIndex, rest[end] == .slash else { throw .malformed("the target has no path") }
        return rest[end...]
    }

    /// Visible ASCII without what RFC 3986 leaves out and parsers disagree on: no fragment, quotes, angle brackets, backslash, caret, backtick.
    /// Braces, bars and brackets are let through because browsers send them in queries.
    private static func isAllowed(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x22, 0x23, 0x3C, 0x3E, 0x5C, 0x5E, 0x60: false
        default: byte > 0x20 && byte < 0x7F
        }
    }

    private static func decode(_ raw: ArraySlice<UInt8>) throws(HTTPProblem) -> String {
        var isPlain = true
        for index in raw.indices {
            let byte = raw[index]
            if byte == .percent || byte == UInt8(ascii: ".") && raw[index - 1] == .slash { isPlain = false }
            if byte == .slash && index > raw.startIndex && raw[index - 1] == .slash { throw .malformed("two slashes in a row in the path") }
        }
        if isPlain { return String(decoding: raw, as: UTF8.self) }
        var path = ""
        for segment in raw.dropFirst().split(separator: .slash, omittingEmptySubsequences: false) {
            guard let text = Percent.decode(segment) else { throw .malformed("the path is not percent-encoded UTF-8") }
            if text == "." || text == ".." { throw .malformed("dot segments in the path") }
            for byte in text.utf8 where byte < 0x20 || byte == 0x7F || byte == .slash || byte == 0x5C {
                throw .malformed("an encoded slash or control character in the path")
            }
            path += "/"
            path += text
        }
        return path
    }
}
