package import ChannelKit
import Messages

/// An endpoint that speaks the chat completions of OpenAI's API (`POST …/chat/completions`), as most servers of language models do.
/// No tools are offered to the model; what it may call, it cannot call.
package struct LanguageModelClient: Sendable {
    package enum Failure: Error, Sendable, Hashable, CustomStringConvertible {
        /// No answer in time, not reachable, or not allowed by the address guard.
        case notReached(String)
        /// An HTTP status other than 200, and how long it wants to be left alone.
        case refused(Int, retryAfter: Duration?)
        /// Not the JSON of a completion, or one without a text.
        case unreadable

        package var description: String {
            switch self {
            case .notReached(let why): "not reached: \(why)"
            case .refused(let status, _): "it answered with status \(status)"
            case .unreadable: "its answer is not a completion with a text"
            }
        }
    }

    private let http: any HTTPSender
    private let url: String
    private let model: String
    private let key: String?
    private let timeout: Duration

    /// - Parameters:
    ///   - url: the base, such as `https://models.example/v1`, without a slash at the end.
    ///   - key: sent as `Authorization: Bearer …`.
    package init(http: any HTTPSender, url: String, model: String, key: String?, timeout: Duration) {
        self.http = http
        self.url = url
        self.model = model
        self.key = key
        self.timeout = timeout
    }

    /// The text that the model makes of the two prompts. At most about 600 words: the endpoint is told, and its answer is cut off at 64 KiB.
    func complete(system: String, user: String) async throws(Failure) -> String {
        let body: JSON = [
            "model": .string(model), "temperature": 0, "max_tokens": 800, "stream": false,
            "messages": [["role": "system", "content": .string(system)], ["role": "user", "content": .string(user)]],
        ]
        var headers = [(name: "Content-Type", value: "application/json"), (name: "Accept", value: "application/json")]
        if let key { headers.append((name: "Authorization", value: "Bearer \(key)")) }
        let reply: HTTPReply
        do throws(HTTPCallFailure) {
            reply = try await http.send(HTTPCall(method: "POST", url: "\(url)/chat/completions", headers: headers, body: body.bytes, timeout: timeout))
        } catch {
            switch error {
            case .notSent(let why), .forbidden(let why), .unknown(let why): throw .notReached(why)
            }
        }
        guard reply.status == 200 else { throw .refused(reply.status, retryAfter: reply.retryAfter(now: Timestamp.now())) }
        let json: JSON
        do throws(JSONProblem) { json = try JSON(parsing: reply.body) } catch { throw .unreadable }
        guard let text = json["choices"]?.array?.first?["message"]?["content"]?.string else { throw .unreadable }
        return text
    }
}
