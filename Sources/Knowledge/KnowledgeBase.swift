package import Messages

/// The articles that may be used now, and what was learnt from them. Immutable: any number of threads match at once.
///
/// Made again from the articles, in some tens of milliseconds for a thousand questions, when they change. The order of the articles makes no difference to any result.
package struct KnowledgeBase: Sendable {
    /// The share of answers that is to be right, when nothing else is wanted.
    package static let defaultPrecision = 0.9

    /// The usable articles, by id and language.
    package let articles: [Article]
    /// One for each language with articles, by language.
    let models: [LanguageModel]
    /// What the confidence is computed with, in a language without a table of word pieces and in one with.
    private(set) var calibration = (plain: Calibration.plain, withMeaning: Calibration.withMeaning)
    /// A candidate is answered from this confidence on.
    package let threshold: Double
    /// What `init` was given, for learning other articles in the same way.
    private let precision: Double
    private let reviews: [ReviewedAnswer]
    let knowledge: LanguageKnowledge
    let places: [Place: Int]
    let pool = WorkspacePool()

    struct Place: Hashable, Sendable {
        var id: String
        var language: String
    }

    /// Leaves out what is not live or not valid at `now`, and learns the rest.
    /// - Parameters:
    ///   - precision: the share of answers that is to be right, 0.5 to 0.99; a higher one answers less.
    ///   - reviews: messages that people of this desk have judged; the confidence is fitted to them, the latest `ReviewedAnswer.limit` of them.
    ///   - knowledge: what is known of languages before any article is read.
    /// - Throws: when an id occurs twice in one language, whatever the state of the two articles.
    package init(
        articles: [Article], now: Timestamp, precision: Double = KnowledgeBase.defaultPrecision, reviews: [ReviewedAnswer] = [],
        knowledge: LanguageKnowledge = LanguageKnowledge()
    ) throws(ArticleProblem) {
        let sorted = articles.sorted { ($0.id, $0.language, $0.file) < ($1.id, $1.language, $1.file) }
        for (left, right) in zip(sorted, sorted.dropFirst()) where left.id == right.id && left.language == right.language {
            throw ArticleProblem(
                file: right.file,
                message:
                    "the id '\(right.id)' is already that of \(left.file.isEmpty ? "another article" : left.file) in the language '\(right.language)'; an id may exist once per language"
            )
        }
        let usable = sorted.filter { $0.isUsable(at: now) }
        self.articles = usable
        var places: [Place: Int] = [:]
        for (index, article) in usable.enumerated() { places[Place(id: article.id, language: article.language)] = index }
        self.places = places
        self.precision = precision
        self.reviews = reviews
        self.knowledge = knowledge
        var members: [String: [Int]] = [:]
        for (index, article) in usable.enumerated() { members[article.language.primarySubtag, default: []].append(index) }
        models = Self.learn(members.sorted { $0.key < $1.key }.map { (language: $0.key, places: $0.value) }, usable, knowledge)
        threshold = Calibration.threshold(forPrecision: precision)
        calibrate(reviews.suffix(ReviewedAnswer.limit))
    }

    /// Fits the confidence to what people found: each message is matched again with today's articles.
    private mutating func calibrate(_ reviews: ArraySlice<ReviewedAnswer>) {
        var found: (plain: [Calibration.Review], withMeaning: [Calibration.Review]) = ([], [])
        var workspace = MatchWorkspace()
        for review in reviews {
            guard let (article, signals) = signals(Query(text: review.text, language: review.language), using: &workspace) else { continue }
            let row = Calibration.Review(signals: signals.values, isRight: article == review.article)
            if signals.haveMeaning { found.withMeaning.append(row) } else { found.plain.append(row) }
        }
        calibration = (Calibration.plain.refitted(found.plain), Calibration.withMeaning.refitted(found.withMeaning))
    }

    /// The same desk with other articles: what would be answered if they were live.
    package func with(articles: [Article], now: Timestamp) throws(ArticleProblem) -> KnowledgeBase {
        try KnowledgeBase(articles: articles, now: now, precision: precision, reviews: reviews, knowledge: knowledge)
    }

    /// The languages are learnt side by side: it is most of what a cold start waits for, and one does not see the other.
    private static func learn(_ members: [(language: String, places: [Int])], _ articles: [Article], _ knowledge: LanguageKnowledge) -> [LanguageModel] {
        SideBySide.map(members.count) { index in
            LanguageModel(language: members[index].language, articles: members[index].places.map { articles[$0] }, places: members[index].places, knowledge: knowledge)
        }
    }

    /// The languages that have articles: primary subtags, sorted.
    package var languages: [String] { models.map(\.language) }

    /// The answer of that candidate as it is said on that kind of channel; nil when the article is no longer there.
    package func answerText(for candidate: Candidate, channelKind: String?) -> String? {
        article(candidate.articleID, language: candidate.language)?.answer(forChannelKind: channelKind)
    }

    /// A text as the matcher compares it: lower case, without accents and punctuation.
    package static func folded(_ text: String) -> String { Folding.text(text) }

    /// The articles of a language that may be shown there and to such a reader.
    package func articles(for query: Query, language: String) -> [Article] {
        articles.filter { $0.language.primarySubtag == language && $0.isVisible(to: query) }
    }

    package func article(_ id: String, language: String) -> Article? {
        places[Place(id: id, language: language)].map { articles[$0] }
    }
}

extension String {
    /// "pt" of "pt-BR", in lower case.
    package var primarySubtag: String { String(prefix { $0 != "-" && $0 != "_" }).lowercased() }
}
