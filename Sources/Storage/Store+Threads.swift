import Conversations
import Messages

/// The conversation that a message belongs to, and in what part its writer stands there.
struct Belonging {
    enum Part {
        /// The conversation's own customer.
        case customer
        /// Somebody else, who had a mail of ours in hand: what he writes is shown, he is never written to, and nothing of the conversation is
        /// his to decide.
        case outsider
        /// Somebody else whom an agent let take part: people read it, nothing of the conversation is theirs to decide, and they are never written to.
        case participant
        /// A machine that reports of this message of ours.
        case reporter(about: MessageID?)
    }

    var row: ConversationRow
    var part: Part
}

extension Store {
    /// The conversation that the event proves to answer or to report of; nil when it proves none that is there, on this channel.
    func provenConversation(_ arrival: Arrival, _ customer: CustomerID, _ connection: any SQLConnection) throws -> Belonging? {
        for reference in arrival.event.answers.prefix(20) {
            var id: ConversationID?
            var about: MessageID?
            switch reference {
            case .conversation(let conversation): id = conversation
            case .message(let message):
                about = message
                id = try connection.first("SELECT conversation FROM messages WHERE id = $1", [.text(message.text)]).map { ConversationID($0.text(0)) }
            }
            guard let id, let row = try conversationRow(id, connection), row.channel == arrival.channel else { continue }
            if arrival.event.report != nil { return Belonging(row: row, part: .reporter(about: about)) }
            if row.customer == customer { return Belonging(row: row, part: .customer) }
            // Who is perhaps somebody else under a participant's address is none.
            let takesPart = try arrival.event.sender.verification?.verdict != .failed && takesPart(customer, in: row.id, connection)
            return Belonging(row: row, part: takesPart ? .participant : .outsider)
        }
        return nil
    }

    /// What the message itself makes, when the bot has no part in it: for who is not the conversation's customer, for a report, and where
    /// no automatic answer is wanted. People get the conversation; nobody is written to.
    func factsForPeople(_ message: CustomerMessage, _ arrival: Arrival, _ belonging: Belonging, _ connection: any SQLConnection, _ now: Timestamp) throws -> [ConversationEvent]? {
        let event = arrival.event
        let reason: Handoff.Reason
        var settled: ConversationEvent?
        switch belonging.part {
        case .customer:
            // To a name that is perhaps another's, nothing is said before a person looked.
            guard event.refusesAutomaticAnswers || event.sender.verification?.verdict == .failed, !event.isAutomatic else { return nil }
            reason = .noAutomaticAnswers
        case .outsider, .participant:
            // A machine that is not part of it (a list, an out-of-office note of a colleague) is shown, and that is all.
            guard !event.isAutomatic else { return [.customerWrote(message)] }
            reason = .otherWriter
        case .reporter(let about):
            guard let report = event.report, let delivery = try note(report, of: about, in: belonging.row, connection, now), report.outcome == .failed else {
                return [.customerWrote(message)]
            }
            reason = .undelivered
            settled = .deliverySettled(message: delivery.message, state: "refused", attempts: delivery.attempts, explanation: report.explanation)
        }
        var state = belonging.row.state
        let written = ConversationEvent.customerWrote(message)
        state.apply(written)
        var facts = [Handoff.Fact("channel", arrival.channel), Handoff.Fact("writer", event.sender.email ?? event.sender.id)]
        if let subject = event.subject { facts.append(Handoff.Fact("subject", subject)) }
        if let report = event.report { facts.append(Handoff.Fact("report", report.explanation)) }
        return [written] + [settled].compactMap(\.self) + state.handOver(reason, goal: belonging.row.lastText ?? message.text, facts: facts, decisionContext(now))
    }

    /// Writes a report to the delivery it is about; nil when there is none, or it is final already.
    private func note(_ report: DeliveryReport, of message: MessageID?, in row: ConversationRow, _ connection: any SQLConnection, _ now: Timestamp) throws -> (
        message: MessageID, attempts: Int
    )? {
        guard let message else { return nil }
        switch report.outcome {
        case .failed:
            return try connection.rows(
                """
                UPDATE deliveries SET state = 'refused', explanation = $3, settled_at = $4, claimed_by = NULL
                WHERE message = $1 AND conversation = $2 AND state <> 'refused' RETURNING message, attempts
                """, [.text(message.text), .text(row.id.text), .text(report.explanation), .integer(now.microseconds)]
            ).first.map { (MessageID($0.text(0)), Int($0.integer(1))) }
        case .delayed:
            // Still on its way: the state stays what it is, and agents see why it takes long.
            try connection.run(
                "UPDATE deliveries SET explanation = $3 WHERE message = $1 AND conversation = $2 AND state <> 'refused'",
                [.text(message.text), .text(row.id.text), .text(report.explanation)])
            return nil
        }
    }
}
