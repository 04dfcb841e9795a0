import Dispatch
import Gateway
import Glibc
import Knowledge
import Logging
import Messages
import Storage
import Synchronization

/// The articles that answer, from the folder and from what people publish by console or API: both are kept in the store, which this follows.
///
/// A saved file counts within a second, and so does a publication on any node. A broken file is refused with file and line, and what it said
/// before goes on.
final class KnowledgeShelf: Sendable {
    struct Reading: Sendable {
        var version: String
        /// Nil when the text is no article.
        var article: Article?
        /// Dropped once the store has it.
        var text: String?
    }

    struct State {
        /// What each file said when it was looked at last.
        var readings: [String: Reading] = [:]
        /// False when the folder could not be read: then nothing is taken from it and nothing counts as gone.
        var isRead = false
        /// The articles that answer now.
        var live: [ArticleKey: Article] = [:]
        /// What was learned of them.
        var base: KnowledgeBase?
        /// The kind of each channel by its name, for scopes.
        var channelKinds: [String: String] = [:]
        /// Why files are not taken, by their names: they cannot be read; what they say must not go live.
        var unreadable: [String: String] = [:]
        var unwanted: [String: String] = [:]
        var revision: Int64 = 0
        /// What people said of answers: the confidence is fitted to it.
        var reviews: [ReviewedAnswer] = []
        var reviewRevision: Int64 = 0
        /// Something else than the articles changed since they were learned.
        var isStale = false
        var learned = ContinuousClock.now
        /// Complaints that were made: each is made once.
        var complaints: Set<String> = []
    }

    /// What answered, and what answers now.
    struct Change {
        var before: KnowledgeBase?
        var after: KnowledgeBase
    }

    let folder: String
    /// Whether publications are written back to the files of the folder.
    let isWritable: Bool
    let precision: Double
    let logger: Logger
    let state = Mutex(State())
    /// Says "look now": to the store, and to the folder as well when `stirred` is set.
    let ticks: AsyncStream<Void>
    let tick: AsyncStream<Void>.Continuation
    let stirred = Atomic<Bool>(true)
    /// Where golden tests are run, and the change of the articles that they are still to be run on.
    let testing = DispatchQueue(label: "golden", qos: .utility)
    let untested = Mutex<Change?>(nil)
    /// What others may ask at any moment: `state` is held while articles are learned.
    let ills = Mutex(KnowledgeHealth())

    init(folder: String, isWritable: Bool, precision: Double, logger: Logger) {
        self.folder = folder
        self.isWritable = isWritable
        self.precision = precision
        self.logger = logger
        (ticks, tick) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
    }

    /// Reads the folder and learns it, before there is a store: nearly always that is what the store says too.
    func load() -> KnowledgeBase {
        state.withLock { state in
            read(&state)
            var live: [ArticleKey: Article] = [:]
            for (_, reading) in state.readings.sorted(by: { $0.key < $1.key }) {
                guard let article = reading.article, article.status == .live else { continue }
                let key = ArticleKey(article)
                if live[key] == nil { live[key] = article }
            }
            state.live = live
            return relearn(&state)
        }
    }

    /// Looks at every file that differs from what was seen last.
    func read(_ state: inout State) {
        let files: [String]
        do {
            files = try KnowledgeFolder.files(in: folder)
        } catch {
            state.isRead = false
            complain("the folder of articles cannot be read; the articles learned before go on", "\(error)", &state)
            return
        }
        state.isRead = true
        let seen = state.readings
        let folder = folder
        let readings = SideBySide.map(files.count) { Self.read(files[$0], unless: seen[String(files[$0].dropFirst(folder.utf8.count + 1))]?.version) }
        var next: [String: Reading] = [:]
        var unreadable = state.unreadable
        for (path, reading) in zip(files, readings) {
            let name = String(path.dropFirst(folder.utf8.count + 1))
            do {
                guard let (reading, problem) = try reading.get() else {
                    next[name] = seen[name]
                    // It could not be read for a while, and says what it said before.
                    if seen[name]?.article != nil { unreadable[name] = nil }
                    continue
                }
                next[name] = reading
                unreadable[name] = problem.map { "\($0)" }
            } catch {
                next[name] = seen[name] ?? Reading(version: "", article: nil, text: nil)
                unreadable[name] = "\(error)"
            }
        }
        state.readings = next
        unreadable = unreadable.filter { next[$0.key] != nil }
        tell(unreadable, after: state.unreadable)
        state.unreadable = unreadable
        publishRefused(state)
    }

    /// A file that says something else than the version seen last, with what became of reading it as an article; nil when it does not.
    private static func read(_ file: String, unless seen: String?) -> Result<(Reading, ArticleProblem?)?, any Error> {
        Result {
            let text = try KnowledgeFiles.text(file, limit: ArticleFile.maximumBytes)
            let version = ArticleFile.version(of: text)
            guard version != seen else { return nil }
            do throws(ArticleProblem) {
                return (Reading(version: version, article: try ArticleFile.parse(text, file: file, version: version), text: text), nil)
            } catch {
                return (Reading(version: version, article: nil, text: nil), error)
            }
        }
    }

    func learn(_ live: [ArticleKey: Article], reviews: [ReviewedAnswer]) -> KnowledgeBase {
        var articles = live.sorted { $0.key < $1.key }.map(\.value)
        while true {
            do throws(ArticleProblem) {
                return try KnowledgeBase.learned(articles, precision: precision, reviews: reviews)
            } catch {
                logger.error("an article was refused", metadata: ["problem": "\(error)"])
                let before = articles.count
                articles.removeAll { $0.file == error.file }
                // A problem of no file in particular cannot be mended by leaving one out.
                if articles.count == before { articles = [] }
            }
        }
    }

    /// Logs what is refused and was not, or for another reason.
    func tell(_ refused: [String: String], after before: [String: String]) {
        for (name, problem) in refused.sorted(by: { $0.key < $1.key }) where before[name] != problem {
            logger.error("an article was refused; what it said before goes on", metadata: ["folder": "\(folder)", "problem": "\(problem)"])
        }
    }

    func complain(_ words: String, _ problem: String, _ state: inout State) {
        if state.complaints.count > 1_000 { state.complaints = [] }
        guard state.complaints.insert(problem).inserted else { return }
        logger.error("\(words)", metadata: ["folder": "\(folder)", "problem": "\(problem)"])
    }
}
