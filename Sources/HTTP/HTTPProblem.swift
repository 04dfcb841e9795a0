package import HTTPTypes

/// A request that is refused: the status and one line for the caller's developer, without secrets and without what the caller sent.
package struct HTTPProblem: Error, Sendable {
    package var status: HTTPResponse.Status
    package var line: String
    /// More fields for the answer, such as `Retry-After`.
    package var fields: HTTPFields

    package init(_ status: HTTPResponse.Status, _ line: String, fields: HTTPFields = [:]) {
        self.status = status
        self.line = line
        self.fields = fields
    }

    static func malformed(_ line: String) -> HTTPProblem { HTTPProblem(.badRequest, line) }
}
