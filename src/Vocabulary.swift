/// The words of one language's articles, how often each occurs, and the repair of words that are not among them.
///
/// Repair: Damerau-Levenshtein distance (optimal string alignment) 1, or 2 from eight letters on, found through an index of the words with letters
/// taken out (symmetric deletes): no scan of the vocabulary.
struct Vocabulary: Sendable {
    /// Shorter words have too many neighbours for a repair to mean something.
    static let shortestRepaired = 4
    static let lengthForTwo = 8
    /// A vocabulary word of this length on is indexed with two letters out, because it may be repaired from a word of `lengthForTwo`.
    private static let shortestWithTwo = 6

    private var index: HashIndex
    private var bytes: [UInt8] = []
    private var ranges: [Range<Int32>] = []
    private var frequencies: [Int32] = []
    /// Of each word's stem.
    private(set) var stems: [UInt64] = []
    private var deletes = Buckets()
    /// Bytes of the longest word that something may be repaired to.
    private var longest = 0

    init(expecting count: Int) {
        index = HashIndex(expecting: count)
    }

    var count: Int { ranges.count }

    @inline(__always)
    func find(_ hash: UInt64) -> Int? { index.find(hash).map(Int.init) }

    func word(_ number: Int) -> ArraySlice<UInt8> {
        let range = ranges[number]
        return bytes[Int(range.lowerBound)..<Int(range.upperBound)]
    }

    /// Counts a word in; `weight` 0 for a word that is known but says nothing (a body's).
    @discardableResult
    mutating func add(_ word: ArraySlice<UInt8>, weight: Int32, stemmer: Stemmer) -> Int {
        let number = Int(index.insert(FixedHash.hash(word)))
        if number == ranges.count {
            let start = Int32(bytes.count)
            bytes.append(contentsOf: word)
            ranges.append(start..<Int32(bytes.count))
            frequencies.append(0)
            stems.append(stemmer.hash(word))
        }
        frequencies[number] += weight
        return number
    }

    /// Makes the index for `repair`; called once, after the last `add`.
    mutating func finish() {
        var entries: [Buckets.Entry] = []
        for number in ranges.indices where frequencies[number] > 0 {
            let word = self.word(number)
            guard word.count <= Stemmer.longestWord, Self.isRepairable(word, shortest: Self.shortestRepaired - 1) else { continue }
            longest = max(longest, word.count)
            Self.forEachDelete(of: word, two: word.count >= Self.shortestWithTwo) { entries.append(Buckets.Entry(key: $0, value: Int32(number))) }
        }
        deletes = Buckets(entries)
    }

    /// The word that an unknown one was probably meant to be; nil when there is none near enough. Of equally near ones the most frequent.
    func repair(_ word: ArraySlice<UInt8>) -> Int? {
        let limit = word.count >= Self.lengthForTwo ? 2 : 1
        // The deletes of a word cost the cube of its length.
        guard word.count <= min(Stemmer.longestWord, longest + limit), Self.isRepairable(word, shortest: Self.shortestRepaired) else { return nil }
        var best: (distance: Int, frequency: Int32, number: Int)?
        Self.forEachDelete(of: word, two: limit == 2) { key in
            deletes.forEach(key) { value in
                let number = Int(value)
                if best?.number == number { return }
                let other = self.word(number)
                guard abs(other.count - word.count) <= limit else { return }
                let distance = Self.distance(word, other, limit: limit)
                guard distance <= limit else { return }
                if let best, (best.distance, -best.frequency, best.number) <= (distance, -frequencies[number], number) { return }
                best = (distance, frequencies[number], number)
            }
        }
        return best?.number
    }

    /// Letters of the Latin alphabet only: a digit more or less is another number, not a slip.
    private static func isRepairable(_ word: ArraySlice<UInt8>, shortest: Int) -> Bool {
        word.count >= shortest && word.allSatisfy { $0 >= 0x61 && $0 <= 0x7A }
    }

    /// The hash of the word whole, with each letter out, and (`two`) with each two letters out.
    private static func forEachDelete(of word: ArraySlice<UInt8>, two: Bool, _ body: (UInt64) -> Void) {
        word.withUnsafeBufferPointer { word in
            func hash(without first: Int, _ second: Int) -> UInt64 {
                var value = FixedHash.start
                for position in 0..<word.count where position != first && position != second { value = FixedHash.add(word[position], to: value) }
                return FixedHash.finish(value)
            }
            body(hash(without: -1, -1))
            for first in 0..<word.count {
                body(hash(without: first, -1))
                guard two else { continue }
                for second in (first + 1)..<max(first + 1, word.count) { body(hash(without: first, second)) }
            }
        }
    }

    /// Insertions, deletions, replacements and swaps of neighbours; `limit + 1` when there are more than `limit`.
    static func distance(_ left: ArraySlice<UInt8>, _ right: ArraySlice<UInt8>, limit: Int) -> Int {
        let a = left
        let b = right
        let n = a.count
        let m = b.count
        guard abs(n - m) <= limit else { return limit + 1 }
        return withUnsafeTemporaryAllocation(of: Int.self, capacity: 3 * (m + 1)) { rows in
            for column in 0...m { rows[column] = column }
            var before = 2 * (m + 1)
            var above = 0
            var here = m + 1
            for row in 1...max(1, n) where n > 0 {
                rows[here] = row
                var least = row
                let letter = a[a.startIndex + row - 1]
                for column in stride(from: 1, through: m, by: 1) {
                    let other = b[b.startIndex + column - 1]
                    var value = min(rows[above + column] + 1, rows[here + column - 1] + 1, rows[above + column - 1] + (letter == other ? 0 : 1))
                    if row > 1, column > 1, letter == b[b.startIndex + column - 2], a[a.startIndex + row - 2] == other {
                        value = min(value, rows[before + column - 2] + 1)
                    }
                    rows[here + column] = value
                    least = min(least, value)
                }
                if least > limit { return limit + 1 }
                (before, above, here) = (above, here, before)
            }
            return min(rows[above + m], limit + 1)
        }
    }
}

/// Values by hash, laid out bucket after bucket.
struct Buckets: Sendable {
    struct Entry: Sendable {
        var key: UInt64
        var value: Int32
    }

    private var starts: [Int32] = []
    private var keys: [UInt32] = []
    private var values: [Int32] = []

    init() {}

    init(_ entries: [Entry]) {
        guard !entries.isEmpty else { return }
        let size = entries.count.roundedUpToPowerOfTwo
        let mask = UInt64(size - 1)
        starts = [Int32](repeating: 0, count: size + 1)
        for entry in entries { starts[Int(entry.key & mask) + 1] += 1 }
        for bucket in 0..<size { starts[bucket + 1] += starts[bucket] }
        var next = starts
        keys = [UInt32](repeating: 0, count: entries.count)
        values = [Int32](repeating: 0, count: entries.count)
        for entry in entries {
            let bucket = Int(entry.key & mask)
            let place = Int(next[bucket])
            next[bucket] += 1
            keys[place] = UInt32(truncatingIfNeeded: entry.key >> 32)
            values[place] = entry.value
        }
    }

    @inline(__always)
    func forEach(_ key: UInt64, _ body: (Int32) -> Void) {
        guard starts.count > 1 else { return }
        let bucket = Int(key & UInt64(starts.count - 2))
        for place in Int(starts[bucket])..<Int(starts[bucket + 1]) where keys[place] == UInt32(truncatingIfNeeded: key >> 32) { body(values[place]) }
    }
}
