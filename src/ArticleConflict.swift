/// Two articles that stand in each other's way, in words for the people who write them.
package struct ArticleConflict: Sendable, Hashable {
    /// In what two statements about one thing differ.
    package enum Difference: String, Sendable, Hashable, CaseIterable {
        case number, date, polarity, condition
    }

    package enum Kind: Sendable, Hashable {
        /// One question, but for case, accents and punctuation, in both.
        case duplicateQuestion
        /// The same question in other words, with the same answer.
        case nearDuplicate
        case contradiction(Difference)
        /// Translations of one article whose figures differ.
        case translation

        /// For programs: "duplicate-question", "near-duplicate", "contradiction", "translation".
        package var name: String {
            switch self {
            case .duplicateQuestion: "duplicate-question"
            case .nearDuplicate: "near-duplicate"
            case .contradiction: "contradiction"
            case .translation: "translation"
            }
        }
    }

    package struct Side: Sendable, Hashable {
        package var articleID: String
        package var language: String
        package var version: String
        package var file: String
        package var title: String
        /// The question or the sentence that clashes, as it is written.
        package var text: String

        init(_ article: Article, _ text: String) {
            articleID = article.id
            language = article.language
            version = article.version
            file = article.file
            title = article.title
            self.text = text
        }
    }

    package var kind: Kind
    package var first: Side
    package var second: Side
    /// Names both and what to do.
    package var message: String
    /// Whether the first must not go live beside the second.
    package var isBlocking: Bool
}
