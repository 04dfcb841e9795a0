import ChannelKit
import Gateway
import HTTP
import HTTPTypes
import Messages

/// `/channels/{channel}`: where providers deliver.
struct WebhookRoutes {
    let intake: Intake
    let channels: [String: Channel]
    let bodyLimit: Int

    func register(on router: inout Router) {
        for method in [HTTPRequest.Method.post, .put, .get, .options] {
            router.on(method, "/channels/{channel}", bodyLimit: bodyLimit) { request, parameters in
                try await receive(request, parameters["channel"] ?? "")
            }
        }
    }

    private func receive(_ request: ServerRequest, _ name: String) async throws -> ServerResponse {
        guard let channel = channels[name], let receiver = channel.adapter as? any WebhookReceiver else {
            throw HTTPProblem(.notFound, "no channel of this name takes webhooks")
        }
        let body = try await request.body.collect()
        let recorded = WebhookRequest(
            method: request.method.rawValue, path: request.path, query: request.rawQuery, headers: request.allFields, body: body, now: Timestamp.now())
        let content: WebhookContent
        do throws(WebhookRejection) {
            try receiver.authenticate(recorded)
            content = try receiver.read(recorded)
        } catch {
            throw HTTPProblem(HTTPResponse.Status(code: error.status), "\(error.reason): \(error.explanation)")
        }
        for event in content.events {
            do {
                _ = try await intake.accept(event, raw: body, on: channel)
            } catch let failure as IntakeFailure {
                // Nothing of this event is stored, and what was stored of the others is refused as a repeat next time: the sender may send all of it again.
                let status: HTTPResponse.Status = failure.cause == .diskFull ? .init(code: 507, reasonPhrase: "Insufficient Storage") : .serviceUnavailable
                throw HTTPProblem(status, "not stored: \(failure.explanation); try again later", fields: [.retryAfter: "5"])
            }
        }
        var fields = HTTPFields()
        for field in content.response.headers {
            if let name = HTTPField.Name(field.name) { fields[name] = field.value }
        }
        return ServerResponse(
            HTTPResponse.Status(code: content.response.status), fields: fields, body: content.response.body.isEmpty ? .empty : .bytes(content.response.body))
    }
}
