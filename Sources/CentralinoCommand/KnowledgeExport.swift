import ArgumentParser
import Knowledge
import Messages

struct KnowledgeExport: ParsableCommand {
    static let configuration = CommandConfiguration(commandName: "export", abstract: "Write the articles as JSON Lines, one object an article.")

    @Argument(help: "The folder of articles.") var folder: String

    func run() throws {
        try reporting {
            var out: [UInt8] = []
            for article in try KnowledgeFolder.read(folder) {
                Self.object(article).append(to: &out)
                out.append(0x0A)
            }
            try KnowledgeFiles.writeOut(out)
        }
    }

    static func object(_ article: Article) -> JSON {
        func list(_ texts: [String]) -> JSON { .array(texts.map(JSON.string)) }
        return .object([
            .init("id", .string(article.id)), .init("title", .string(article.title)), .init("language", .string(article.language)),
            .init("questions", list(article.questions)), .init("body", .string(article.body)),
            .init("answers", .object(article.answers.sorted { $0.key < $1.key }.map { .init($0.key, .string($0.value)) })),
            .init("audience", list(article.audience)), .init("channels", list(article.channels)),
            .init("valid_from", .text(article.validFrom?.rfc3339)), .init("valid_until", .text(article.validUntil?.rfc3339)),
            .init("owner", .text(article.owner)), .init("review", .text(article.review?.rfc3339)), .init("tags", list(article.tags)),
            .init("status", .string(article.status.rawValue)), .init("version", .string(article.version)), .init("file", .string(article.file)),
        ])
    }
}
