/// What two sentences say of one thing, and where they clash.
extension Reviewer {
    /// How much two sentences speak of one thing; nil when they do not.
    func likeness(
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

    /// How much two sentences with amounts speak of one thing, by what both articles say; nil when they do not. Where an amount stands the words around it differ
    /// more than elsewhere ("the daily limit is 500 €", "you can withdraw at most 250 € a day"), so that one sentence may say much that the other does not.
    func likenessOfAmounts(
        _ one: ReviewStatement, _ other: ReviewStatement, _ a: Reading, _ b: Reading, isSame: Bool, question: Float, _ weights: [Float], _ reader: StatementReader
    ) -> Float? {
        let all = cosine(a.all, b.all, weights)
        guard isSame || question >= Limit.mayAskTheSame.question && all >= Limit.mayAskTheSame.all || all >= Limit.sameWords else { return nil }
        let actions = isSame || one.hasTimes && other.hasTimes ? reader.lexicon.actions : nil
        if excludes(one.contrasts, other.contrasts, actions: actions) { return nil }
        if !isSame, excludes(one.contrasts.merging(a.contrasts) { $0.union($1) }, other.contrasts.merging(b.contrasts) { $0.union($1) }, actions: reader.lexicon.actions) {
            return nil
        }
        return (coverage(one.terms, by: other.about, b.context, weights) + coverage(other.terms, by: one.about, a.context, weights)) / 2
    }

    /// Amounts of one kind that answer one question and differ, where neither is said anywhere in the other article.
    func quantityClash(
        _ one: ReviewStatement, _ other: ReviewStatement, _ a: Reading, _ b: Reading, likeness: Float?, amounts: Float?, isOnly: Bool, _ lexicon: ReviewLexicon
    ) -> Clash? {
        for quantity in one.quantities {
            for against in other.quantities where quantity.isComparable(with: against) && !quantity.agrees(with: against) {
                // Opening hours name different days beside different hours: the hours are what is compared.
                if quantity.dimension == .weekday, one.hasTimes || other.hasTimes { continue }
                if isSpecialCase(one, other, a, b, of: quantity.dimension, lexicon) { continue }
                let isOnly = isOnly && a.hasOne(quantity.dimension) && b.hasOne(quantity.dimension)
                let isOfOneDay = quantity.dimension == .date || quantity.dimension == .weekday || quantity.days != nil && against.days != nil
                let isOfOneThing = quantity.isCount || isOfOneDay || isOf(quantity, other, b, lexicon) || isOf(against, one, a, lexicon)
                let amounts = amounts.flatMap { $0 >= (isOfOneThing ? Limit.sameThing : Limit.sameAmount) ? $0 : nil }
                guard let likeness = [likeness, amounts, isOnly ? Limit.sameTopic : nil].compactMap(\.self).max() else { continue }
                let said = b.statements.contains { $0.quantities.contains { $0.isComparable(with: quantity) && $0.agrees(with: quantity) } }
                let saidBack = a.statements.contains { $0.quantities.contains { $0.isComparable(with: against) && $0.agrees(with: against) } }
                if said || saidBack { continue }
                let isDate = [.date, .clock, .weekday].contains(quantity.dimension)
                return Clash(difference: isDate ? .date : .number, left: one.text, right: other.text, score: likeness + 0.3)
            }
        }
        return nil
    }

    /// Whether what the amount is of ("a deposit of 50 €") is what the other sentence or its article speaks of.
    func isOf(_ quantity: Quantity, _ other: ReviewStatement, _ article: Reading, _ lexicon: ReviewLexicon) -> Bool {
        quantity.of >= 0 && !lexicon.aspects.contains(quantity.of) && (other.terms.contains(quantity.of) || article.context.contains(quantity.of))
    }

    /// Free of charge in one, with a price in the other.
    func priceClash(_ one: ReviewStatement, _ other: ReviewStatement, _ likeness: Float) -> Clash? {
        let (free, paid) = one.isFree ? (one, other) : (other, one)
        guard free.isFree, paid.isPaid, !free.isRestricted, !paid.isRestricted, !free.isConditional, !paid.isConditional, free.quantities.isEmpty else { return nil }
        // "free over 50 €, else 5 €" speaks of two cases.
        guard paid.quantities.allSatisfy({ if case .money = $0.dimension { $0.bound == .exact } else { false } }) else { return nil }
        return Clash(difference: .polarity, left: one.text, right: other.text, score: likeness)
    }

    /// No end in one ("never expires"), a time or a day in the other.
    func endClash(_ one: ReviewStatement, _ other: ReviewStatement, _ likeness: Float) -> Clash? {
        let (endless, ending) = one.isEndless ? (one, other) : (other, one)
        guard endless.isEndless, !ending.isEndless, endless.quantities.isEmpty, ending.quantities.contains(where: { $0.dimension == .duration || $0.dimension == .date }) else {
            return nil
        }
        return Clash(difference: .polarity, left: one.text, right: other.text, score: likeness)
    }

    func polarityClash(
        _ one: ReviewStatement, _ other: ReviewStatement, _ a: Reading, _ b: Reading, question: Float, isSame: Bool, _ weights: [Float]
    ) -> Clash? {
        // What an answer says first is its verdict.
        let areVerdicts = isSame && question >= 0.6 && one.text == a.statements.first?.text && other.text == b.statements.first?.text
        for clause in one.clauses where !clause.isSubordinate {
            for against in other.clauses where !against.isSubordinate && clause.isNegative != against.isNegative {
                guard !clause.isVague, !against.isVague, shared(clause.terms, against.terms) >= 1 else { continue }
                let (no, yes) = clause.isNegative ? (clause, against) : (against, clause)
                let (noArticle, yesArticle) = clause.isNegative ? (a, b) : (b, a)
                let covered = coverage(no.terms, by: yes.terms, yesArticle.context, weights)
                let back = coverage(yes.terms, by: no.terms, noArticle.context, weights)
                let own = cosine(no.terms, yes.terms, weights)
                // All that one denies the other affirms, of something narrower.
                if covered >= 0.95, own >= 0.55, shared(no.terms, yes.terms) >= 2 {
                    return Clash(difference: .polarity, left: one.text, right: other.text, score: own + 0.1)
                }
                guard areVerdicts && covered >= 0.5 || covered >= (isSame ? 0.6 : 0.85) && back >= (isSame ? 0.5 : 0.85) && own >= (isSame ? 0.4 : 0.72) else { continue }
                return Clash(difference: .polarity, left: one.text, right: other.text, score: own + 0.1)
            }
        }
        return nil
    }

    /// One says "only if", "unless", "except" where the other says "always", "even if", or the same without a condition.
    func conditionClash(_ one: ReviewStatement, _ other: ReviewStatement, _ likeness: Float, isSame: Bool, _ weights: [Float]) -> Clash? {
        for (strict, loose) in [(one, other), (other, one)] {
            let clash = Clash(difference: .condition, left: one.text, right: other.text, score: likeness + 0.2)
            // "Always wash them if they are dirty" is one claim wherever it is said.
            let isStricter = strict.isRestricted || strict.isConditional && !strict.isUnrestricted && !loose.isConditional
            if isStricter, loose.isUnrestricted, !loose.isRestricted, likeness >= 0.5 { return clash }
            if strict.isRestricted, !loose.isRestricted, !loose.isConditional, !strict.isUnrestricted {
                // The same claim, but for what stands behind "only if".
                let claim = strict.terms.subtracting(strict.conditionTerms)
                if claim.count >= 2, cosine(claim, loose.terms, weights) >= 0.85 { return clash }
            }
        }
        return nil
    }
}
