/// `name=value; name=value` as DKIM and DMARC write it (RFC 6376 §3.2): names are unique, blanks around both do not count.
struct TagList: Sendable {
    private var values: [String: [UInt8]] = [:]
    /// The first name, which says what kind of record it is.
    private(set) var first: String?

    /// Nil for what is no such list, or has a name twice.
    init?(_ bytes: some Collection<UInt8>) {
        let bytes = Array(bytes)
        guard bytes.count <= 65_536 else { return nil }
        let pieces = bytes.split(separator: UInt8(ascii: ";"), omittingEmptySubsequences: false)
        guard pieces.count <= 100 else { return nil }
        for (index, piece) in pieces.enumerated() {
            let tag = Self.trimmed(piece)
            if tag.isEmpty {
                // Only behind the last semicolon.
                guard index == pieces.count - 1, index > 0 else { return nil }
                continue
            }
            guard let equals = tag.firstIndex(of: UInt8(ascii: "=")) else { return nil }
            let name = Self.trimmed(tag[..<equals])
            guard let letter = name.first, (0x41...0x5A).contains(letter) || (0x61...0x7A).contains(letter),
                name.allSatisfy({ (0x30...0x39).contains($0) || (0x41...0x5A).contains($0) || (0x61...0x7A).contains($0) || $0 == 0x5F })
            else { return nil }
            let key = String(decoding: name, as: UTF8.self)
            guard values.updateValue(Array(Self.trimmed(tag[(equals + 1)...])), forKey: key) == nil else { return nil }
            if first == nil { first = key }
        }
    }

    subscript(_ name: String) -> String? { values[name].map { String(decoding: $0, as: UTF8.self) } }

    /// The value without any blanks: for base64 and lists that may be folded anywhere.
    func compact(_ name: String) -> String? { values[name].map { String(decoding: $0.filter { $0 > 0x20 }, as: UTF8.self) } }

    static func trimmed(_ bytes: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        var bytes = bytes
        while let octet = bytes.first, octet == 0x20 || octet == 0x09 || octet == 0x0D || octet == 0x0A { bytes.removeFirst() }
        while let octet = bytes.last, octet == 0x20 || octet == 0x09 || octet == 0x0D || octet == 0x0A { bytes.removeLast() }
        return bytes
    }
}
