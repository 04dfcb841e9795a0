import Glibc
import Knowledge
import Messages

/// What comes with the program about languages, mapped into memory: only the pages that a text needs are read.
enum LanguageTables {
    /// The folder of the files, below that of the program's resources.
    static let folder = "Tables"

    /// What is known of those languages (primary subtags). A file that is missing or broken costs a line on standard error, and what it knows.
    static func knowledge(of languages: Set<String>) -> LanguageKnowledge {
        LanguageKnowledge(pieces: languages.contains("en") ? pieces : nil, words: words.filter { languages.contains($0.key) })
    }

    /// The table of English word pieces; it holds the list of English words as well.
    static let pieces: WordPieces? = map("english.pieces").flatMap { bytes in
        WordPieces(bytes) ?? complain("english.pieces is not a table of word pieces: English is matched without it")
    }

    private static let words: [String: WordList] = {
        var lists: [String: WordList] = [:]
        for language in ["de", "es", "fr", "it", "nl", "pt"] {
            guard let bytes = map("\(language).words") else { continue }
            lists[language] = WordList(bytes) ?? complain("\(language).words is not a list of words: rare words of the language may be taken for slips")
        }
        return lists
    }()

    private static func complain<Table>(_ line: String) -> Table? {
        Terminal.complain(line)
        return nil
    }

    /// The bytes of a file for as long as the program runs.
    private static func map(_ name: String) -> UnsafeRawBufferPointer? {
        let path = Pages.folder("centralino_CentralinoCommand", folder) + "/" + name
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return complain("cannot read \(path): messages are matched without it") }
        defer { close(descriptor) }
        let size = Int(lseek(descriptor, 0, SEEK_END))
        guard size > 0, size <= 64 << 20, let start = mmap(nil, size, PROT_READ, MAP_SHARED, descriptor, 0), start != MAP_FAILED else { return nil }
        return UnsafeRawBufferPointer(start: start, count: size)
    }
}

extension KnowledgeBase {
    /// Learns with what comes with the program.
    static func learned(
        _ articles: [Article], now: Timestamp = .now(), precision: Double = defaultPrecision, reviews: [ReviewedAnswer] = []
    ) throws(ArticleProblem) -> KnowledgeBase {
        try KnowledgeBase(
            articles: articles, now: now, precision: precision, reviews: reviews,
            knowledge: LanguageTables.knowledge(of: Set(articles.map(\.language.primarySubtag))))
    }

    /// For a look at articles beside each other; nil where they cannot be learned together.
    static func trial(_ articles: [Article]) -> KnowledgeBase? { try? learned(articles) }
}
