extension KnowledgeBase {
    /// What one language's model makes of a message.
    struct Assessment {
        var model: Int
        /// A share an article, all together 1 or (when nothing was recognised) 0; by class.
        var shares: [Float]
        /// Classes, the best first.
        var order: [Int]
        var confidence: Double
        var signals: Signals
        var known: Double
        /// The cosine with the nearest example.
        var nearest: Double
    }

    /// What the confidence is computed from, in the order of `Calibration.names`.
    package struct Signals: Sendable {
        package var values: [Double]
        /// Whether they were found with a table of word pieces.
        package var haveMeaning: Bool
    }

    /// What is to be done about a message. Bounded: at most the first 2,000 characters are read, and at most 60 words of them matched.
    package func match(_ query: Query) -> Match {
        pool.with { match(query, using: &$0) }
    }

    /// The same, with memory that is kept from message to message.
    package func match(_ query: Query, using workspace: inout MatchWorkspace) -> Match {
        workspace.fold(query.text)
        let talk = asksForPerson(query.text, workspace) ? .wantsPerson : SmallTalk.decision(ofSigns: query.text) ?? smallTalk(of: workspace)
        guard let assessment = assess(query, &workspace) else {
            return Match(decision: talk ?? .unsure, candidates: [], language: guessedLanguage(workspace.words, query), words: [])
        }
        let model = models[assessment.model]
        var candidates: [Candidate] = []
        for label in assessment.order where candidates.count < 5 {
            if let candidate = candidate(label, assessment, query) { candidates.append(candidate) }
        }
        let foreign = foreignLanguage(assessment, workspace, query)
        let words = deciding(assessment, model, workspace)
        var decision = decide(candidates, assessment)
        if foreign != nil { decision = .unsure }
        // An article whose own example says the same comes before the small talk that we know: a tenant may want its own greeting.
        if let talk, talk == .wantsPerson || assessment.nearest < 0.9 { decision = talk }
        return Match(decision: decision, candidates: candidates, language: foreign ?? model.language, words: words)
    }

    /// Every article of the message's language that may be shown, the best first.
    package func ranking(_ query: Query, using workspace: inout MatchWorkspace) -> [Candidate] {
        workspace.fold(query.text)
        guard let assessment = assess(query, &workspace) else {
            return (models.first?.places ?? []).compactMap { place in
                let article = articles[place]
                return article.isVisible(to: query)
                    ? Candidate(articleID: article.id, language: article.language, title: article.title, version: article.version, confidence: 0) : nil
            }
        }
        return assessment.order.compactMap { candidate($0, assessment, query) }
    }

    /// The signals that the confidence is computed from, with the best article's id: for fitting `Calibration`.
    package func signals(_ query: Query, using workspace: inout MatchWorkspace) -> (article: String, signals: Signals)? {
        workspace.fold(query.text)
        guard let assessment = assess(query, &workspace), let best = assessment.order.first else { return nil }
        return (articles[models[assessment.model].places[best]].id, assessment.signals)
    }

    private func candidate(_ label: Int, _ assessment: Assessment, _ query: Query) -> Candidate? {
        let article = articles[models[assessment.model].places[label]]
        guard article.isVisible(to: query) else { return nil }
        // The best one's chance is calibrated; the others' are in proportion to their shares, and together never more than what it leaves.
        let best = Double(assessment.shares[assessment.order[0]])
        let share = Double(assessment.shares[label])
        let confidence: Double
        if label == assessment.order[0] {
            confidence = assessment.confidence
        } else {
            let rest = max(1 - best, 1e-9)
            confidence = min(assessment.confidence * share / max(best, 1e-9), (1 - assessment.confidence) * share / rest)
        }
        return Candidate(articleID: article.id, language: article.language, title: article.title, version: article.version, confidence: confidence)
    }

    /// The best candidate is compared with what was best before hidden articles went: a hidden article's place is not given to the next.
    private func decide(_ candidates: [Candidate], _ assessment: Assessment) -> Match.Decision {
        guard let best = candidates.first else { return .unsure }
        if best.confidence >= threshold { return .answer(best) }
        let near = candidates.prefix(3).filter { $0.confidence >= best.confidence / 2 }
        guard near.count > 1, assessment.nearest >= 0.3, near.reduce(0, { $0 + $1.confidence }) >= threshold else { return .unsure }
        return .which(near)
    }

    // MARK: Small talk

