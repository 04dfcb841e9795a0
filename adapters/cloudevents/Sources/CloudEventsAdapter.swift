package import ChannelKit
package import Messages

/// CloudEvents 1.0 over HTTP (the web hook profile): one event, a batch, or attributes in header fields, behind a bearer token.
package struct CloudEventsAdapter: WebhookReceiver {
    package static let kind: AdapterKind = "cloudevents"

    static let largestBody = 1 << 20

    let channel: String
    let token: [UInt8]
    /// Sent with replies: `reply_token`, else the token that we ask of others.
    let replyToken: String
    let replyURL: String?
    /// What stands before `message.created`, with its dot.
    let typePrefix: String
    /// Hosts that may send, in lower case; nil when every one that knows the token may.
    let allowedOrigins: Set<String>?
    let http: any HTTPSender
    let now: @Sendable () -> Timestamp

    package var capabilities: ChannelCapabilities {
        ChannelCapabilities(
            // The specification's interoperability limit is 64 kB an event; escapes can double a text.
            maximumTextBytes: 24_000, repeatsAreIdempotent: true,
            retrySchedule: [
                .seconds(5), .seconds(300), .seconds(1800), .seconds(7200), .seconds(18_000), .seconds(36_000), .seconds(50_400), .seconds(72_000), .seconds(86_400),
            ], repliesRefused: replyURL == nil ? "this channel has no reply_url" : nil)
    }

    package init(_ context: AdapterContext) throws(ConfigurationProblem) {
        var settings = context.settings
        channel = context.channel
        http = context.http
        now = context.now
        replyURL = try settings.webhookURL("reply_url")
        let prefix = try settings.text("type_prefix") ?? "com.example"
        guard prefix.utf8.count <= 128, prefix.utf8.allSatisfy(Self.isNameByte), !prefix.hasPrefix("."), !prefix.hasSuffix(".") else {
            throw ConfigurationProblem("settings.type_prefix", "must be letters, digits, hyphens and dots, such as com.example")
        }
        typePrefix = prefix + "."
        allowedOrigins = try Self.origins(settings.take("allowed_origins"))
        guard let token = try settings.secret("token") else { throw ConfigurationProblem("secrets.token", "is needed: CloudEvents have no signature of their own") }
        try Self.check(token, "secrets.token")
        self.token = Array(token.utf8)
        replyToken = try settings.secret("reply_token") ?? token
        try Self.check(replyToken, "secrets.reply_token")
        try settings.finish()
    }

    private static func origins(_ value: JSON?) throws(ConfigurationProblem) -> Set<String>? {
        guard let value else { return nil }
        guard let items = value.array, !items.isEmpty else { throw ConfigurationProblem("settings.allowed_origins", "must be a list of host names") }
        var origins: Set<String> = []
        for (index, item) in items.enumerated() {
            guard let host = item.string, !host.isEmpty, host.utf8.allSatisfy(isNameByte) else {
                throw ConfigurationProblem("settings.allowed_origins[\(index)]", "must be a host name such as events.example.com")
            }
            origins.insert(host.lowercased())
        }
        return origins
    }

    /// The token goes into a header field: a line break in it would write fields of its own.
    private static func check(_ token: String, _ path: String) throws(ConfigurationProblem) {
        guard token.utf8.count <= 4096, token.utf8.allSatisfy({ (0x21...0x7E).contains($0) }) else { throw ConfigurationProblem(path, "must be visible ASCII without blanks") }
    }

    static func isNameByte(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"): true
        default: false
        }
    }
}

extension CloudEventsAdapter: FixtureReadable {
    package static func account(ofFixture request: JSON) -> (settings: JSON, secrets: JSON) {
        ([:], .object([JSON.Member("token", request["secret"]?["value"] ?? .null)]))
    }
}
