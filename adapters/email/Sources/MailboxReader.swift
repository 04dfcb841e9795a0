import ChannelKit
import Logging
import Mail
import Messages

/// Reads one folder of a mailbox, for as long as the program runs: stores each message, and only then marks or moves it, and only then
/// notes how far it came. A crash anywhere in between brings messages again, and the store knows them.
final class MailboxReader {
    /// Messages between two notes of the place.
    private static let batch = 20
    /// A message that breaks the connection or cannot be stored is put aside after so many tries.
    private static let tries = 3
    private static let headerBytes = 65_536

    private let settings: IMAPSettings
    private let folder: String
    private let network: any Network
    private let http: any HTTPSender
    private let places: any PlaceKeeper
    private let status: MailboxStatus
    private let logger: Logger
    private let now: @Sendable () -> Timestamp
    private let event: @Sendable ([UInt8], _ excerptOf: Int?) -> InboundEvent
    /// The message in hand when something went wrong last, and how often it was in hand then.
    private var trouble: (uid: UInt32, count: Int) = (0, 0)
    private var inHand: UInt32?

    /// - Parameter event: makes the event of a mail's octets; of a mail that is too large, of its header, with its size.
    init(
        _ settings: IMAPSettings, folder: String, context: AdapterContext, status: MailboxStatus, event: @escaping @Sendable ([UInt8], _ excerptOf: Int?) -> InboundEvent
    ) {
        self.settings = settings
        self.folder = folder
        network = context.network
        http = context.http
        places = context.places
        logger = context.logger
        now = context.now
        self.status = status
        self.event = event
    }

    /// Connects again and again until cancelled: after a break soon, with a pause that doubles up to a minute; after what only an operator can
    /// mend every ten minutes, so that it goes on by itself once it is mended, and nobody is locked out for trying.
    func run(_ inbox: any Inbox) async {
        var pause = Duration.seconds(1)
        while !Task.isCancelled {
            var stood = false
            var failure = IMAPFailure.cancelled
            do {
                try await connect(inbox, stood: &stood)
            } catch {
                failure = error
            }
            if failure == .cancelled || Task.isCancelled { return }
            if let uid = inHand { trouble = (uid, trouble.uid == uid ? trouble.count + 1 : 1) }
            inHand = nil
            status.change(folder) {
                $0.problem = failure.words
                $0.connectedSince = nil
            }
            var wait = pause
            if stood { wait = .seconds(1) }
            pause = min(wait * 2, .seconds(60))
            if case .locked = failure {
                wait = .seconds(600)
                logger.error("a mailbox needs an operator; tried again in ten minutes", metadata: ["why": "\(failure.words)"])
            } else {
                logger.warning("a mailbox's connection ended; connecting again", metadata: ["why": "\(failure.words)"])
            }
            // Cancelled while pausing: the loop's condition ends it.
            try? await Task.sleep(for: wait + wait / 100 * Int.random(in: 0...20))
        }
    }

    /// One connection, from the beginning to what ends it.
    private func connect(_ inbox: any Inbox, stood: inout Bool) async throws(IMAPFailure) {
        let connection = try await IMAPConnection.open(settings, network: network, http: http)
        defer { connection.close() }
        try await connection.select(folder, readOnly: settings.afterwards == .nothing)
        var place = try await place(connection)
        stood = true
        await inbox.connected()
        let since = now()
        let last = place.lastEventAt
        status.change(folder) {
            $0.problem = nil
            $0.connectedSince = since
            $0.lastEventAt = last
        }
        logger.info("mailbox connected", metadata: ["idle": "\(connection.capabilities.contains("IDLE"))"])
        while true {
            try await readNew(connection, &place, inbox)
            if connection.capabilities.contains("IDLE") {
                _ = try await connection.idle(atMost: settings.checkEvery)
            } else {
                if (try? await Task.sleep(for: min(settings.checkEvery, .seconds(60)))) == nil { throw .cancelled }
                try await connection.command([.words("NOOP")])
            }
        }
    }

