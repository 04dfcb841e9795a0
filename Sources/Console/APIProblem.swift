import Conversations
import Gateway
import HTTP
import HTTPTypes
import Knowledge
import Logging
import Messages
import Storage

/// A request that the API refuses: what the caller reads as `{"error":{"code","message"}}`.
struct APIProblem: Error {
    var status: HTTPResponse.Status
    /// Stable, for programs.
    var code: String
    /// One line for people, without secrets.
    var message: String
    var fields: HTTPFields = [:]
    /// What programs need to know beside the code.
    var details: [JSON.Member] = []

    init(_ status: HTTPResponse.Status, _ code: String, _ message: String, fields: HTTPFields = [:]) {
        self.status = status
        self.code = code
        self.message = message
        self.fields = fields
    }

    var response: ServerResponse {
        let body: JSON = ["error": .object([.init("code", .string(code)), .init("message", .string(message))] + details)]
        var response = ServerResponse.json(status, body.bytes)
        for field in fields { response.fields[field.name] = field.value }
        return response
    }
}

extension APIProblem {
    /// What stopped a handler, as the caller is told. What is nobody's business outside goes to the log under a number that the caller can name.
    init(_ error: any Error, _ logger: Logger) {
        switch error {
        case let problem as APIProblem:
            self = problem
        case let problem as HTTPProblem:
            self.init(problem.status, Self.code(of: problem.status), problem.line, fields: problem.fields)
        case let refusal as ArticleRefusal:
            self.init(Self.status(of: refusal.code), refusal.code.rawValue, refusal.explanation)
            if refusal.code == .contradiction { details = [.init("conflicts", .array(refusal.conflicts.map(\.json)))] }
            if refusal.code == .busy { fields[.retryAfter] = "5" }
        case let refusal as Refusal:
            let isAboutBody = [.empty, .tooLong, .unknownFile, .filesTooLarge].contains(refusal.code)
            self.init(isAboutBody ? .unprocessableContent : .conflict, refusal.code.rawValue, refusal.explanation)
        case StorageFailure.diskFull:
            self.init(.init(code: 507, reasonPhrase: "Insufficient Storage"), "disk_full", "the server's disk is full; nothing was stored")
        case StorageFailure.busy:
            self.init(.serviceUnavailable, "busy", "the server has too much to do; nothing was stored, try again", fields: [.retryAfter: "1"])
        case is PasswordWorkers.Busy:
            self.init(.serviceUnavailable, "busy", "too many people sign in at this moment; try again", fields: [.retryAfter: "2"])
        default:
            let id = String(UInt64.random(in: .min ... .max), radix: 16)
            logger.error("a request failed", metadata: ["request": "\(id)", "error": "\(error)"])
            self.init(.internalServerError, "internal", "internal error; mention \(id) when you ask about it")
        }
    }

    private static func status(of code: ArticleRefusal.Code) -> HTTPResponse.Status {
        switch code {
        case .unknown: .notFound
        case .changed: .preconditionFailed
        case .ambiguous: .badRequest
        case .invalid: .unprocessableContent
        case .busy: .serviceUnavailable
        case .exists, .noDraft, .notSubmitted, .approvalNeeded, .ownDraft, .contradiction: .conflict
        }
    }

    private static func code(of status: HTTPResponse.Status) -> String {
        switch status.code {
        case 408: "timeout"
        case 413: "too_large"
        default: "malformed"
        }
    }

    static var notFound: APIProblem { APIProblem(.notFound, "not_found", "there is no such conversation") }
}
