import CStemmer

/// Snowball stemming (libstemmer) of one language; words of languages that libstemmer does not know stay whole.
///
/// Belongs to one task at a time: the C object keeps its last result.
// SAFETY: whoever has the workspace, or the learner, that holds it is alone with it; a workspace is handed on only as a whole.
final class Stemmer: @unchecked Sendable {
    /// What is longer is no word of a language, and is its own stem.
    static let longestWord = 32

    private let handle: OpaquePointer?

    init(language: String) {
        handle = sb_stemmer_new(language, "UTF_8")
    }

    deinit {
        sb_stemmer_delete(handle)
    }

    /// The fixed hash of the word's stem.
    func hash(_ word: ArraySlice<UInt8>) -> UInt64 {
        guard let handle, word.count <= Self.longestWord else { return FixedHash.hash(word) }
        // SAFETY: the buffer outlives the call; the result belongs to the stemmer, is valid until its next call and is read before that.
        return word.withUnsafeBufferPointer { buffer -> UInt64 in
            guard let stem = sb_stemmer_stem(handle, buffer.baseAddress, Int32(buffer.count)) else { return FixedHash.hash(buffer) }
            return FixedHash.hash(UnsafeBufferPointer(start: stem, count: Int(sb_stemmer_length(handle))))
        }
    }
}
