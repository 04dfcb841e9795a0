/// One look at a set of articles, each language by itself.
struct Reviewer {
    /// An article as it is compared.
    struct Reading {
        /// Of the title and of each question.
        var questions: [TermSet]
        var statements: [ReviewStatement]
        /// Of the title and all questions.
        var context: TermSet
        /// Of everything.
        var all: TermSet
        /// What it is about: terms that occur in two places of title, questions and answer.
        var subject: TermSet
        /// What its title and at least half of its questions name.
        var core: TermSet
        /// Of title and questions.
        var contrasts: [Int16: Set<Int32>]
        var body: TermSet
        /// The numbers in title and questions, as they are written.
        var numbers: Set<String>
        /// Whether the answer begins with a yes or a no.
        var reply: Bool?

        var hasTimes: Bool { statements.contains(where: \.hasTimes) }

        /// Whether the answer says one amount of the kind, and no other.
        func hasOne(_ dimension: Quantity.Dimension) -> Bool { statements.lazy.flatMap(\.quantities).filter { $0.dimension == dimension }.prefix(2).count == 1 }
    }

    let articles: [Article]
    let scopes: [ArticleScope]
    private(set) var readings: [Reading] = []
    /// The weight of each term, by language.
    private(set) var weights: [String: [Float]] = [:]
    private var readers: [String: StatementReader] = [:]

    /// Below this many articles of a language how rare a word is tells nothing.
    private static let articlesForRarity = 40

    init(_ articles: [Article], channelKinds: [String: String], pieces: WordPieces? = nil) {
        self.articles = articles
        scopes = articles.map { ArticleScope(of: $0, channelKinds: channelKinds) }
        for article in articles {
            let language = article.language.primarySubtag
            var reader = readers.removeValue(forKey: language) ?? StatementReader(language: language, pieces: language == "en" ? pieces : nil)
            readings.append(Self.read(article, &reader))
            readers[language] = reader
        }
        for (language, reader) in readers { weights[language] = weigh(language, reader) }
    }

    private static func read(_ article: Article, _ reader: inout StatementReader) -> Reading {
        let questions = ([article.title] + article.questions).map { reader.terms(of: $0) }
        var statements: [ReviewStatement] = []
        for sentence in ([article.body] + article.answers.sorted { $0.key < $1.key }.map(\.value)).flatMap(ReviewText.sentences) {
            var statement = reader.statement(sentence)
            if !sentence.label.isEmpty {
                let label = reader.terms(of: sentence.label)
                statement.terms = statement.terms.union(label)
                for (family, members) in reader.contrasts(of: label) { statement.contrasts[family, default: []].formUnion(members) }
            }
            // "It expires after an hour": what it is stands in the sentence before.
            statement.about = statement.terms
            if statement.isOfTheSame, let before = statements.last { statement.about = statement.terms.union(before.about) }
            statements.append(statement)
        }
        let context = TermSet(questions.flatMap(\.terms))
        let body = TermSet(statements.flatMap(\.terms.terms))
        var places: [Int32: Int] = [:]
        for terms in questions + [body] { for term in terms.terms { places[term, default: 0] += 1 } }
        let core = questions[0].terms.filter { term in 2 * questions.dropFirst().count { $0.contains(term) } >= max(1, questions.count - 1) }
        return Reading(
            questions: questions, statements: statements, context: context, all: context.union(body), subject: TermSet(places.filter { $0.value >= 2 }.keys), core: TermSet(core),
            contrasts: reader.contrasts(of: context), body: body, numbers: reader.numbers(of: [article.title] + article.questions), reply: statements.first?.reply)
    }

    /// What a term counts: words that the lexicon does not know name things, and rare ones tell more.
    private func weigh(_ language: String, _ reader: StatementReader) -> [Float] {
        var documents = [Int](repeating: 0, count: reader.termCount)
        var count = 0
        for (number, reading) in readings.enumerated() where articles[number].language.primarySubtag == language {
            count += 1
            for term in reading.all.terms { documents[Int(term)] += 1 }
        }
        let isEnough = count >= Self.articlesForRarity
        let most = FixedMath.log(Double(max(2, count)))
        return documents.enumerated().map { term, documents in
            let weight: Float = reader.isSpecific(Int32(term)) ? 1.2 : 1
            guard isEnough else { return weight }
            return weight * (0.4 + 0.6 * Float(FixedMath.log(Double(count) / Double(max(1, documents))) / most))
        }
    }

    func reader(_ article: Int) -> StatementReader? { readers[articles[article].language.primarySubtag] }

    /// Whether the two may be live together and reach one customer.
    func blocks(_ left: Int, _ right: Int) -> Bool { articles[left].status == .live && articles[right].status == .live }

    /// All findings, each pair of articles once, the lower number first.
    ///
    /// - Parameters:
    ///   - count: only pairs with one of so many first articles.
    ///   - answered: pairs of which one answers the questions of the other as well, by what the matcher finds.
    func conflicts(ofFirst count: Int, answered: Set<[Int]> = []) -> [ArticleConflict] {
        var found: [(left: Int, right: Int, conflict: ArticleConflict)] = []
        var twice: Set<[Int]> = []
        for (left, right, conflict) in sameQuestions(ofFirst: count) {
            found.append((left, right, conflict))
            twice.insert([left, right])
        }
        for (left, right) in candidates(ofFirst: count, also: twice.union(answered)) {
            let conflicts = compare(left, right, haveSameQuestion: twice.contains([left, right]), areFoundForOne: answered.contains([left, right]))
            for conflict in conflicts { found.append((left, right, conflict)) }
        }
        found += translations(ofFirst: count)
        return found.sorted { ($0.left, $0.right) < ($1.left, $1.right) }.map(\.conflict)
    }

    /// The same question, but for case, accents and punctuation, in two articles of a language; one finding a pair.
    private func sameQuestions(ofFirst count: Int) -> [(left: Int, right: Int, conflict: ArticleConflict)] {
        var owners: [String: [(article: Int, question: String)]] = [:]
        var found: [(left: Int, right: Int, conflict: ArticleConflict)] = []
        var pairs: Set<[Int]> = []
        for (number, article) in articles.enumerated() {
            var own: Set<String> = []
            for question in [article.title] + article.questions {
                let key = article.language.primarySubtag + " " + Folding.text(question)
                guard own.insert(key).inserted else { continue }
                for (other, words) in owners[key, default: []] where other < count && scopes[other].overlaps(scopes[number]) {
                    guard articles[other].id != article.id, pairs.insert([other, number]).inserted else { continue }
                    let message =
                        "\(articles[other].place) and \(article.place) both answer '\(question)': a customer who asks it can get only one of them; keep the question in one article, or say for whom each is (audience, channels, countries, valid)"
                    found.append(
                        (
                            other, number,
                            ArticleConflict(
                                kind: .duplicateQuestion, first: .init(articles[other], words), second: .init(article, question), message: message,
                                isBlocking: blocks(other, number))
                        ))
                }
                owners[key, default: []].append((number, question))
            }
        }
        return found
    }
}
