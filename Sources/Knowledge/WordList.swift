/// The words of a language, spelt right: what is one of them is not taken for a slip. How the files are made: `tools/word-lists/README.md`.
///
/// A Bloom filter over the hashes of folded words: about one in a hundred that are none is taken for one. The file, little-endian: `CTWORDS1`, the bits of the
/// filter as a 32-bit number, four bytes of nothing, and the filter.
// SAFETY: nothing is ever written to the bytes, and whoever made the list keeps them for as long as it lives.
package struct WordList: @unchecked Sendable {
    private static let headerBytes = 16
    private static let probes = 7
    static let mostBits = 1 << 24

    private let filter: UnsafeRawPointer
    private let bits: UInt64

    /// - Parameter bytes: the file; they are read where they are, now and at every match.
    /// - Returns: nil when the bytes are not such a list.
    package init?(_ bytes: UnsafeRawBufferPointer) {
        guard let base = bytes.baseAddress, bytes.count >= Self.headerBytes, bytes.prefix(8).elementsEqual("CTWORDS1".utf8) else { return nil }
        let bits = Int(UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: 8, as: UInt32.self)))
        guard Self.isSize(bits), bytes.count == Self.headerBytes + bits / 8 else { return nil }
        self.init(filter: base + Self.headerBytes, bits: bits)
    }

    /// A filter that lies in another file; `bits` is a size.
    init(filter: UnsafeRawPointer, bits: Int) {
        self.filter = filter
        self.bits = UInt64(bits)
    }

    /// Whether a filter may have so many bits.
    static func isSize(_ bits: Int) -> Bool { bits >= 64 && bits <= mostBits && bits % 64 == 0 }

    func holds(_ word: ArraySlice<UInt8>) -> Bool {
        let hash = FixedHash.hash(word)
        let step = hash >> 32 | 1
        var place = hash & 0xFFFF_FFFF
        for _ in 0..<Self.probes {
            let bit = Int(place % bits)
            // SAFETY: a bit is below `bits`, for which there are bytes.
            if filter.load(fromByteOffset: bit >> 3, as: UInt8.self) & (1 << UInt8(bit & 7)) == 0 { return false }
            place &+= step
        }
        return true
    }
}
