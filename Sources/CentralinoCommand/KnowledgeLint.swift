import ArgumentParser
import Knowledge
import Messages

struct KnowledgeLint: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "lint", abstract: "Look for what makes a knowledge base answer badly.",
        discussion: """
            Problems (exit status 1): files that cannot be read as articles, ids that occur twice in a language, a question that two live articles answer, live articles \
            that contradict each other for the same customers. Remarks: answers given twice, translations that are missing or differ in their figures, texts that are hard to \
            read, few questions, reviews that are due, validity that ends, drafts that wait.
            """)

    @Argument(help: "The folder of articles.") var folder: String?
    @Flag(help: "One JSON object instead of lines.") var json = false
    @Option(parsing: .upToNextOption, help: "Measure the review itself with files of pairs whose relation is known.") var pairs: [String] = []
    @Flag(name: .shortAndLong, help: "With --pairs: show each pair that was judged wrongly.") var verbose = false

    func validate() throws {
        if folder == nil, pairs.isEmpty { throw ValidationError("name the folder of articles") }
    }

    func run() throws {
        try reporting {
            if !pairs.isEmpty { return try measure() }
            var findings: [LintFinding] = []
            var articles: [Article] = []
            var holders: [String: String] = [:]
            for path in try KnowledgeFolder.files(in: folder ?? "") {
                do {
                    let article = try KnowledgeFolder.article(path)
                    if let holder = holders.updateValue(path, forKey: "\(article.language) \(article.id)") {
                        findings.append(
                            .init(problem: "id-twice", file: path, "the id '\(article.id)' is already that of \(holder) in '\(article.language)'; give this article another one"))
                    } else {
                        articles.append(article)
                    }
                } catch let problem as ArticleProblem {
                    findings.append(.init(problem: "unreadable", file: problem.file, line: problem.line, problem.message))
                } catch {
                    findings.append(.init(problem: "unreadable", file: "", "\(error)"))
                }
            }
            var sources = LintSources()
            findings += KnowledgeReview.conflicts(among: articles, pieces: LanguageTables.pieces, learn: KnowledgeBase.trial).map { LintFinding($0, in: &sources) }
            findings += translations(articles)
            let now = Timestamp.now()
            let hasOwners = articles.contains { $0.owner != nil }
            for article in articles { findings += remarks(article, now, hasOwners: hasOwners, &sources) }
            try print(findings, articles.count)
            if findings.contains(where: \.isProblem) { throw ExitCode.failure }
        }
    }

    private func print(_ findings: [LintFinding], _ count: Int) throws {
        let problems = findings.filter(\.isProblem)
        let remarks = findings.filter { !$0.isProblem }
        var out: [UInt8] = []
        if json {
            JSON.object([
                .init("articles", .integer(Int64(count))), .init("problems", .array(problems.map(\.json))), .init("remarks", .array(remarks.map(\.json))),
            ]).append(to: &out)
            out.append(0x0A)
        } else {
            let lines = (problems + remarks).map(\.text) + ["\(count) articles, \(problems.count) problems, \(remarks.count) remarks"]
            out = Array((lines.joined(separator: "\n") + "\n").utf8)
        }
        try KnowledgeFiles.writeOut(out)
    }

    /// The table of precision and recall for each file of pairs.
    private func measure() throws {
        var lines: [String] = []
        for file in pairs {
            let rows = try KnowledgeRows.objects(try KnowledgeFiles.text(file), file: file)
            let read = try rows.map { line, row in
                do { return try ReviewPair(row) } catch { throw KnowledgeFiles.Problem("\(file):\(line): \(error)") }
            }
            let (scores, mistakes) = ReviewScore.scores(read, pieces: LanguageTables.pieces)
            lines.append("\(file): \(read.count) pairs")
            if verbose { lines += mistakes }
            for (language, kinds) in scores.sorted(by: { $0.key < $1.key }) {
                for (kind, score) in kinds.sorted(by: { $0.key < $1.key }) {
                    let name = "  \(language) \(kind)"
                    lines.append(
                        name + String(repeating: " ", count: max(1, 30 - name.count)) + "precision \(KnowledgeOutput.decimals(score.precision, 3)), recall "
                            + "\(KnowledgeOutput.decimals(score.recall, 3)) (\(score.right) right, \(score.wrong) wrong, \(score.missed) missed)")
                }
            }
        }
        try KnowledgeFiles.writeOut(Array((lines.joined(separator: "\n") + "\n").utf8))
    }

    private func translations(_ articles: [Article]) -> [LintFinding] {
        let live = articles.filter { $0.status == .live }
        let languages = Set(live.map(\.language)).sorted()
        return Dictionary(grouping: live, by: \.id).sorted { $0.key < $1.key }.compactMap { id, versions in
            let missing = languages.filter { language in !versions.contains { $0.language == language } }
            guard !missing.isEmpty else { return nil }
            return LintFinding(
                remark: "translation-missing", file: versions[0].file, "no article '\(id)' in \(missing.joined(separator: ", ")); messages in it are handed over")
        }
    }

    private func remarks(_ article: Article, _ now: Timestamp, hasOwners: Bool, _ sources: inout LintSources) -> [LintFinding] {
        var remarks: [LintFinding] = []
        func remark(_ kind: String, _ line: Int?, _ message: String) { remarks.append(.init(remark: kind, file: article.file, line: line, message)) }
        switch article.status {
        case .archived: return []
        case .draft:
            remark("draft", sources.line(of: "status:", in: article.file), "a draft; it answers nothing")
            return remarks
        case .review:
            remark("waits-for-approval", sources.line(of: "status:", in: article.file), "waits for approval; it answers nothing until its status is live")
        case .live: break
        }
        if let review = article.review, review <= now {
            remark("review-due", sources.line(of: "review:", in: article.file), "the review of \(review.rfc3339.prefix(10)) is due")
        }
        if let until = article.validUntil {
            let line = sources.line(of: "valid:", in: article.file)
            if until <= now {
                remark("expired", line, "not valid since \(until.rfc3339.prefix(10)); it answers nothing")
            } else if until <= now + .seconds(14 * 86_400) {
                remark("expires-soon", line, "valid until \(until.rfc3339.prefix(10)) only")
            }
        }
        if hasOwners, article.owner == nil { remark("no-owner", nil, "no owner, while other articles have one") }
        if article.questions.count < 4 {
            remark("few-questions", nil, "\(article.questions.count) questions; from four on customers' words are matched well, from ten on better")
        }
        if let readability = KnowledgeReview.readability(of: article), readability.isPoor {
            let name = readability.formula == .gulpease ? "Gulpease" : "Flesch reading ease"
            let hardest = readability.hardest.first
            remark(
                "readability", hardest.flatMap { sources.line(of: $0.text, in: article.file) },
                "hard to read: \(name) \(KnowledgeOutput.decimals(readability.score, 0)), below \(KnowledgeOutput.decimals(Readability.threshold, 0))"
                    + (hardest.map { "; hardest: '\($0.text)' (\($0.words) words)" } ?? "; use shorter words"))
        }
        return remarks
    }
}
