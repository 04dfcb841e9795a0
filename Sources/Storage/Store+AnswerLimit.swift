import Conversations
import Messages

/// What an address was told by itself today, beside its identity, on channels where a machine may be at the other end: one notice, and each answer
/// once (docs/decisions/0008).
struct AnswersToday {
    /// Beyond so many different things a day nobody reads along: people see to it.
    private static let most = 20

    private var day: Int64
    private var kinds: [String]
    private(set) var isChanged = false

    init(_ stored: String?, now: Timestamp) throws {
        let today = now.seconds / 86_400
        let kept = try stored.map(JSON.stored)
        day = today
        kinds = kept?["day"]?.integer == today ? (kept?["kinds"]?.array ?? []).compactMap(\.string) : []
    }

    var text: String { (["day": .integer(day), "kinds": .array(kinds.map(JSON.string))] as JSON).text }

    /// Whether this may be said; it then counts as said.
    mutating func allows(_ kind: String) -> Bool {
        guard kinds.count < Self.most, !kinds.contains(kind) else { return false }
        kinds.append(kind)
        isChanged = true
        return true
    }
}

extension Store {
    /// The facts without what this address may not be told today: at most one notice for an address and day, whatever it says, and each answer once,
    /// so that two machines that do not know each other for machines come to an end. Where an answer is left out people get the conversation; where only a notice or a
    /// pleasantry is, nothing takes its place.
    func sparing(_ events: [ConversationEvent], in row: ConversationRow, goal: String, _ connection: any SQLConnection, _ now: Timestamp) throws -> [ConversationEvent] {
        guard answersSparingly(row.channel), events.contains(where: { $0.automaticKind != nil }) else { return events }
        let stored = try connection.first("SELECT answered FROM identities WHERE id = $1", [.text(row.identity.text)])
        var today = try AnswersToday(stored?.optionalText(0), now: now)
        var kept: [ConversationEvent] = []
        var state = row.state
        for event in events {
            var next = [event]
            if let kind = event.automaticKind, !today.allows(kind) {
                switch event {
                case .handedOff(let packet, _): next = [.handedOff(packet, notice: nil)]
                case .botSaid(let remark) where [.greeting, .thanks, .helped].contains(remark.kind): next = []
                default:
                    next = state.handOver(
                        .unhelpful, goal: goal, facts: [Handoff.Fact("channel", row.channel), Handoff.Fact("note", "the same answer was sent to this address today")],
                        decisionContext(now))
                }
            }
            for event in next { state.apply(event) }
            kept += next
        }
        if today.isChanged { try connection.run("UPDATE identities SET answered = $2 WHERE id = $1", [.text(row.identity.text), .text(today.text)]) }
        return kept
    }
}

extension ConversationEvent {
    /// What counts as the same thing said by a machine, all notices as one; nil for what people say and for what a dialogue needs.
    fileprivate var automaticKind: String? {
        switch self {
        // The words as well: what a company system says of one order is another answer than what it says of the next.
        case .botAnswered(let answer): "article \(answer.article) \(Self.fingerprint(answer.speech.text))"
        case .botAskedWhich(let question): "which \(question.choices.map(\.article).joined(separator: " "))"
        case .botSaid(let remark) where ![.cancelled, .waiting].contains(remark.kind): "notice"
        case .handedOff(_, let notice): notice == nil ? nil : "notice"
        default: nil
        }
    }

    /// FNV-1a: the same at every start, and no secret.
    private static func fingerprint(_ text: String) -> String {
        String(text.utf8.reduce(0xcbf2_9ce4_8422_2325 as UInt64) { ($0 ^ UInt64($1)) &* 0x0000_0100_0000_01b3 }, radix: 36)
    }
}
