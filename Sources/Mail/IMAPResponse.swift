package import Messages

/// What an IMAP server says in one response (RFC 9051 §7, RFC 3501 §7).
package enum IMAPResponse: Sendable, Hashable {
    /// `+`: the server waits for the rest of a command.
    case goOn(String)
    case status(IMAPStatus)
    case data(IMAPData)
}

/// OK, NO, BAD, BYE or PREAUTH, of a command (with its tag) or by itself.
package struct IMAPStatus: Sendable, Hashable {
    package enum Word: String, Sendable, Hashable {
        case ok = "OK"
        case no = "NO"
        case bad = "BAD"
        case bye = "BYE"
        case preauth = "PREAUTH"
    }

    /// Nil when the server says it by itself.
    package var tag: String?
    package var word: Word
    /// `UIDVALIDITY` of `[UIDVALIDITY 17]`, in upper case.
    package var code: String?
    package var argument: String
    /// For people, in the server's own words: at most 300 bytes of visible ASCII.
    package var text: String

    /// The number of a code such as `[UIDNEXT 7]`; nil where it holds another code or no number.
    package func number(of code: String) -> UInt32? { self.code == code ? UInt32(argument) : nil }
}

/// Any other untagged response: `* 12 FETCH (…)`, `* SEARCH 2 3`.
package struct IMAPData: Sendable, Hashable {
    package var number: UInt32?
    /// In upper case.
    package var name: String
    package var values: [IMAPValue]
}

/// One value of a response.
package indirect enum IMAPValue: Sendable, Hashable {
    /// A word or a number.
    case atom(String)
    /// A quoted string or a literal.
    case string([UInt8])
    case list([IMAPValue])
    /// NIL.
    case none

    /// As text, for words and strings alike.
    package var text: String? {
        switch self {
        case .atom(let text): text
        case .string(let bytes): String(decoding: bytes, as: UTF8.self)
        case .list, .none: nil
        }
    }

    package var number: UInt32? {
        if case .atom(let text) = self { UInt32(text) } else { nil }
    }
}

/// What a FETCH response says of one message.
package struct IMAPFetched: Sendable, Hashable {
    package var uid: UInt32?
    package var size: Int?
    package var internalDate: Timestamp?
    package var isSeen = false
    /// The octets of the message or of its header, whichever was asked for; nil when the server gave none.
    package var octets: [UInt8]?

    /// Nil for anything but a FETCH response in the right form.
    package init?(_ data: IMAPData) {
        guard data.name == "FETCH", data.number != nil, data.values.count == 1, case .list(let items) = data.values[0] else { return nil }
        var index = 0
        while index + 1 < items.count {
            guard case .atom(let name) = items[index] else { return nil }
            let value = items[index + 1]
            index += 2
            switch name.uppercased() {
            case "UID": uid = value.number
            case "RFC822.SIZE": size = value.number.map(Int.init)
            case "INTERNALDATE": internalDate = value.text.flatMap(IMAPDate.read)
            case "FLAGS":
                if case .list(let flags) = value { isSeen = flags.contains { $0.text?.lowercased() == "\\seen" } }
            case let name where name.hasPrefix("BODY["):
                if case .string(let bytes) = value { octets = bytes }
            default: break
            }
        }
    }
}

/// Something that no honest server says, or more of it than is taken.
package struct IMAPProblem: Error, Sendable, Hashable {
    package var explanation: String

    package init(_ explanation: String) { self.explanation = explanation }
}

/// Dates as IMAP writes them (RFC 3501 §9, `date-time` and `date`).
package enum IMAPDate {
    private static let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]

    /// ` 7-Jul-1996 02:44:25 -0700`; nil for anything else.
    package static func read(_ text: String) -> Timestamp? {
        let words = text.split(separator: " ")
        guard words.count == 3 else { return nil }
        let date = words[0].split(separator: "-")
        let time = words[1].split(separator: ":")
        guard date.count == 3, time.count == 3, let day = Int64(date[0]), let month = months.firstIndex(of: String(date[1])), let year = Int64(date[2]),
            let hour = Int64(time[0]), let minute = Int64(time[1]), let second = Int64(time[2]), words[2].utf8.count == 5, let zone = Int64(words[2])
        else { return nil }
        let offset = zone / 100 * 3600 + zone % 100 * 60
        return Timestamp(year: year, month: Int64(month + 1), day: day, hour: hour, minute: minute, second: second).map { $0 - .seconds(offset) }
    }

    /// The day for SEARCH SINCE: `17-Jul-1996`.
    package static func day(_ time: Timestamp) -> String {
        let civil = time.civil
        return "\(civil.day)-\(months[Int(civil.month) - 1])-\(civil.year)"
    }
}
