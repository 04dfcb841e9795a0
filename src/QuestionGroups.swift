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
/// Each question joins the group that shares most of its rare words' stems, or begins one. Deterministic, whatever the order of the questions; a question is
/// compared only with groups that share one of its rarest words, so the time grows about with the number of questions.
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

    /// - Returns: the groups, those that affect most people first.
    package static func group(_ questions: [Question]) -> [QuestionGroup] {
        var byLanguage: [String: [Int]] = [:]
        for (number, question) in questions.enumerated() { byLanguage[question.language.primarySubtag, default: []].append(number) }
        var groups: [QuestionGroup] = []
        for (language, places) in byLanguage.sorted(by: { $0.key < $1.key }) {
            groups += QuestionGrouper(language: language, questions: questions, places: places).groups()
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
    private var words: [[UInt8]] = []
    private var rarity: [Float] = []

    /// From this cosine on two questions are taken for one.
    static let alike: Float = 0.5
    /// Of a question's terms this many, the rarest, say with which groups it is compared.
    static let probes = 4
    /// Groups looked at a probe: a term that begins more groups tells nothing.
    static let probedGroups = 400

    init(language: String, questions: [QuestionGroups.Question], places: [Int]) {
        self.language = language
        self.questions = questions
        let keys = places.map { (Folding.text(String(questions[$0].text.prefix(Folding.limit))), questions[$0].customer, $0) }
        let sorted = keys.sorted { $0 < $1 }
        self.places = sorted.map(\.2)
        let stemmer = Stemmer(language: language)
        var read = Words()
        var index = HashIndex(expecting: places.count)
        let mark = CommonWords.mark(of: language)
        var documents: [Int32] = []
        for (text, _, _) in sorted {
            Folding.foldMatched(text, into: &read)
            var own: [Int32] = []
            func gather(common: Bool) {
                for range in read.ranges {
                    let word = read.bytes[range]
                    if !common, mark != 0, CommonWords.marks(FixedHash.hash(word)) & mark != 0 { continue }
                    let term = index.insert(stemmer.hash(word))
                    if Int(term) == words.count {
                        words.append(Array(word))
                        documents.append(0)
                    }
                    if !own.contains(term) { own.append(term) }
                }
            }
            gather(common: false)
            // "what is it" has no other words than common ones.
            if own.isEmpty { gather(common: true) }
            for term in own { documents[Int(term)] += 1 }
            terms.append(own)
        }
        rarity = documents.map { Float(FixedMath.log(1 + Double(places.count) / Double($0))) }
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
        for (number, own) in terms.enumerated() {
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
        return groups.map(finished)
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
            language: language, representative: text(best.number), terms: telling.map { String(decoding: words[Int($0.key)], as: UTF8.self) },
            members: group.members.map { places[$0] }.sorted(), people: Set(group.members.map { questions[places[$0]].customer }).count)
    }
}
