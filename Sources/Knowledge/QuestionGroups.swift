/// Questions of one language that mean the same, as far as their words tell.
package struct QuestionGroup: Sendable, Hashable {
    package var language: String
    /// One of the questions: the one that has most in common with the others, the shorter of equals.
    package var representative: String
    /// The words that hold the group together, most telling first, as customers write them.
    package var terms: [String]
    /// Places in the list that was given.
    package var members: [Int]
    /// Different customers among them.
    package var people: Int
}

/// Gathers questions by meaning: what a gap of the knowledge base is made of.
///
/// Each question joins the group that shares most of its terms (stems and the synonyms of `ReviewLexicon`), or begins one; then small groups join others that
/// are near. A term that no article has tells what is missing ("engrave"), one that many have tells little ("lamp"). Deterministic, whatever the order of the
/// questions; a question is compared only with groups that share one of its most telling words, so the time grows about with the number of questions.
package enum QuestionGroups {
    package struct Question: Sendable, Hashable {
        package var text: String
        package var language: String
        /// Whoever asked, in any notation.
        package var customer: String

        package init(text: String, language: String, customer: String) {
            self.text = text
            self.language = language
            self.customer = customer
        }
    }

    /// - Parameter articles: what the desk answers already.
    /// - Returns: the groups, those that affect most people first.
    package static func group(_ questions: [Question], beside articles: [Article] = []) -> [QuestionGroup] {
        var byLanguage: [String: [Int]] = [:]
        for (number, question) in questions.enumerated() { byLanguage[question.language.primarySubtag, default: []].append(number) }
        var groups: [QuestionGroup] = []
        for (language, places) in byLanguage.sorted(by: { $0.key < $1.key }) {
            let own = articles.filter { $0.language.primarySubtag == language }
            groups += QuestionGrouper(language: language, questions: questions, places: places, articles: own).groups()
        }
        return groups.sorted { ($1.people, $1.members.count, $0.language, $0.representative) < ($0.people, $0.members.count, $1.language, $1.representative) }
    }
}

/// The questions of one language.
struct QuestionGrouper {
    private let language: String
    private let questions: [QuestionGroups.Question]
    /// In the order of their texts: the result does not depend on the order in which they came.
    private var places: [Int]
    private var terms: [[Int32]] = []
    private var keys: [String?] = []
    /// Of each term, as customers write it.
    private var words: [String] = []
    private var rarity: [Float] = []

    /// From this cosine on two questions are taken for one, and two groups.
    static let alike: Float = 0.45
    static let alikeGroups: Float = 0.36
    /// Of a question's terms this many, the rarest, say with which groups it is compared.
    static let probes = 4
    /// Groups looked at a probe: a term that begins more groups tells nothing.
    static let probedGroups = 200
    /// Below this many questions how rare a word is tells nothing.
    private static let questionsForRarity = 40

    init(language: String, questions: [QuestionGroups.Question], places: [Int], articles: [Article]) {
        self.language = language
        self.questions = questions
        let texts = places.map { (Folding.text(String(questions[$0].text.prefix(Folding.limit))), questions[$0].customer, $0) }
        let sorted = texts.sorted { $0 < $1 }
        self.places = sorted.map(\.2)
        var reader = StatementReader(language: language)
        var documents: [Int32] = []
        for (text, _, place) in sorted {
            var own: [Int32] = []
            for (term, word) in reader.namedTerms(of: questions[place].text) {
                while words.count <= Int(term) {
                    words.append("")
                    documents.append(0)
                }
                // The shortest word for a term says it best: "carpet" rather than "carpets".
                if words[Int(term)].isEmpty || word.utf8.count < words[Int(term)].utf8.count { words[Int(term)] = word }
                if !own.contains(term) { own.append(term) }
            }
            for term in own { documents[Int(term)] += 1 }
            terms.append(own)
            // "what is it" has no terms: such questions are one only where they are the same.
            keys.append(own.isEmpty ? text : nil)
        }
        let known = Self.articles(articles, with: words.count, &reader)
        let most = FixedMath.log(Double(max(2, places.count)))
        rarity = documents.enumerated().map { term, documents in
            let weight: Float = reader.isSpecific(Int32(term)) ? 1.2 : 1
            if !articles.isEmpty { return weight * Self.newness(known[term], of: articles.count) }
            guard places.count >= Self.questionsForRarity else { return weight }
            return weight * (0.4 + 0.6 * Float(FixedMath.log(Double(places.count) / Double(max(1, documents))) / most))
        }
    }

    /// How many of the articles have each of the first `count` terms.
    private static func articles(_ articles: [Article], with count: Int, _ reader: inout StatementReader) -> [Int] {
        var known = [Int](repeating: 0, count: count)
        for article in articles {
            var own: Set<Int32> = []
            for text in [article.title] + article.questions + [article.body] { for (term, _) in reader.namedTerms(of: text) { own.insert(term) } }
            for term in own where Int(term) < count { known[Int(term)] += 1 }
        }
        return known
    }