    private func place(_ connection: IMAPConnection) async throws(IMAPFailure) -> MailboxPlace {
        guard let validity = connection.uidValidity else { throw .broken("the mail server gives no UIDVALIDITY") }
        let kept = try await stored { try await self.places.place(self.folder) }.flatMap(MailboxPlace.init)
        if let kept, kept.validity == validity { return kept }
        if kept != nil { logger.warning("the folder was made anew (UIDVALIDITY changed): looking through it again; what is stored is not stored twice") }
        let next: UInt32
        if let said = connection.uidNext {
            next = said
        } else {
            // RFC 3501 lets a server leave UIDNEXT out.
            next = (try await search(connection, "UID 1:*").max() ?? 0) + 1
        }
        let place = MailboxPlace.beginning(kept, validity: validity, next: next, backlog: settings.backlog, now: now())
        try await keep(place)
        return place
    }

    private func keep(_ place: MailboxPlace) async throws(IMAPFailure) {
        try await stored { try await self.places.keep(place.text, as: self.folder) }
    }

    private func stored<Result>(_ body: () async throws -> Result) async throws(IMAPFailure) -> Result {
        do {
            return try await body()
        } catch {
            if error is CancellationError { throw .cancelled }
            throw .broken("the store cannot take mail now")
        }
    }

    /// Takes what came since the place.
    private func readNew(_ connection: IMAPConnection, _ place: inout MailboxPlace, _ inbox: any Inbox) async throws(IMAPFailure) {
        let from = place.uid
        var uids: [UInt32] = []
        if from + 1 < place.first {
            // The day before as well: SINCE knows no hours and no time zones. What is too old is left out below.
            let since = "SINCE \(IMAPDate.day(place.began - .seconds(86_400)))"
            let condition =
                switch settings.backlog {
                case .all: ""
                case .unseen: " OR UNSEEN \(since)"
                case .new: " \(since)"
                }
            uids += try await search(connection, "UID \(from + 1):\(place.first - 1)\(condition)").filter { $0 > from && $0 < place.first }
        }
        let lower = max(from + 1, place.first)
        // `n:*` names the last message even where its UID is below n.
        uids += try await search(connection, "UID \(lower):*").filter { $0 >= lower }
        uids.sort()
        var index = 0
        while index < uids.count {
            let part = uids[index..<min(index + Self.batch, uids.count)]
            index += part.count
            try await read(part, connection, &place, inbox)
        }
    }

    private func search(_ connection: IMAPConnection, _ condition: String) async throws(IMAPFailure) -> [UInt32] {
        var found: [UInt32] = []
        try await connection.command([.words("UID SEARCH \(condition)")]) { data in
            if data.name == "SEARCH" { found += data.values.compactMap(\.number) }
        }
        return found
    }

    private func read(_ uids: ArraySlice<UInt32>, _ connection: IMAPConnection, _ place: inout MailboxPlace, _ inbox: any Inbox) async throws(IMAPFailure) {
        var known: [UInt32: IMAPFetched] = [:]
        // NO means that some of them are gone: the others were told.
        do {
            try await connection.command([.words("UID FETCH \(IMAPCommand.set(uids)) (UID RFC822.SIZE INTERNALDATE FLAGS)")]) { data in
                if let fetched = IMAPFetched(data), let uid = fetched.uid { known[uid] = fetched }
            }
        } catch {
            guard case .refused = error else { throw error }
        }
        var done: [UInt32] = []
        for uid in uids {
            guard let facts = known[uid] else { continue }
            // Backlog that was not wanted: also when the folder is looked through again because it was made anew. INTERNALDATE knows whole seconds.
            let isOld = uid < place.first && (facts.internalDate ?? place.began).seconds < place.began.seconds
            if isOld, settings.backlog == .new || settings.backlog == .unseen && facts.isSeen { continue }
            inHand = uid
            if try await take(uid, facts, connection, inbox) { done.append(uid) }
            inHand = nil
        }
        if !done.isEmpty {
            place.lastEventAt = now()
            let last = place.lastEventAt
            status.change(folder) { $0.lastEventAt = last }
            try await afterwards(done, connection)
        }
        place.uid = max(place.uid, uids.last ?? place.uid)
        try await keep(place)
    }

