/// Octets as ASCII reads them: headers, reports and markup are looked at as octets, since characters cost a hundred times as much.
extension UInt8 {
    var isDigit: Bool { self &- 0x30 < 10 }
    var isLetter: Bool { (self | 0x20) &- 0x61 < 26 }
    /// A blank, a tab or what ends lines.
    var isWhiteSpace: Bool { self == 0x20 || self &- 0x09 < 5 }
    var lowercased: UInt8 { self &- 0x41 < 26 ? self | 0x20 : self }
}

extension ArraySlice<UInt8> {
    /// Without white space around it.
    func trimmed() -> ArraySlice<UInt8> {
        var first = startIndex
        var last = endIndex
        while first < last, self[first].isWhiteSpace { first += 1 }
        while last > first, self[last - 1].isWhiteSpace { last -= 1 }
        return self[first..<last]
    }
}

extension Collection<UInt8> {
    /// Whether these are the octets of a word that is given in lower case.
    func isWord(_ lower: some Sequence<UInt8>) -> Bool { elementsEqual(lower) { $0.lowercased == $1 } }

    /// Whether it begins with a word that is given in lower case.
    func beginsWith(_ lower: some Sequence<UInt8>) -> Bool { starts(with: lower) { $0.lowercased == $1 } }
}
