package import ChannelKit
import Messages

extension CloudEventsAdapter {
    package func authenticate(_ request: WebhookRequest) throws(WebhookRejection) {
        guard request.method == "POST" || request.method == "OPTIONS" else { throw WebhookRejection(405, "method-not-allowed", "this channel takes POST and OPTIONS only") }
        guard request.body.count <= Self.largestBody else { throw WebhookRejection(413, "body-too-large", "the body is longer than \(Self.largestBody) bytes") }
        let origin = request.header("webhook-request-origin")?.lowercased()
        if request.headers.contains(where: { $0.name.lowercased() == "authorization" }) {
            guard let given = Self.bearerToken(request.header("authorization")), Signatures.constantTimeEqual(token, given) else {
                throw WebhookRejection(401, "wrong-token", "the bearer token is not this channel's")
            }
        } else {
            // Some senders greet without a token (HTTP 1.1 Web Hooks §4.1): only hosts that are listed may.
            guard request.method == "OPTIONS", let origin, allowedOrigins?.contains(origin) == true else {
                throw WebhookRejection(401, "missing-token", "an Authorization field with the bearer token is needed; a token in the query is not taken")
            }
        }
        if request.method == "POST", let origin, let allowedOrigins, !allowedOrigins.contains(origin) {
            throw WebhookRejection(403, "origin-not-allowed", "this origin may not send to this channel")
        }
    }

    package func read(_ request: WebhookRequest) throws(WebhookRejection) -> WebhookContent {
        if request.method == "OPTIONS" { return handshake(request) }
        let mediaType = MediaType(request.header("content-type") ?? "")
        if mediaType.name.hasPrefix("application/cloudevents") {
            guard mediaType.isUTF8 else { throw WebhookRejection(415, "unsupported-media-type", "events must be in UTF-8") }
            switch mediaType.name {
            case "application/cloudevents+json":
                return try content(of: try Self.parse(request.body))
            case "application/cloudevents-batch+json":
                guard let events = try Self.parse(request.body).array else { throw WebhookRejection(400, "invalid-body", "a batch must be a JSON array") }
                return try content(ofBatch: events)
            default: throw WebhookRejection(415, "unsupported-media-type", "events are taken as JSON only")
            }
        }
        guard request.headers.contains(where: { $0.name.lowercased() == "ce-specversion" }) else {
            throw WebhookRejection(415, "unsupported-media-type", "the content type must be application/cloudevents+json or the attributes stand in ce- fields")
        }
        return content([try message(of: try CloudEvent(binary: request))].compactMap(\.self))
    }

    /// Answers the question whether a sender may send (HTTP 1.1 Web Hooks §4). The callback address that it may name is never called.
    private func handshake(_ request: WebhookRequest) -> WebhookContent {
        var headers = [("Allow", "POST, OPTIONS")]
        if let origin = request.header("webhook-request-origin"), !origin.isEmpty, origin.utf8.count <= 253, origin.utf8.allSatisfy(Self.isNameByte),
            allowedOrigins?.contains(origin.lowercased()) ?? true
        {
            headers += [("WebHook-Allowed-Origin", origin), ("WebHook-Allowed-Rate", "120")]
        }
        return WebhookContent(events: [], response: WebhookResponse(status: 200, headers: headers), ignored: "handshake")
    }

    private func content(of event: JSON) throws(WebhookRejection) -> WebhookContent {
        content([try message(of: try CloudEvent(structured: event))].compactMap(\.self))
    }

    /// What can be read of a batch is taken; it is refused only when an event is wrong and none could be taken.
    private func content(ofBatch events: [JSON]) throws(WebhookRejection) -> WebhookContent {
        var messages: [InboundEvent] = []
        var problem: WebhookRejection?
        var passedOver = 0
        for event in events {
            do throws(WebhookRejection) {
                if let message = try message(of: try CloudEvent(structured: event)) { messages.append(message) } else { passedOver += 1 }
            } catch {
                problem = problem ?? error
            }
        }
        if messages.isEmpty, passedOver == 0, let problem { throw WebhookRejection(400, problem.reason, problem.explanation) }
        return content(messages)
    }

    private func content(_ messages: [InboundEvent]) -> WebhookContent {
        WebhookContent(events: messages, response: WebhookResponse(status: 202), ignored: messages.isEmpty ? "no event of a type that this channel uses" : nil)
    }

    /// Nil for an event that does not concern us: another type, or no data.
    private func message(of event: CloudEvent) throws(WebhookRejection) -> InboundEvent? {
        guard event.type.hasPrefix(typePrefix), let happening = MessageProfile.Happening(rawValue: String(event.type.dropFirst(typePrefix.count))),
            [.created, .updated, .deleted].contains(happening), let data = try event.data()
        else { return nil }
        return try MessageProfile.read(data, happening, dedupID: event.dedupID, sentAt: event.time)
    }

    /// Strict, but for names that occur twice: whether they matter depends on whether the event concerns us.
    private static func parse(_ body: [UInt8]) throws(WebhookRejection) -> JSON {
        do {
            return try JSON(parsing: body, limits: JSONLimits(repeatedNames: .kept))
        } catch {
            throw WebhookRejection(400, "invalid-body", error.description)
        }
    }

    /// RFC 6750 §2.1; the scheme's letter case does not matter.
    private static func bearerToken(_ field: String?) -> [UInt8]? {
        guard let field, let blank = field.firstIndex(of: " "), field[..<blank].lowercased() == "bearer" else { return nil }
        return Array(field[blank...].drop { $0 == " " }.utf8)
    }
}
