/// Findings in words for authors.
extension Reviewer {
    func contradiction(_ clash: Clash, _ left: Int, _ right: Int) -> ArticleConflict {
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

    func nearDuplicate(_ left: Int, _ right: Int) -> ArticleConflict {
        ArticleConflict(
            kind: .nearDuplicate, first: .init(articles[left], articles[left].title), second: .init(articles[right], articles[right].title),
            message: "\(articles[left].place) and \(articles[right].place) seem to give one answer twice; move the questions of one to the other and archive it", isBlocking: false)
    }

    /// Articles with one id in two languages whose amounts differ: said in one, and nothing of its kind that agrees in the other.
    func translations(ofFirst count: Int) -> [(left: Int, right: Int, conflict: ArticleConflict)] {
        var found: [(left: Int, right: Int, conflict: ArticleConflict)] = []
        let byID = Dictionary(grouping: articles.indices, by: { articles[$0].id })
        for (_, numbers) in byID.sorted(by: { $0.key < $1.key }) where numbers.count > 1 {
            for (position, left) in numbers.enumerated() {
                for right in numbers[(position + 1)...] where articles[left].language != articles[right].language && left < count {
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

    func differingFigures(_ a: Reading, _ b: Reading) -> (String, String)? {
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
