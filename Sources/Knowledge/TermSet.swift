/// The terms of a text: numbers of concepts and stems, sorted, each once.
struct TermSet: Sendable, Hashable {
    private(set) var terms: [Int32]

    init(_ terms: some Sequence<Int32>) {
        self.terms = Set(terms).sorted()
    }

    var isEmpty: Bool { terms.isEmpty }
    var count: Int { terms.count }

    func contains(_ term: Int32) -> Bool {
        var low = 0
        var high = terms.count
        while low < high {
            let middle = (low + high) / 2
            if terms[middle] < term { low = middle + 1 } else { high = middle }
        }
        return low < terms.count && terms[low] == term
    }

    func forEachShared(with other: TermSet, _ body: (Int32) -> Void) {
        var left = 0
        var right = 0
        while left < terms.count, right < other.terms.count {
            if terms[left] == other.terms[right] {
                body(terms[left])
                left += 1
                right += 1
            } else if terms[left] < other.terms[right] {
                left += 1
            } else {
                right += 1
            }
        }
    }

    func union(_ other: TermSet) -> TermSet { TermSet(terms + other.terms) }
    func subtracting(_ other: TermSet) -> TermSet { TermSet(terms.filter { !other.contains($0) }) }
}
