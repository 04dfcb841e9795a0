/// A customer's message with the article that would have been right, as somebody at the desk judged it afterwards.
package struct ReviewedAnswer: Sendable, Hashable {
    /// Of more than these, in the order in which they are given, the last ones count.
    package static let limit = 1_000

    package var text: String
    /// BCP 47, as the channel or the profile said; nil when nothing did.
    package var language: String?
    /// The right article's id; nil when none should have answered.
    package var article: String?

    package init(text: String, language: String? = nil, article: String?) {
        self.text = text
        self.language = language
        self.article = article
    }
}
