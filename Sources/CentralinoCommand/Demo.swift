import ChannelKit
import Glibc
import Messages
import Storage

/// What a server without settings serves: an invented shop, with keys made at its first start.
enum Demo {
    static let mailAddress = "help@bottega.example"
    static let agentEmail = "demo@bottega.example"

    /// The demo's articles, beside the program.
    static var knowledge: String { Pages.folder("centralino_CentralinoCommand", "Demo") + "/kb" }

    /// The demo's channels, where the settings name none.
    static func fill(_ settings: inout Settings, _ store: Store) async throws {
        if settings.actions.isEmpty { settings.actions = DemoCompany.actions }
        guard settings.channels.isEmpty else { return }
        let key = try await secret("demo-webhook-key", store) { "whsec_" + Base64.encode(Signatures.randomBytes(24)) }
        let token = try await secret("demo-events-token", store) { Base32.encode(Signatures.randomBytes(20)) }
        settings.channels = [
            .init(name: "support", adapter: "email", settings: ["address": .string(mailAddress), "name": "Bottega Lucerna"], secrets: [:], path: "demo"),
            .init(name: "partner", adapter: "standard-webhooks", settings: [:], secrets: ["keys": [.string(key)]], path: "demo"),
            .init(name: "events", adapter: "cloudevents", settings: [:], secrets: ["token": .string(token)], path: "demo"),
        ]
    }

    static func webhookKey(_ store: Store) async throws -> String? { try await store.property("demo-webhook-key") }

    private static func secret(_ name: String, _ store: Store, _ make: () -> String) async throws -> String {
        if let kept = try await store.property(name) { return kept }
        let made = make()
        try await store.setProperty(name, made)
        return made
    }
}

/// The folders of files that come with the program: beside it, or where CENTRALINO_SHARE says.
enum Pages {
    static func folder(_ bundle: String, _ name: String) -> String {
        let candidates = [Environment.variables["CENTRALINO_SHARE"].map { "\($0)/\(bundle).resources/\(name)" }, "\(Environment.programFolder)/\(bundle).resources/\(name)"]
        return candidates.compactMap(\.self).first { access($0, R_OK) == 0 } ?? "\(Environment.programFolder)/\(bundle).resources/\(name)"
    }
}
