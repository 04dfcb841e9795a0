package import Knowledge
package import Storage

/// Why a change of an article is not made. The explanation is for the person who asked for it.
package struct ArticleRefusal: Error, Sendable {
    package enum Code: String, Sendable, Hashable {
        case unknown = "not_found"
        case exists = "article_exists"
        /// The article is another than the one the change was made on.
        case changed = "version_changed"
        case noDraft = "no_draft"
        case notSubmitted = "not_submitted"
        case approvalNeeded = "approval_needed"
        /// Somebody else must approve.
        case ownDraft = "own_draft"
        case contradiction
        case invalid = "invalid_article"
        /// An id is in several languages, and none was named.
        case ambiguous = "language_needed"
        case busy
    }

    package var code: Code
    package var explanation: String
    /// The live articles that stand in the way.
    package var conflicts: [ArticleConflict] = []

    init(_ code: Code, _ explanation: String, _ conflicts: [ArticleConflict] = []) {
        self.code = code
        self.explanation = explanation
        self.conflicts = conflicts
    }

    init(_ problem: ArticleProblem) {
        self.init(.invalid, problem.line.map { "line \($0): \(problem.message)" } ?? problem.message)
    }

    package static func unknown(_ key: ArticleKey) -> Self { Self(.unknown, "there is no article \(key)") }
}