    /// Whether a person is asked for anywhere: also behind what is matched, since people ask for it at the end of a long mail.
    private func asksForPerson(_ text: String, _ workspace: MatchWorkspace) -> Bool {
        var roles: [PersonRequest.Role] = []
        roles.reserveCapacity(2 * workspace.words.count)
        func add(_ role: PersonRequest.Role, _ parting: Words.Parting) {
            roles.append(role)
            switch parting {
            case .blank: break
            case .clause: roles.append(.clauseEnd)
            case .sentence: roles.append(.sentenceEnd)
            }
        }
        for (position, range) in workspace.words.ranges.enumerated() {
            let word = workspace.words.bytes[range]
            add(PersonRequest.lexicon.role(of: word, hash: workspace.hashes[position], isKnown: isKnown(position, workspace)), workspace.words.partings[position])
        }
        if workspace.words.count == Folding.matchedWords || text.utf8.count > Folding.matchedBytes {
            var whole = Words()
            Folding.fold(text, limit: Folding.limit, into: &whole)
            for position in min(workspace.words.count, whole.count)..<whole.count {
                let word = whole.bytes[whole.ranges[position]]
                // As they are written: mending every word of a long text would take its time.
                add(PersonRequest.lexicon.role(of: word, hash: FixedHash.hash(word), isKnown: true), whole.partings[position])
            }
        }
        return PersonRequest.isRequest(roles)
    }

    private func smallTalk(of workspace: MatchWorkspace) -> Match.Decision? {
        let words = workspace.words
        // Longer messages have a matter.
        guard words.count <= 12 else { return nil }
        let roles = words.ranges.enumerated().map { position, range in
            SmallTalk.lexicon.role(of: words.bytes[range], hash: workspace.hashes[position], isKnown: isKnown(position, workspace))
        }
        let greeting = roles.prefix { $0.contains(.greeting) }.count
        return SmallTalk.phrases[(greeting..<words.count).map(words.text).joined(separator: " ")] ?? SmallTalk.decision(roles)
    }

    /// A word of a language or of an article is meant as it stands.
    private func isKnown(_ position: Int, _ workspace: MatchWorkspace) -> Bool {
        workspace.marks[position] != 0 || models.contains { $0.vocabulary.find(workspace.hashes[position]) != nil }
    }

    // MARK: Languages

    /// The assessment of the language that the message is in; nil when there is nothing to read or nothing to compare it with.
    func assess(_ query: Query, _ workspace: inout MatchWorkspace) -> Assessment? {
        guard workspace.words.count > 0, !models.isEmpty else { return nil }
        if models.count == 1 {
            models[0].read(&workspace)
            return assess(0, &workspace)
        }
        let hint = query.language?.primarySubtag
        // A first look at the words as they stand mostly leaves one language; only what is open is read in full in each.
        let looks = models.map { model in
            2 * workspace.commonShare(model.mark) + model.knownAsWritten(workspace) + (model.language == hint ? 0.3 : 0)
        }
        let highest = looks.max() ?? 0
        var evidence: [(model: Int, weight: Double)] = []
        for (index, model) in models.enumerated() where looks[index] > highest - Self.clearLead {
            model.read(&workspace)
            let weight = 2 * workspace.commonShare(model.mark) + workspace.reading.known + workspace.reading.familiar
            evidence.append((index, weight + (model.language == hint ? 0.3 : 0)))
        }
        if evidence.count == 1 { return assess(evidence[0].model, &workspace) }
        evidence.sort { ($1.weight, $0.model) < ($0.weight, $1.model) }
        // Where the words leave the language open, the surer model has it.
        let open = evidence.filter { $0.weight > evidence[0].weight - 0.4 }
        var found: (assessment: Assessment, weight: Double)?
        for (index, weight) in open {
            models[index].read(&workspace)
            let assessment = assess(index, &workspace)
            if found.map({ $0.weight < weight + assessment.confidence / 2 }) != false { found = (assessment, weight + assessment.confidence / 2) }
        }
        if open.count > 1, let found { models[found.assessment.model].read(&workspace) }
        return found?.assessment
    }

    /// By how much the words as they stand must speak for one language for the others not to be looked at further.
    private static let clearLead = 0.9

    /// A language without articles that the message is clearly in; nil when it is in one of ours, or cannot be told.
    private func foreignLanguage(_ assessment: Assessment, _ workspace: MatchWorkspace, _ query: Query) -> String? {
        let ours = models.map(\.language)
        if let hint = query.language?.primarySubtag, ours.contains(hint), assessment.known >= 0.3 { return nil }
        guard assessment.known < 0.6, workspace.words.count >= 2 else { return nil }
        let own = models.map { workspace.commonShare($0.mark) }.max() ?? 0
        var best: (language: String, share: Double)?
        for language in CommonWords.languages where !ours.contains(language) {
            let share = workspace.commonShare(CommonWords.mark(of: language))
            if share > (best?.share ?? 0) { best = (language, share) }
        }
        // Our language must have a list too, or its grammar would count as foreign wherever a neighbour shares it.
        guard let best, models.allSatisfy({ $0.mark != 0 }), best.share >= 0.25, best.share >= own + 0.15 else { return nil }
        return best.language
    }

    private func guessedLanguage(_ words: Words, _ query: Query) -> String? {
        models.count == 1 && words.count > 0 ? models.first?.language : query.language?.primarySubtag
    }
}
