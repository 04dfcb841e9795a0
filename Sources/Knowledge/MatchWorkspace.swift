/// Scratch memory of matching, kept from one message to the next: a match that is given one allocates next to nothing.
///
/// Belongs to one task at a time. Holds nothing that changes a result.
package struct MatchWorkspace {
    var words = Words()
    var reading = Reading()
    var scores: [Float] = []
    /// By example, and the greatest by class.
    var similarities: [Float] = []
    var nearest: [Float] = []
    /// By feature; all zero between messages.
    var counts: [UInt16] = []
    var grams: [Int32] = []
    private var stemmers: [String: Stemmer] = [:]

    package init() {}

    mutating func stemmer(for language: String) -> Stemmer {
        if let stemmer = stemmers[language] { return stemmer }
        let stemmer = Stemmer(language: language)
        stemmers[language] = stemmer
        return stemmer
    }
}

/// One message as one language's model reads it.
struct Reading {
    struct Word {
        /// In the vocabulary; nil when unknown and not repaired.
        var number: Int?
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
