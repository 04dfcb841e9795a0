import HTTPTypes

/// A parsed and checked request head: its bytes, and where in them the fields are. Texts are made when somebody asks.
struct RequestHead: Sendable {
    struct Span: Sendable {
        var name: Range<Int32>
        var value: Range<Int32>
    }

    enum Framing: Sendable, Hashable {
        case none
        case length(Int)
        case chunked
    }

    var bytes: [UInt8]
    var spans: [Span]
    var method: HTTPRequest.Method
    var path: String
    var query: Range<Int32>
    /// Host without port, lower case; empty when there is none.
    var host: String
    var framing: Framing
    /// HTTP/1.1, else 1.0.
    var isCurrent: Bool
    var keepsAlive: Bool
    /// `Connection: upgrade` was among the options.
    var wantsUpgrade: Bool
    var expectsContinue: Bool

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
