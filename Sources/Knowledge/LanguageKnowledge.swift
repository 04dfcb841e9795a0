/// What is known of languages before any article is read, from the tables that come with the program. Without it every language is matched by the articles alone.
package struct LanguageKnowledge: Sendable {
    /// What English words have to do with each other.
    package var pieces: WordPieces?
    /// The words of languages, by language (primary subtag). English has its own in the table of pieces.
    package var words: [String: WordList]

    package init(pieces: WordPieces? = nil, words: [String: WordList] = [:]) {
        self.pieces = pieces
        self.words = words
    }
}
