import ArgumentParser

@main
struct CentralinoCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "centralino",
        abstract: "One desk for customers' messages from every channel: answers what it knows, hands over the rest.",
        version: "0.1.0",
        subcommands: [
            ServeCommand.self, CheckCommand.self, KnowledgeCommand.self, MailCommand.self, HTMLCommand.self, AdapterCommand.self, StoreCommand.self, AgentCommand.self,
        ])
}

/// What several commands share: where the settings and the data are.
struct SettingsOptions: ParsableArguments {
    @Option(help: "The settings file (default: centralino.yaml in this folder, if there is one).")
    var config: String?

    @Option(help: "The folder that holds everything stored.")
    var data: String?

    @Flag(help: "Use the demo's articles and channels, in a data folder of its own.")
    var demo = false

    /// Reads the settings; prints everything that is wrong with them and ends with status 1.
    func read(_ more: [String: String] = [:]) throws -> Settings {
        var options = more
        if let data { options["data"] = data }
        let (settings, problems) = Settings.read(file: config, options: options, demo: demo, environment: Environment.variables)
        guard problems.isEmpty else {
            for problem in problems { Terminal.complain("\(problem)") }
            throw ExitCode.failure
        }
        return settings
    }
}
