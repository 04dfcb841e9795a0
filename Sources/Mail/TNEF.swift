/// What Outlook wraps into `winmail.dat` (MS-OXTNEF): the attachments, and the text where it is plain. Reads the few attributes that
/// matter; every length is checked against what is there, and nothing is unpacked.
struct TNEF {
    struct Attachment {
        var name: String?
        var bytes: ArraySlice<UInt8>
    }

    private(set) var attachments: [Attachment] = []
    /// The plain text; nil when there is none (the formatted one is compressed, and stays in the file).
    private(set) var text: String?
    /// The file ended in the middle of something.
    private(set) var isCut = false

    /// Nil when it is no TNEF.
    init?(_ bytes: [UInt8]) {
        guard bytes.count >= 6, Self.number(bytes, 0, 4) == 0x223E_9F78 else { return nil }
        var index = 6
        // Each attribute: level (1), id (4), length (4), data, checksum (2).
        while index + 11 <= bytes.count, attachments.count < 200 {
            let id = Self.number(bytes, index + 1, 4)
            let length = Self.number(bytes, index + 5, 4)
            let start = index + 9
            guard length <= bytes.count - start - 2 else {
                isCut = true
                return
            }
            let data = bytes[start..<(start + length)]
            switch id & 0xFFFF {
            case 0x800C: if text == nil { text = Self.words(data) }
            // attAttachRenddata begins an attachment.
            case 0x9002: attachments.append(Attachment(name: nil, bytes: []))
            case 0x8010: if let last = attachments.indices.last, attachments[last].name == nil { attachments[last].name = Self.words(data) }
            case 0x800F: if let last = attachments.indices.last { attachments[last].bytes = data }
            // The properties of an attachment know its long name, in UTF-16.
            case 0x9005: if let last = attachments.indices.last, let name = Self.longName(data) { attachments[last].name = name }
            default: break
            }
            index = start + length + 2
        }
        isCut = isCut || index != bytes.count
    }

    private static func number(_ bytes: [UInt8], _ start: Int, _ count: Int) -> Int {
        var value = 0
        for offset in 0..<count { value |= Int(bytes[start + offset]) << (8 * offset) }
        return value
    }

    private static func words(_ data: ArraySlice<UInt8>) -> String? {
        let text = EncodedWords.raw8Bit(Array(data.prefix { $0 != 0 }))
        return text.isEmpty ? nil : text
    }

    /// PR_ATTACH_LONG_FILENAME (0x3707) among MAPI properties: found by its tag, as the way to it leads through properties of every type.
    private static func longName(_ data: ArraySlice<UInt8>) -> String? {
        let bytes = Array(data.prefix(65_536))
        var index = 0
        while index + 12 <= bytes.count {
            defer { index += 4 }
            let isWide = bytes[index] == 0x1F
            // Tag: type (2) 0x001E or 0x001F, id (2); then the count of values (4) and the octets of the first (4).
            guard isWide || bytes[index] == 0x1E, bytes[index + 1] == 0, bytes[index + 2] == 0x07, bytes[index + 3] == 0x37, number(bytes, index + 4, 4) == 1 else { continue }
            let length = number(bytes, index + 8, 4)
            guard length > 0, length <= 1024, index + 12 + length <= bytes.count else { return nil }
            let value = bytes[(index + 12)..<(index + 12 + length)]
            if !isWide { return words(value) }
            var units: [UInt16] = []
            var at = value.startIndex
            while at + 1 < value.endIndex {
                let unit = UInt16(value[at]) | UInt16(value[at + 1]) << 8
                if unit == 0 { break }
                units.append(unit)
                at += 2
            }
            let text = EncodedWords.tidy(String(decoding: units, as: UTF16.self))
            return text.isEmpty ? nil : text
        }
        return nil
    }
}
