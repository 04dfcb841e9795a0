package import Conversations
import Glibc
package import Messages

/// Everything that the program remembers, in the program's own words. A method is one transaction, named for what happened.
package struct Store: Sendable {
    package let database: any Database
    /// Tells this run of the program from every other: deliveries claimed by a run that is gone are found by it.
    package let node: String
    /// How long customers are told that a person's answer takes at most.
    package let answerWithin: Duration
    /// Whether a reply may be claimed in the transaction that makes it: false while more is on its way out than the courier takes on.
    let claimsAtOnce: @Sendable () -> Bool
    /// Why no reply can leave by a channel; nil where it can.
    let repliesRefused: @Sendable (_ channel: String) -> String?
    /// Whether a machine may be at the other end of a channel: an address there gets at most one notice a day, and each answer once.
    let answersSparingly: @Sendable (_ channel: String) -> Bool
    /// Bytes that the files of one reply may have together on a channel; 0 where it takes none.
    let mostFileBytes: @Sendable (_ channel: String) -> Int
    let now: @Sendable () -> Timestamp

    package init(
        database: any Database, node: String, answerWithin: Duration, claimsAtOnce: @escaping @Sendable () -> Bool = { true },
        repliesRefused: @escaping @Sendable (_ channel: String) -> String? = { _ in nil },
        answersSparingly: @escaping @Sendable (_ channel: String) -> Bool = { _ in false }, mostFileBytes: @escaping @Sendable (_ channel: String) -> Int = { _ in 0 },
        now: @escaping @Sendable () -> Timestamp = { Timestamp.now() }
    ) {
        self.database = database
        self.node = node
        self.answerWithin = answerWithin
        self.claimsAtOnce = claimsAtOnce
        self.repliesRefused = repliesRefused
        self.answersSparingly = answersSparingly
        self.mostFileBytes = mostFileBytes
        self.now = now
    }

    func decisionContext(_ now: Timestamp) -> DecisionContext {
        // The machine's own time zone: "tomorrow" is its customers' tomorrow.
        var seconds = time_t(now.seconds)
        var local = tm()
        localtime_r(&seconds, &local)
        return DecisionContext(now: now, makeMessageID: { MessageID.make(at: now) }, answerWithin: answerWithin, utcOffset: .seconds(local.tm_gmtoff))
    }
}

/// A conversation as its row says, with the state that the rules look at.
package struct ConversationRow: Sendable {
    package var id: ConversationID
    package var customer: CustomerID
    package var identity: IdentityID
    package var channel: String
    package var channelKind: String
    package var thread: String
    package var subject: String?
    package var state: ConversationState
    package var handoff: JSON?
    package var lastSeq: Int64
    /// The first customer's message that nobody has considered yet.
    package var answerDue: Int64?
    package var waitingSince: Timestamp?
    package var promisedAt: Timestamp?
    package var lastText: String?
    package var lastDirection: String?
    package var lastAt: Timestamp?
    package var replyTo: String?
    package var references: [String]
    package var createdAt: Timestamp
    package var updatedAt: Timestamp
    /// The address of the identity, where replies go.
    package var recipient: String

    static let columns = """
        c.id, c.customer, c.identity, c.channel, c.channel_kind, c.thread, c.subject, c.language, c.owner, c.agent, c.memory, c.handoff, c.last_seq,
        c.answer_due, c.waiting_since, c.promised_at, c.last_text, c.last_direction, c.last_at, c.reply_to, c.reply_references, c.created_at, c.updated_at, i.address
        """

    init(_ row: SQLRow) throws {
        guard let owner = Owner(name: row.text(8), agent: row.optionalText(9)) else {
            throw StorageFailure.failed("conversation \(row.text(0)) has no owner that makes sense: run `centralino store check`")
        }
        id = ConversationID(row.text(0))
        customer = CustomerID(row.text(1))
        identity = IdentityID(row.text(2))
        channel = row.text(3)
        channelKind = row.text(4)
        thread = row.text(5)
        subject = row.optionalText(6)
        state = ConversationState()
        state.owner = owner
        state.language = row.optionalText(7)
        if let memory = row.optionalText(10) { state.recall(try JSON.stored(memory)) }
        handoff = try row.optionalText(11).map(JSON.stored)
        lastSeq = row.integer(12)
        answerDue = row.optionalInteger(13)
        waitingSince = row.optionalInteger(14).map(Timestamp.init(microseconds:))
        promisedAt = row.optionalInteger(15).map(Timestamp.init(microseconds:))
        lastText = row.optionalText(16)
        lastDirection = row.optionalText(17)
        lastAt = row.optionalInteger(18).map(Timestamp.init(microseconds:))
        replyTo = row.optionalText(19)
        references = try row.optionalText(20).map { try JSON.stored($0).array?.compactMap(\.string) ?? [] } ?? []
        createdAt = Timestamp(microseconds: row.integer(21))
        updatedAt = Timestamp(microseconds: row.integer(22))
        recipient = row.text(23)
    }

    init(
        opening id: ConversationID, customer: CustomerID, identity: IdentityID, channel: String, channelKind: String, thread: String, subject: String?,
        recipient: String, at now: Timestamp
    ) {
        self.id = id
        self.customer = customer
        self.identity = identity
        self.channel = channel
        self.channelKind = channelKind
        self.thread = thread
        self.subject = subject
        self.recipient = recipient
        state = ConversationState()
        lastSeq = 0
        references = []
        createdAt = now
        updatedAt = now
    }
}

extension JSON {
    /// JSON that the store itself wrote.
    static func stored(_ text: String) throws -> JSON {
        do {
            return try JSON(parsing: Array(text.utf8))
        } catch {
            throw StorageFailure.failed("a row of the store holds broken JSON (\(error)): run `centralino store check`")
        }
    }
}

/// Something changed in a conversation: what live views are told, after the commit.
package struct ConversationChange: Sendable, Hashable {
    /// What others than the live views care for.
    package struct Effects: OptionSet, Sendable, Hashable {
        package let rawValue: Int
        package init(rawValue: Int) { self.rawValue = rawValue }
        /// A company system is to be called.
        package static let callDue = Effects(rawValue: 1)
        /// The customer said that the answer helped, or did not.
        package static let helped = Effects(rawValue: 2)
        package static let notHelped = Effects(rawValue: 4)
    }

    package var conversation: ConversationID
    package var seq: Int64
    package var owner: Owner
    package var effects: Effects = []
}

/// A delivery that this run of the program has claimed and must now try.
package struct ClaimedDelivery: Sendable {
    package var channel: String
    package var message: OutboundMessage
}
