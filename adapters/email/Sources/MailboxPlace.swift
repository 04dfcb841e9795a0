import Messages

/// How far a folder was read. UIDs rise and are never given twice as long as the folder keeps its UIDVALIDITY (RFC 9051 §2.3.1.1).
struct MailboxPlace: Sendable, Hashable {
    var validity: UInt32
    /// Every message up to here is stored, put aside or was never ours to take.
    var uid: UInt32
    /// Where new mail began when the folder was first seen under this validity: what is below counts as backlog.
    var first: UInt32
    /// When we began with this folder at all: of a folder that was made anew, what came since then is taken whatever its flags say.
    var began: Timestamp
    var lastEventAt: Timestamp?

    var text: String {
        let json: JSON = [
            "validity": .integer(Int64(validity)), "uid": .integer(Int64(uid)), "first": .integer(Int64(first)), "began": .integer(began.microseconds),
            "last": lastEventAt.map { .integer($0.microseconds) } ?? .null,
        ]
        return json.text
    }

    init(validity: UInt32, uid: UInt32, first: UInt32, began: Timestamp, lastEventAt: Timestamp? = nil) {
        self.validity = validity
        self.uid = uid
        self.first = first
        self.began = began
        self.lastEventAt = lastEventAt
    }

    /// Nil for a text that is not one of ours: the folder is then looked through anew, and what is there already is not stored twice.
    init?(_ text: String) {
        guard let json = try? JSON(parsing: Array(text.utf8)), let validity = json["validity"]?.integer.flatMap(UInt32.init(exactly:)),
            let uid = json["uid"]?.integer.flatMap(UInt32.init(exactly:)), let first = json["first"]?.integer.flatMap(UInt32.init(exactly:)), let began = json["began"]?.integer
        else { return nil }
        self.init(
            validity: validity, uid: uid, first: first, began: Timestamp(microseconds: began),
            lastEventAt: json["last"]?.integer.map(Timestamp.init(microseconds:)))
    }

    /// The place to begin with, or to begin with anew under another validity.
    static func beginning(_ before: MailboxPlace?, validity: UInt32, next: UInt32, backlog: IMAPSettings.Backlog, now: Timestamp) -> MailboxPlace {
        MailboxPlace(
            validity: validity, uid: backlog == .new && before == nil ? max(1, next) - 1 : 0, first: next, began: before?.began ?? now, lastEventAt: before?.lastEventAt)
    }
}
