import ChannelKit
import Console
import EmailAdapter
import Gateway
import LineAdapter
import Logging
import Mail
import Messages
import Wire

/// Makes the channels of the settings.
enum Channels {
    /// Every channel, or everything that is wrong with them.
    static func make(
        _ settings: Settings, http: any HTTPSender, network: any Network, names: any NameSystem = NoNameSystem(), logLevel: Logger.Level,
        signingKey: [UInt8] = Signatures.randomBytes(32),
        places: (String) -> any PlaceKeeper = { _ in PlacesInMemory() }
    ) throws(SettingsProblems) -> [Channel] {
        var channels: [Channel] = []
        var problems: [SettingsProblem] = []
        func context(_ name: String, _ adapterSettings: AdapterSettings) -> AdapterContext {
            AdapterContext(
                channel: name, settings: adapterSettings, http: http, network: network, names: names, logger: Logger(label: name) { LogLines(label: $0, level: logLevel) },
                places: places(name), signingKey: signingKey)
        }
        for channel in settings.channels {
            guard let kind = AdapterRegistry.kinds.first(where: { $0.kind.name == channel.adapter && $0 != LineAdapter.self }) else {
                problems.append(settings.problem("\(channel.path).adapter", "\"\(channel.adapter)\" is not an adapter; known are \(AdapterRegistry.names)"))
                continue
            }
            var own = channel.settings
            if kind == EmailAdapter.self { own = EmailAdapter.settings(own, withOutbox: "\(settings.data)/outbox") }
            do throws(ConfigurationProblem) {
                var adapter = try kind.init(context(channel.name, AdapterSettings(settings: own, secrets: channel.secrets)))
                if var email = adapter as? EmailAdapter {
                    email.suffixes = { PublicSuffixes.system }
                    email.formatted = { Markdown.html($0) }
                    adapter = email
                }
                channels.append(Channel(name: channel.name, adapter: adapter))
            } catch {
                problems.append(settings.problem("\(channel.path).\(error.path)", "\(error.explanation) (channel \(channel.name))"))
            }
        }
        if settings.line.listen != nil {
            do throws(ConfigurationProblem) {
                channels.append(Channel(name: "line", adapter: try LineAdapter(context("line", AdapterSettings()))))
            } catch {
                problems.append(settings.problem("line", error.explanation))
            }
        }
        if problems.isEmpty {
            do throws(ConfigurationProblem) {
                _ = try mailRoutes(channels, inbox: { _ in Nobody() }, settings, Logger(label: "check") { LogLines(label: $0, level: logLevel) })
            } catch {
                problems.append(settings.problem("channels", error.explanation))
            }
        }
        guard problems.isEmpty else { throw SettingsProblems(problems: problems) }
        return channels
    }

    /// The one listener for the mail of all channels.
    static func mailRoutes(
        _ channels: [Channel], inbox: (Channel) -> any Inbox, _ settings: Settings, checks: SMTPListener.Checks = SMTPListener.Checks(), _ logger: Logger
    ) throws(ConfigurationProblem) -> SMTPListener {
        var routes: [SMTPListener.Route] = []
        for channel in channels {
            if let adapter = channel.adapter as? EmailAdapter { routes.append(SMTPListener.Route(adapter: adapter, inbox: inbox(channel))) }
        }
        let limits = SMTPListener.Limits(messageBytes: settings.limits.mailBytes, greetingDelay: settings.mailDoor.greetingDelay)
        return try SMTPListener(hostname: settings.mailHostname, routes: routes, limits: limits, checks: checks, logger: logger)
    }

    /// What the adapters, the address guard and the certificates find wrong, without a network.
    static func problems(in settings: Settings) -> [SettingsProblem] {
        do throws(WireError) {
            _ = try AddressGuard(allowNetworks: settings.allowNetworks)
        } catch {
            return [settings.problem("outbound.allow_networks", error.explanation)]
        }
        for (index, text) in settings.mailDoor.proxies.enumerated() {
            do throws(WireError) { _ = try AddressRange(text) } catch { return [settings.problem("smtp.proxies[\(index)]", error.explanation)] }
        }
        for (index, text) in settings.nameServers.enumerated() {
            do throws(WireError) { _ = try SocketAddress(text) } catch { return [settings.problem("dns.servers[\(index)]", error.explanation)] }
        }
        for (name, port) in [("http", settings.http), ("smtp", settings.smtp), ("line", settings.line)] {
            guard let files = port.tls else { continue }
            do throws(WireError) {
                _ = try TLSServerIdentity(certificateFile: files.certificate, keyFile: files.key)
            } catch {
                return [settings.problem("\(name).tls", error.explanation)]
            }
        }
        do throws(SettingsProblems) {
            _ = try make(settings, http: NoNetwork(), network: NoNetwork(), logLevel: .error)
            return []
        } catch {
            return error.problems
        }
    }
}

struct SettingsProblems: Error, CustomStringConvertible {
    var problems: [SettingsProblem]

    var description: String { problems.map(\.description).joined(separator: "\ncentralino: ") }
}

/// Takes nothing in: for looking at settings only.
private struct Nobody: Inbox {
    func connected() async {}
    func accept(_ event: InboundEvent, raw: [UInt8]) async throws -> Acceptance { throw IntakeFailure(.failed, "nothing is taken in while settings are checked") }
    func reachable(_ recipient: String) async {}
}

/// For `check`, which reaches nobody: adapters read their settings without I/O.
private struct NoNetwork: HTTPSender, Network {
    func send(_ call: HTTPCall) async throws(HTTPCallFailure) -> HTTPReply { throw .notSent("nothing is sent while settings are checked") }

    func connect(host: String, port: Int, tls: Bool, within: Duration) async throws(NetworkFailure) -> any ByteChannel {
        throw .unreachable("nothing is connected while settings are checked")
    }
}
