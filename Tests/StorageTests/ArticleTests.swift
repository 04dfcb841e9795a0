import Conversations
import Messages
import Storage
import Testing

private struct Unexpected: Error {}

private let key = ArticleKey(id: "returns", language: "en")
private let anna = ArticleAuthor.agent(AgentRef(id: AgentID("01a2004c-c256-75cf-96bb-2729289b09bf"), name: "Anna"))

private func text(_ words: String, status: ArticleText.Status = .live, of key: ArticleKey = key) -> ArticleText {
    ArticleText(key: key, version: "v-\(words)", text: words, title: words, status: status, owner: nil, review: nil, search: words)
}

private func file(_ words: String, named name: String = "returns.md", status: ArticleText.Status = .live, of key: ArticleKey = key) -> FolderFile {
    FolderFile(file: name, text: text(words, status: status, of: key))
}

@Suite(.timeLimit(.minutes(1)))
struct `Articles in the store` {
    private func publish(_ words: String, in store: Store) async throws {
        _ = try await store.editArticle(key, texts: [text(words)], by: anna) { _ in [ArticleEdit(.drafted, version: "v-\(words)")] }
        _ = try await store.editArticle(key, texts: [text(words)], by: anna) { _ in [ArticleEdit(.published, version: "v-\(words)")] }
    }

    @Test func `every text stays, whatever becomes of the article`() async throws {
        let temporary = try await TemporaryStore()
        defer { temporary.remove() }
        let store = temporary.store
        _ = try await store.takeFolder([file("one")])
        try await publish("two", in: store)
        _ = try await store.takeFolder([])
        #expect(try await store.article(key)?.live == nil)
        #expect(try await store.articleVersion(key, "v-one")?.text == "one")
        #expect(try await store.articleVersion(id: "returns", "v-two")?.text == "two")
        #expect(try await store.articleVersions(key, limit: 10).count == 2)
        #expect(try await store.articleChanges(key, limit: 10).map(\.kind) == [.removed, .published, .drafted, .published])
        #expect(try await store.violations() == [])
    }

