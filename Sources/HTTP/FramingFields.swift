import HTTPTypes
import Wire

/// The fields that decide where a message ends and whom it is for; collected while the head is parsed.
struct FramingFields {
    private var length: [RequestHead.Span] = []
    private var coding: [RequestHead.Span] = []
    private var host: [RequestHead.Span] = []
    private var connection: [RequestHead.Span] = []
    private var expect: [RequestHead.Span] = []

    mutating func note(_ bytes: [UInt8], _ span: RequestHead.Span) {
        let name = bytes[Int(span.name.lowerBound)..<Int(span.name.upperBound)]
        switch name.count {
        case 4: if name.equalsIgnoringCase("host") { host.append(span) }
        case 6: if name.equalsIgnoringCase("expect") { expect.append(span) }
        case 10: if name.equalsIgnoringCase("connection") { connection.append(span) }
        case 14: if name.equalsIgnoringCase("content-length") { length.append(span) }
        case 17: if name.equalsIgnoringCase("transfer-encoding") { coding.append(span) }
        default: break
        }
    }

    /// The value of `Host` as sent; nil when there is none.
    func authority(_ bytes: [UInt8]) -> ArraySlice<UInt8>? {
        host.first.map { value(bytes, $0) }
    }

    /// Exactly one `Host` on HTTP/1.1, at most one on 1.0, of the form host[:port] (RFC 9112 section 3.2).
    func host(_ bytes: [UInt8], isCurrent: Bool) throws(HTTPProblem) -> String {
        guard let span = host.first else {
            if isCurrent { throw .malformed("the Host field is missing") }
            return ""
        }
        if host.count > 1 { throw .malformed("more than one Host field") }
        guard let name = Authority.host(value(bytes, span)) else { throw .malformed("the Host field is not host or host:port") }
        return name
    }

    /// One framing or none: two that agree are refused like two that differ (RFC 9112 section 6.3).
    func framing(_ bytes: [UInt8], isCurrent: Bool) throws(HTTPProblem) -> RequestHead.Framing {
        if !coding.isEmpty {
            if !length.isEmpty { throw .malformed("both Content-Length and Transfer-Encoding") }
            if !isCurrent { throw .malformed("Transfer-Encoding in HTTP/1.0") }
            if coding.count > 1 { throw .malformed("more than one Transfer-Encoding field") }
            guard value(bytes, coding[0]).equalsIgnoringCase("chunked") else {
                throw HTTPProblem(.notImplemented, "the only transfer coding known here is chunked")
            }
            return .chunked
        }
        guard let span = length.first else { return .none }
        if length.count > 1 { throw .malformed("more than one Content-Length field") }
        let digits = value(bytes, span)
        guard !digits.isEmpty, digits.count <= 18, digits.allSatisfy(\.isDigit) else { throw .malformed("Content-Length is not a number") }
        let count = digits.reduce(0) { $0 * 10 + Int($1 - 48) }
        return count == 0 ? .none : .length(count)
    }

    func connection(_ bytes: [UInt8], isCurrent: Bool) -> (keepsAlive: Bool, wantsUpgrade: Bool) {
        var keepsAlive = isCurrent
        var wantsUpgrade = false
        var closes = false
        for span in connection {
            for option in value(bytes, span).split(separator: UInt8(ascii: ",")) {
                let option = FramingFields.trimmed(option)
                if option.equalsIgnoringCase("close") { closes = true }
                if option.equalsIgnoringCase("keep-alive") { keepsAlive = true }
                if option.equalsIgnoringCase("upgrade") { wantsUpgrade = true }
            }
        }
        return (keepsAlive && !closes, wantsUpgrade)
    }

    /// RFC 9110 section 10.1.1; HTTP/1.0 clients' expectations are to be ignored.
    func expectsContinue(_ bytes: [UInt8], isCurrent: Bool) throws(HTTPProblem) -> Bool {
        guard let span = expect.first, isCurrent else { return false }
        guard expect.count == 1, value(bytes, span).equalsIgnoringCase("100-continue") else {
            throw HTTPProblem(.expectationFailed, "the only expectation known here is 100-continue")
        }
        return true
    }

    private func value(_ bytes: [UInt8], _ span: RequestHead.Span) -> ArraySlice<UInt8> {
        bytes[Int(span.value.lowerBound)..<Int(span.value.upperBound)]
    }

    static func trimmed(_ bytes: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        var bytes = bytes.drop { $0 == .space || $0 == .tab }
        while let last = bytes.last, last == .space || last == .tab { bytes.removeLast() }
        return bytes
    }
}

/// host[:port], as in `Host` and in absolute-form targets.
enum Authority {
    /// The host in lower case, brackets kept; nil when the text is anything else than host[:port]. User information and percent escapes are refused.
    static func host(_ bytes: ArraySlice<UInt8>) -> String? {
        guard let first = bytes.first, bytes.count <= 262 else { return nil }
        var rest: ArraySlice<UInt8>
        var name: ArraySlice<UInt8>
        if first == UInt8(ascii: "[") {
            guard let end = bytes.firstIndex(of: UInt8(ascii: "]")) else { return nil }
            name = bytes[...end]
            let literal = String(decoding: bytes[(bytes.startIndex + 1)..<end], as: UTF8.self)
            guard literal.utf8.contains(.colon), IPAddress(literal) != nil else { return nil }
            rest = bytes[(end + 1)...]
        } else {
            let end = bytes.firstIndex(of: .colon) ?? bytes.endIndex
            name = bytes[..<end]
            guard !name.isEmpty, name.allSatisfy({ $0.isAlphanumeric || $0 == 0x2D || $0 == 0x2E || $0 == 0x5F }) else { return nil }
            rest = bytes[end...]
        }
        if !rest.isEmpty {
            guard rest.removeFirst() == .colon, (1...5).contains(rest.count), rest.allSatisfy(\.isDigit), rest.reduce(0, { $0 * 10 + Int($1 - 48) }) <= 65535
            else { return nil }
        }
        return String(decoding: name.map(\.lowercased), as: UTF8.self)
    }
}
