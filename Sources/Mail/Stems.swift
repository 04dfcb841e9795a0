/// A list of words to look for in octets, by their first octet: one look per position, however long the list is.
struct Stems: Sendable {
    /// All words, one after the other, in the order of their first octets.
    private var octets: [UInt8] = []
    private var words: [Range<Int>] = []
    /// Which of the words begin with an octet: those from here up to the next one's.
    private var first = [Int](repeating: 0, count: 257)

    init(_ list: [String]) {
        var byFirst = [[[UInt8]]](repeating: [], count: 256)
        for word in Set(list).map({ Array($0.utf8) }) { byFirst[Int(word[0])].append(word) }
        for (octet, group) in byFirst.enumerated() {
            for word in group {
                words.append(octets.count..<octets.count + word.count)
                octets += word
            }
            first[octet + 1] = words.count
        }
    }

    /// Whether one of them stands in the text, which is lower case.
    func areIn(_ lower: [UInt8]) -> Bool {
        lower.withUnsafeBufferPointer { text in
            first.withUnsafeBufferPointer { first in
                for index in text.indices where first[Int(text[index])] < first[Int(text[index]) + 1] {
                    if word(at: index, text) != nil { return true }
                }
                return false
            }
        }
    }

    func begin(_ lower: [UInt8]) -> Bool {
        lower.withUnsafeBufferPointer { !$0.isEmpty && word(at: 0, $0) != nil }
    }

    /// Whether a text that begins with this octet, in lower case or not, can begin with one of them: saves the others from being made lower case.
    func mayBegin(_ octet: UInt8?) -> Bool {
        guard let octet else { return false }
        return octet >= 0x80 || first[Int(octet.lowercased)] < first[Int(octet.lowercased) + 1]
    }

    /// Whether the text is one of them.
    func contains(_ lower: some RandomAccessCollection<UInt8>) -> Bool {
        guard let octet = lower.first else { return false }
        return (first[Int(octet)]..<first[Int(octet) + 1]).contains { words[$0].count == lower.count && octets[words[$0]].elementsEqual(lower) }
    }

    /// How many of them stand in the text.
    func count(in lower: [UInt8]) -> Int {
        var found: Set<Int> = []
        lower.withUnsafeBufferPointer { text in
            for index in text.indices {
                for number in first[Int(text[index])]..<first[Int(text[index]) + 1] where stands(number, at: index, text) { found.insert(number) }
            }
        }
        return found.count
    }

    private func word(at index: Int, _ text: UnsafeBufferPointer<UInt8>) -> Int? {
        (first[Int(text[index])]..<first[Int(text[index]) + 1]).first { stands($0, at: index, text) }
    }

    private func stands(_ number: Int, at index: Int, _ text: UnsafeBufferPointer<UInt8>) -> Bool {
        let word = words[number]
        guard word.count <= text.count - index else { return false }
        for offset in 1..<word.count where text[index + offset] != octets[word.lowerBound + offset] { return false }
        return true
    }

    /// The octets in lower case; letters beyond ASCII too. What nearly all lines of western Europe are made of is done here, the rest by `String`.
    static func lower(_ octets: some Collection<UInt8>) -> [UInt8] {
        var lower = Array(octets)
        var index = 0
        while index < lower.count {
            switch lower[index] {
            case ..<0x80:
                lower[index] = lower[index].lowercased
                index += 1
            case 0xC2 where goesOn(lower, index + 1): index += 2
            case 0xC3 where goesOn(lower, index + 1):
                // À to Þ without ×.
                if lower[index + 1] <= 0x9E, lower[index + 1] != 0x97 { lower[index + 1] |= 0x20 }
                index += 2
            // Dashes, quotation marks and the like.
            case 0xE2 where goesOn(lower, index + 1) && lower[index + 1] == 0x80 && goesOn(lower, index + 2): index += 3
            default: return Array(String(decoding: octets, as: UTF8.self).lowercased().utf8)
            }
        }
        return lower
    }

    private static func goesOn(_ octets: [UInt8], _ index: Int) -> Bool { index < octets.count && octets[index] & 0xC0 == 0x80 }
}
