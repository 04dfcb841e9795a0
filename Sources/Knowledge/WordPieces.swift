/// A table of English word pieces, and of frequent pairs of words, with a vector each: what a question's vectors add up to points where a sentence
/// model's vector of the whole question does. It knows that "cash" is near "money" before any article says so. How it is made: `tools/word-pieces/README.md`.
///
/// The file, little-endian: `CTPIECE1`; as 32-bit numbers the dimensions, the pieces, the slots, the bits of the filter; then for each piece the
/// upper half of its hash (32 bits) and its scale (a 32-bit float); the slots (16 bits each, a piece or 0xFFFF; open addressing by the lower half
/// of the hash); the filter of a `WordList`; and the rows, a signed byte a dimension, from the next multiple of 64 on. A piece that begins a word has
/// the hash of its bytes; one that goes on has the seed `seedOfRest`; a pair has the hash of its words with a space between. Pieces, and after them the
/// pairs, are in the order of their frequency, so that the common ones share pages.
// SAFETY: unchecked for the pointers alone: nothing is ever written to the bytes, every property is a `let`, and `owner`, or whoever maps the file for the whole program, keeps the bytes
// for as long as the table lives.
package final class WordPieces: @unchecked Sendable {
    static let seedOfRest: UInt64 = 0x2323
    /// Longer words have no pieces.
    static let longestWord = 32
    private static let headerBytes = 24

    package let dimensions: Int
    package let count: Int
    private let slots: Int
    private let keys: UnsafeRawPointer
    private let scales: UnsafeRawPointer
    private let places: UnsafeRawPointer
    /// The language's words.
    let words: WordList
    private let rows: UnsafePointer<Int8>
    private let owner: (any Sendable)?

    /// - Parameters:
    ///   - bytes: the file; they are read where they are, now and at every match.
    ///   - owner: what keeps the bytes, when something must.
    /// - Returns: nil when the bytes are not such a table.
    package init?(_ bytes: UnsafeRawBufferPointer, owner: (any Sendable)? = nil) {
        guard let base = bytes.baseAddress, bytes.count >= Self.headerBytes, bytes.prefix(8).elementsEqual("CTPIECE1".utf8) else { return nil }
        func number(_ place: Int) -> Int { Int(UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: place, as: UInt32.self))) }
        (dimensions, count, slots) = (number(8), number(12), number(16))
        let filterBits = number(20)
        guard dimensions > 0, dimensions <= 1_024, dimensions % 8 == 0, count > 0, count < 0xFFFF, slots > count, slots <= 1 << 17, slots & (slots - 1) == 0,
            WordList.isSize(filterBits)
        else { return nil }
        let start = (Self.headerBytes + 8 * count + 2 * slots + filterBits / 8 + 63) & ~63
        guard bytes.count == start + count * dimensions else { return nil }
        keys = base + Self.headerBytes
        scales = keys + 4 * count
        places = scales + 4 * count
        words = WordList(filter: places + 2 * slots, bits: filterBits)
        rows = (base + start).assumingMemoryBound(to: Int8.self)
        self.owner = owner
        for slot in 0..<slots {
            let place = piece(at: slot)
            guard place == 0xFFFF || place < count else { return nil }
        }
    }

    @inline(__always)
    private func piece(at slot: Int) -> Int { Int(UInt16(littleEndian: places.loadUnaligned(fromByteOffset: 2 * slot, as: UInt16.self))) }

    @inline(__always)
    private func find(_ hash: UInt64) -> Int? {
        let mask = slots &- 1
        var slot = Int(truncatingIfNeeded: hash & 0xFFFF_FFFF) & mask
        let key = UInt32(truncatingIfNeeded: hash >> 32)
        // Every slot taken would be a table that we did not make: it still ends.
        for _ in 0..<slots {
            let piece = piece(at: slot)
            if piece == 0xFFFF { return nil }
            if UInt32(littleEndian: keys.loadUnaligned(fromByteOffset: 4 * piece, as: UInt32.self)) == key { return piece }
            slot = (slot &+ 1) & mask
        }
        return nil
    }

    /// Adds the vectors of a text's folded words, and of the pairs that they form with their neighbours, to `sum`, which has `dimensions` places.
    /// - Parameter weight: how much a word counts; a pair counts as the geometric mean of its words does.
    func add(_ count: Int, to sum: inout [Float], weight: (ArraySlice<UInt8>) -> Float = { _ in 1 }, word: (Int) -> ArraySlice<UInt8>) {
        var last: (word: ArraySlice<UInt8>, weight: Float)?
        for position in 0..<count {
            let word = word(position)
            let weight = weight(word)
            add(word, times: weight, to: &sum)
            if let last { addPair(last.word, word, times: (last.weight * weight).squareRoot(), to: &sum) }
            last = (word, weight)
        }
    }

    /// "Not working" is more than "not" and "working".
    private func addPair(_ first: ArraySlice<UInt8>, _ second: ArraySlice<UInt8>, times weight: Float, to sum: inout [Float]) {
        guard first.count + second.count <= Self.longestWord else { return }
        var state = FixedHash.start
        for byte in first { state = FixedHash.add(byte, to: state) }
        state = FixedHash.add(0x20, to: state)
        for byte in second { state = FixedHash.add(byte, to: state) }
        guard let pair = find(FixedHash.finish(state)) else { return }
        sum.withUnsafeMutableBufferPointer { addRow(pair, times: weight, to: $0) }
    }

    /// Adds the vectors of a folded word's pieces, each time the longest that fits, to `sum`, which has `dimensions` places.
    /// - Returns: how many pieces; none, and nothing is added, for a word that cannot be made of them.
    @discardableResult
    func add(_ word: ArraySlice<UInt8>, times weight: Float = 1, to sum: inout [Float]) -> Int {
        guard word.count <= Self.longestWord else { return 0 }
        return withUnsafeTemporaryAllocation(of: Int.self, capacity: Self.longestWord) { pieces in
            withUnsafeTemporaryAllocation(of: UInt64.self, capacity: Self.longestWord + 1) { states in
                var found = 0
                var start = word.startIndex
                while start < word.endIndex {
                    states[0] = start == word.startIndex ? FixedHash.start : FixedHash.start ^ Self.seedOfRest
                    let length = word.endIndex - start
                    for offset in 0..<length { states[offset + 1] = FixedHash.add(word[start + offset], to: states[offset]) }
                    var taken = length
                    while taken > 0 {
                        if let piece = find(FixedHash.finish(states[taken])) {
                            pieces[found] = piece
                            break
                        }
                        taken -= 1
                    }
                    if taken == 0 { return 0 }
                    found += 1
                    start += taken
                }
                sum.withUnsafeMutableBufferPointer { sum in
                    for place in 0..<found { addRow(pieces[place], times: weight, to: sum) }
                }
                return found
            }
        }
    }

    @inline(__always)
    private func addRow(_ piece: Int, times weight: Float, to sum: UnsafeMutableBufferPointer<Float>) {
        let scale = Float(bitPattern: UInt32(littleEndian: scales.loadUnaligned(fromByteOffset: 4 * piece, as: UInt32.self))) * weight
        let row = rows + piece &* dimensions
        // SAFETY: a piece found is below `count`, and `sum` has `dimensions` places.
        for place in 0..<dimensions { sum[place] += Float(row[place]) * scale }
    }

    /// Scales to length 1; a zero vector stays.
    static func normalize(_ vector: inout [Float]) {
        var square: Float = 0
        for value in vector { square += value * value }
        guard square > 0 else { return }
        let scale = 1 / square.squareRoot()
        for place in vector.indices { vector[place] *= scale }
    }
}
