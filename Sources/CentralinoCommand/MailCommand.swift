import ArgumentParser
import Glibc
import Mail
import Messages

/// `centralino mail …`: what the mail reader makes of a message.
struct MailCommand: ParsableCommand {
    static let configuration = CommandConfiguration(commandName: "mail", abstract: "Look at mail.", subcommands: [Parse.self])

    struct Parse: ParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Print what is read out of a message (RFC 5322) as one JSON object.")
        @Argument(help: "The message; - or nothing for standard input.") var file = "-"
        @Flag(help: "Read file names from standard input, one a line, and print one JSON object a line, in order.") var batch = false

        func run() throws {
            if batch { return FileBatch.run(largest: 64 << 20) { MailParseReport.json(raw: $0, envelopeFrom: nil) } }
            guard let bytes = SettingsFile.readFile(file == "-" ? "/dev/stdin" : file, atMost: 64 << 20) else {
                Terminal.complain("\(file): \(String(cString: strerror(errno)))")
                throw ExitCode.failure
            }
            Terminal.say(MailParseReport.json(raw: bytes, envelopeFrom: nil).text)
        }
    }
}
