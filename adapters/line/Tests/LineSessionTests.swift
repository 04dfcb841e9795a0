import ChannelKit
import LineAdapter
import Messages
import Testing

@Suite(.timeLimit(.minutes(1))) struct LineSessionTests {
    @Test func `A line is a message of the identity that the greeting's token stands for`() async throws {
        let board = try Switchboard()
        let channel = await board.play("where is my parcel?\r\n\tsecond line, è 😀\n")
        let token = try Greeting.token(channel.written)
        #expect(token.utf8.count == 26)
        #expect(board.inbox.texts == ["where is my parcel?", "\tsecond line, è 😀"])
        let event = try #require(board.inbox.events.first)
        #expect(event.sender == Sender(id: Greeting.address(token)) && event.externalConversationID == event.sender.id)
        #expect(event.kind == .message && event.dedupID == nil && event.notes.isEmpty && event.extras.isEmpty)
        #expect(board.inbox.raw.first == Array("where is my parcel?".utf8))
        #expect(channel.isClosed && board.adapter.sessionCount == 0)
    }

    @Test func `Two connections have two tokens`() async throws {
        let board = try Switchboard()
        let (first, second) = (await board.play(""), await board.play(""))
        #expect(try Greeting.token(first.written) != Greeting.token(second.written))
    }

    @Test(arguments: ["", "\n\r\n\n", " \n\t\n", "half a line", "\u{1B}\u{7}\n"])
    func `Nothing said stores nothing`(text: String) async throws {
        let board = try Switchboard()
        _ = await board.play(text)
        #expect(board.inbox.events.isEmpty)
    }

    @Test func `The commands do what they say and are not stored`() async throws {
        let board = try Switchboard()
        let channel = await board.play("/HELP\n/quit\n/admin on\n/bye\nafter the end\n")
        #expect(board.inbox.events.isEmpty)
        #expect(channel.written.contains("/human  talk to a person"))
        #expect(channel.written.components("Unknown command").count == 3)
        #expect(channel.written.hasSuffix("Goodbye. / Arrivederci.\n"))
    }

    @Test func `Asking for a person is passed on with its mark`() async throws {
        let board = try Switchboard()
        _ = await board.play("/human\n/Human please\n /human is no command with a blank before it\n")
        #expect(board.inbox.texts == ["/human", "/Human please", " /human is no command with a blank before it"])
        #expect(board.inbox.events.map { $0.extras == [JSON.Member("command", "human")] } == [true, true, false])
    }

    @Test func `A resumed session speaks for the earlier identity and asks for what was said meanwhile`() async throws {
        let board = try Switchboard()
        let token = try Greeting.token(await board.play("first\n").written)
        let channel = await board.play("/resume \(token.uppercased())\nsecond\n/resume \(token)\n")
        #expect(Set(board.inbox.events.map(\.sender.id)) == [Greeting.address(token)])
        #expect(board.inbox.reached == [Greeting.address(token)])
        #expect(channel.written.contains("Welcome back."))
        #expect(channel.written.contains("/resume works before the first message only"))
    }

    @Test(arguments: [
        "", "x", "aaaaaaaaaaaaaaaaaaaaaaaaa", "aaaaaaaaaaaaaaaaaaaaaaaaaaa", "aaaaaaaaaaaaaaaaaaaaaaaa01", "aaaaaaaaaaaaaaaaaaaaaaaaaa aaaa", "éaaaaaaaaaaaaaaaaaaaaaaaa",
    ])
    func `A token of another form is refused`(token: String) async throws {
        let board = try Switchboard()
        let channel = await board.play("/resume \(token)\n")
        #expect(channel.written.contains("/resume needs the token"))
        #expect(board.inbox.reached.isEmpty)
    }

    @Test func `A line of 4,096 bytes is taken, one byte more is refused and the session goes on`() async throws {
        for ending in ["\n", "\r\n"] {
            let board = try Switchboard()
            let (fits, exceeds) = (String(repeating: "a", count: 4096), String(repeating: "b", count: 4097))
            let channel = await board.play("\(fits)\(ending)\(exceeds)\(ending)\(fits)\(ending)after\(ending)")
            #expect(board.inbox.texts == [fits, fits, "after"])
            #expect(channel.written.components("Not stored: a line may have 4096 bytes").count == 2)
        }
    }

    @Test func `A long line that comes in pieces is refused once when it ends`() async throws {
        let board = try Switchboard()
        let channel = await board.play(Array(repeating: [UInt8](repeating: 0x61, count: 1460), count: 9) + [Array("a\nafter\n".utf8)])
        #expect(board.inbox.texts == ["after"])
        #expect(channel.written.components("Not stored: a line may have").count == 2)
    }

    @Test func `A line that goes on without end, or hangs, ends the session with one refusal`() async throws {
        for pieces: [Result<[UInt8], NetworkFailure>] in [
            Array(repeating: .success([UInt8](repeating: 0x61, count: 8192)), count: 100), [.success([UInt8](repeating: 0x61, count: 4097)), .failure(.timedOut)],
        ] {
            let board = try Switchboard()
            let channel = ScriptedChannel()
            for piece in pieces { channel.feed(piece) }
            channel.feed("\nafter\n")
            await board.adapter.serve(channel, inbox: board.inbox)
            #expect(board.inbox.events.isEmpty)
            #expect(channel.isClosed && channel.written.components("Not stored: a line may have").count == 2)
        }
    }

    @Test(arguments: [[0xC3, 0x28], [0xFF, 0xFB, 0x01], [0xED, 0xA0, 0x80], [0x61, 0xC0, 0xAF]] as [[UInt8]])
    func `A line that is not UTF-8 is refused with one line and the next is taken`(bytes: [UInt8]) async throws {
        let board = try Switchboard()
        let channel = await board.play([bytes + Array("\nafter\n".utf8)])
        #expect(board.inbox.texts == ["after"])
        #expect(channel.written.components("Not stored: the line is not UTF-8").count == 2)
    }

    @Test func `Control characters are taken out and that is noted`() async throws {
        let board = try Switchboard()
        _ = await board.play("\u{1B}[2Jred\u{7}\u{9B}31m\u{7F}\none\rtwo\n\0nul\n")
        #expect(board.inbox.texts == ["[2Jred31m", "one two", "nul"])
        #expect(board.inbox.events.allSatisfy { !$0.notes.isEmpty })
    }

    @Test func `What the store cannot take is said, and the session goes on`() async throws {
        let board = try Switchboard()
        board.inbox.failNext(1)
        let channel = await board.play("first\nsecond\n")
        #expect(board.inbox.texts == ["second"])
        #expect(channel.written.components("Not stored, please send it again").count == 2)
    }

    @Test func `A long silence ends the session with a word`() async throws {
        let board = try Switchboard()
        let channel = ScriptedChannel()
        channel.feed(.failure(.timedOut))
        await board.adapter.serve(channel, inbox: board.inbox)
        #expect(channel.isClosed && channel.written.contains("Closed after a long silence"))
    }

    @Test func `Twenty lines pass at once, the next are held back, and no line is lost`() async throws {
        let board = try Switchboard()
        let start = board.clock.now
        let lines = (0..<40).map { "line \($0)" }
        _ = await board.play(lines.map { $0 + "\n" }.joined())
        #expect(board.inbox.texts == lines)
        let seconds = (board.clock.now - start) / .seconds(1)
        #expect(seconds > 3.9 && seconds < 4.5)
    }

    @Test func `A flood that does not stop is ended`() async throws {
        let board = try Switchboard()
        let channel = await board.play(String(repeating: "\n", count: 1000) + "never reached\n")
        #expect(board.inbox.events.isEmpty)
        #expect(channel.written.contains("Too many lines"))
        #expect((board.clock.now - Timestamp(seconds: 1_772_443_800)) < .seconds(45))
    }

    @Test(arguments: ["/resume works later", "plain", "/help"])
    func `A wrong setting is named`(text: String) throws {
        for settings: JSON in [["idle_seconds": 0], ["idle_seconds": .string(text)], ["idle_seconds": 90_000]] {
            let problem = try #require(throws: ConfigurationProblem.self) { try Switchboard(settings: settings) }
            #expect(problem.path == "settings.idle_seconds")
        }
        #expect(throws: ConfigurationProblem.self) { try Switchboard(settings: ["other": .string(text)]) }
    }
}

extension String {
    /// The parts between occurrences of `separator`.
    func components(_ separator: String) -> [Substring] { split(separator: separator, omittingEmptySubsequences: false) }
}
