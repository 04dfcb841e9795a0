import ChannelKit
import Messages

/// One connection from greeting to end: reads lines, obeys commands, hands messages to the inbox, says what went wrong.
struct LineConversation {
    /// Why a session ended, for the log.
    enum Ending: String {
        case closed, bye, idle, flood, endless, unwritable, cancelled
    }

    private static let mostPiecesPassedOver = 16
    private static let patienceWithinALine: Duration = .milliseconds(250)

    private let adapter: LineAdapter
    private let session: LineSession
    private let inbox: any Inbox
    private var reader = LineReader()
    private var allowance: LineAllowance
    private var hasSpoken = false
    private var piecesPassedOver = 0

    init(adapter: LineAdapter, session: LineSession, inbox: any Inbox) {
        self.adapter = adapter
        self.session = session
        self.inbox = inbox
        allowance = LineAllowance(now: adapter.now())
    }

    mutating func run(greeting: String) async -> Ending {
        guard await say(greeting) else { return .unwritable }
        while true {
            switch reader.next() {
            case .needsMore:
                if let ending = await readMore(within: adapter.idle) {
                    if ending == .idle { _ = await say(LinePhrases.idle) }
                    return ending
                }
            case .endless:
                // A line that comes in pieces may end yet; one that goes on and on, or hangs, ends the session.
                piecesPassedOver += 1
                guard piecesPassedOver <= Self.mostPiecesPassedOver else { return await say(LinePhrases.tooLong) ? .endless : .unwritable }
                if let ending = await readMore(within: Self.patienceWithinALine) {
                    if ending == .idle { return await say(LinePhrases.tooLong) ? .endless : .unwritable }
                    return ending
                }
            case .tooLong:
                piecesPassedOver = 0
                if let ending = await spend() { return ending }
                guard await say(LinePhrases.tooLong) else { return .unwritable }
            case .line(let line):
                // An empty line costs as much as any other: ten thousand of them are a flood too.
                if let ending = await spend() { return ending }
                if let ending = await obey(line) { return ending }
            }
        }
    }

    /// Nil when there are new bytes. Half a line before the end of the stream was never sent, so it is dropped.
    private mutating func readMore(within time: Duration) async -> Ending? {
        do throws(NetworkFailure) {
            let bytes = try await session.channel.read(upTo: LineReader.readSize, within: time)
            if bytes.isEmpty { return .closed }
            reader.feed(bytes)
            return nil
        } catch {
            switch error {
            case .timedOut: return .idle
            case .cancelled: return .cancelled
            default: return .closed
            }
        }
    }

    private mutating func spend() async -> Ending? {
        switch allowance.spend(now: adapter.now()) {
        case .go: return nil
        case .enough:
            _ = await say(LinePhrases.tooMany)
            return .flood
        case .wait(let time):
            do { try await adapter.pause(time) } catch { return .cancelled }
            return nil
        }
    }

    /// Nil when the session goes on.
    private mutating func obey(_ line: [UInt8]) async -> Ending? {
        guard let (text, wasCleaned) = LineText.read(line) else { return await say(LinePhrases.notUTF8) ? nil : .unwritable }
        guard text.contains(where: { !$0.isWhitespace }) else { return nil }
        guard text.utf8.first == UInt8(ascii: "/") else { return await pass(text, line, wasCleaned) }
        let words = text.split(separator: " ", maxSplits: 1, omittingEmptySubsequences: true)
        let rest = words.count > 1 ? words[1].drop { $0 == " " } : ""
        switch words[0].lowercased() {
        case "/help": return await say(LinePhrases.help) ? nil : .unwritable
        case "/human": return await pass(text, line, wasCleaned, extras: [JSON.Member("command", "human")])
        case "/bye":
            _ = await say(LinePhrases.bye)
            return .bye
        case "/resume": return await resume(String(rest))
        default: return await say(LinePhrases.unknownCommand) ? nil : .unwritable
        }
    }

    /// Offers one message to the store. Nothing is said when it is stored: the answer says it.
    private mutating func pass(_ text: String, _ line: [UInt8], _ wasCleaned: Bool, extras: [JSON.Member] = []) async -> Ending? {
        let address = session.address
        let event = InboundEvent(
            dedupID: nil, externalMessageID: nil, externalConversationID: address, sender: Sender(id: address), text: text,
            notes: wasCleaned ? ["Control characters were taken out of the line."] : [], extras: extras)
        hasSpoken = true
        do {
            _ = try await inbox.accept(event, raw: line)
            return nil
        } catch is CancellationError {
            return .cancelled
        } catch {
            return await say(LinePhrases.notStored) ? nil : .unwritable
        }
    }

    /// Makes this connection speak for the identity of an earlier one, and brings what was said meanwhile.
    private func resume(_ typed: String) async -> Ending? {
        guard !hasSpoken else { return await say(LinePhrases.resumeTooLate) ? nil : .unwritable }
        guard let token = LineToken(typed: typed) else { return await say(LinePhrases.resumeForm) ? nil : .unwritable }
        // The welcome goes out before the register knows the session, so that no reply comes before it.
        adapter.leave(session)
        guard await say(LinePhrases.resumed) else { return .unwritable }
        session.address = token.address
        adapter.enter(session, token.address)
        await inbox.reachable(token.address)
        return nil
    }

    private func say(_ text: String) async -> Bool {
        do throws(NetworkFailure) {
            try await session.send(Array((text + "\n").utf8))
            return true
        } catch {
            return false
        }
    }
}
