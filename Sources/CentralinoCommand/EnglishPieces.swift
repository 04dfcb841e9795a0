import Glibc
import Knowledge
import Messages

/// The table of English word pieces that comes with the program, mapped into memory: only the pages that a text needs are read.
enum EnglishPieces {
    static let fileName = "english.pieces"

    /// nil, with a line on standard error, when the file is missing or broken: English is then matched like every other language.
    static let table: WordPieces? = {
        let path = Pages.folder("centralino_CentralinoCommand", "Tables") + "/" + fileName
        guard let bytes = map(path) else {
            KnowledgeOutput.complain("cannot read \(path): English is matched without its table of word pieces")
            return nil
        }
        guard let table = WordPieces(bytes) else {
            KnowledgeOutput.complain("\(path) is not a table of word pieces: English is matched without it")
            return nil
        }
        return table
    }()

    /// The bytes of a file for as long as the program runs.
    private static func map(_ path: String) -> UnsafeRawBufferPointer? {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return nil }
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
            pieces: articles.contains { $0.language.lowercased().hasPrefix("en") } ? EnglishPieces.table : nil)
    }
}
