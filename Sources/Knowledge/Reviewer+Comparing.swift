extension Reviewer {
    /// Chosen on the dev part of the planted pairs (Tests/KnowledgeTests/Fixtures/pairs).
    enum Limit {
        /// Of two articles: from here on their questions are one.
        static let sameQuestion: Float = 0.5
        /// Of two sentences of articles that answer one question.
        static let sameTopic: Float = 0.42
        /// Of two sentences of any two articles.
        static let sameSentence: Float = 0.72
        /// Of what the surer of two sentences with amounts say, the share that the other article says as well.
        static let sameAmount: Float = 0.42
        /// The same where both count the same things, or say what the amount is of.
        static let sameThing: Float = 0.3
        /// From here on two questions are one, so that the only amount of a kind in each answer answers it.
        static let onlyAmount: Float = 0.8
        /// Of the titles and all questions of two articles that answer one question.
        static let sameContext: Float = 0.45
        /// From here on, where one question holds the other, they ask for one thing, though other words of the articles differ.
        static let heldQuestion: Float = 0.7
        /// Of two articles: from here on, their questions or all their words may be about one thing.
        static let mayAskTheSame: (question: Float, all: Float) = (0.3, 0.4)
        static let sameWords: Float = 0.5
        /// Terms that two such sentences must share.
        static let sharedTerms = 3
        /// Of two articles: from here on their questions have something in common.
        static let relatedQuestion: Float = 0.3
        static let nearDuplicate: Float = 0.5
        /// Articles with less in common are not compared.
        static let candidate: Float = 0.15
    }

    // MARK: likeness

    func cosine(_ left: TermSet, _ right: TermSet, _ weights: [Float]) -> Float {
        guard !left.isEmpty, !right.isEmpty else { return 0 }
        var shared: Float = 0
        left.forEachShared(with: right) { shared += weights[Int($0)] * weights[Int($0)] }
        guard shared > 0 else { return 0 }
        return shared / (square(left, weights) * square(right, weights)).squareRoot()
    }

    func square(_ terms: TermSet, _ weights: [Float]) -> Float { terms.terms.reduce(0) { $0 + weights[Int($1)] * weights[Int($1)] } }

    func shared(_ left: TermSet, _ right: TermSet) -> Int {
        var count = 0
        left.forEachShared(with: right) { _ in count += 1 }
        return count
    }

    /// The share of `terms` that `other` holds, what its article's title and questions say counting nearly as much.
    func coverage(_ terms: TermSet, by other: TermSet, _ context: TermSet, _ weights: [Float]) -> Float {
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
    func excludes(_ left: [Int16: Set<Int32>], _ right: [Int16: Set<Int32>], actions: Int16?) -> Bool {
        for (family, members) in left where family != actions {
            if let others = right[family], members.isDisjoint(with: others) { return true }
        }
        return false
    }

    // MARK: pairs of articles

    /// Pairs of articles of one language with enough in common, each once, the lower number first.
    func candidates(ofFirst count: Int, also given: Set<[Int]>) -> [(Int, Int)] {
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
                    if number < count { postings[Int(term)].append(Int32(position)) }
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

    /// - Parameters:
    ///   - haveSameQuestion: one question stands in both.
    ///   - areFoundForOne: the matcher finds the one for the other's questions. They may still be about two things, of which only one has an article today.
    func compare(_ left: Int, _ right: Int, haveSameQuestion: Bool, areFoundForOne: Bool) -> [ArticleConflict] {
        let (a, b) = (readings[left], readings[right])
        guard let weights = weights[articles[left].language.primarySubtag], let reader = reader(left) else { return [] }
        // One question of many may be asked of two things; articles that answer one question share more than it.
        let context = haveSameQuestion || areFoundForOne ? 1 : cosine(a.context, b.context, weights)
        var question = context
        // Whether one asks all that the other asks, and little more.
        var holdsQuestion = haveSameQuestion
        if !haveSameQuestion {
            for one in a.questions {
                for other in b.questions {
                    let likeness = cosine(one, other, weights)
                    question = max(question, likeness)
                    if likeness >= Limit.heldQuestion, min(one.count, other.count) >= 2, one.subtracting(other).isEmpty || other.subtracting(one).isEmpty { holdsQuestion = true }
                }
            }
        }
        // "When do you open" and "closing time" ask for the same: of times, opening and closing do not exclude each other.
        let actions = a.hasTimes && b.hasTimes ? reader.lexicon.actions : nil
        let isOfOneCore = haveOneCore(a, b, reader)
        // What answers one question about one thing may ask for it in other words.
        if isOfOneCore { question = max(question, Limit.sameQuestion) }
        let isApart =
            !haveSameQuestion
            && (!(holdsQuestion && context >= Limit.sameContext) && !isOfOneCore && subjectsDiffer(a, b, reader) || numbersDiffer(a, b)
                || excludes(a.contrasts, b.contrasts, actions: actions))
        let isSame = !isApart && question >= Limit.sameQuestion
        var clashes: [ArticleConflict.Difference: Clash] = [:]
        func note(_ clash: Clash?) {
            guard let clash, clash.score > clashes[clash.difference]?.score ?? -1 else { return }
            clashes[clash.difference] = clash
        }
        for one in a.statements {
            for other in b.statements {
                let likeness = likeness(one, other, a, b, isSame: isSame, question: question, weights, reader)
                if one.saysAmount, other.saysAmount {
                    let amounts = isApart ? nil : likenessOfAmounts(one, other, a, b, isSame: isSame, question: question, weights, reader)
                    note(
                        quantityClash(
                            one, other, a, b, likeness: likeness, amounts: amounts, isOnly: isSame && (question >= Limit.onlyAmount && context >= Limit.sameContext || isOfOneCore),
                            reader.lexicon))
                    if let most = [likeness, amounts.flatMap { $0 >= Limit.sameAmount ? $0 : nil }].compactMap(\.self).max() {
                        note(priceClash(one, other, most))
                        note(endClash(one, other, most))
                    }
                }
                guard let likeness else { continue }
                note(polarityClash(one, other, a, b, question: question, isSame: isSame, weights))
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
    func nearness(_ a: Reading, _ b: Reading, _ question: Float, _ weights: [Float]) -> Float {
        let body = cosine(a.body, b.body, weights)
        var quantities: Float = 0
        let left = a.statements.flatMap(\.quantities)
        let right = b.statements.flatMap(\.quantities)
        if !left.isEmpty, !right.isEmpty {
            let agreeing = left.count { one in right.contains { $0.dimension == one.dimension && $0.agrees(with: one) } }
            quantities = 0.15 * Float(agreeing) / Float(max(left.count, right.count))
            if agreeing == 0 {
                // Other amounts of one kind: another answer, to whatever question.
                if left.contains(where: { one in right.contains { $0.dimension == one.dimension } }) { return 0 }
                quantities = -0.1
            }
        } else if left.isEmpty != right.isEmpty {
            quantities = -0.05
        }
        return 0.35 * question + 0.65 * body + quantities
    }

    /// Whether each is about something that the other does not name at all, and one of these is a word that may be anything.
    func subjectsDiffer(_ a: Reading, _ b: Reading, _ reader: StatementReader) -> Bool {
        let left = a.subject.subtracting(b.all).terms.filter { !reader.lexicon.aspects.contains($0) }
        let right = b.subject.subtracting(a.all).terms.filter { !reader.lexicon.aspects.contains($0) }
        return !left.isEmpty && !right.isEmpty && (left + right).contains(where: reader.isSpecific)
    }

    /// Whether titles and questions of both are about one thing: what one names in its title and most of its questions the other names as well.
    func haveOneCore(_ a: Reading, _ b: Reading, _ reader: StatementReader) -> Bool {
        func names(_ core: TermSet, _ context: TermSet) -> Bool { core.terms.contains { reader.isSpecific($0) && context.contains($0) } }
        return (names(a.core, b.context) || names(b.core, a.context)) && a.core.subtracting(b.all).isEmpty && b.core.subtracting(a.all).isEmpty
    }

    /// Whether their titles and questions name different numbers: "Home 100" and "Home 500" are two things.
    func numbersDiffer(_ a: Reading, _ b: Reading) -> Bool { !a.numbers.isEmpty && !b.numbers.isEmpty && a.numbers.isDisjoint(with: b.numbers) }

    /// Whether one names a special case (a country, a day, a kind of service) of what the other says of all.
    func isSpecialCase(
        _ one: ReviewStatement, _ other: ReviewStatement, _ a: Reading, _ b: Reading, of dimension: Quantity.Dimension, _ lexicon: ReviewLexicon
    ) -> Bool {
        var classes = lexicon.partingClasses
        // What is compared names its own season, its own days, its own age of people.
        switch dimension {
        case .date: classes.subtract(lexicon.classes(["season"]))
        case .clock, .weekday: classes.subtract(lexicon.classes(["days"]))
        case .age: classes.subtract(lexicon.classes(["person"]))
        default: break
        }
        let left = one.contrasts.merging(a.contrasts) { $0.union($1) }
        let right = other.contrasts.merging(b.contrasts) { $0.union($1) }
        return left.keys.contains { classes.contains($0) && right[$0] == nil } || right.keys.contains { classes.contains($0) && left[$0] == nil }
    }
}
