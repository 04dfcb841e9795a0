import Synchronization

/// Scratch memory of matching, kept from one message to the next: a match that is given one allocates next to nothing.
///
/// Belongs to one task at a time. Holds nothing that changes a result.
package struct MatchWorkspace: Sendable {
    private(set) var words = Words()
    /// By word: its hash, and the languages in which it is a common one.
    private(set) var hashes: [UInt64] = []
    private(set) var marks: [CommonWords.Marks] = []
    var reading = Reading()
    var scores: [Float] = []
    /// The margins of the balanced classifier, where there is one.
    var balanced: [Float] = []
    /// The mean of the word pieces; the margins over it, and the cosines with the classes' middles.
    var meaning: [Float] = []
    var meant: [Float] = []
    var middles: [Float] = []
    /// By example, how near its meaning is; by class, what that makes of it.
    var likenesses: [Float] = []
    var likened: [Float] = []
    /// By example, and the greatest by class.
    var similarities: [Float] = []
    var nearest: [Float] = []
    /// By feature; all zero between messages.
    var counts: [UInt16] = []
    var grams: [Int32] = []
    private var stemmers: [String: Stemmer] = [:]

    package init() {}

    /// Reads the part of a message that is matched.
    mutating func fold(_ text: String) {
        Folding.foldMatched(text, into: &words)
        hashes.removeAll(keepingCapacity: true)
        marks.removeAll(keepingCapacity: true)
        for range in words.ranges {
            let hash = FixedHash.hash(words.bytes[range])
            hashes.append(hash)
            marks.append(CommonWords.marks(hash))
        }
    }

    /// The share of the words that are common ones of a language.
    func commonShare(_ mark: CommonWords.Marks) -> Double {
        mark == 0 ? 0 : Double(marks.count { $0 & mark != 0 }) / Double(max(1, marks.count))
    }

    mutating func stemmer(for language: String) -> Stemmer {
        if let stemmer = stemmers[language] { return stemmer }
        let stemmer = Stemmer(language: language)
        stemmers[language] = stemmer
        return stemmer
    }
}

/// Workspaces for callers that keep none: as many as matched at once, and no more than a few.
final class WorkspacePool: Sendable {
    private static let limit = 16
    private let free = Mutex<[MatchWorkspace]>([])

    /// The lock is held while one is taken and while one is put back, never while matching.
    func with<Value>(_ body: (inout MatchWorkspace) -> Value) -> Value {
        var workspace = free.withLock { $0.popLast() } ?? MatchWorkspace()
        defer { free.withLock { if $0.count < Self.limit { $0.append(workspace) } } }
        return body(&workspace)
    }
}

/// One message as one language's model reads it.
struct Reading {
    struct Word {
        /// In the vocabulary; nil when unknown and not repaired.
        var number: Int?
        /// 0 for what is no word of a language.
        var stem: UInt64
    }

    struct Feature {
        var id: Int32
        var value: Float
        /// The word of the message that it first came from.
        var word: Int32
    }

    var words: [Word] = []
    /// The features that the model knows, without repeats; their order is that of the text.
    var features: [Feature] = []
    /// How many of `features`, from the start, are of stems; the rest are of characters.
    var stemFeatures = 0
    /// The share of the words that the model knows, those that are common in its language left out; a repaired word counts a little less.
    var known: Double = 0
    /// The share of the character n-grams that the model knows.
    var familiar: Double = 0
}
