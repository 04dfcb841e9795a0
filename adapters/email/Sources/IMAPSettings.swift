import ChannelKit
import Mail
import Messages

/// A mailbox that mail is taken from: `imap` of the channel's settings.
struct IMAPSettings: Sendable, Hashable {
    enum Login: Sendable, Hashable {
        case password(String)
        case token(String)
        case refresh(OAuthRefresh)
    }

    /// What is done with a mail once it is stored.
    enum Afterwards: Sendable, Hashable {
        case seen
        case move(String)
        case nothing
    }

    /// Which of the mails that were there before the first connection are taken.
    enum Backlog: String, Sendable, Hashable {
        case unseen, all, new
    }

    var host: String
    var port: Int
    var security: TransportSecurity
    var user: String
    var login: Login
    var folders: [String]
    var afterwards: Afterwards
    var backlog: Backlog
    /// How often the folder is looked at whatever the server says; IDLE is renewed as often.
    var checkEvery: Duration
    var maximumBytes: Int
    /// How the server names itself in the Authentication-Results that count.
    var authservID: String?

    private static let keys = ["host", "port", "security", "user", "password", "token", "oauth", "folders", "after", "backlog", "check_seconds", "maximum_bytes", "authserv_id"]

    /// Takes `imap` out of the settings; nil when it is not there.
    init?(_ settings: inout AdapterSettings) throws(ConfigurationProblem) {
        guard let value = settings.take("imap") else { return nil }
        guard case .object(let members) = value else { throw ConfigurationProblem("settings.imap", "must be { host, port, security, user, password }") }
        for member in members where !Self.keys.contains(member.name) { throw ConfigurationProblem("settings.imap.\(member.name)", "is not a setting of this adapter") }
        host = try Self.needed("host", value, "the mail server that has the mailbox")
        let word = try Self.text("security", value) ?? TransportSecurity.tls.rawValue
        guard let security = TransportSecurity(rawValue: word) else { throw ConfigurationProblem("settings.imap.security", "must be tls, starttls or none") }
        self.security = security
        // RFC 8314 §3.2.
        port = try Self.number("port", value, in: 1...65_535) ?? (security == .tls ? 993 : 143)
        user = try Self.needed("user", value, "the name of the mailbox's user")
        login = try Self.login(value)
        if security == .none, !EmailAdapter.isLoopback(host) {
            throw ConfigurationProblem("settings.imap.security", "must be tls or starttls: only a mailbox on this machine may be read without")
        }
        folders = try Self.folders(value)
        switch try Self.text("after", value) ?? "seen" {
        case "seen": afterwards = .seen
        case "nothing": afterwards = .nothing
        case let text where text.hasPrefix("move to ") && text.utf8.count > 8:
            let target = String(text.dropFirst(8))
            if folders.contains(target) { throw ConfigurationProblem("settings.imap.after", "moves mail to a folder that is read") }
            afterwards = .move(target)
        default: throw ConfigurationProblem("settings.imap.after", "must be seen, nothing, or move to FOLDER")
        }
        guard let backlog = Backlog(rawValue: try Self.text("backlog", value) ?? "unseen") else {
            throw ConfigurationProblem("settings.imap.backlog", "must be unseen, all or new")
        }
        self.backlog = backlog
        // RFC 2177 §3 lets a server end IDLE after 30 minutes, Gmail does so after 10: at most nine.
        checkEvery = .seconds(try Self.number("check_seconds", value, in: 5...540) ?? 120)
        authservID = try Self.text("authserv_id", value)
        maximumBytes = try Self.number("maximum_bytes", value, in: 65_536...MailMessage.Limit.messageBytes) ?? 10_485_760
    }

    private static func login(_ value: JSON) throws(ConfigurationProblem) -> Login {
        let password = try text("password", value)
        let token = try text("token", value)
        let oauth = value["oauth"].flatMap { $0.isNull ? nil : $0 }
        switch (password, token, oauth) {
        case (let password?, nil, nil): return .password(password)
        case (nil, let token?, nil): return .token(token)
        case (nil, nil, let oauth?): return .refresh(try OAuthRefresh(oauth))
        case (nil, nil, nil): throw ConfigurationProblem("settings.imap.password", "is missing: give a password, a token, or oauth")
        default: throw ConfigurationProblem("settings.imap", "must have one of password, token and oauth")
        }
    }

    private static func folders(_ value: JSON) throws(ConfigurationProblem) -> [String] {
        guard let given = value["folders"], !given.isNull else { return ["INBOX"] }
        let list = given.array ?? [given]
        var folders: [String] = []
        for item in list {
            guard let name = item.string, !name.isEmpty, name.utf8.count <= 500, !name.utf8.contains(where: { $0 < 0x20 }) else {
                throw ConfigurationProblem("settings.imap.folders", "must be a list of names of folders")
            }
            if !folders.contains(name) { folders.append(name) }
        }
        // Each is a connection of its own; Gmail allows fifteen in all.
        guard (1...10).contains(folders.count) else { throw ConfigurationProblem("settings.imap.folders", "must name 1 to 10 folders") }
        return folders
    }

    private static func needed(_ name: String, _ value: JSON, _ what: String) throws(ConfigurationProblem) -> String {
        guard let text = try text(name, value) else { throw ConfigurationProblem("settings.imap.\(name)", "is missing: \(what)") }
        return text
    }

    private static func text(_ name: String, _ value: JSON) throws(ConfigurationProblem) -> String? {
        guard let item = value[name], !item.isNull else { return nil }
        guard let text = item.string, !text.isEmpty, !text.utf8.contains(where: { $0 < 0x20 }) else {
            throw ConfigurationProblem("settings.imap.\(name)", "must be a text of one line")
        }
        return text
    }

    private static func number(_ name: String, _ value: JSON, in range: ClosedRange<Int>) throws(ConfigurationProblem) -> Int? {
        guard let item = value[name], !item.isNull else { return nil }
        guard let number = item.integer, range.contains(Int(number)) else {
            throw ConfigurationProblem("settings.imap.\(name)", "must be a number from \(range.lowerBound) to \(range.upperBound)")
        }
        return Int(number)
    }
}

extension EmailAdapter {
    static func isLoopback(_ host: String) -> Bool {
        host == "localhost" || host == "::1" || host == "[::1]" || host.hasPrefix("127.") && host.utf8.allSatisfy { $0 == UInt8(ascii: ".") || (0x30...0x39).contains($0) }
    }
}
