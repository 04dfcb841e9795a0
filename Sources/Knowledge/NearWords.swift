/// Words that the lexicon of the review does not know and that mean nearly the same ("camper" and "campervan", "luggage" and "suitcase"), by the table of word pieces:
/// the later one counts as the first.
struct NearWords {
    /// From here on two words are one. Chosen on 150 pairs of synonyms and of things of one kind ("shirt" and "jacket"): of these a few opposites are above it, which the
    /// lexicon keeps apart.
    private static let limit: Float = 0.6
    /// Later words are taken as they are: each is compared with all before it.
    private static let mostWords = 2_000

    private let pieces: WordPieces
    /// Of each word, by its number, the first that means the same.
    private var firsts: [Int32] = []
    /// The vectors of words that are the first of theirs, one after another, and their numbers.
    private var vectors: [Float] = []
    private var owners: [Int32] = []

    init(_ pieces: WordPieces) { self.pieces = pieces }

    func first(of number: Int32) -> Int32 { firsts[Int(number)] }

    /// Takes the next word, folded.
    mutating func add(_ word: [UInt8]) {
        let number = Int32(firsts.count)
        var vector = [Float](repeating: 0, count: pieces.dimensions)
        // Of a word that is no word of the language, pieces say little: names of products stay apart.
        guard owners.count < Self.mostWords, pieces.words.holds(word[...]), pieces.add(word[...], to: &vector) > 0 else { return firsts.append(number) }
        WordPieces.normalize(&vector)
        var best: (owner: Int32, likeness: Float) = (number, Self.limit)
        for (place, owner) in owners.enumerated() {
            let likeness = Vector.product(vector, 0, vectors, place * vector.count, count: vector.count)
            if likeness > best.likeness { best = (owner, likeness) }
        }
        firsts.append(best.owner)
        guard best.owner == number else { return }
        owners.append(number)
        vectors += vector
    }
}
