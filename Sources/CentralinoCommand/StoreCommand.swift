import ArgumentParser
import Messages
import Storage
import StorageSQLite

/// `centralino store …`: the stored data from the shell, with the server running or stopped.
struct StoreCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "store", abstract: "Check, export, back up and restore what is stored.", subcommands: [Check.self, Export.self, Backup.self, Restore.self])

    /// The store that the settings name.
    static func attach(_ options: SettingsOptions) async throws -> (Store, SQLiteDatabase, DataFolder) {
        let folder = DataFolder(try options.read().data)
        let database = try await SQLiteDatabase.attach(to: folder.store)
        return (Store(database: database, node: "shell-\(MessageID.make())", answerWithin: .seconds(0)), database, folder)
    }

    struct Check: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Look at every row: print a line for each rule that is broken, nothing when all is sound.")
        @OptionGroup var options: SettingsOptions

        func run() async throws {
            try await Terminal.reporting {
                let (store, _, folder) = try await StoreCommand.attach(options)
                let violations = try await store.violations() + store.violations(of: folder.contents)
                for violation in violations { Terminal.say(violation) }
                if !violations.isEmpty { throw ExitCode.failure }
            }
        }
    }

    struct Export: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Print every message as one JSON object a line.")
        @OptionGroup var options: SettingsOptions
        @Flag(help: "Conversations instead of messages.") var conversations = false
        @Flag(help: "Events instead of messages.") var events = false
        @Flag(help: "Every text that an article has or had, instead of messages.") var articles = false

        func validate() throws {
            if [conversations, events, articles].count(where: { $0 }) > 1 { throw ValidationError("choose one of --conversations, --events and --articles") }
        }

        func run() async throws {
            try await Terminal.reporting {
                try await StoreCommand.attach(options).0.export(conversations ? .conversations : events ? .events : articles ? .articles : .messages) { Terminal.say($0.text) }
            }
        }
    }

    struct Backup: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Write a consistent copy of the database to a new file, while everything goes on.",
            discussion: "Attachments and large inputs lie as files in the data folder; they go into FILE.files beside it, when there are any.")
        @OptionGroup var options: SettingsOptions
        @Argument(help: "The file to write; it must not be there.") var file: String

        func run() async throws {
            try await Terminal.reporting {
                let (_, database, folder) = try await StoreCommand.attach(options)
                try await database.backup(to: file)
                // After the database: every file that it names is there by then.
                _ = try folder.contents.copyAll(to: "\(file).files")
                Terminal.say("written: \(file)")
            }
        }
    }

    struct Restore: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Put a backup in the place of what is stored, in one transaction; what was there is kept beside it.",
            discussion: "Attachments and large inputs are taken from FILE.files, when it is there.")
        @OptionGroup var options: SettingsOptions
        @Argument(help: "The backup to restore.") var file: String

        func run() async throws {
            try await Terminal.reporting {
                let folder = DataFolder(try options.read().data)
                try folder.make()
                let kept = "\(folder.path)/before-restore-\(Timestamp.now().microseconds).sqlite"
                // A folder without a store gets one first, so that a restore and a first start are the same path.
                let database = try await SQLiteDatabase.open(at: folder.store) { problem in
                    Terminal.complain(problem)
                    return leave()
                }
                let contents = folder.contents
                try contents.open()
                // What only the replaced database names is swept at the next start; its copy keeps it.
                _ = try contents.copyAll(to: "\(kept).files")
                try contents.takeIn("\(file).files")
                try await database.restore(from: file, keeping: kept)
                Terminal.say("restored from \(file); what was stored before is in \(kept)")
            }
        }
    }
}
