import HTTP
import HTTPTypes
import Messages

/// What the welcome page fills in: where this server listens.
struct Welcome: Sendable {
    let settings: ConsoleSettings

    func register(on api: inout API) {
        let body = json.bytes
        api.open(.get, "/api/v1/welcome") { _, _ in .json(.ok, body) }
    }

    var json: JSON {
        let facts = settings.welcome
        return [
            "console_url": .string("\(settings.publicURL ?? "")/console/"),
            "smtp": .text(facts.smtp),
            "line": .text(facts.line),
            "mail_address": .text(facts.mailAddress),
            "webhook_url": .text(facts.webhookURL),
            // Whoever reads this page can sign with it: never a real one.
            "webhook_key": settings.isDemo ? .text(facts.webhookKey) : .null,
            "demo": .bool(settings.isDemo),
        ]
    }
}
