import ArgumentParser
import Knowledge
import Messages

struct KnowledgeLint: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "lint", abstract: "Look for what makes a knowledge base answer badly.",
        discussion: """
            Problems (exit status 1): files that cannot be read as articles, ids that occur twice in a language, a question that two articles claim. Remarks: articles \
            without a translation that others have, with few questions, past their review or their validity, with very long sentences.
            """)

    @Argument(help: "The folder of articles.") var folder: String

    func run() throws {
        try reporting {
            var problems: [String] = []
            var articles: [Article] = []
            for path in try KnowledgeFolder.files(in: folder) {
                do { articles.append(try KnowledgeFolder.article(path)) } catch { problems.append("\(error)") }
            }
            let now = Timestamp.now()
            do { _ = try KnowledgeBase(articles: articles, now: now) } catch { problems.append("\(error)") }
            problems += duplicates(articles)
            let remarks = translations(articles) + articles.flatMap { self.remarks($0, now) }
            let lines =
                problems.map { "problem: \($0)" } + remarks.map { "remark: \($0)" }
                + ["\(articles.count) articles, \(problems.count) problems, \(remarks.count) remarks"]
            try KnowledgeFiles.writeOut(Array((lines.joined(separator: "\n") + "\n").utf8))
            if !problems.isEmpty { throw ExitCode.failure }
        }
    }

    /// The same question, but for case, accents and punctuation, in two articles of a language that may both be live.
    private func duplicates(_ articles: [Article]) -> [String] {
        var owners: [String: Article] = [:]
        var problems: [String] = []
        for article in articles where article.status != .archived {
            for question in [article.title] + article.questions {
                let key = article.language + " " + KnowledgeBase.folded(question)
                if let owner = owners[key], owner.id != article.id {
                    problems.append("\(article.file): '\(question)' is also a question of \(owner.file); customers who ask it can get only one of them")
                } else {
                    owners[key] = article
                }
            }
        }
        return problems
    }

    private func translations(_ articles: [Article]) -> [String] {
        let live = articles.filter { $0.status == .live }
        let languages = Set(live.map(\.language)).sorted()
        var found: [String: Set<String>] = [:]
        for article in live { found[article.id, default: []].insert(article.language) }
        return found.sorted { $0.key < $1.key }.compactMap { id, have in
            let missing = languages.filter { !have.contains($0) }
            return missing.isEmpty ? nil : "\(id): no article in \(missing.joined(separator: ", ")); messages in it are handed over"
        }
    }

    private func remarks(_ article: Article, _ now: Timestamp) -> [String] {
        guard article.status == .live else { return [] }
        var remarks: [String] = []
        if let review = article.review, review <= now { remarks.append("the review of \(review.rfc3339.prefix(10)) is due") }
        if let until = article.validUntil, until <= now { remarks.append("not valid since \(until.rfc3339.prefix(10)); it answers nothing") }
        if article.questions.count < 4 { remarks.append("\(article.questions.count) questions; from four on customers' words are matched well, from ten on better") }
        let longest = article.body.split { ".!?\n".contains($0) }.map { $0.split(separator: " ").count }.max() ?? 0
        if longest > 40 { remarks.append("a sentence of \(longest) words; shorter ones are read") }
        return remarks.map { "\(article.file): \($0)" }
    }
}
