import Foundation
import Mail
import Messages
import Testing

/// What `script/fuzz` once found, read again: none of it may end the process, and what must hold of any input holds.
@Suite struct FuzzFindTests {
    static let finds: [String] = {
        let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Fixtures/fuzz")
        return ((try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []).sorted()
    }()

    @Test func `there are finds to read`() {
        #expect(!Self.finds.isEmpty)
    }

    @Test(arguments: finds) func `a find is read without harm`(name: String) throws {
        let file = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Fixtures/fuzz/\(name)")
        let input = Array(try Data(contentsOf: file))
        let report = MailParseReport.json(raw: input, envelopeFrom: "")
        #expect(report["subject"] != nil)
        let once = HTMLSanitizer().sanitize(String(decoding: input, as: UTF8.self)).html
        #expect(HTMLSanitizer().sanitize(once).html == once)
        var reader = IMAPReader()
        reader.append(input)
        while let response = try? reader.next() { _ = response }
        var session = SMTPSession(hostname: "mail.example.test", limits: .init(), offersTLS: true, isEncrypted: false, recipient: { _ in .accepted })
        session.greet()
        _ = session.receive(input)
        #expect(!session.takeReplies().isEmpty)
    }
}
