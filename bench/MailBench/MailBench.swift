import Glibc
import Mail
import Messages

/// How long it takes to read mails, one thread, asked by `bench/mail_parse.py`.
///
///     MailBench FILE-WITH-NAMES
///
/// Each line on standard input asks for one pass over all files and is answered with its seconds. `read` makes the message value: header fields,
/// structure, decoded text and HTML, attachments with their SHA-256. `report` makes what `centralino mail parse` prints.
@main
struct MailBench {
    static func main() {
        guard CommandLine.arguments.count == 2, let list = read(CommandLine.arguments[1]) else {
            give(2, "usage: MailBench FILE-WITH-NAMES")
            exit(2)
        }
        let names = String(decoding: list, as: UTF8.self).split(separator: "\n").map(String.init)
        while let what = readLine() {
            let clock = ContinuousClock()
            var octets = 0
            let spent = clock.measure {
                for name in names {
                    guard let raw = read(name) else {
                        give(2, "\(name): \(String(cString: strerror(errno)))")
                        exit(1)
                    }
                    octets += what == "report" ? MailParseReport.json(raw: raw, envelopeFrom: nil).bytes.count : size(of: MailMessage.read(raw, envelopeFrom: nil, digests: true))
                }
            }
            give(1, "\(spent / .seconds(1)) \(octets)")
        }
    }

    /// Something of the result, so that no compiler may leave the work out.
    private static func size(of mail: MailMessage) -> Int {
        mail.text.utf8.count + (mail.html?.utf8.count ?? 0) + mail.attachments.reduce(0) { $0 + ($1.size ?? 0) }
    }

    private static func give(_ file: Int32, _ line: String) {
        let octets = Array("\(line)\n".utf8)
        _ = write(file, octets, octets.count)
    }

    private static func read(_ name: String) -> [UInt8]? {
        let file = open(name, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { return nil }
        defer { close(file) }
        var status = stat()
        guard fstat(file, &status) == 0, status.st_size >= 0, status.st_size <= 64 << 20 else { return nil }
        let size = Int(status.st_size)
        return [UInt8](unsafeUninitializedCapacity: size) { buffer, count in
            while count < size {
                let got = Glibc.read(file, buffer.baseAddress.map { $0 + count }, size - count)
                guard got > 0 else { return }
                count += got
            }
        }
    }
}
