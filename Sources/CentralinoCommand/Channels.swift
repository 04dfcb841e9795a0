import ChannelKit
import EmailAdapter
import Gateway
import LineAdapter
import Logging
import Messages

/// Makes the channels of the settings.
enum Channels {
    /// Every channel, or everything that is wrong with them.
    static func make(_ settings: Settings, http: any HTTPSender, network: any Network, logLevel: Logger.Level) throws(SettingsProblems) -> [Channel] {
        var channels: [Channel] = []
        var problems: [SettingsProblem] = []
        func context(_ name: String, _ adapterSettings: AdapterSettings) -> AdapterContext {
            AdapterContext(channel: name, settings: adapterSettings, http: http, network: network, logger: Logger(label: name) { LogLines(label: $0, level: logLevel) })
        }
        for channel in settings.channels {
            guard let kind = AdapterRegistry.kinds.first(where: { $0.kind.name == channel.adapter && $0 != LineAdapter.self }) else {
                problems.append(settings.problem("\(channel.path).adapter", "\"\(channel.adapter)\" is not an adapter; known are \(AdapterRegistry.names)"))
                continue
            }
            var own = channel.settings
            if kind == EmailAdapter.self { own = EmailAdapter.settings(own, withOutbox: "\(settings.data)/outbox") }
            do throws(ConfigurationProblem) {
                channels.append(Channel(name: channel.name, adapter: try kind.init(context(channel.name, AdapterSettings(settings: own, secrets: channel.secrets)))))
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
        guard problems.isEmpty else { throw SettingsProblems(problems: problems) }
        return channels
    }

    /// What the adapters find wrong, without a network.
    static func problems(in settings: Settings) -> [SettingsProblem] {
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

/// For `check`, which reaches nobody: adapters read their settings without I/O.
private struct NoNetwork: HTTPSender, Network {
    func send(_ call: HTTPCall) async throws(HTTPCallFailure) -> HTTPReply { throw .notSent("nothing is sent while settings are checked") }

    func connect(host: String, port: Int, tls: Bool, within: Duration) async throws(NetworkFailure) -> any ByteChannel {
        throw .unreachable("nothing is connected while settings are checked")
    }
}
