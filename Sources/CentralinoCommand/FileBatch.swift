import Glibc
import Messages

/// `--batch` of the commands that look at files: file names on standard input, one a line; one JSON object a line on standard output,
/// in order, written at once. A file that cannot be read gets `{"error": …}` and the rest goes on.
enum FileBatch {
    static func run(largest: Int, _ work: ([UInt8]) -> JSON) {
        while let name = readLine(strippingNewline: true) {
            guard !name.isEmpty else { continue }
            guard let bytes = SettingsFile.readFile(name, atMost: largest) else {
                let reason = String(cString: strerror(errno))
                Terminal.say(JSON.object([.init("error", .string("\(name): \(reason)"))]).text)
                continue
            }
            Terminal.say(work(bytes).text)
        }
    }
}
