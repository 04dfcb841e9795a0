import ChannelKit
import Messages

extension EmailAdapter.Relay {
    /// Takes `relay` out of the settings; nil when it is not there.
    init?(_ settings: inout AdapterSettings) throws(ConfigurationProblem) {
        guard let value = settings.take("relay") else { return nil }
        guard case .object(let members) = value else { throw ConfigurationProblem("settings.relay", "must be { host, port, security, user, password }") }
        for member in members where !["host", "port", "security", "user", "password"].contains(member.name) {
            throw ConfigurationProblem("settings.relay.\(member.name)", "is not a setting of this adapter")
        }
        func text(_ name: String) throws(ConfigurationProblem) -> String? {
            guard let item = value[name], !item.isNull else { return nil }
            guard let text = item.string, !text.isEmpty, !text.utf8.contains(where: { $0 < 0x20 }) else {
                throw ConfigurationProblem("settings.relay.\(name)", "must be a text of one line")
            }
            return text
        }
        guard let host = try text("host") else { throw ConfigurationProblem("settings.relay.host", "is missing: the mail server that sends for us") }
        self.host = host
        let word = try text("security") ?? TransportSecurity.starttls.rawValue
        guard let security = TransportSecurity(rawValue: word) else { throw ConfigurationProblem("settings.relay.security", "must be tls, starttls or none") }
        self.security = security
        if let port = value["port"], !port.isNull {
            guard let number = port.integer, (1...65_535).contains(number) else { throw ConfigurationProblem("settings.relay.port", "must be a number from 1 to 65535") }
            self.port = Int(number)
        } else {
            // RFC 8314 §3.3 and RFC 6409.
            port = security == .tls ? 465 : security == .starttls ? 587 : 25
        }
        user = try text("user")
        password = try text("password")
        if user == nil, password != nil { throw ConfigurationProblem("settings.relay.user", "is missing beside the password") }
        if user != nil, password == nil { throw ConfigurationProblem("settings.relay.password", "is missing beside the user") }
        if user != nil, security == .none, !isLoopback {
            throw ConfigurationProblem("settings.relay.security", "must be tls or starttls when there is a password: only a relay on this machine may have it without")
        }
    }

    var isLoopback: Bool { EmailAdapter.isLoopback(host) }
}

extension EmailAdapter.Direct {
    /// Takes `delivery` out of the settings: `direct`, or `{ direct: { port, tls } }`; nil when it is not there.
    init?(_ settings: inout AdapterSettings) throws(ConfigurationProblem) {
        guard let value = settings.take("delivery") else { return nil }
        self.init()
        if value.string == "direct" { return }
        guard case .object(let members) = value, members.count == 1, case .object(let details)? = value["direct"] else {
            throw ConfigurationProblem("settings.delivery", "must be direct, or { direct: { port, tls } }")
        }
        for detail in details {
            switch detail.name {
            case "port":
                guard let number = detail.value.integer, (1...65_535).contains(number) else {
                    throw ConfigurationProblem("settings.delivery.direct.port", "must be a number from 1 to 65535")
                }
                port = Int(number)
            case "tls":
                guard let word = detail.value.string, ["opportunistic", "required"].contains(word) else {
                    throw ConfigurationProblem("settings.delivery.direct.tls", "must be opportunistic or required")
                }
                requiresTLS = word == "required"
            default: throw ConfigurationProblem("settings.delivery.direct.\(detail.name)", "is not a setting of this adapter")
            }
        }
    }
}
