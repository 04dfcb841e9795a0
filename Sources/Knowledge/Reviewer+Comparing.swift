extension Reviewer {
    /// Chosen on the dev part of the planted pairs (Tests/KnowledgeTests/Fixtures/pairs).
    enum Limit {
        /// Of two articles: from here on their questions are one.
        static let sameQuestion: Float = 0.5
        /// Of two sentences of articles that answer one question.
        static let sameTopic: Float = 0.42
        /// Of two sentences of any two articles.
        static let sameSentence: Float = 0.72
        /// Terms that two such sentences must share.
        static let sharedTerms = 3
        /// Of two articles: from here on their questions have something in common.
        static let relatedQuestion: Float = 0.3
        static let nearDuplicate: Float = 0.5
        /// Articles with less in common are not compared.
        static let candidate: Float = 0.2
    }

    // MARK: likeness

    func cosine(_ left: TermSet, _ right: TermSet, _ weights: [Float]) -> Float {
        guard !left.isEmpty, !right.isEmpty else { return 0 }
        var shared: Float = 0
        left.forEachShared(with: right) { shared += weights[Int($0)] * weights[Int($0)] }
        guard shared > 0 else { return 0 }
        return shared / (square(left, weights) * square(right, weights)).squareRoot()
    }

    private func square(_ terms: TermSet, _ weights: [Float]) -> Float { terms.terms.reduce(0) { $0 + weights[Int($1)] * weights[Int($1)] } }

    private func shared(_ left: TermSet, _ right: TermSet) -> Int {
        var count = 0
        left.forEachShared(with: right) { _ in count += 1 }
        return count
    }

    /// The share of `terms` that `other` holds, what its article's title and questions say counting nearly as much.
    private func coverage(_ terms: TermSet, by other: TermSet, _ context: TermSet, _ weights: [Float]) -> Float {
        var all: Float = 0
        var held: Float = 0
        for term in terms.terms {
            let weight = weights[Int(term)]
            all += weight
            if other.contains(term) { held += weight } else if context.contains(term) { held += 0.8 * weight }
        }
        return all == 0 ? 1 : held / all
    }

    /// Whether both name members of a class whose members exclude each other, and none in common.
    private func excludes(_ left: [Int16: Set<Int32>], _ right: [Int16: Set<Int32>], actions: Int16?) -> Bool {
        for (family, members) in left where family != actions {
            if let others = right[family], members.isDisjoint(with: others) { return true }
        }
        return false
    }

    // MARK: pairs of articles

    /// Pairs of articles of one language with enough in common, each once, the lower number first.
    func candidates(onlyOfFirst: Bool, also given: Set<[Int]>) -> [(Int, Int)] {
        var pairs: Set<[Int]> = given
        for (language, weights) in weights.sorted(by: { $0.key < $1.key }) {
            let members = articles.indices.filter { articles[$0].language.primarySubtag == language }
            var postings = [[Int32]](repeating: [], count: weights.count)
            let lengths = members.map { square(readings[$0].all, weights).squareRoot() }
            var scores = [Float](repeating: 0, count: members.count)
            for (position, number) in members.enumerated() {
                var touched: [Int] = []
                for term in readings[number].all.terms {
                    for other in postings[Int(term)] {
                        if scores[Int(other)] == 0 { touched.append(Int(other)) }
                        scores[Int(other)] += weights[Int(term)] * weights[Int(term)]
                    }
                    if !onlyOfFirst || position == 0 { postings[Int(term)].append(Int32(position)) }
                }
                for other in touched {
                    if scores[other] >= Limit.candidate * lengths[other] * lengths[position] { pairs.insert([members[other], number]) }
                    scores[other] = 0
                }
            }
        }
        return pairs.filter { articles[$0[0]].id != articles[$0[1]].id && scopes[$0[0]].overlaps(scopes[$0[1]]) }.map { ($0[0], $0[1]) }.sorted { $0 < $1 }
    }

    struct Clash {
        var difference: ArticleConflict.Difference
        var left: String
        var right: String
        var score: Float
    }

    func compare(_ left: Int, _ right: Int, haveSameQuestion: Bool) -> [ArticleConflict] {
        let (a, b) = (readings[left], readings[right])
        guard let weights = weights[articles[left].language.primarySubtag], let reader = reader(left) else { return [] }
        var question: Float = haveSameQuestion ? 1 : cosine(a.context, b.context, weights)
        if !haveSameQuestion {
            for one in a.questions { for other in b.questions { question = max(question, cosine(one, other, weights)) } }
        }
        // "When do you open" and "closing time" ask for the same: of times, opening and closing do not exclude each other.
        let actions = a.hasTimes && b.hasTimes ? reader.lexicon.actions : nil
        let isApart = !haveSameQuestion && (subjectsDiffer(a, b, reader) || excludes(a.contrasts, b.contrasts, actions: actions))
        let isSame = !isApart && question >= Limit.sameQuestion
        var clashes: [ArticleConflict.Difference: Clash] = [:]
        func note(_ clash: Clash?) {
            guard let clash, clash.score > clashes[clash.difference]?.score ?? -1 else { return }
            clashes[clash.difference] = clash
        }
        for one in a.statements {
            for other in b.statements {
                guard let likeness = likeness(one, other, a, b, isSame: isSame, question: question, weights, reader) else { continue }
                if !isSpecialCase(one, other, a, b, reader.lexicon) { note(quantityClash(one, other, a, b, likeness)) }
                note(polarityClash(one, other, a, b, likeness, isSame: isSame, weights))
                note(conditionClash(one, other, likeness, isSame: isSame, weights))
            }
        }
        if isSame, question >= 0.7, clashes.isEmpty, let one = a.reply, let other = b.reply, one != other, let first = a.statements.first, let second = b.statements.first {
            note(Clash(difference: .polarity, left: first.text, right: second.text, score: 1))
        }
        if let clash = clashes.values.max(by: { ($0.score, $0.difference.rawValue) < ($1.score, $1.difference.rawValue) }) {
            return [contradiction(clash, left, right)]
        }
        guard !haveSameQuestion, !isApart, nearness(a, b, question, weights) >= Limit.nearDuplicate else { return [] }
        return [nearDuplicate(left, right)]
    }

    /// How much the answers and the questions are one, between 0 and 1.
    private func nearness(_ a: Reading, _ b: Reading, _ question: Float, _ weights: [Float]) -> Float {
        let body = cosine(a.body, b.body, weights)
        var quantities: Float = 0
        let left = a.statements.flatMap(\.quantities)
        let right = b.statements.flatMap(\.quantities)
        if !left.isEmpty, !right.isEmpty {
            let agreeing = left.count { one in right.contains { $0.dimension == one.dimension && $0.agrees(with: one) } }
            quantities = 0.15 * Float(agreeing) / Float(max(left.count, right.count))
            if agreeing == 0 { quantities = -0.1 }
        } else if left.isEmpty != right.isEmpty {
            quantities = -0.05
        }
        return 0.35 * question + 0.65 * body + quantities
    }

    /// Whether each is about something that the other does not name at all, and one of these is a word that may be anything.
    private func subjectsDiffer(_ a: Reading, _ b: Reading, _ reader: StatementReader) -> Bool {
        let left = a.subject.subtracting(b.all).terms
        let right = b.subject.subtracting(a.all).terms
        return !left.isEmpty && !right.isEmpty && (left + right).contains(where: reader.isSpecific)
    }

    /// Whether one names a special case (a country, a day, a kind of service) of what the other says of all.
    private func isSpecialCase(_ one: ReviewStatement, _ other: ReviewStatement, _ a: Reading, _ b: Reading, _ lexicon: ReviewLexicon) -> Bool {
        let left = one.contrasts.merging(a.contrasts) { $0.union($1) }
        let right = other.contrasts.merging(b.contrasts) { $0.union($1) }
        return left.keys.contains { lexicon.partingClasses.contains($0) && right[$0] == nil } || right.keys.contains { lexicon.partingClasses.contains($0) && left[$0] == nil }
    }

    // MARK: pairs of sentences

    /// How much two sentences speak of one thing; nil when they do not.
    private func likeness(
        _ one: ReviewStatement, _ other: ReviewStatement, _ a: Reading, _ b: Reading, isSame: Bool, question: Float, _ weights: [Float], _ reader: StatementReader
    ) -> Float? {
        let actions = isSame || one.hasTimes && other.hasTimes ? reader.lexicon.actions : nil
        if excludes(one.contrasts, other.contrasts, actions: actions) { return nil }
        let own = cosine(one.terms, other.terms, weights)
        if isSame {
            let covered = min(coverage(one.terms, by: other.terms, b.context, weights), coverage(other.terms, by: one.terms, a.context, weights))
            let likeness = max(own, 0.9 * covered)
            return likeness >= Limit.sameTopic ? likeness : nil
        }
        guard own >= Limit.sameSentence, shared(one.terms, other.terms) >= Limit.sharedTerms else { return nil }
        if excludes(one.contrasts.merging(a.contrasts) { $0.union($1) }, other.contrasts.merging(b.contrasts) { $0.union($1) }, actions: reader.lexicon.actions) { return nil }
        let unmatched = one.terms.subtracting(other.terms).terms.contains(where: reader.isSpecific) && other.terms.subtracting(one.terms).terms.contains(where: reader.isSpecific)
        return unmatched ? nil : own
    }

    /// Amounts of one kind that answer one question and differ, where neither is said anywhere in the other article.
    private func quantityClash(_ one: ReviewStatement, _ other: ReviewStatement, _ a: Reading, _ b: Reading, _ likeness: Float) -> Clash? {
        for quantity in one.quantities {
            for against in other.quantities where quantity.isComparable(with: against) && !quantity.agrees(with: against) {
                let said = b.statements.contains { $0.quantities.contains { $0.dimension == quantity.dimension && $0.agrees(with: quantity) } }
                let saidBack = a.statements.contains { $0.quantities.contains { $0.dimension == against.dimension && $0.agrees(with: against) } }
                if said || saidBack { continue }
                let isDate = quantity.dimension == .date || quantity.dimension == .clock
                return Clash(difference: isDate ? .date : .number, left: one.text, right: other.text, score: likeness + 0.3)
            }
        }
        return nil
    }

    private func polarityClash(
        _ one: ReviewStatement, _ other: ReviewStatement, _ a: Reading, _ b: Reading, _ likeness: Float, isSame: Bool, _ weights: [Float]
    ) -> Clash? {
        if one.isFree && other.isPaid || other.isFree && one.isPaid, !one.isRestricted, !other.isRestricted, !one.isConditional, !other.isConditional,
            one.quantities.isEmpty, other.quantities.isEmpty
        {
            return Clash(difference: .polarity, left: one.text, right: other.text, score: likeness)
        }
        for clause in one.clauses where !clause.isSubordinate {
            for against in other.clauses where !against.isSubordinate && clause.isNegative != against.isNegative {
                guard !clause.isVague, !against.isVague, shared(clause.terms, against.terms) >= 1 else { continue }
                let (no, yes) = clause.isNegative ? (clause, against) : (against, clause)
                let (noArticle, yesArticle) = clause.isNegative ? (a, b) : (b, a)
                let covered = coverage(no.terms, by: yes.terms, yesArticle.context, weights)
                let back = coverage(yes.terms, by: no.terms, noArticle.context, weights)
                let own = cosine(no.terms, yes.terms, weights)
                guard covered >= (isSame ? 0.6 : 0.85), back >= (isSame ? 0.5 : 0.85), own >= (isSame ? 0.4 : 0.72) else { continue }
                return Clash(difference: .polarity, left: one.text, right: other.text, score: own + 0.1)
            }
        }
        return nil
    }

    /// One says "only if", "unless", "except" where the other says "always", "even if", or the same without a condition.
    private func conditionClash(_ one: ReviewStatement, _ other: ReviewStatement, _ likeness: Float, isSame: Bool, _ weights: [Float]) -> Clash? {
        for (strict, loose) in [(one, other), (other, one)] {
            let clash = Clash(difference: .condition, left: one.text, right: other.text, score: likeness + 0.2)
            if strict.isRestricted || strict.isConditional, loose.isUnrestricted, !loose.isRestricted, likeness >= 0.5 { return clash }
            if strict.isRestricted, !loose.isRestricted, !loose.isConditional, !strict.isUnrestricted {
                // The same claim, but for what stands behind "only if".
                let claim = strict.terms.subtracting(strict.conditionTerms)
                if claim.count >= 2, cosine(claim, loose.terms, weights) >= 0.85 { return clash }
            }
        }
        return nil
    }

    // MARK: words for authors

    private func contradiction(_ clash: Clash, _ left: Int, _ right: Int) -> ArticleConflict {
        let what =
            switch clash.difference {
            case .number: "give different figures"
            case .date: "give different times or dates"
            case .polarity: "say the opposite"
            case .condition: "set different conditions"
            }
        let message =
            "\(articles[left].place) and \(articles[right].place) \(what): '\(clash.left)' and '\(clash.right)'; correct one of them, or say for whom each is (audience, channels, countries, valid)"
        return ArticleConflict(
            kind: .contradiction(clash.difference), first: .init(articles[left], clash.left), second: .init(articles[right], clash.right), message: message,
            isBlocking: blocks(left, right))
    }

    private func nearDuplicate(_ left: Int, _ right: Int) -> ArticleConflict {
        ArticleConflict(
            kind: .nearDuplicate, first: .init(articles[left], articles[left].title), second: .init(articles[right], articles[right].title),
            message: "\(articles[left].place) and \(articles[right].place) seem to give one answer twice; move the questions of one to the other and archive it", isBlocking: false)
    }

    /// Articles with one id in two languages whose amounts differ: said in one, and nothing of its kind that agrees in the other.
    func translations(onlyOfFirst: Bool) -> [(left: Int, right: Int, conflict: ArticleConflict)] {
        var found: [(left: Int, right: Int, conflict: ArticleConflict)] = []
        let byID = Dictionary(grouping: articles.indices, by: { articles[$0].id })
        for (_, numbers) in byID.sorted(by: { $0.key < $1.key }) where numbers.count > 1 {
            for (position, left) in numbers.enumerated() {
                for right in numbers[(position + 1)...] where articles[left].language != articles[right].language && (!onlyOfFirst || left == 0) {
                    guard scopes[left].overlaps(scopes[right]), let (one, other) = differingFigures(readings[left], readings[right]) else { continue }
                    let message =
                        "\(articles[left].place) and \(articles[right].place) are one article in two languages, but their figures differ: '\(one)' and '\(other)'; bring them into line"
                    found.append(
                        (
                            left, right,
                            ArticleConflict(
                                kind: .translation, first: .init(articles[left], one), second: .init(articles[right], other), message: message, isBlocking: false)
                        ))
                }
            }
        }
        return found
    }

    private func differingFigures(_ a: Reading, _ b: Reading) -> (String, String)? {
        func lonely(_ one: Reading, _ other: Reading) -> [(Quantity, String)] {
            let others = other.statements.flatMap(\.quantities)
            return one.statements.flatMap { statement in
                statement.quantities.filter { quantity in
                    // What is counted has another name in the other language.
                    if case .count = quantity.dimension { return false }
                    return !others.contains { $0.dimension == quantity.dimension && $0.agrees(with: quantity) }
                }.map { ($0, statement.text) }
            }
        }
        let left = lonely(a, b)
        let right = lonely(b, a)
        for (quantity, text) in left {
            if let match = right.first(where: { $0.0.dimension == quantity.dimension }) { return (text, match.1) }
        }
        return nil
    }
}
