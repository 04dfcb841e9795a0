import Gateway
import Messages

/// Everything that can be set, with what holds when nothing is.
struct Settings {
    struct TLSFiles: Hashable {
        var certificate: String
        var key: String
    }

    struct Port {
        /// `address:port`; nil when this door is closed (`listen: off`).
        var listen: String?
        var tls: TLSFiles?
    }

    struct Agent {
        var email: String
        var name: String
        /// An API token that the operator chose.
        var token: String?
    }

    struct ChannelSettings {
        var name: String
        var adapter: String
        var settings: JSON
        var secrets: JSON
        /// Where it stands, for problems that the adapter finds.
        var path: String
    }

    /// An endpoint of a language model; there is none unless its URL is set.
    struct LanguageModel {
        var url: String
        var model: String
        var key: String?
        var timeout: Duration
        var uses: Set<Assistant.Use>
        var callsPerHour: Int
    }

    struct Limits {
        var header = Duration.seconds(10)
        var body = Duration.seconds(30)
        var idle = Duration.seconds(600)
        var connections = 10_000
        var connectionsPerAddress = 200
        var bodyBytes = 1 << 20
        var mailBytes = 10_485_760
    }

    var isDemo = false
    var data = "./data"
    var http = Port(listen: "127.0.0.1:8080")
    var publicURL: String?
    var smtp = Port(listen: "127.0.0.1:2525")
    var mailHostname = "localhost"
    var line = Port(listen: "127.0.0.1:7070")
    /// The folder of articles; nil means the demo's.
    var knowledge: String?
    /// Every article needs another person's approval before it is live.
    var knowledgeApproval = false
    var precision = 0.9
    var languageModel: LanguageModel?
    var answerWithin = Duration.seconds(4 * 3600)
    var agents: [Agent] = []
    var channels: [ChannelSettings] = []
    var limits = Limits()
    var allowNetworks: [String] = []
    var logLevel = "info"

    /// Every setting that was looked at: its path, what holds, and where that came from. Secrets are not shown.
    var origins: [(path: String, value: String, origin: String)] = []
    /// Lines of the file by path, for problems that are found later.
    var lines: [String: Int] = [:]
    var file: String?

    /// A problem with the line of the longest known beginning of `path`.
    func problem(_ path: String, _ explanation: String) -> SettingsProblem {
        var known = path
        while lines[known] == nil, let cut = known.lastIndex(where: { $0 == "." || $0 == "[" }) { known = String(known[..<cut]) }
        return SettingsProblem(file: file, line: lines[known], path: path, explanation: explanation)
    }
}
