import ChannelKit
import LineAdapter
import Messages
import Testing

@Suite(.timeLimit(.minutes(1))) struct LineHostileTests {
    @Test func `Every hostile input is there`() { #expect(Hostile.cases.count == 16) }

    @Test(arguments: Hostile.cases, [1, 7, 1460, 8192])
    func `A hostile input stores no more than it may, however it is cut`(input: Hostile.Case, size: Int) async throws {
        let bytes = try Hostile.bytes(input.file)
        let board = try Switchboard()
        let pieces = stride(from: 0, to: bytes.count, by: size).map { Array(bytes[$0..<min($0 + size, bytes.count)]) }
        let channel = await board.play(pieces)
        let stored = board.inbox.events.count
        let lines = bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: true)
        let ends = bytes.count { $0 == UInt8(ascii: "\n") }
        if let exactly = input.exactly { #expect(stored == exactly) }
        // Each line is a message on this port, so where texts may be stored there may be as many as lines.
        #expect(stored <= (input.verdict == "store_or_ignore" && input.most > 0 ? max(input.most, lines.count) : input.most))
        #expect(stored <= max(1, ends))
        if lines.contains(where: { $0.count > 4096 }) { #expect(stored == 0) }
        for event in board.inbox.events {
            #expect(event.text.utf8.count <= 4096)
            #expect(!event.text.unicodeScalars.contains { $0.properties.generalCategory == .control && $0 != "\t" })
        }
        #expect(channel.isClosed)
    }
}
