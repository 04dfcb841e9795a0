import Logging
public import Messages

/// A kind of channel whose recorded requests name its account in another way than the settings do.
public protocol FixtureReadable: WebhookReceiver {
    /// The settings and secrets that a recorded request's `secret` stands for.
    static func account(ofFixture request: JSON) -> (settings: JSON, secrets: JSON)
}

/// Why a recorded request could not be put to an adapter at all; a request that the adapter rejects is not such a problem.
public struct FixtureProblem: Error, Sendable, Hashable, CustomStringConvertible {
    public let description: String
    public init(_ description: String) { self.description = description }
}

/// Reads one recorded request as an adapter does and says what came of it, in the keys of a recorded expectation.
///
/// A request is `{channel, method, path, query, headers, body_file, secret, now}`; the result is
/// `{verdict, messages, dedup_ids, ignored, response}` and for a rejection `reason` and `explanation`.
public enum FixtureDecoder {
    /// - Parameter body: loads the file that `body_file` names.
    public static func decode(_ kind: any ChannelAdapter.Type, request fixture: JSON, body: (String) throws -> [UInt8]) throws -> JSON {
        guard let kind = kind as? any WebhookReceiver.Type else { throw FixtureProblem("the adapter \(kind.kind) does not receive webhooks") }
        guard fixture.members != nil else { throw FixtureProblem("the request must be a JSON object") }
        let account = (kind as? any FixtureReadable.Type)?.account(ofFixture: fixture) ?? ([:], fixture["secret"] ?? [:])
        let adapter = try kind.init(context(channel: fixture["channel"]?.string ?? kind.kind.name, account))
        let request = WebhookRequest(
            method: fixture["method"]?.string ?? "POST", path: fixture["path"]?.string ?? "/", query: fixture["query"]?.string ?? "", headers: headers(fixture["headers"]),
            body: try fixture["body_file"]?.string.map(body) ?? [], now: try now(fixture["now"]))
        do throws(WebhookRejection) {
            try adapter.authenticate(request)
            let content = try adapter.read(request)
            return [
                "verdict": "accepted", "messages": .array(content.events.map { message($0, channel: kind.kind.name) }),
                "dedup_ids": .array(content.events.map { .text($0.dedupID) }), "ignored": .text(content.ignored), "response": response(content.response),
            ]
        } catch {
            return [
                "verdict": "rejected", "messages": [], "dedup_ids": [], "ignored": nil, "response": ["status": .integer(Int64(error.status))],
                "reason": .string(error.reason), "explanation": .string(error.explanation),
            ]
        }
    }

    /// The clock of the recording, in seconds since 1970.
    private static func now(_ value: JSON?) throws(FixtureProblem) -> Timestamp {
        guard let seconds = value?.number, let microseconds = Int64(exactly: (seconds * 1_000_000).rounded(.down)) else {
            throw FixtureProblem("now must be the seconds since 1970")
        }
        return Timestamp(microseconds: microseconds)
    }

    /// One event in the normalised keys: nine that are always there, the others only with a value.
    public static func message(_ event: InboundEvent, channel: String) -> JSON {
        var profile: [JSON.Member] = []
        if let name = event.sender.name { profile.append(JSON.Member("display_name", .string(name))) }
        if let email = event.sender.email { profile.append(JSON.Member("email", .string(email))) }
        var members: [JSON.Member] = [
            JSON.Member("channel", .string(channel)), JSON.Member("kind", .string(event.kind.rawValue)), JSON.Member("external_message_id", .text(event.externalMessageID)),
            JSON.Member("external_user_id", .string(event.sender.id)), JSON.Member("external_conversation_id", .string(event.externalConversationID)),
            JSON.Member("text", .string(event.text)), JSON.Member("attachments", .array(event.attachments.map(attachment))),
            JSON.Member("sent_at", .text(event.sentAt?.rfc3339)), JSON.Member("profile", .object(profile)),
        ]
        if let locale = event.sender.locale { members.append(JSON.Member("locale", .string(locale))) }
        if let subject = event.subject { members.append(JSON.Member("subject", .string(subject))) }
        if let inReplyTo = event.inReplyTo { members.append(JSON.Member("in_reply_to", .string(inReplyTo))) }
        return .object(members + event.extras)
    }

    private static func attachment(_ attachment: Attachment) -> JSON {
        ["kind": .string(attachment.kind.rawValue), "mime": .text(attachment.mime), "name": .text(attachment.name), "ref": .text(attachment.reference)]
    }

    private static func response(_ response: WebhookResponse) -> JSON {
        [
            "status": .integer(Int64(response.status)), "headers": .object(response.headers.map { JSON.Member($0.name, .string($0.value)) }),
            "body": .string(String(decoding: response.body, as: UTF8.self)),
        ]
    }

    /// A value is a text, or a list of texts for a field that came several times.
    private static func headers(_ object: JSON?) -> [(name: String, value: String)] {
        (object?.members ?? []).flatMap { member in
            (member.value.array ?? [member.value]).compactMap { value in value.string.map { (name: member.name, value: $0) } }
        }
    }

    private static func context(channel: String, _ account: (settings: JSON, secrets: JSON)) -> AdapterContext {
        AdapterContext(
            channel: channel, settings: AdapterSettings(settings: account.settings, secrets: account.secrets), http: NoConnections(), network: NoConnections(),
            logger: Logger(label: "fixture") { _ in SwiftLogNoOpLogHandler() })
    }
}

/// Reading a recorded request needs no connection; whatever asks for one is told so.
private struct NoConnections: HTTPSender, Network {
    func send(_ call: HTTPCall) async throws(HTTPCallFailure) -> HTTPReply { throw .forbidden("no connections here") }
    func connect(host: String, port: Int, tls: Bool, within: Duration) async throws(NetworkFailure) -> any ByteChannel { throw .forbidden("no connections here") }
}
