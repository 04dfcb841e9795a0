/// The two forms in which DKIM looks at a message (RFC 6376 §3.4): as it is, or without what mail servers change.
package enum DKIMCanonical: String, Sendable {
    case simple, relaxed

    /// One field, with its CRLF.
    func header(_ raw: ArraySlice<UInt8>) -> [UInt8] {
        switch self {
        case .simple: return Array(raw) + [0x0D, 0x0A]
        case .relaxed:
            guard let colon = raw.firstIndex(of: UInt8(ascii: ":")) else { return Array(raw) + [0x0D, 0x0A] }
            var output: [UInt8] = []
            output.reserveCapacity(raw.count + 2)
            for octet in raw[..<colon] where octet != 0x20 && octet != 0x09 { output.append((0x41...0x5A).contains(octet) ? octet | 0x20 : octet) }
            output.append(UInt8(ascii: ":"))
            let start = output.count
            var hasBlank = false
            for octet in raw[(colon + 1)...] where octet != 0x0D && octet != 0x0A {
                if octet == 0x20 || octet == 0x09 {
                    hasBlank = true
                    continue
                }
                if hasBlank, output.count > start { output.append(0x20) }
                hasBlank = false
                output.append(octet)
            }
            return output + [0x0D, 0x0A]
        }
    }

    /// The whole body: no empty lines at its end; an empty body is a CRLF when simple, nothing when relaxed.
    func body(_ raw: ArraySlice<UInt8>) -> [UInt8] {
        var output: [UInt8] = []
        output.reserveCapacity(raw.count + 2)
        switch self {
        case .simple:
            output = Array(raw)
            if !output.isEmpty, !output.hasLineEnd { output += [0x0D, 0x0A] }
        case .relaxed:
            var index = raw.startIndex
            while index < raw.endIndex {
                let newline = raw[index...].firstIndex(of: 0x0A) ?? raw.endIndex
                let end = newline > index && newline < raw.endIndex && raw[newline - 1] == 0x0D ? newline - 1 : newline
                var hasBlank = false
                for octet in raw[index..<end] {
                    if octet == 0x20 || octet == 0x09 {
                        hasBlank = true
                        continue
                    }
                    if hasBlank { output.append(0x20) }
                    hasBlank = false
                    output.append(octet)
                }
                output += [0x0D, 0x0A]
                index = min(newline + 1, raw.endIndex)
            }
        }
        while output.count >= 4, output.hasLineEnd, output[output.count - 4] == 0x0D, output[output.count - 3] == 0x0A { output.removeLast(2) }
        if output == [0x0D, 0x0A] { output = [] }
        return output.isEmpty && self == .simple ? [0x0D, 0x0A] : output
    }
}

extension [UInt8] {
    fileprivate var hasLineEnd: Bool { count >= 2 && self[count - 2] == 0x0D && self[count - 1] == 0x0A }
}
