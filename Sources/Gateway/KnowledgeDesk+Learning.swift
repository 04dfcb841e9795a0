package import Conversations
package import Knowledge
package import Messages
package import Storage

extension KnowledgeDesk {
    /// Notes which article is right for a customer's message, or that none is. The confidence of every later answer is fitted to it.
    package func review(_ message: MessageID, in conversation: ConversationID, article: String?, by agent: AgentRef) async throws -> AnswerReview? {
        if let article, try await store.articleLanguages(article).isEmpty { throw ArticleRefusal(.unknown, "there is no article \(article.prefix(100))") }
        let review = try await store.review(message, in: conversation, article: article, by: agent)
        if review != nil { surroundings.changed() }
        return review
    }

    /// Takes back what was said of a message; false when nobody said anything.
    package func unreview(_ message: MessageID, in conversation: ConversationID) async throws -> Bool {
        let isGone = try await store.unreview(message, in: conversation)
        if isGone { surroundings.changed() }
        return isGone
    }

    /// What today's articles make of a customer's message: the nearest ones, and the words that spoke for and against the first. Nil when there is no such message.
    package func explanation(of message: MessageID, in conversation: ConversationID) async throws -> MatchExplanation? {
        guard let question = try await store.question(behind: message, in: conversation) else { return nil }
        let base = library.base
        let query = Query(text: question.text, language: question.language, channelKind: question.channelKind, channel: question.channel, audience: [])
        let match = base.match(query)
        let words = match.candidates.first.map { base.explain(query, articleID: $0.articleID) } ?? []
        return MatchExplanation(
            question: question, candidates: match.candidates, threshold: base.threshold, words: Array(words.prefix(MatchExplanation.mostWords)))
    }

    /// Makes a draft of an agent's reply: the customer's words become its questions, the reply without greeting and signature its text. What tells of the customer is taken out.
    package func draft(
        from message: MessageID, in conversation: ConversationID, id: String?, title: String?, language: String?, by agent: AgentRef
    ) async throws -> Detail? {
        guard let said = try await store.said(message, in: conversation) else { return nil }
        guard said.direction == "out", said.authorKind == "agent" else { throw ArticleRefusal(.invalid, "only an agent's reply becomes an article") }
        let base = library.base
        let language = language ?? said.language ?? base.languages.first ?? "en"
        // A long reply full of numbers takes a processor seconds.
        let (body, questions, kinds) = try await bench.run(waits: true) {
            let personal = Self.personalData(of: said, beside: base.articles)
            let (body, kinds) = personal.removed(from: ReplyTidying.tidied(said.text), language: language)
            let questions = said.questions.compactMap { ReplyTidying.question($0) }.compactMap { personal.question($0, language: language) }.compactMap(ReplyTidying.question)
            return (body, questions, kinds)
        }
        guard body.contains(where: \.isLetter) else { throw ArticleRefusal(.invalid, "nothing is left of this reply that is not a greeting") }
        let name = title ?? ReplyTidying.title(of: questions.first ?? body)
        let wanted = id ?? ReplyTidying.id(for: name)
        var free = wanted
        var number = 2
        while id == nil, try await store.article(ArticleKey(id: free, language: language)) != nil, number < 100 {
            free = "\(wanted)-\(number)"
            number += 1
        }
        let article = Article(id: free, title: String(name.prefix(200)), language: language, questions: questions, body: body)
        let taken = kinds.isEmpty ? "" : "; taken out: \(PersonalData.Kind.allCases.filter(kinds.contains).map(\.rawValue).joined(separator: ", "))"
        return try await create(ArticleFile.text(of: article), by: agent, note: "from a reply in the conversation \(conversation)\(taken)")
    }

