import ArgumentParser
import Console
import Glibc
import Storage

/// Ends the process after a failure that must not be survived.
func leave() -> Never { _exit(70) }

/// `centralino agent …`: people and their rights from the shell, with the server running or stopped.
struct AgentCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "agent", abstract: "Add and list agents, and give them a new link to choose a password.", subcommands: [Add.self, List.self, Password.self, Token.self])

    struct Add: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Add an agent; print a link to choose a password with.")
        @OptionGroup var options: SettingsOptions
        @Argument var email: String
        @Option(help: "The name that customers see.") var name: String?
        @Option(help: "admin or agent.") var role = "agent"

        func run() async throws {
            try await Terminal.reporting {
                guard let role = AgentAccount.Role(rawValue: role) else { throw StorageFailure.failed("--role must be admin or agent, not \"\(role)\"") }
                guard let email = EmailAddress.normalized(email) else { throw StorageFailure.failed("\"\(email)\" is not an e-mail address") }
                let store = try await StoreCommand.attach(options).0
                let (agent, added) = try await store.addAgent(email: email, name: name ?? String(email.prefix { $0 != "@" }), role: role)
                guard added else { throw StorageFailure.failed("\(email) is an agent already: `centralino agent password \(email)` makes a new link") }
                Terminal.say(try await Invitations.link(for: agent.id, in: store, baseURL: try await base(options, store)))
            }
        }
    }

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Print every agent: e-mail, name, role, state.")
        @OptionGroup var options: SettingsOptions

        func run() async throws {
            try await Terminal.reporting {
                for agent in try await StoreCommand.attach(options).0.agents() {
                    let state = agent.isDisabled ? "disabled" : agent.password == nil ? "no password yet" : "active"
                    Terminal.say("\(agent.email)\t\(agent.name)\t\(agent.role.rawValue)\t\(state)")
                }
            }
        }
    }

    struct Password: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Print a one-time link with which an agent chooses a new password.")
        @OptionGroup var options: SettingsOptions
        @Argument var email: String

        func run() async throws {
            try await Terminal.reporting {
                let store = try await StoreCommand.attach(options).0
                Terminal.say(try await Invitations.link(for: try await find(email, store).id, in: store, baseURL: try await base(options, store)))
            }
        }
    }

    struct Token: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Make an agent's API token and print it, once; the one before ends.")
        @OptionGroup var options: SettingsOptions
        @Argument var email: String

        func run() async throws {
            try await Terminal.reporting {
                let store = try await StoreCommand.attach(options).0
                let token = APIToken.make()
                try await store.setToken(digest: APIToken.digest(of: token), of: try await find(email, store).id)
                Terminal.say(token)
            }
        }
    }

    private static func find(_ email: String, _ store: Store) async throws -> AgentAccount {
        guard let normal = EmailAddress.normalized(email), let agent = try await store.agent(email: normal) else {
            throw StorageFailure.failed("no agent has the e-mail address \(email)")
        }
        return agent
    }

    /// Where the links lead: to the public address, or to where the server was last reached.
    private static func base(_ options: SettingsOptions, _ store: Store) async throws -> String {
        let settings = try options.read()
        if let url = settings.publicURL { return url }
        if let served = try await store.property("served_at") { return served }
        return "http\(settings.http.tls == nil ? "" : "s")://\(settings.http.listen ?? "127.0.0.1:8080")"
    }
}
