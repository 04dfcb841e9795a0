/// The header fields of a message that mean something to us, by their names in lower case.
enum KnownField: String, CaseIterable {
    case subject, from, to, cc, date, references, precedence, received
    case messageID = "message-id"
    case inReplyTo = "in-reply-to"
    case autoSubmitted = "auto-submitted"
    case listID = "list-id"
    case listPost = "list-post"
    case listUnsubscribe = "list-unsubscribe"
    case autoResponseSuppress = "x-auto-response-suppress"
    case autoreply = "x-autoreply"
    case autorespond = "x-autorespond"
    case autoresponder = "x-autoresponder"
    case autoReply = "x-auto-reply"
    case autoReplyFrom = "x-autoreply-from"
    case mailAutoReply = "x-mail-autoreply"
    case failedRecipients = "x-failed-recipients"
    case returnPath = "return-path"
    case loop = "x-loop"
    /// Certified mail (PEC).
    case transport = "x-trasporto"
    case receipt = "x-ricevuta"
    case receiptReference = "x-riferimento-message-id"

    init?(_ name: ArraySlice<UInt8>) {
        guard name.count < Self.byLength.count, let found = Self.byLength[name.count].first(where: { name.isWord($0.name) }) else { return nil }
        self = found.field
    }

    private static let byLength: [[(name: [UInt8], field: KnownField)]] = {
        var table = [[(name: [UInt8], field: KnownField)]](repeating: [], count: 32)
        for field in allCases { table[field.rawValue.utf8.count].append((Array(field.rawValue.utf8), field)) }
        return table
    }()
}
