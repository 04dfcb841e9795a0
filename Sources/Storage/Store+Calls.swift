package import Conversations
package import Messages

/// A request to a company system that this run of the program has claimed and must now make.
package struct DueCall: Sendable {
    /// Also what the company system tells a repeat by.
    package var id: CallID
    package var conversation: ConversationID
    package var article: String
    package var language: String
    package var call: PendingCall
    /// 1 for the first try.
    package var attempt: Int
    /// An earlier try may have been carried out.
    package var mayBeDone = false
}

extension Store {
    /// Stores a call that is due, within the transaction that stores the yes (or the last value) it follows from.
    func insert(_ requested: RequestedCall, _ row: ConversationRow, _ connection: any SQLConnection, _ now: Timestamp) throws {
        try connection.run(
            """
            INSERT INTO calls (id, conversation, article, language, action, arguments, state, attempts, due_at, created_at)
            VALUES ($1, $2, $3, $4, $5, $6, 'pending', 0, $7, $7)
            """,
            [
                .text(requested.id.text), .text(row.id.text), .text(requested.dialogue.article), .text(requested.dialogue.language), .text(requested.call.action),
                .text(requested.call.json.text), .integer(now.microseconds),
            ])
    }

    /// Claims calls that are due, oldest first.
    package func claimCalls(limit: Int) async throws -> [DueCall] {
        try await database.write { connection in
            try connection.rows(
                """
                UPDATE calls SET state = 'calling', attempts = attempts + 1, claimed_by = $1
                WHERE id IN (SELECT id FROM calls WHERE state = 'pending' AND due_at <= $2 ORDER BY due_at LIMIT $3 \(connection.lock))
                RETURNING id, conversation, article, language, arguments, attempts, may_be_done
                """, [.text(node), .integer(now().microseconds), .integer(Int64(limit))]
            ).map(Self.dueCall)
        }
    }

    /// When the next call is due; nil when none waits.
    package func nextCallDue() async throws -> Timestamp? {
        try await database.read { connection in
            try connection.first("SELECT MIN(due_at) FROM calls WHERE state = 'pending'", []).flatMap { $0.optionalInteger(0) }.map(Timestamp.init(microseconds:))
        }
    }

    /// A try that certainly did nothing, or that may be repeated under the same name: the next one is due at that time.
    /// - Parameter mayBeDone: this try, or an earlier one, may have been carried out.
    package func callAgain(_ call: DueCall, at time: Timestamp, _ explanation: String, mayBeDone: Bool = false) async throws {
        try await database.write { connection in
            _ = try connection.run(
                """
                UPDATE calls SET state = 'pending', due_at = $3, claimed_by = NULL, explanation = $4, may_be_done = $5
                WHERE id = $1 AND state = 'calling' AND claimed_by = $2
                """, [.text(call.id.text), .text(node), .integer(time.microseconds), .text(explanation), .integer(mayBeDone ? 1 : 0)])
        }
    }

    /// A call ended: notes it and lets the conversation go on, in one transaction. Nil when another run has taken it over.
    /// - Parameter article: looks the article up as it is said on that kind of channel.
    package func callEnded(
        _ call: DueCall, _ outcome: CallOutcome, article: @escaping @Sendable (_ channelKind: String) -> Consideration.ArticleText?
    ) async throws -> (change: ConversationChange, claimed: [ClaimedDelivery])? {
        try await database.write { connection -> (change: ConversationChange, claimed: [ClaimedDelivery])? in
            let now = now()
            // What was sensitive has done its work.
            var kept = call.call
            for index in kept.arguments.indices where kept.arguments[index].isSensitive { kept.arguments[index].value = kept.arguments[index].shown }
            let settled = try connection.run(
                "UPDATE calls SET state = $3, arguments = $4, explanation = $5, settled_at = $6 WHERE id = $1 AND state = 'calling' AND claimed_by = $2",
                [.text(call.id.text), .text(node), .text(outcome.name), .text(kept.json.text), SQLValue(outcome.json.string), .integer(now.microseconds)])
            guard settled == 1, var row = try conversationRow(call.conversation, connection) else { return nil }
            var events: [ConversationEvent]
            do throws(Refusal) {
                events = try row.state.decide(.callEnded(call.id, action: call.call.action, outcome, article: article(row.channelKind)), decisionContext(now))
            } catch {
                throw StorageFailure.failed(error.explanation)
            }
            events = try sparing(events, in: row, goal: row.lastText ?? call.article, connection, now)
            // People have it now; they see what came meanwhile themselves.
            if events.contains(where: { $0.kind == "handoff" }) { row.answerDue = nil }
            let appended = try append(events, to: &row, connection, at: now)
            return (ConversationChange(conversation: row.id, seq: row.lastSeq, owner: row.state.owner, effects: appended.effects), appended.claimed)
        }
    }

    /// Finds calls that a run which is gone left in the middle. Those whose action tells repeats apart are due again under the same name; the others, which
    /// may have been carried out, are claimed and returned: their end is that nobody knows.
    package func recoverCalls(repeatable: Set<String>) async throws -> (again: Int, lost: [DueCall]) {
        try await database.write { connection in
            let left = try connection.rows(
                "SELECT id, conversation, article, language, arguments, attempts, may_be_done, action FROM calls WHERE state = 'calling' AND claimed_by <> $1", [.text(node)])
            var again = 0
            var lost: [DueCall] = []
            for row in left {
                if repeatable.contains(row.text(7)) {
                    again += try connection.run(
                        "UPDATE calls SET state = 'pending', due_at = $2, claimed_by = NULL, explanation = $3, may_be_done = 1 WHERE id = $1",
                        [.text(row.text(0)), .integer(now().microseconds), .text("the program was stopped in the middle of the call")])
                } else {
                    try connection.run("UPDATE calls SET claimed_by = $2 WHERE id = $1", [.text(row.text(0)), .text(node)])
                    lost.append(try Self.dueCall(row))
                }
            }
            return (again, lost)
        }
    }

    private static func dueCall(_ row: SQLRow) throws -> DueCall {
        DueCall(
            id: CallID(row.text(0)), conversation: ConversationID(row.text(1)), article: row.text(2), language: row.text(3), call: PendingCall(try JSON.stored(row.text(4))),
            attempt: Int(row.integer(5)), mayBeDone: row.integer(6) != 0)
    }
}
