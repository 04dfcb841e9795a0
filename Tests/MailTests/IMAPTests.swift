import Messages
import Testing

@testable import Mail

struct IMAPReaderTests {
    private func read(_ text: String, limits: IMAPReader.Limits = .init()) throws -> [IMAPResponse] {
        var reader = IMAPReader(limits: limits)
        reader.append(Array(text.utf8))
        var found: [IMAPResponse] = []
        while let next = try reader.next() { found.append(next) }
        return found
    }

    private let session = [
        "* OK [CAPABILITY IMAP4rev1 IDLE] ready {5}\r\n", "* 23 EXISTS\r\n", "* OK [UIDVALIDITY 3857529045] UIDs valid\r\n", "* SEARCH 2 84 882\r\n", "* SEARCH\r\n",
        "* LIST (\\HasNoChildren) \".\" \"Posta &AOA-\"\r\n",
        "* 12 FETCH (UID 7 FLAGS (\\Seen $x) RFC822.SIZE 44 INTERNALDATE \" 7-Jul-1996 02:44:25 -0700\" BODY[] {11}\r\nab)\r\n{3}\r\nx)\r\n",
        "* 13 FETCH (BODY[HEADER.FIELDS (TO CC)]<0> NIL UID 8)\r\n", "+ idling\r\n", "a1 NO [AUTHENTICATIONFAILED] Wrong password\r\n",
    ]

    @Test func `a session is taken apart`() throws {
        let found = try read(session.joined())
        #expect(found.count == session.count)
        #expect(found[0] == .status(IMAPStatus(tag: nil, word: .ok, code: "CAPABILITY", argument: "IMAP4rev1 IDLE", text: "ready {5}")))
        #expect(found[1] == .data(IMAPData(number: 23, name: "EXISTS", values: [])))
        guard case .status(let validity) = found[2] else { throw IMAPProblem("no status") }
        #expect(validity.number(of: "UIDVALIDITY") == 3_857_529_045)
        #expect(found[3] == .data(IMAPData(number: nil, name: "SEARCH", values: [.atom("2"), .atom("84"), .atom("882")])))
        #expect(found[5] == .data(IMAPData(number: nil, name: "LIST", values: [.list([.atom("\\HasNoChildren")]), .string([0x2E]), .string(Array("Posta &AOA-".utf8))])))
        guard case .data(let data) = found[6], case .data(let header) = found[7] else { throw IMAPProblem("no data") }
        let message = try #require(IMAPFetched(data))
        #expect(message.uid == 7 && message.size == 44 && message.isSeen)
        #expect(message.octets == Array("ab)\r\n{3}\r\nx".utf8))
        #expect(message.internalDate == Timestamp(rfc3339: "1996-07-07T09:44:25Z"))
        #expect(IMAPFetched(header)?.uid == 8 && IMAPFetched(header)?.octets == nil)
        #expect(found[9] == .status(IMAPStatus(tag: "a1", word: .no, code: "AUTHENTICATIONFAILED", argument: "", text: "Wrong password")))
    }

    @Test(arguments: [1, 2, 3, 7, 64]) func `it makes no difference how the octets are cut into pieces`(size: Int) throws {
        let bytes = Array(session.joined().utf8)
        var reader = IMAPReader()
        var found: [IMAPResponse] = []
        for from in stride(from: 0, to: bytes.count, by: size) {
            reader.append(Array(bytes[from..<min(from + size, bytes.count)]))
            while let next = try reader.next() { found.append(next) }
        }
        #expect(try found == read(session.joined()))
        #expect(reader.waitingBytes == 0)
    }

    @Test(arguments: [
        ("hello\r\n", "no IMAP response"), ("* \r\n", "neither"), ("* 4294967296 EXISTS\r\n", "32 bits"), ("* 1 EXISTS\n", "carriage return"),
        ("* 1 FETCH (BODY[] {99999999999}\r\n", "ten digits"), ("* 1 FETCH (BODY[] {9999999999}\r\n", "at most"), ("* 1 FETCH (UID 1\r\n", "no end"),
        ("* 1 FETCH \"a\r\n", "no end"), ("* LIST \"\\\r\n", "no end"), ("* LIST )\r\n", "none may stand"), ("* LIST {1}x y\r\n", "middle of a line"),
        ("a1 FETCH 1\r\n", "neither"),
        ("* X " + String(repeating: "(", count: 40) + "\r\n", "deep"), ("* 7\r\n", "nothing of it"),
    ])
    func `a hostile server is refused with one clear line`(said: String, why: String) {
        #expect { try read(said) } throws: { ($0 as? IMAPProblem)?.explanation.contains(why) ?? false }
    }