    /// What of this conversation is nobody else's business: not what a live article for everybody says as well, such as the shop's own address.
    private static func personalData(of said: SaidMessage, beside articles: [Article]) -> PersonalData {
        @Sendable func letters(_ text: String) -> String { text.lowercased().filter { $0.isLetter || $0.isNumber } }
        let everybodys = articles.filter(\.audience.isEmpty).flatMap { [$0.body] + $0.answers.values }.map(letters)
        let names = said.names + [ReplyTidying.greeted(in: said.text)].compactMap(\.self)
        return PersonalData(names: names, said: said.questions) { found in
            let wanted = letters(found)
            return everybodys.contains { $0.contains(wanted) }
        }
    }

    /// An answer with the exact texts that it was made of.
    package func sources(of message: MessageID) async throws -> [(answer: GivenAnswer, text: ArticleVersion?)] {
        var sources: [(answer: GivenAnswer, text: ArticleVersion?)] = []
        for answer in try await store.answers(of: message) {
            sources.append((answer, try await store.articleVersion(id: answer.article, answer.version)))
        }
        return sources
    }

    /// The answers that were given from an article in the last days, latest first.
    package func answersGiven(from key: ArticleKey, days: Int, limit: Int, now: Timestamp = .now()) async throws -> [GivenAnswer] {
        guard try await store.article(key) != nil else { throw ArticleRefusal.unknown(key) }
        let versions = Set(try await store.articleVersions(key, limit: 10_000).map(\.version))
        return try await store.answersGiven(from: key.id, since: now - .seconds(86_400 * Int64(days)), limit: limit).filter { versions.contains($0.version) }
    }
}

/// How an answer came about, or would.
package struct MatchExplanation: Sendable {
    static let mostWords = 8

    package var question: AskedQuestion
    /// Best first, at most five.
    package var candidates: [Candidate]
    /// The confidence from which on the best one is given.
    package var threshold: Double
    /// The words that spoke for the best candidate (above 0) or against it, the strongest first.
    package var words: [WordWeight]
}

/// What became of the questions that an article now answers, week by week.
package struct ArticleEffect: Sendable {
    package struct Week: Sendable {
        /// Its first moment.
        package var from: Timestamp
        package var questions = 0
        /// Answered from this article, from another, or handed over.
        package var answered = 0
        package var otherwise = 0
        package var handedOff = 0
    }

    package var published: Timestamp?
    package var weeks: [Week]
}

extension KnowledgeDesk {
    static let effectWeeks = 12
    static let effectQuestions = 4_000

    /// Before and after: of the customers' questions that the article answers today, how many were answered and how many went to people.
    package func effect(_ key: ArticleKey, now: Timestamp = .now()) async throws -> ArticleEffect {
        guard try await store.article(key) != nil else { throw ArticleRefusal.unknown(key) }
        let base = library.base
        let week = Duration.seconds(7 * 86_400)
        let start = now - week * Self.effectWeeks
        let questions = try await store.questions(since: start, limit: Self.effectQuestions)
        let matched = try await bench.run {
            var workspace = MatchWorkspace()
            let end = ContinuousClock.now + Self.previewTime
            return questions.filter { question in
                guard ContinuousClock.now < end else { return false }
                let query = Query(text: question.text, language: question.language, channelKind: question.channelKind, channel: question.channel, audience: [])
                guard let answer = base.match(query, using: &workspace).answer else { return false }
                return answer.articleID == key.id && answer.language == key.language
            }
        }
        let outcomes = try await store.outcomes(of: matched)
        var effect = ArticleEffect(
            published: try await store.articleChanges(key, limit: 1_000).last { $0.kind == .published }?.at,
            weeks: (0..<Self.effectWeeks).map { ArticleEffect.Week(from: start + week * $0) })
        for (question, outcome) in zip(matched, outcomes) {
            let number = Int((question.at.microseconds - start.microseconds) / (7 * 86_400_000_000))
            guard effect.weeks.indices.contains(number) else { continue }
            effect.weeks[number].questions += 1
            switch outcome {
            case .answered(let article, _): if article == key.id { effect.weeks[number].answered += 1 } else { effect.weeks[number].otherwise += 1 }
            case .handedOff: effect.weeks[number].handedOff += 1
            case .talked, .people, .none: break
            }
        }
        return effect
    }
}