    /// Stores one message. True when it is stored whole, so that it may be marked or moved; false when it stays where it is.
    private func take(_ uid: UInt32, _ facts: IMAPFetched, _ connection: IMAPConnection, _ inbox: any Inbox) async throws(IMAPFailure) -> Bool {
        let size = facts.size ?? 0
        if trouble.uid == uid, trouble.count >= Self.tries { return try await putAside(uid, facts, inbox) }
        guard size <= settings.maximumBytes else {
            let header = try await octets(of: uid, "BODY.PEEK[HEADER]<0.\(Self.headerBytes)>", connection) ?? []
            try await accept(event(header, size), header, inbox)
            logger.warning("a mail is too large and was left in its folder; its header is stored", metadata: ["bytes": "\(size)", "uid": "\(uid)"])
            status.change(folder) { $0.setAside += 1 }
            return false
        }
        let raw: [UInt8]?
        do {
            raw = try await octets(of: uid, "BODY.PEEK[]", connection)
        } catch {
            guard case .refused(let code, _) = error, code != "EXPUNGEISSUED" else { throw error }
            return try await putAside(uid, facts, inbox)
        }
        // Taken out by somebody else in between: not ours any more.
        guard let raw else { return false }
        try await accept(event(raw, nil), raw, inbox)
        return true
    }

    private func octets(of uid: UInt32, _ what: String, _ connection: IMAPConnection) async throws(IMAPFailure) -> [UInt8]? {
        var found: [UInt8]?
        try await connection.command([.words("UID FETCH \(uid) (UID \(what))")]) { data in
            if let fetched = IMAPFetched(data), fetched.uid == uid, let octets = fetched.octets { found = octets }
        }
        return found
    }

    private func accept(_ event: InboundEvent, _ raw: [UInt8], _ inbox: any Inbox) async throws(IMAPFailure) {
        do {
            let acceptance = try await inbox.accept(event, raw: raw)
            logger.debug("mail read", metadata: ["bytes": "\(raw.count)", "repeat": "\(acceptance == .duplicate)"])
        } catch {
            if error is CancellationError { throw .cancelled }
            // A full disk or a rush is not the message's fault.
            if let cause = (error as? IntakeFailure)?.cause, cause != .failed { inHand = nil }
            throw .broken("the store cannot take mail now")
        }
    }

    /// A message that cannot be had or stored: the rest goes on, and agents see that there is one.
    private func putAside(_ uid: UInt32, _ facts: IMAPFetched, _ inbox: any Inbox) async throws(IMAPFailure) -> Bool {
        logger.error("a mail could not be read and was left in its folder", metadata: ["uid": "\(uid)"])
        status.change(folder) { $0.setAside += 1 }
        var unreadable = event([], nil)
        // Without octets, size and arrival are what a repeat is known by: they stay when the folder is made anew.
        unreadable.dedupID = "imap \(folder) \(facts.size ?? 0) \(facts.internalDate?.microseconds ?? Int64(uid))"
        unreadable.externalConversationID = unreadable.dedupID ?? folder
        unreadable.notes = ["a mail in the folder \(folder) could not be read; it was left there (UID \(uid), \(facts.size ?? 0) bytes)"]
        if trouble.uid == uid { trouble = (0, 0) }
        // Should this fail too, nothing is lost: it stays in the folder, and the log has it.
        _ = try? await inbox.accept(unreadable, raw: [])
        return false
    }

    /// Marks or moves what is stored.
    private func afterwards(_ uids: [UInt32], _ connection: IMAPConnection) async throws(IMAPFailure) {
        let set = IMAPCommand.set(uids)
        switch settings.afterwards {
        case .nothing: return
        case .seen: try await connection.command([.words("UID STORE \(set) +FLAGS.SILENT (\\Seen)")])
        case .move(let target):
            do {
                if connection.capabilities.contains("MOVE") { return try await connection.command([.words("UID MOVE \(set)"), .folder(target)]) }
                // RFC 6851 §3.3: what MOVE does, in steps. Without UIDPLUS only what is ours must not be expunged with what is others'.
                try await connection.command([.words("UID COPY \(set)"), .folder(target)])
                try await connection.command([.words("UID STORE \(set) +FLAGS.SILENT (\\Seen \\Deleted)")])
                if connection.capabilities.contains("UIDPLUS") { try await connection.command([.words("UID EXPUNGE \(set)")]) }
            } catch {
                guard case .refused(_, let why) = error else { throw error }
                throw .locked("stored mail cannot be moved to the folder \(target): \(why)")
            }
        }
    }
}
