import Foundation
import Messages
import Testing

@testable import Knowledge

/// The matcher on strangers' questions: what it reaches on a slice of a public set, a little below what was measured when the floors were set.
///
/// A change that falls through a floor has broken something, or has a reason that belongs into `docs/explanation/answers.md`.
@Suite struct AccuracyFloorTests {
    private struct Measured {
        /// Of the messages with an article, the share whose best candidate is right; as written, and with a slip of the finger.
        var right = 0.0
        var rightWithSlip = 0.0
        /// The chance that a message with an article gets a higher confidence than one without.
        var separation = 0.0
        /// Of what is answered at the default threshold, the share that is right; and the share of all messages that are answered.
        var precision = 0.0
        var answered = 0.0
    }

    private static let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Fixtures/floor")

    private static func rows(_ name: String) throws -> [JSON] {
        try Data(contentsOf: folder.appending(path: name)).split(separator: 0x0A).map { try JSON(parsing: Array($0)) }
    }

    private static func measure(_ pieces: WordPieces?) throws -> Measured {
        var questions: [String: [String]] = [:]
        for row in try rows("questions.jsonl") { questions[try #require(row["intent"]?.string), default: []].append(try #require(row["text"]?.string)) }
        let articles = questions.sorted { $0.key < $1.key }.map {
            Article(id: $0.key, title: $0.key.replacing("_", with: " "), language: "en", questions: $0.value, body: "")
        }
        let base = try KnowledgeBase(articles: articles, now: MatchingTests.now, knowledge: LanguageKnowledge(pieces: pieces))
        var workspace = MatchWorkspace()
        var (inside, outside): ([Double], [Double]) = ([], [])
        var (right, rightWithSlip, answered, rightlyAnswered) = (0, 0, 0, 0)
        for row in try rows("messages.jsonl") {
            let (text, slip, intent) = (try #require(row["text"]?.string), try #require(row["slip"]?.string), try #require(row["intent"]?.string))
            let match = base.match(Query(text: text), using: &workspace)
            if intent == "oos" { outside.append(match.confidence) } else { inside.append(match.confidence) }
            if match.candidates.first?.articleID == intent { right += 1 }
            if base.match(Query(text: slip), using: &workspace).candidates.first?.articleID == intent { rightWithSlip += 1 }
            guard case .answer(let candidate) = match.decision else { continue }
            answered += 1
            if candidate.articleID == intent { rightlyAnswered += 1 }
        }
        let higher = inside.reduce(0.0) { sum, own in sum + outside.reduce(0.0) { $0 + (own > $1 ? 1 : own == $1 ? 0.5 : 0) } }
        return Measured(
            right: Double(right) / Double(inside.count), rightWithSlip: Double(rightWithSlip) / Double(inside.count),
            separation: higher / Double(inside.count * outside.count), precision: Double(rightlyAnswered) / Double(max(1, answered)),
            answered: Double(answered) / Double(inside.count + outside.count))
    }

    private static func expect(_ pieces: WordPieces?, _ floor: Measured) throws {
        let measured = try measure(pieces)
        #expect(measured.right >= floor.right)
        #expect(measured.rightWithSlip >= floor.rightWithSlip)
        #expect(measured.separation >= floor.separation)
        #expect(measured.precision >= floor.precision)
        #expect(measured.answered >= floor.answered)
    }

    @Test func `English with its table of word pieces`() throws {
        let pieces = try #require(WordPieces(try ShippedTable.bytes("english.pieces")))
        // Measured: 0.893, 0.871, 0.837, 0.892 of 0.510.
        try Self.expect(pieces, Measured(right: 0.86, rightWithSlip: 0.84, separation: 0.81, precision: 0.85, answered: 0.42))
    }

    @Test func `words and letters alone, as for a language without a table`() throws {
        // Measured: 0.829, 0.814, 0.800, 0.863 of 0.475.
        try Self.expect(nil, Measured(right: 0.80, rightWithSlip: 0.78, separation: 0.77, precision: 0.81, answered: 0.38))
    }
}
