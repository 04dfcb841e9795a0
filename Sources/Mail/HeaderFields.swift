/// Where the fields of a message's header stand in its octets (RFC 5322 §2.2), found in one pass. At most 2,000 are kept.
struct HeaderFields {
    struct Field {
        var name: Range<Int>
        /// With the line ends of folding, without the last one.
        var value: Range<Int>
    }

    private(set) var fields: [Field] = []
    /// Where the body begins.
    private(set) var body = 0
    /// Something that is no header stood before it.
    private(set) var isAfterJunk = false

    var isEmpty: Bool { fields.isEmpty }

    init(_ raw: [UInt8]) {
        var index = 0
        var skipped = 0
        raw.withUnsafeBufferPointer { bytes in
            while index < bytes.count {
                let end = bytes[index...].firstIndex(of: 0x0A) ?? bytes.count
                let next = min(end + 1, bytes.count)
                let last = end > index && bytes[end - 1] == 0x0D ? end - 1 : end
                if let colon = Self.colon(bytes, index, last) {
                    if fields.count < 2000 { fields.append(Field(name: colon.name, value: colon.next..<last)) }
                } else if fields.isEmpty {
                    // Empty lines, `From ` of a mailbox file, the answer of a mail server: many tools leave them above the header.
                    skipped += 1
                    if skipped > 50 { break }
                    isAfterJunk = true
                } else if bytes[index] == 0x20 || bytes[index] == 0x09, last > index {
                    fields[fields.count - 1].value = fields[fields.count - 1].value.lowerBound..<last
                } else if last == index {
                    body = next
                    return
                } else if !Self.goesOn(bytes, next) {
                    // No empty line, and this is no field, nor is the next line: there the text begins.
                    body = index
                    return
                }
                index = next
            }
            body = bytes.count
        }
        if fields.isEmpty {
            body = 0
            isAfterJunk = false
        }
    }

    /// Whether the line that begins here still belongs to a header: a single line of junk above it is then passed over.
    private static func goesOn(_ bytes: UnsafeBufferPointer<UInt8>, _ start: Int) -> Bool {
        guard start < bytes.count else { return false }
        let end = bytes[start...].prefix(998).firstIndex(of: 0x0A) ?? min(start + 998, bytes.count)
        let isEmpty = end == start || end == start + 1 && bytes[start] == 0x0D
        return isEmpty || colon(bytes, start, end) != nil
    }

    private static func colon(_ bytes: UnsafeBufferPointer<UInt8>, _ start: Int, _ end: Int) -> (name: Range<Int>, next: Int)? {
        var index = start
        while index < end, index - start < 128, bytes[index] > 0x20, bytes[index] < 0x7F, bytes[index] != UInt8(ascii: ":") { index += 1 }
        let name = start..<index
        // RFC 5322 §4.5 knows blanks before the colon.
        while index < end, bytes[index] == 0x20 || bytes[index] == 0x09 { index += 1 }
        guard !name.isEmpty, index < end, bytes[index] == UInt8(ascii: ":") else { return nil }
        return (name, index + 1)
    }
}
