import ArgumentParser
import Glibc
import Mail
import Messages

/// `centralino html …`: what becomes of HTML before anybody sees it.
struct HTMLCommand: ParsableCommand {
    static let configuration = CommandConfiguration(commandName: "html", abstract: "Look at HTML.", subcommands: [Sanitize.self])

    struct Sanitize: ParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Print safe HTML: what of a text may be shown to an agent.")
        @Argument(help: "The HTML, in UTF-8; - or nothing for standard input.") var file = "-"
        @Flag(help: "Read file names from standard input, one a line, and print one JSON object a line, in order.") var batch = false

        func run() throws {
            let sanitizer = HTMLSanitizer()
            if batch {
                return FileBatch.run(largest: 64 << 20) { bytes in
                    let result = sanitizer.sanitize(String(decoding: bytes, as: UTF8.self))
                    return ["html": .string(result.html), "blocked_images": .integer(Int64(result.blockedImages)), "notes": .array(result.notes.map(JSON.string))]
                }
            }
            guard let bytes = SettingsFile.readFile(file == "-" ? "/dev/stdin" : file, atMost: 64 << 20) else {
                Terminal.complain("\(file): \(String(cString: strerror(errno)))")
                throw ExitCode.failure
            }
            Terminal.write(sanitizer.sanitize(String(decoding: bytes, as: UTF8.self)).html, to: STDOUT_FILENO)
        }
    }
}
