import HTTPTypes
import Knowledge
import Messages

/// What an article says, key by key, for editors that show a form instead of a file.
enum ArticleFields {
    static func json(_ article: Article) -> JSON {
        func list(_ texts: [String]) -> JSON { .array(texts.map(JSON.string)) }
        return [
            "title": .string(article.title), "questions": list(article.questions), "body": .string(article.body),
            "answers": .object(article.answers.sorted { $0.key < $1.key }.map { JSON.Member($0.key, .string($0.value)) }), "audience": list(article.audience),
            "channels": list(article.channels), "countries": list(article.countries), "valid_from": .text(article.validFrom?.rfc3339),
            "valid_until": .text(article.validUntil?.rfc3339), "owner": .text(article.owner), "review": .text(article.review?.rfc3339), "tags": list(article.tags),
        ]
    }

    /// Sets what a request names and leaves the rest. What the article then says is checked when its file is read.
    static func set(_ fields: JSON, in article: inout Article) throws {
        guard let members = fields.members else { throw RequestFields.wrong("fields", "must be an object") }
        for member in members {
            let (name, value) = (member.name, member.value)
            switch name {
            case "title": article.title = try text(value, name)
            case "body": article.body = try text(value, name)
            case "questions": article.questions = try texts(value, name)
            case "audience": article.audience = try texts(value, name)
            case "channels": article.channels = try texts(value, name)
            case "countries": article.countries = try texts(value, name)
            case "tags": article.tags = try texts(value, name)
            case "owner": article.owner = value.isNull ? nil : try text(value, name)
            case "review": article.review = try moment(value, name)
            case "valid_from": article.validFrom = try moment(value, name)
            case "valid_until": article.validUntil = try moment(value, name)
            case "answers":
                guard let answers = value.members else { throw wrong(name, "must be an object of texts") }
                article.answers = try answers.reduce(into: [:]) { $0[$1.name] = try text($1.value, name) }
            default: throw APIProblem(.unprocessableContent, "unknown_field", "the field \"fields.\(name.prefix(64))\" is not known here")
            }
        }
    }

    private static func wrong(_ name: String, _ what: String) -> APIProblem { RequestFields.wrong("fields.\(name)", what) }

    private static func text(_ value: JSON, _ name: String) throws -> String {
        guard let text = value.string else { throw wrong(name, "must be a text") }
        return text
    }

    private static func texts(_ value: JSON, _ name: String) throws -> [String] {
        guard let list = value.array else { throw wrong(name, "must be a list of texts") }
        return try list.map { try text($0, name) }
    }

    private static func moment(_ value: JSON, _ name: String) throws -> Timestamp? {
        if value.isNull { return nil }
        guard let moment = value.string.flatMap({ Timestamp(rfc3339: $0) }) else { throw wrong(name, "must be a moment (RFC 3339) or null") }
        return moment
    }
}
