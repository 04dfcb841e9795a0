package import Gateway

/// What the welcome page tells: where to send a first message. What is nil is not shown.
package struct WelcomeFacts: Sendable {
    /// Where the listeners are, as bound: `127.0.0.1:2525`.
    package var smtp: String?
    package var line: String?
    package var mailAddress: String?
    package var webhookURL: String?
    /// A key that signs webhooks. It is told on demo servers only, where it protects nothing.
    package var webhookKey: String?

    package init(smtp: String? = nil, line: String? = nil, mailAddress: String? = nil, webhookURL: String? = nil, webhookKey: String? = nil) {
        self.smtp = smtp
        self.line = line
        self.mailAddress = mailAddress
        self.webhookURL = webhookURL
        self.webhookKey = webhookKey
    }
}

package struct ConsoleSettings: Sendable {
    /// Where people reach this server, when that is not where it listens: `https://help.example.com`.
    package var publicURL: String?
    /// The folder on disk that holds `console/` and `welcome/`.
    package var pages: String
    package var isDemo: Bool
    package var welcome: WelcomeFacts
    /// What a language model writes for agents here.
    package var advice: [Assistant.Use] = []
    /// How long a sign-in holds.
    package var session = Duration.seconds(12 * 3600)
    /// Live streams: a sign of life after so long without anything else, for proxies that close what is silent.
    package var ping = Duration.seconds(15)
    /// Live streams: how often it is looked whether the session still holds.
    package var recheck = Duration.seconds(4)

    package init(publicURL: String? = nil, pages: String, isDemo: Bool = false, welcome: WelcomeFacts = WelcomeFacts()) {
        self.publicURL = publicURL.map { String($0.hasSuffix("/") ? $0.dropLast() : $0[...]) }
        self.pages = pages
        self.isDemo = isDemo
        self.welcome = welcome
    }

    /// `scheme://host[:port]` of the public address, in lower case.
    var publicOrigin: String? {
        guard let url = publicURL?.lowercased() else { return nil }
        for scheme in ["https://", "http://"] where url.hasPrefix(scheme) {
            return scheme + url.dropFirst(scheme.utf8.count).prefix { $0 != "/" }
        }
        return nil
    }
}

/// The console cannot start: one line that says why.
package struct ConsoleProblem: Error, Sendable, Hashable, CustomStringConvertible {
    package let line: String
    package var description: String { line }
}
