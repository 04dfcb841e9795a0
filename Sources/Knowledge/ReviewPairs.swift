package import Messages

/// Pairs of articles whose relation is known, to measure the review with: rows of {"id", "language", "kind", "differs"?, "a", "b"}.
package struct ReviewPair: Sendable {
    package enum Kind: String, Sendable, CaseIterable {
        case duplicate, nearDuplicate = "near-duplicate", contradiction, compatible
    }

    package var id: String
    package var language: String
    package var kind: Kind
    package var differs: ArticleConflict.Difference?
    package var first: Article
    package var second: Article

    package struct Problem: Error, CustomStringConvertible {
        package let description: String
    }

    package init(_ row: JSON) throws(Problem) {
        guard let id = row["id"]?.string, let language = row["language"]?.string, let kind = row["kind"]?.string.flatMap(Kind.init), let a = row["a"], let b = row["b"] else {
            throw Problem(description: "a row needs \"id\", \"language\", \"kind\" (duplicate, near-duplicate, contradiction, compatible), \"a\" and \"b\"")
        }
        self.id = id
        self.language = language
        self.kind = kind
        differs = row["differs"]?.string.flatMap(ArticleConflict.Difference.init)
        first = Self.article(a, id: id + "-a", language)
        second = Self.article(b, id: id + "-b", language)
    }

    private static func article(_ row: JSON, id: String, _ language: String) -> Article {
        func list(_ key: String) -> [String] { (row[key]?.array ?? []).compactMap(\.string) }
        let days = list("valid").map { Timestamp(rfc3339: $0 + "T00:00:00Z") }
        return Article(
            id: id, title: row["title"]?.string ?? "", language: language, questions: list("questions"), body: row["body"]?.string ?? "", audience: list("audience"),
            channels: list("channels"), countries: list("countries"), validFrom: days.first ?? nil, validUntil: days.count > 1 ? days[1] : nil)
    }

    /// What the review says of the pair: the gravest of its findings.
    package func judged(pieces: WordPieces? = nil) -> (kind: Kind, differs: ArticleConflict.Difference?, message: String) {
        var judged: (kind: Kind, differs: ArticleConflict.Difference?, message: String) = (.compatible, nil, "nothing found")
        for conflict in KnowledgeReview.conflicts(among: [first, second], pieces: pieces) {
            switch conflict.kind {
            case .contradiction(let difference): return (.contradiction, difference, conflict.message)
            case .duplicateQuestion: judged = (.duplicate, nil, conflict.message)
            case .nearDuplicate: if judged.kind == .compatible { judged = (.nearDuplicate, nil, conflict.message) }
            case .translation: break
            }
        }
        return judged
    }
}

/// How often the review is right about pairs.
package struct ReviewScore: Sendable {
    package var right = 0
    /// Said, but not so.
    package var wrong = 0
    /// So, but not said.
    package var missed = 0

    /// Of what was said, the share that is so; 1 where nothing was said.
    package var precision: Double { right + wrong == 0 ? 1 : Double(right) / Double(right + wrong) }
    /// Of what is so, the share that was said; 1 where there is nothing.
    package var recall: Double { right + missed == 0 ? 1 : Double(right) / Double(right + missed) }

    /// By language and kind ("contradiction", and "contradiction: number" for the pairs that differ so).
    package static func scores(_ pairs: [ReviewPair], pieces: WordPieces? = nil) -> (scores: [String: [String: ReviewScore]], mistakes: [String]) {
        var scores: [String: [String: ReviewScore]] = [:]
        var mistakes: [String] = []
        for pair in pairs {
            let (kind, differs, message) = pair.judged(pieces: pieces)
            func name(_ kind: ReviewPair.Kind, _ difference: ArticleConflict.Difference?) -> String? { difference.map { "\(kind.rawValue): \($0.rawValue)" } }
            if kind == pair.kind {
                scores[pair.language, default: [:]][kind.rawValue, default: .init()].right += 1
            } else {
                scores[pair.language, default: [:]][kind.rawValue, default: .init()].wrong += 1
                scores[pair.language, default: [:]][pair.kind.rawValue, default: .init()].missed += 1
            }
            let (said, so) = (name(kind, differs), name(pair.kind, pair.differs))
            if said == so {
                if let so { scores[pair.language, default: [:]][so, default: .init()].right += 1 }
            } else {
                if let said { scores[pair.language, default: [:]][said, default: .init()].wrong += 1 }
                if let so { scores[pair.language, default: [:]][so, default: .init()].missed += 1 }
            }
            if kind != pair.kind || differs != pair.differs {
                mistakes.append("\(pair.id): \(so ?? pair.kind.rawValue), taken for \(said ?? kind.rawValue): \(message)")
            }
        }
        return (scores, mistakes)
    }
}
