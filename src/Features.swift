/// What the classifier sees of a text: 1- and 2-grams of stems, and 2- to 5-grams of characters inside the bounds of a word.
///
/// Each is a fixed hash; the seeds keep the kinds apart. The characters of a word are its folded ones with a space on either side.
enum Features {
    /// The length of a text's stem features; that of its character features is 1.
    static let stemWeight: Float = 0.8
    private static let stemSeed: UInt64 = 0x5354_454D
    private static let pairSeed: UInt64 = 0x5041_4952

    @inline(__always)
    static func stem(_ stem: UInt64) -> UInt64 { FixedHash.finish(stem ^ stemSeed) }

    @inline(__always)
    static func pair(_ first: UInt64, _ second: UInt64) -> UInt64 { FixedHash.finish(first &* 3 &+ second ^ pairSeed) }

    /// The character n-grams of one word.
    @inline(__always)
    static func forEachCharacterGram(of word: ArraySlice<UInt8>, _ body: (UInt64) -> Void) {
        word.withUnsafeBufferPointer { word in
            let last = word.count + 1
            @inline(__always)
            func byte(_ position: Int) -> UInt8 { position == 0 || position == last ? 0x20 : word[position - 1] }
            var start = 0
            while start < last {
                var hash = FixedHash.start
                var length = 0
                var position = start
                while position <= last, length < 5 {
                    hash = FixedHash.add(byte(position), to: hash)
                    position += 1
                    // The rest of a character of several bytes belongs to it.
                    while position <= last, byte(position) & 0xC0 == 0x80 {
                        hash = FixedHash.add(byte(position), to: hash)
                        position += 1
                    }
                    length += 1
                    if length >= 2 { body(FixedHash.finish(hash)) }
                }
                start += 1
                while start < last, byte(start) & 0xC0 == 0x80 { start += 1 }
            }
        }
    }
}

/// Sparse rows of feature values, with the class of each.
struct ExampleMatrix: Sendable {
    var starts: [Int32] = [0]
    var features: [Int32] = []
    var values: [Float] = []
    var labels: [Int32] = []

    var count: Int { labels.count }

    func row(_ number: Int) -> Range<Int> { Int(starts[number])..<Int(starts[number + 1]) }
}
