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

    /// The octets in lower case; letters beyond ASCII too.
    static func lower(_ octets: some Collection<UInt8>) -> [UInt8] {
        if octets.allSatisfy({ $0 < 0x80 }) { return octets.map(\.lowercased) }
        return Array(String(decoding: octets, as: UTF8.self).lowercased().utf8)
    }
}
