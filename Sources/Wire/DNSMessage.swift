/// Questions and answers of the domain name system as octets (RFC 1035 §4), without I/O. Every length is checked; what does not fit is no answer.
package enum DNSMessage {
    /// The kinds of records that are asked for.
    package enum Kind: UInt16, Sendable {
        case a = 1
        case cname = 5
        case ptr = 12
        case mx = 15
        case txt = 16
        case aaaa = 28
    }

    package enum Record: Sendable, Hashable {
        case address([UInt8])
        case exchange(preference: Int, host: String)
        case text([UInt8])
        case pointer(String)
    }

    package enum Answer: Sendable, Hashable {
        /// Empty: there is no such name, or no such record.
        case records([Record])
        /// Too long for a datagram: ask by TCP.
        case truncated
        /// The server cannot or will not tell.
        case failure(String)
        /// Not an answer to this question: somebody else's, or garbage.
        case foreign
    }

    /// More records than anybody needs; the others are left out.
    private static let mostRecords = 256

    /// A question with recursion wished for, and with room for answers of 1,232 octets (RFC 6891; what fits everywhere). Nil for a name that cannot be asked for.
    package static func question(_ kind: Kind, of name: String, id: UInt16) -> [UInt8]? {
        guard let wire = wire(name) else { return nil }
        var output: [UInt8] = [UInt8(id >> 8), UInt8(id & 255), 0x01, 0x00, 0, 1, 0, 0, 0, 0, 0, 1]
        output += wire + [UInt8(kind.rawValue >> 8), UInt8(kind.rawValue & 255), 0, 1]
        output += [0, 0, 41, 0x04, 0xD0, 0, 0, 0, 0, 0, 0]
        return output
    }

    /// A name as labels with their lengths.
    private static func wire(_ name: String) -> [UInt8]? {
        var output: [UInt8] = []
        let name = name.hasSuffix(".") ? name.dropLast() : name[...]
        for label in name.split(separator: ".", omittingEmptySubsequences: false) {
            guard (1...63).contains(label.utf8.count), label.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }) else { return nil }
            output.append(UInt8(label.utf8.count))
            output += label.utf8
        }
        output.append(0)
        return output.count <= 255 ? output : nil
    }

    /// Reads the answer to `question`.
    package static func answer(_ bytes: [UInt8], to question: [UInt8], kind: Kind) -> Answer {
        guard bytes.count >= 12, bytes[0] == question[0], bytes[1] == question[1], bytes[2] & 0xF8 == 0x80, bytes[4] == 0, bytes[5] == 1 else { return .foreign }
        var reader = Reader(bytes: bytes, index: 12)
        var asked = Reader(bytes: question, index: 12)
        guard let name = reader.name(), let wanted = asked.name(), name.lowercased() == wanted.lowercased(), reader.number16() == kind.rawValue, reader.number16() == 1 else {
            return .foreign
        }
        if bytes[2] & 0x02 != 0 { return .truncated }
        switch bytes[3] & 15 {
        case 0: break
        case 3: return .records([])
        case 2: return .failure("the server failed")
        case 5: return .failure("the server refused to answer")
        default: return .failure("the server answered with error \(bytes[3] & 15)")
        }
        let count = Int(bytes[6]) << 8 | Int(bytes[7])
        var records: [Record] = []
        // Aliases come first; what follows them is about the name that they lead to, in the same answer of a recursive server.
        for _ in 0..<min(count, mostRecords) {
            guard reader.name() != nil, let type = reader.number16(), let family = reader.number16(), reader.skip(4), let length = reader.number16().map(Int.init),
                let end = reader.end(length)
            else { return .failure("the answer is cut off") }
            defer { reader.index = end }
            guard family == 1, type == kind.rawValue else { continue }
            guard let record = record(kind, &reader, end) else { return .failure("the answer is no answer") }
            records.append(record)
        }
        return .records(records)
    }

    private static func record(_ kind: Kind, _ reader: inout Reader, _ end: Int) -> Record? {
        switch kind {
        case .a: return end - reader.index == 4 ? .address(Array(reader.bytes[reader.index..<end])) : nil
        case .aaaa: return end - reader.index == 16 ? .address(Array(reader.bytes[reader.index..<end])) : nil
        case .mx:
            guard let preference = reader.number16(), let host = reader.name() else { return nil }
            return .exchange(preference: Int(preference), host: host)
        case .ptr, .cname: return reader.name().map(Record.pointer)
        case .txt:
            var text: [UInt8] = []
            while reader.index < end {
                let length = Int(reader.bytes[reader.index])
                guard reader.index + 1 + length <= end else { return nil }
                text += reader.bytes[(reader.index + 1)..<(reader.index + 1 + length)]
                reader.index += 1 + length
            }
            return .text(text)
        }
    }

    private struct Reader {
        let bytes: [UInt8]
        var index: Int

        mutating func number16() -> UInt16? {
            guard index + 2 <= bytes.count else { return nil }
            defer { index += 2 }
            return UInt16(bytes[index]) << 8 | UInt16(bytes[index + 1])
        }

        mutating func skip(_ count: Int) -> Bool {
            guard index + count <= bytes.count else { return false }
            index += count
            return true
        }

        func end(_ length: Int) -> Int? { index + length <= bytes.count ? index + length : nil }

        /// A name, `.` for the root; pointers only lead backwards, so that every name ends.
        mutating func name() -> String? {
            var labels: [String] = []
            var octets = 0
            var at = index
            var limit = index
            var hasJumped = false
            while true {
                guard at < bytes.count else { return nil }
                let length = Int(bytes[at])
                if length == 0 {
                    if !hasJumped { index = at + 1 }
                    return labels.isEmpty ? "." : labels.joined(separator: ".")
                }
                if length >= 0xC0 {
                    guard at + 1 < bytes.count else { return nil }
                    let target = (length & 0x3F) << 8 | Int(bytes[at + 1])
                    guard target < limit else { return nil }
                    if !hasJumped { index = at + 2 }
                    hasJumped = true
                    limit = target
                    at = target
                    continue
                }
                octets += length + 1
                guard length < 64, at + 1 + length <= bytes.count, octets <= 255 else { return nil }
                // A dot inside of a label, or what is not printable, becomes a question mark: such a name leads nowhere and fakes nothing.
                let label = bytes[(at + 1)..<(at + 1 + length)].map { $0 > 0x20 && $0 < 0x7F && $0 != UInt8(ascii: ".") ? $0 : UInt8(ascii: "?") }
                labels.append(String(decoding: label, as: UTF8.self))
                at += 1 + length
            }
        }
    }
}