    @Test func `every buffer has a limit`() throws {
        var limits = IMAPReader.Limits()
        limits.lineBytes = 100
        limits.literalBytes = 50
        limits.values = 10
        #expect(throws: IMAPProblem.self) { try read("* OK " + String(repeating: "x", count: 200), limits: limits) }
        #expect(throws: IMAPProblem.self) { try read("* OK " + String(repeating: "x", count: 200) + "\r\n", limits: limits) }
        #expect(throws: IMAPProblem.self) { try read("* SEARCH" + String(repeating: " 1", count: 11) + "\r\n", limits: limits) }
        #expect(throws: IMAPProblem.self) { try read("* 1 FETCH (A {30}\r\n" + String(repeating: "x", count: 30) + " B {30}\r\n", limits: limits) }
        // The literal's own octets are not the line's.
        #expect(try read("* 1 FETCH (A {50}\r\n" + String(repeating: "\n", count: 50) + ")\r\n", limits: limits).count == 1)
    }

    @Test func `a response cut anywhere and changed anywhere never traps`() {
        let bytes = Array(session.joined().utf8)
        var random = SystemRandomNumberGenerator()
        for _ in 0..<3000 {
            var changed = bytes
            for _ in 0..<Int.random(in: 1...6, using: &random) { changed[Int.random(in: 0..<changed.count, using: &random)] = UInt8.random(in: 0...255, using: &random) }
            var reader = IMAPReader()
            reader.append(Array(changed.prefix(Int.random(in: 0...changed.count, using: &random))))
            // A problem is as good as an answer here.
            while let found = try? reader.next() { if case .data(let data) = found { _ = IMAPFetched(data) } }
        }
    }
}

struct IMAPCommandTests {
    @Test func `strings are quoted, and literals where they cannot be`() {
        #expect(
            IMAPCommand(tag: "a1", [.words("LOGIN"), .string("bob"), .string("a\"b\\c d")], literalsAtOnce: -1).pieces.map { String(decoding: $0, as: UTF8.self) } == [
                "a1 LOGIN \"bob\" \"a\\\"b\\\\c d\"\r\n"
            ])
        #expect(
            IMAPCommand(tag: "a2", [.words("LOGIN"), .string("bob"), .string("p\r\nà")], literalsAtOnce: -1).pieces.map { String(decoding: $0, as: UTF8.self) } == [
                "a2 LOGIN \"bob\" {5}\r\n", "p\r\nà\r\n",
            ])
        #expect(
            IMAPCommand(tag: "a3", [.words("LOGIN"), .string("bob"), .string("é")], literalsAtOnce: 4096).pieces.map { String(decoding: $0, as: UTF8.self) } == [
                "a3 LOGIN \"bob\" {2+}\r\né\r\n"
            ])
    }

    @Test(arguments: [("INBOX", "INBOX"), ("Entwürfe", "Entw&APw-rfe"), ("A & B", "A &- B"), ("台北/日本語", "&U,BTFw-/&ZeVnLIqe-"), ("😀", "&2D3eAA-")])
    func `folder names leave in modified UTF-7`(name: String, wire: String) {
        #expect(IMAPFolderName.encode(name) == wire)
    }

    @Test func `sets of UIDs are short`() {
        #expect(IMAPCommand.set([1, 2, 3, 7, 9, 10]) == "1:3,7,9:10")
        #expect(IMAPCommand.set([UInt32.max]) == "4294967295")
        #expect(IMAPCommand.set([]) == "")
    }

    @Test func `credentials are as the mechanisms want them`() {
        #expect(IMAPCredentials.plain(user: "tim", password: "tanstaaftanstaaf") == "AHRpbQB0YW5zdGFhZnRhbnN0YWFm")
        #expect(IMAPCredentials.xoauth2(user: "someuser@example.com", token: "ya29.x") == "dXNlcj1zb21ldXNlckBleGFtcGxlLmNvbQFhdXRoPUJlYXJlciB5YTI5LngBAQ==")
    }

    @Test func `days are as SEARCH wants them`() throws {
        #expect(IMAPDate.day(try #require(Timestamp(rfc3339: "2026-03-02T09:29:56Z"))) == "2-Mar-2026")
        #expect(IMAPDate.read("nonsense") == nil)
    }
}
