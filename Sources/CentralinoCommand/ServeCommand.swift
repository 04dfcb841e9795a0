import ArgumentParser
import Gateway
import Messages

/// `centralino serve`: the server.
struct ServeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "serve", abstract: "Take in messages, answer, hand over.",
        discussion: "Works without a settings file: then it serves the demo, with its data in ./demo-data.")

    @OptionGroup var options: SettingsOptions
    @Option(help: "Where to listen for HTTP: address:port.") var http: String?
    @Option(help: "Where to listen for mail: address:port, or off.") var smtp: String?
    @Option(help: "Where to listen for lines of text: address:port, or off.") var line: String?
    @Flag(help: .hidden) var listCrashPoints = false

    func run() async throws {
        if listCrashPoints {
            for point in CrashPoint.allCases { Terminal.say(point.rawValue) }
            return
        }
        var more: [String: String] = [:]
        more["http.listen"] = http
        more["smtp.listen"] = smtp
        more["line.listen"] = line
        let settings = try options.read(more)
        try await Terminal.reporting { try await Switchboard.serve(settings) }
    }
}

/// `centralino check`: what the settings say, without starting anything.
struct CheckCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check", abstract: "Print every setting and where it came from, and what is wrong with it; start nothing.")

    @OptionGroup var options: SettingsOptions

    func run() async throws {
        var given: [String: String] = [:]
        given["data"] = options.data
        let (settings, problems) = Settings.read(file: options.config, options: given, demo: options.demo, environment: Environment.variables)
        for origin in settings.origins { Terminal.say("\(origin.path) = \(origin.value)  (\(origin.origin))") }
        for (index, agent) in settings.agents.enumerated() {
            show(.string(agent.email), at: "agents[\(index)].email", settings)
            show(.string(agent.name), at: "agents[\(index)].name", settings)
            if agent.token != nil { show("(secret)", at: "agents[\(index)].token", settings) }
        }
        for channel in settings.channels {
            show(.string(channel.name), at: "\(channel.path).name", settings)
            show(.string(channel.adapter), at: "\(channel.path).adapter", settings)
            show(channel.settings, at: "\(channel.path).settings", settings)
            show(channel.secrets, at: "\(channel.path).secrets", settings)
        }
        for (action, path) in zip(settings.actions, settings.actionPaths) {
            show(.string(action.name), at: "\(path).name", settings)
            show(.string("\(action.method.rawValue) \(action.url)"), at: "\(path).url", settings)
            show(.bool(action.changes), at: "\(path).changes", settings)
            for header in action.headers { show("(secret)", at: "\(path).headers.\(header.name)", settings) }
        }
        var found = problems
        if problems.isEmpty { found = Channels.problems(in: settings) }
        for problem in found { Terminal.complain("\(problem)") }
        guard found.isEmpty else { throw ExitCode.failure }
    }

    /// Prints a value of the lists, member by member, with its line. What is secret is only said to be there.
    private func show(_ value: JSON, at path: String, _ settings: Settings) {
        if let members = value.members {
            for member in members { show(member.value, at: "\(path).\(member.name)", settings) }
            return
        }
        let isSecret = path.contains(".secrets.") || ["password", "token", "client_secret"].contains { path.lowercased().hasSuffix($0) }
        let origin = settings.lines[path].map { "\(settings.file ?? "file"):\($0)" } ?? "default"
        Terminal.say("\(path) = \(isSecret ? "(secret)" : value.string ?? value.text)  (\(origin))")
    }
}
