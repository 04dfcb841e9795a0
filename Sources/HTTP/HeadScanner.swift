import HTTPTypes

/// Finds the end of a request's head in bytes that come piece by piece, looking at each byte once, and refuses at once what no head may hold.
struct HeadScanner {
    private var position = 0
    private var lineStart = 0
    private(set) var lines = 0
    /// Where the request line begins: after at most one empty line (RFC 9112 section 2.2).
    private(set) var start = 0

    /// The number of bytes of the head, its empty line included; nil when more must come. `bytes` begins where it began the last time.
    mutating func findEnd(_ bytes: UnsafeRawBufferPointer, _ limits: ServerLimits) throws(HTTPProblem) -> Int? {
        while position < bytes.count {
            let byte = bytes[position]
            position += 1
            if byte >= 0x20 { continue }
            switch byte {
            case .lf:
                guard position >= 2, bytes[position - 2] == .cr else { throw .malformed("a line must end with CR LF, not with LF alone") }
                let length = position - lineStart - 2
                lineStart = position
                if length > 0 {
                    lines += 1
                    if lines == 1 && length > limits.requestLine { throw tooLongLine }
                    if lines > limits.headerFields + 1 { throw HTTPProblem(.requestHeaderFieldsTooLarge, "more than \(limits.headerFields) header fields") }
                } else if lines > 0 {
                    if position > limits.headerBlock { throw tooLongHead(limits) }
                    return position
                } else {
                    guard start == 0 else { throw .malformed("empty lines before the request line") }
                    start = position
                }
            case .cr:
                if position < bytes.count && bytes[position] != .lf { throw .malformed("a CR must be followed by LF") }
            case .tab: continue
            case 0: throw .malformed("a NUL byte in the head")
            default: throw .malformed("a control character in the head")
            }
        }
        if lines == 0 && position - start > limits.requestLine { throw tooLongLine }
        if position > limits.headerBlock { throw tooLongHead(limits) }
        return nil
    }

    private var tooLongLine: HTTPProblem { HTTPProblem(.uriTooLong, "the request line is too long") }

    private func tooLongHead(_ limits: ServerLimits) -> HTTPProblem {
        HTTPProblem(.requestHeaderFieldsTooLarge, "the header block is longer than \(limits.headerBlock) bytes")
    }
}
