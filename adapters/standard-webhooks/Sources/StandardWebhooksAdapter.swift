package import ChannelKit
import Messages

/// Signed JSON webhooks in both directions (Standard Webhooks 1.0): the way for a partner's own program to talk to us.
package struct StandardWebhooksAdapter: WebhookReceiver {
    package static let kind: AdapterKind = "standard-webhooks"

    /// Seconds that a signed timestamp may be off, both ways, the limit included.
    static let tolerance: Int64 = 300
    static let largestBody = 1 << 20

    let channel: String
    let sharedKeys: [[UInt8]]
    let publicKeys: [[UInt8]]
    /// Prefixes of the three header fields: `webhook`, and `svix` where the settings ask for it.
    let prefixes: [String]
    let replyURL: String?
    let replyKey: WebhookKey?
    let http: any HTTPSender
    let now: @Sendable () -> Timestamp

    package var capabilities: ChannelCapabilities {
        ChannelCapabilities(
            // The specification asks for bodies below 20 kB; the rest is for the envelope and for escapes.
            maximumTextBytes: 16_000, repeatsAreIdempotent: true,
            // The specification's schedule.
            retrySchedule: [
                .seconds(5), .seconds(300), .seconds(1800), .seconds(7200), .seconds(18_000), .seconds(36_000), .seconds(50_400), .seconds(72_000), .seconds(86_400),
            ], repliesRefused: replyURL == nil || replyKey == nil ? "this channel has no reply_url, or no key to sign replies with" : nil)
    }

    package init(_ context: AdapterContext) throws(ConfigurationProblem) {
        var settings = context.settings
        channel = context.channel
        http = context.http
        now = context.now
        replyURL = try settings.webhookURL("reply_url")
        switch try settings.text("aliases") {
        case nil: prefixes = ["webhook"]
        case "svix": prefixes = ["webhook", "svix"]
        default: throw ConfigurationProblem("settings.aliases", "must be svix")
        }
        let texts = try settings.secretList("keys")
        guard !texts.isEmpty else { throw ConfigurationProblem("secrets.keys", "must list at least one key (whsec_… or whpk_…)") }
        guard texts.count <= 8 else { throw ConfigurationProblem("secrets.keys", "must list at most 8 keys: each costs a check of every request") }
        var keys: [WebhookKey] = []
        for (index, text) in texts.enumerated() {
            let key = try WebhookKey(text, at: "secrets.keys[\(index)]")
            if case .signing = key { throw ConfigurationProblem("secrets.keys[\(index)]", "is a private key: give the partner's public key (whpk_…), or use it as reply_key") }
            keys.append(key)
        }
        sharedKeys = keys.compactMap { if case .shared(let bytes) = $0 { bytes } else { nil } }
        publicKeys = keys.compactMap { if case .verifying(let bytes) = $0 { bytes } else { nil } }
        if let text = try settings.secret("reply_key") {
            let key = try WebhookKey(text, at: "secrets.reply_key")
            if case .verifying = key { throw ConfigurationProblem("secrets.reply_key", "is a public key, which cannot sign: give whsec_… or whsk_…") }
            replyKey = key
        } else {
            replyKey = sharedKeys.first.map(WebhookKey.shared)
        }
        if replyURL != nil, replyKey == nil { throw ConfigurationProblem("secrets.reply_key", "is needed for reply_url: none of the keys can sign") }
        try settings.finish()
    }
}
