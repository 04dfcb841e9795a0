import Messages
import Storage

/// Where a page of conversations ended: opaque to clients, strictly read.
struct Cursor {
    var updatedAt: Int64
    var id: String

    init(after row: ConversationRow) {
        updatedAt = row.updatedAt.microseconds
        id = row.id.text
    }

    var text: String { Base64URL.encode(Array("\(updatedAt).\(id)".utf8)) }

    /// Nil for anything that `text` does not make.
    init?(_ text: String) {
        guard text.utf8.count <= 128, let bytes = Base64URL.decode(text), let plain = String(validating: bytes, as: UTF8.self) else { return nil }
        let parts = plain.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 2, let moment = Int64(parts[0]), moment >= 0, String(moment) == parts[0], ConversationID(path: String(parts[1])) != nil else { return nil }
        updatedAt = moment
        id = String(parts[1])
    }
}

extension Identifier {
    /// An identifier in a path; nil when it is not written as one: 36 characters, lower-case hexadecimal digits and hyphens in their places.
    init?(path text: String) {
        let letters = Array(text.utf8)
        guard letters.count == 36 else { return nil }
        for (index, letter) in letters.enumerated() {
            switch index {
            case 8, 13, 18, 23: guard letter == UInt8(ascii: "-") else { return nil }
            default: guard (0x30...0x39).contains(letter) || (0x61...0x66).contains(letter) else { return nil }
            }
        }
        self.init(text)
    }
}
