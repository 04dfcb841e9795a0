import Foundation
import Messages
import Testing

@testable import Knowledge

/// The tables that come with the program.
enum ShippedTable {
    /// Never given back: a table must outlive whoever learnt with it.
    static func bytes(_ name: String) throws -> UnsafeRawBufferPointer {
        let folder = URL(filePath: #filePath).appending(path: "../../../Sources/CentralinoCommand/Tables")
        let bytes = try Data(contentsOf: folder.standardized.appending(path: name))
        let copy = UnsafeMutableRawBufferPointer.allocate(byteCount: bytes.count, alignment: 64)
        copy.copyBytes(from: bytes)
        return UnsafeRawBufferPointer(copy)
    }
}

@Suite struct WordListTests {
    private static func words(_ text: String, _ words: [String: WordList]) throws -> [String] {
        let questions = ["dov'e la mia carta regalo", "il pacco arriva per mare", "quanto costa la pulizia a mano", "lo sconto sulla posta", "prodotto in omaggio con la maniglia"]
        let articles = [Article(id: "shop", title: "Negozio", language: "it", questions: questions, body: "Si.")]
        let model = try KnowledgeBase(articles: articles, now: MatchingTests.now, knowledge: LanguageKnowledge(words: words)).models[0]
        var workspace = MatchWorkspace()
        workspace.fold(text)
        model.read(&workspace)
        return zip(workspace.reading.words, workspace.words.ranges).map { word, range in
            String(decoding: word.number.map(model.vocabulary.word) ?? workspace.words.bytes[range], as: UTF8.self)
        }
    }

    private static let italian = Result { try #require(WordList(try ShippedTable.bytes("it.words"))) }

    @Test(
        arguments: [
            ("polizia", "pulizia"), ("madre", "mare"), ("umano", "mano"), ("sacco", "pacco"), ("progetto", "prodotto"), ("vaniglia", "maniglia"), ("maggio", "omaggio"),
        ])
    func `a word of the language is left alone, though an article has one like it`(_ word: String, _ other: String) throws {
        #expect(try Self.words(word, [:]) == [other])
        #expect(try Self.words(word, ["it": Self.italian.get()]) == [word])
        #expect(try Self.words(word, ["en": Self.italian.get()]) == [other], "another language's list says nothing")
    }

    @Test(arguments: [("pulzia", "pulizia"), ("prodoto", "prodotto"), ("pacoc", "pacco"), ("manilgia", "maniglia"), ("scnoto", "sconto")])
    func `a slip is still mended`(_ slip: String, _ word: String) throws {
        #expect(try Self.words(slip, ["it": Self.italian.get()]) == [word])
    }

    @Test(arguments: ["de", "es", "fr", "it", "nl", "pt"])
    func `every list that comes with the program can be read`(_ language: String) throws {
        #expect(WordList(try ShippedTable.bytes(language + ".words")) != nil)
    }

    @Test(arguments: [0, 7, 8, 15, 16, 20])
    func `what is cut short is no list`(_ count: Int) throws {
        let bytes = try ShippedTable.bytes("it.words")
        #expect(WordList(UnsafeRawBufferPointer(rebasing: bytes.prefix(count))) == nil)
        #expect(WordList(UnsafeRawBufferPointer(rebasing: bytes.dropLast())) == nil)
    }
}
