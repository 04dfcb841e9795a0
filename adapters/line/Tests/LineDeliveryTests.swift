import ChannelKit
import LineAdapter
import Messages
import Testing

@Suite(.timeLimit(.minutes(1))) struct LineDeliveryTests {
    /// Runs `body` while a connection stands, with the address of its identity and what was written since the greeting.
    static func connected(_ board: Switchboard, _ body: (ScriptedChannel, String) async throws -> Void) async throws {
        let channel = ScriptedChannel()
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { await board.adapter.serve(channel, inbox: board.inbox) }
            await channel.awaitWritten("/resume ")
            do {
                try await body(channel, Greeting.address(try Greeting.token(channel.written)))
            } catch {
                channel.end()
                throw error
            }
            channel.end()
            try await group.waitForAll()
        }
    }

    static func reply(_ channel: ScriptedChannel) -> String {
        String(channel.written.split(separator: "\n", maxSplits: 2, omittingEmptySubsequences: false).last ?? "")
    }

    @Test(
        arguments: [
            ("one line", .bot, nil, "one line\n"), ("two\nlines\n", .bot, nil, "two\nlines\n"), ("a\r\nb\rc\u{2028}d\u{85}e", .bot, nil, "a\nb\nc\nd\ne\n"),
            ("with\n\na gap", .bot, nil, "with\n\na gap\n"), ("hello\nthere", .agent, "Anna", "Anna: hello\nAnna: there\n"), ("hello", .agent, nil, "Agent: hello\n"),
            ("hello", .agent, "An\nna\u{1B} ", "Anna: hello\n"), ("\u{1B}[2J\u{9B}bell\u{7}\ttab\u{7F}", .bot, nil, "[2Jbell\ttab\n"), ("ciao 😀 è", .bot, nil, "ciao 😀 è\n"),
        ] as [(String, OutboundMessage.Author, String?, String)])
    func `A reply comes as lines, an agent's with the name`(text: String, author: OutboundMessage.Author, name: String?, lines: String) async throws {
        let board = try Switchboard()
        try await Self.connected(board) { channel, address in
            try await board.deliver(text, to: address, by: author, name: name)
            #expect(Array(Self.reply(channel).utf8) == Array(lines.utf8))
        }
    }

    @Test func `No line is longer than the protocol allows, and no character is cut`() async throws {
        let board = try Switchboard()
        try await Self.connected(board) { channel, address in
            let text = String(repeating: "è", count: 5000) + " " + String(repeating: "word ", count: 2000)
            try await board.deliver(text, to: address, by: .agent, name: "Anna")
            let lines = Self.reply(channel).split(separator: "\n")
            #expect(lines.allSatisfy { $0.utf8.count <= 4096 && $0.hasPrefix("Anna: ") })
            #expect(lines.map { $0.dropFirst(6) }.joined().filter { $0 != " " } == text.filter { $0 != " " })
        }
    }

    @Test func `A customer who is away is waited for`() async throws {
        let board = try Switchboard()
        let token = try Greeting.token(await board.play("hello\n").written)
        let failure = try await #require(throws: DeliveryFailure.self) { try await board.deliver("answer", to: Greeting.address(token)) }
        #expect(failure.verdict == .waiting)
    }

    @Test func `After resuming, replies reach the new connection and no longer the address it came with`() async throws {
        let board = try Switchboard()
        let token = try Greeting.token(await board.play("hello\n").written)
        try await Self.connected(board) { channel, own in
            channel.feed("/resume \(token)\n/help\n")
            await channel.awaitWritten("/human  talk")
            try await board.deliver("the answer", to: Greeting.address(token))
            #expect(channel.written.hasSuffix("the answer\n"))
            await #expect(throws: DeliveryFailure.self) { try await board.deliver("stray", to: own) }
        }
    }

    @Test func `Two connections of one identity both get the reply`() async throws {
        let board = try Switchboard()
        try await Self.connected(board) { first, address in
            let token = try Greeting.token(first.written)
            try await Self.connected(board) { second, _ in
                second.feed("/resume \(token)\n/help\n")
                await second.awaitWritten("/human  talk")
                try await board.deliver("to both", to: address)
                #expect(first.written.hasSuffix("to both\n") && second.written.hasSuffix("to both\n"))
            }
        }
        #expect(board.adapter.sessionCount == 0)
    }

    @Test(arguments: [(.timedOut, .unknown), (.closed, .waiting)] as [(NetworkFailure, DeliveryFailure.Verdict)])
    func `A write that fails closes the session and says what became of the text`(failed: NetworkFailure, verdict: DeliveryFailure.Verdict) async throws {
        let board = try Switchboard()
        try await Self.connected(board) { channel, address in
            channel.failNextWrite(failed)
            let failure = try await #require(throws: DeliveryFailure.self) { try await board.deliver("answer", to: address) }
            #expect(failure.verdict == verdict && channel.isClosed)
            let again = try await #require(throws: DeliveryFailure.self) { try await board.deliver("answer", to: address) }
            #expect(again.verdict == .waiting)
        }
        #expect(board.adapter.sessionCount == 0)
    }

    @Test func `Many writers at once take turns`() async throws {
        let board = try Switchboard()
        try await Self.connected(board) { channel, address in
            try await withThrowingTaskGroup(of: Void.self) { group in
                for index in 0..<50 { group.addTask { try await board.deliver("start \(index)\nend \(index)", to: address) } }
                try await group.waitForAll()
            }
            let lines = Self.reply(channel).split(separator: "\n")
            #expect(lines.count == 100)
            for pair in stride(from: 0, to: lines.count, by: 2) { #expect(lines[pair].dropFirst(6) == lines[pair + 1].dropFirst(4)) }
        }
    }
}
