import Messages

/// A domain name system out of a table; a name that is not in it does not exist.
struct FakeNames: NameSystem {
    /// By kind and name: `txt example.com`, `mx example.com`.
    var table: [String: [String]] = [:]
    /// Names whose servers do not answer.
    var silent: Set<String> = []

    func records(_ kind: NameRecord.Kind, of name: String) async throws(NameFailure) -> [NameRecord] {
        if silent.contains(name) { throw NameFailure("time-out") }
        return (table["\(kind) \(name)"] ?? []).compactMap { text in
            switch kind {
            case .txt: return .text(Array(text.utf8))
            case .ptr: return .pointer(text)
            case .mx:
                let words = text.split(separator: " ")
                return .exchange(preference: Int(words[0]) ?? 0, host: String(words[1]))
            case .a: return .address(text.split(separator: ".").compactMap { UInt8($0) })
            case .aaaa:
                return .address(
                    text.split(separator: ":").flatMap { word in
                        [UInt8(truncatingIfNeeded: (Int(word, radix: 16) ?? 0) >> 8), UInt8(truncatingIfNeeded: Int(word, radix: 16) ?? 0)]
                    })
            }
        }
    }
}
