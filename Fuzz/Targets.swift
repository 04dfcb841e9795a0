import Glibc
import Mail
import Messages

/// One body of libFuzzer's for each kind of hostile input. Each reads the octets as the program would and checks what must hold of any input;
/// what does not hold ends the process, which is how libFuzzer hears of it.
enum Target: String, CaseIterable {
    case mime, header, html, smtp, imap

    func run(_ input: [UInt8]) {
        switch self {
        case .mime:
            let mail = MailMessage.read(input, envelopeFrom: nil, digests: true)
            expect(mail.text.utf8.count <= 4 * MailMessage.Limit.textBytes, "the text is within its limit")
            expect(mail.attachments.count <= 2 * MailMessage.Limit.parts, "attachments are within their limit")
            _ = MailParseReport.json(raw: input, envelopeFrom: "").text
        case .header:
            let mail = MailMessage.read(Array("From: ".utf8) + input + Array("\r\nSubject: x\r\n\r\nx".utf8), envelopeFrom: "a@b.test")
            for text in [mail.subject].compactMap(\.self) + mail.senders.compactMap(\.name) + mail.senders.map(\.address) {
                expect(text.unicodeScalars.allSatisfy { $0.value >= 0x20 && $0.value != 0x7F }, "what comes out of a header is one line")
            }
        case .html:
            let sanitizer = HTMLSanitizer()
            let once = sanitizer.sanitize(String(decoding: input, as: UTF8.self)).html
            expect(sanitizer.sanitize(once).html == once, "sanitising again changes nothing")
            let lower = once.lowercased()
            for word in ["<script", "<style", "<svg", "<math", "<iframe", "<object", "<form", "<base", "<meta", "<link", "<!--", "<template"] {
                expect(!lower.contains(word), "no \(word)")
            }
        case .smtp:
            var session = SMTPSession(hostname: "mail.example.test", limits: .init(), offersTLS: true, isEncrypted: false) { _ in .accepted }
            session.greet()
            var rest = input[...]
            while !rest.isEmpty {
                // The first octet of a piece says how long it is, as a network would cut the stream.
                let count = Int(rest.removeFirst()) + 1
                let piece = Array(rest.prefix(count))
                rest = rest.dropFirst(count)
                switch session.receive(piece) {
                case .message: _ = session.settle(.accepted)
                case .startTLS: session.tlsBegan()
                case .close: return
                case .input: break
                }
                let replies = session.takeReplies()
                expect(replies.isEmpty || replies.suffix(2).elementsEqual([0x0D, 0x0A]), "replies are whole lines")
            }
        case .imap:
            var reader = IMAPReader()
            var rest = input[...]
            while !rest.isEmpty {
                let count = Int(rest.removeFirst()) + 1
                reader.append(Array(rest.prefix(count)))
                rest = rest.dropFirst(count)
                do throws(IMAPProblem) {
                    while let response = try reader.next() {
                        if case .data(let data) = response { _ = IMAPFetched(data) }
                    }
                } catch {
                    return
                }
            }
        }
    }

    private func expect(_ holds: Bool, _ what: String) {
        if !holds {
            tell("it does not hold that \(what)")
            abort()
        }
    }

    /// Named by FUZZ_TARGET, since libFuzzer takes the arguments.
    static let chosen: Target = {
        guard let name = getenv("FUZZ_TARGET"), let target = Target(rawValue: String(cString: name)) else {
            tell("FUZZ_TARGET must be one of \(allCases.map(\.rawValue).joined(separator: ", "))")
            exit(1)
        }
        return target
    }()
}

private func tell(_ what: String) {
    let line = Array("fuzz: \(what)\n".utf8)
    _ = write(STDERR_FILENO, line, line.count)
}

@_cdecl("LLVMFuzzerTestOneInput")
public func testOneInput(_ data: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    Target.chosen.run(Array(UnsafeBufferPointer(start: data, count: count)))
    return 0
}
