import ArgumentParser
import ChannelKit
import Glibc
import Messages

/// `centralino adapter …`: what adapters there are, and what one makes of a recorded request.
struct AdapterCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "adapter", abstract: "Look at adapters, the code for one kind of channel each.", subcommands: [List.self, Decode.self])

    struct List: ParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Print the name of every adapter, one a line.")

        func run() {
            for kind in AdapterRegistry.kinds.map({ $0.kind.name }).sorted() { print(kind) }
        }
    }

    struct Decode: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Print what an adapter reads out of a recorded request, as JSON.",
            discussion: "A file that the request names in body_file is looked for beside the request; with - for the request, in the current folder.")

        @Argument(help: "The adapter's name, as in `adapter list`.") var kind: String
        @Argument(help: "The recorded request, a JSON file; - for standard input.") var request: String

        func run() throws {
            guard let adapter = AdapterRegistry.kinds.first(where: { $0.kind.name == kind }) else {
                throw FixtureProblem("there is no adapter \(kind); `centralino adapter list` names them")
            }
            let recorded: JSON
            do {
                recorded = try JSON(parsing: RecordedFile.bytes(request))
            } catch let problem as JSONProblem {
                throw FixtureProblem("\(request): \(problem)")
            }
            let folder = request.lastIndex(of: "/").map { String(request[...$0]) } ?? ""
            let result = try FixtureDecoder.decode(adapter, request: recorded) { name in
                guard !name.contains("/") else { throw FixtureProblem("body_file must be the name of a file beside the request") }
                return try RecordedFile.bytes(folder + name)
            }
            print(result.text)
        }
    }
}

/// A file of a recording, read whole without Foundation; the bound is that of the largest request that any adapter takes.
private enum RecordedFile {
    private static let largest = 64 << 20

    static func bytes(_ path: String) throws -> [UInt8] {
        let descriptor = path == "-" ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw FixtureProblem("\(path): \(String(cString: strerror(errno)))") }
        defer { if descriptor != STDIN_FILENO { close(descriptor) } }
        var bytes: [UInt8] = []
        var part = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = read(descriptor, &part, part.count)
            if count == 0 { return bytes }
            if count < 0 {
                if errno == EINTR { continue }
                throw FixtureProblem("\(path): \(String(cString: strerror(errno)))")
            }
            bytes += part[..<count]
            guard bytes.count <= largest else { throw FixtureProblem("\(path): larger than \(largest) bytes") }
        }
    }
}