    @Test func `two texts cannot share a version`() async throws {
        let temporary = try await TemporaryStore()
        defer { temporary.remove() }
        _ = try await temporary.store.takeFolder([file("one")])
        var forged = text("one")
        forged.text = "another"
        let other = forged
        await #expect(throws: StorageFailure.self) {
            _ = try await temporary.store.editArticle(key, texts: [other], by: anna) { _ in [ArticleEdit(.drafted, version: "v-one")] }
        }
        #expect(try await temporary.store.articleVersion(key, "v-one")?.text == "one")
    }

    @Test func `an unchanged file leaves what was published later`() async throws {
        let temporary = try await TemporaryStore()
        defer { temporary.remove() }
        _ = try await temporary.store.takeFolder([file("one")])
        try await publish("two", in: temporary.store)
        let taken = try await temporary.store.takeFolder([file("one")])
        #expect(taken.changed.isEmpty && taken.older.isEmpty)
        #expect(try await temporary.store.article(key)?.live == "v-two")
        let due = try await temporary.store.filesToWrite()
        #expect(due.map(\.file) == ["returns.md"] && due.map(\.text) == ["two"] && due.map(\.expected) == ["v-one"])
        try await temporary.store.wroteFile("returns.md", key, "v-two")
        #expect(try await temporary.store.filesToWrite().isEmpty)
    }

    @Test func `a changed file wins, also with an old text`() async throws {
        let temporary = try await TemporaryStore()
        defer { temporary.remove() }
        _ = try await temporary.store.takeFolder([file("one")])
        try await publish("two", in: temporary.store)
        _ = try await temporary.store.takeFolder([file("three")])
        #expect(try await temporary.store.article(key)?.live == "v-three")
        _ = try await temporary.store.takeFolder([file("one")])
        #expect(try await temporary.store.article(key)?.live == "v-one")
    }

    @Test func `a file seen first does not undo what was published after its text`() async throws {
        let temporary = try await TemporaryStore()
        defer { temporary.remove() }
        try await publish("one", in: temporary.store)
        try await publish("two", in: temporary.store)
        let taken = try await temporary.store.takeFolder([file("one")])
        #expect(taken.older.map(\.file) == ["returns.md"])
        #expect(try await temporary.store.article(key)?.live == "v-two")
    }

    @Test func `of two files with one id the one that was there goes on, and a moved file is the same article`() async throws {
        let temporary = try await TemporaryStore()
        defer { temporary.remove() }
        _ = try await temporary.store.takeFolder([file("one")])
        let taken = try await temporary.store.takeFolder([file("other", named: "a.md"), FolderFile(file: "returns.md", text: nil)])
        #expect(taken.refused.map(\.holder) == ["returns.md"])
        #expect(try await temporary.store.article(key)?.live == "v-one")
        _ = try await temporary.store.takeFolder([file("one", named: "moved.md")])
        let row = try await temporary.store.article(key)
        #expect(row?.live == "v-one" && row?.file == "moved.md")
        #expect(try await temporary.store.violations() == [])
    }

    @Test func `a file that becomes a draft takes its article out of use and is not written over`() async throws {
        let temporary = try await TemporaryStore()
        defer { temporary.remove() }
        _ = try await temporary.store.takeFolder([file("one")])
        _ = try await temporary.store.takeFolder([file("two", status: .draft)])
        let row = try await temporary.store.article(key)
        #expect(row?.live == nil && row?.draft == "v-two" && row?.stage == .draft)
        #expect(try await temporary.store.filesToWrite().isEmpty)
    }

    @Test func `a file that cannot be read keeps its article`() async throws {
        let temporary = try await TemporaryStore()
        defer { temporary.remove() }
        _ = try await temporary.store.takeFolder([file("one")])
        _ = try await temporary.store.takeFolder([FolderFile(file: "returns.md", text: nil)])
        #expect(try await temporary.store.article(key)?.live == "v-one")
    }

    @Test func `lists are filtered by state, language and words`() async throws {
        let temporary = try await TemporaryStore()
        defer { temporary.remove() }
        let resi = ArticleKey(id: "resi", language: "it")
        _ = try await temporary.store.takeFolder([file("send it back"), file("rendere un articolo", named: "resi.md", status: .draft, of: resi)])
        func ids(_ change: (inout ArticleFilter) -> Void) async throws -> [String] {
            var filter = ArticleFilter()
            change(&filter)
            return try await temporary.store.articles(filter, limit: 10, after: nil).map(\.key.id)
        }
        #expect(try await ids { _ in } == ["resi", "returns"])
        #expect(try await ids { $0.show = .live } == ["returns"])
        #expect(try await ids { $0.show = .draft } == ["resi"])
        #expect(try await ids { $0.language = "it" } == ["resi"])
        #expect(try await ids { $0.words = ["back", "send"] } == ["returns"])
        #expect(try await ids { $0.words = ["%"] }.count == 2)
    }

    @Test func `a review is of the question, the last word counts, and wrong answers are missed questions`() async throws {
        let temporary = try await TemporaryStore()
        defer { temporary.remove() }
        let store = temporary.store
        guard case .stored(let change?, _, _) = try await store.ingest(arrival("when?", id: "m1", considered: answer())) else { throw Unexpected() }
        let messages = try #require(try await store.conversation(change.conversation)).messages
        let agent = try #require(anna.agent)
        let first = try await store.review(messages[1].id, in: change.conversation, article: "returns", by: agent)
        #expect(first?.message == messages[0].id && first?.given == "shipping")
        #expect(try await store.reviewedAnswers(limit: 10).map(\.article) == ["returns"])
        #expect(try await store.missedQuestions(since: Timestamp(seconds: 0), limit: 10).map(\.right) == ["returns"])
        _ = try await store.review(messages[0].id, in: change.conversation, article: "shipping", by: agent)
        #expect(try await store.reviewedAnswers(limit: 10).map(\.article) == ["shipping"])
        #expect(try await store.missedQuestions(since: Timestamp(seconds: 0), limit: 10).isEmpty)
        #expect(try await store.answersGiven(from: "shipping", since: Timestamp(seconds: 0), limit: 10).map(\.version) == ["v1"])
        #expect(try await store.answers(of: messages[1].id).map(\.article) == ["shipping"])
        #expect(try await store.outcomes(of: store.questions(since: Timestamp(seconds: 0), limit: 10)) == [.answered(article: "shipping", version: "v1")])
        #expect(try await store.violations() == [])
    }

    @Test func `what completes a question is not the question that is judged`() async throws {
        let temporary = try await TemporaryStore()
        defer { temporary.remove() }
        let store = temporary.store
        let which = Consideration(
            finding: .which([ArticleChoice(article: "shipping", title: "Shipping"), ArticleChoice(article: "returns", title: "Returns")]), text: "?", language: "en")
        guard case .stored(let change?, _, _) = try await store.ingest(arrival("how do parcels go?", id: "m1", considered: which)) else { throw Unexpected() }
        _ = try await store.ingest(arrival("the first", id: "m2", considered: answer()))
        let messages = try #require(try await store.conversation(change.conversation)).messages
        #expect(messages.map(\.direction) == ["in", "out", "in", "out"])
        #expect(messages.map(\.question) == [nil, nil, nil, messages[0].id])
        let agent = try #require(anna.agent)
        let review = try await store.review(messages[3].id, in: change.conversation, article: "shipping", by: agent)
        #expect(review?.message == messages[0].id && review?.given == "shipping")
        #expect(try await store.reviewedAnswers(limit: 10).map(\.text) == ["how do parcels go?"])
        #expect(try await store.missedQuestions(since: Timestamp(seconds: 0), limit: 10).isEmpty)
        #expect(try await store.violations() == [])
    }

    @Test func `a judgement is shown where the question is judged, and is taken back`() async throws {
        let temporary = try await TemporaryStore()
        defer { temporary.remove() }
        let store = temporary.store
        let unsure = Consideration(finding: .unsure(nearest: []), text: "and vases?", language: "en")
        guard case .stored(let change?, _, _) = try await store.ingest(arrival("when?", id: "m1", considered: answer())) else { throw Unexpected() }
        _ = try await store.ingest(arrival("and vases?", id: "m2", considered: unsure))
        func messages() async throws -> [MessageView] { try #require(try await store.conversation(change.conversation)).messages }
        let said = try await messages()
        #expect(said.map(\.question) == [nil, said[0].id, said[2].id, nil])
        let agent = try #require(anna.agent)
        let before = try await store.reviewRevision()
        _ = try await store.review(said[1].id, in: change.conversation, article: "shipping", by: agent)
        _ = try await store.review(said[2].id, in: change.conversation, article: "vases", by: agent)
        #expect(try await messages().map(\.review?.article) == [nil, "shipping", "vases", nil])
        #expect(try await store.missedQuestions(since: Timestamp(seconds: 0), limit: 10).map(\.right) == ["vases"], "what was handed over keeps the article that was named")
        let both = try await store.reviewRevision()
        #expect(try await store.unreview(said[1].id, in: change.conversation))
        #expect(try await !store.unreview(said[1].id, in: change.conversation))
        #expect(try await messages().map(\.review?.article) == [nil, nil, "vases", nil])
        let one = try await store.reviewRevision()
        #expect(Set([before, both, one]).count == 3, "every node learns of it")
        #expect(try await store.violations() == [])
    }
}
