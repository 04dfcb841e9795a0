/// What a sentence claims, as far as the review of articles reads it.
struct ReviewStatement: Sendable {
    struct Clause: Sendable {
        var terms: TermSet
        var isNegative: Bool
        /// "if …", "when …": what it says is not claimed.
        var isSubordinate: Bool
        /// "without …", "not by …": whether it says yes or no is not plain.
        var isVague: Bool
    }

    /// As it is written.
    var text: String
    var terms: TermSet
    /// The same with those of the sentences before, where it begins with "it" or "they".
    var about = TermSet([])
    /// Whether it begins so.
    var isOfTheSame = false
    /// The members that it names of classes whose members exclude each other.
    var contrasts: [Int16: Set<Int32>]
    var quantities: [Quantity]
    var clauses: [Clause]
    /// "only if", "unless", "except".
    var isRestricted = false
    /// "if", "when": a condition that may be one of several.
    var isConditional = false
    /// "for everybody", "always", "even without".
    var isUnrestricted = false
    var isFree = false
    var isPaid = false
    /// "never expires", "for ever".
    var isEndless = false
    /// "Yes" or "No" as its first word.
    var reply: Bool?
    /// Of what stands behind "only", "unless", "except", "even".
    var conditionTerms = TermSet([])

    /// Whether it says how much, how long or when, even if that is "nothing" or "for ever".
    var saysAmount: Bool { !quantities.isEmpty || isFree || isPaid || isEndless }
    /// Whether it names a time of day or a date.
    var hasTimes: Bool { quantities.contains { $0.dimension == .clock || $0.dimension == .date } }
}