    /// What no article has weighs most; what every second one has, next to nothing.
    private static func newness(_ known: Int, of articles: Int) -> Float {
        guard known > 0 else { return 1.5 }
        let rarity = FixedMath.log(Double(articles + 1) / Double(known + 1)) / FixedMath.log(Double(articles + 2))
        return Float(0.25 + 0.75 * max(0, rarity))
    }

    private struct Group {
        var members: [Int]
        /// Sums of the members' rarities by term.
        var sums: [Int32: Float]
        var square: Float
    }

    func groups() -> [QuestionGroup] {
        var groups: [Group] = []
        var postings = [[Int32]](repeating: [], count: words.count)
        var wordless: [String: Int] = [:]
        for (number, own) in terms.enumerated() {
            if let key = keys[number] {
                let group = wordless[key, default: groups.count]
                wordless[key] = group
                if group == groups.count { groups.append(Group(members: [], sums: [:], square: 0)) }
                groups[group].members.append(number)
                continue
            }
            let square = own.reduce(Float(0)) { $0 + rarity[Int($1)] * rarity[Int($1)] }
            let rarest = own.sorted { (rarity[Int($1)], $0) < (rarity[Int($0)], $1) }
            var best: (group: Int, score: Float)?
            var seen: Set<Int32> = []
            for term in rarest.prefix(Self.probes) {
                for group in postings[Int(term)].suffix(Self.probedGroups) where seen.insert(group).inserted {
                    let dot = own.reduce(Float(0)) { $0 + rarity[Int($1)] * (groups[Int(group)].sums[$1] ?? 0) }
                    let score = dot / max(1e-9, (square * groups[Int(group)].square).squareRoot())
                    if score >= Self.alike, score > best?.score ?? 0 { best = (Int(group), score) }
                }
            }
            if let best {
                add(number, to: &groups[best.group], &postings, best.group)
            } else {
                groups.append(Group(members: [], sums: [:], square: 0))
                add(number, to: &groups[groups.count - 1], &postings, groups.count - 1)
            }
        }
        return joined(groups, postings).map(finished)
    }

    /// Small groups join the nearest one that is near enough: which of them a question began depended on which came first.
    private func joined(_ groups: [Group], _ postings: [[Int32]]) -> [Group] {
        var groups = groups
        var home = Array(groups.indices)
        func place(_ group: Int) -> Int {
            var group = group
            while home[group] != group { group = home[group] }
            return group
        }
        for number in groups.indices.sorted(by: { (groups[$0].members.count, $0) < (groups[$1].members.count, $1) }) where home[number] == number {
            let own = groups[number]
            // Sorted, since sums of floating-point numbers depend on their order.
            let ownTerms = own.sums.sorted { ($1.value, $0.key) < ($0.value, $1.key) }
            var best: (group: Int, score: Float)?
            var seen: Set<Int> = [number]
            for (term, _) in ownTerms.prefix(Self.probes) {
                for other in postings[Int(term)].suffix(Self.probedGroups) {
                    let other = place(Int(other))
                    guard seen.insert(other).inserted else { continue }
                    let dot = ownTerms.reduce(Float(0)) { $0 + $1.value * (groups[other].sums[$1.key] ?? 0) }
                    let score = dot / max(1e-9, (own.square * groups[other].square).squareRoot())
                    if score >= Self.alikeGroups, score > best?.score ?? 0 { best = (other, score) }
                }
            }
            guard let best else { continue }
            home[number] = best.group
            groups[best.group].members += own.members
            for (term, sum) in ownTerms {
                let before = groups[best.group].sums[term] ?? 0
                groups[best.group].sums[term] = before + sum
                groups[best.group].square += (before + sum) * (before + sum) - before * before
            }
        }
        return groups.indices.filter { home[$0] == $0 }.map { groups[$0] }
    }

    private func add(_ number: Int, to group: inout Group, _ postings: inout [[Int32]], _ name: Int) {
        group.members.append(number)
        for term in terms[number] {
            let before = group.sums[term] ?? 0
            if before == 0 { postings[Int(term)].append(Int32(name)) }
            let after = before + rarity[Int(term)]
            group.sums[term] = after
            group.square += after * after - before * before
        }
    }

    private func finished(_ group: Group) -> QuestionGroup {
        func closeness(_ number: Int) -> Float {
            let own = terms[number]
            let square = own.reduce(Float(0)) { $0 + rarity[Int($1)] * rarity[Int($1)] }
            return own.reduce(Float(0)) { $0 + rarity[Int($1)] * (group.sums[$1] ?? 0) } / max(1e-9, square.squareRoot())
        }
        func text(_ number: Int) -> String { questions[places[number]].text }
        var best = (number: group.members[0], score: -Float.infinity)
        for number in group.members {
            let score = closeness(number)
            if score > best.score + 1e-5 || score > best.score - 1e-5 && text(number).utf8.count < text(best.number).utf8.count { best = (number, score) }
        }
        let telling = group.sums.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.prefix(5)
        return QuestionGroup(
            language: language, representative: text(best.number), terms: telling.map { words[Int($0.key)] },
            members: group.members.map { places[$0] }.sorted(), people: Set(group.members.map { questions[places[$0]].customer }).count)
    }
}
