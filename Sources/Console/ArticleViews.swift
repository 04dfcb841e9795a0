import Conversations
import Gateway
import Knowledge
import Messages
import Storage

/// How articles look on the wire. Every field is listed: nothing gets out because it happens to be in a row.
extension ArticleRow {
    func json(needsApproval: Bool) -> JSON {
        [
            "id": .string(key.id),
            "language": .string(key.language),
            "title": .string(title),
            "status": .string(status.rawValue),
            "live": .text(live),
            "draft": .text(draft),
            "archived": .text(archived),
            "stage": .text(stage?.rawValue),
            "draft_base": .text(draftBase),
            "draft_author": draftAuthor?.json ?? .null,
            "approver": approver?.json ?? .null,
            "needs_approval": .bool(needsApproval),
            "owner": .text(owner),
            "review": .text(review?.rfc3339),
            "file": .text(file),
            "created_at": .string(createdAt.rfc3339),
            "updated_at": .string(updatedAt.rfc3339),
        ]
    }
}

extension AgentRef {
    var json: JSON { ["id": .string(id.text), "name": .string(name)] }
}

extension ArticleAuthor {
    var json: JSON { ["kind": .string(kind), "id": .text(agent?.id.text), "name": .text(agent?.name)] }
}

extension ArticleVersion {
    var json: JSON {
        [
            "version": .string(version), "title": .string(title), "status": .string(status), "author": author.json, "note": .text(note),
            "created_at": .string(createdAt.rfc3339),
        ]
    }

    /// With the text and what it says, key by key; null when this program cannot read it as an article.
    var whole: JSON {
        var whole = json
        whole["text"] = .string(text)
        let article: Article?
        do throws(ArticleProblem) {
            article = try ArticleFile.parse(text, file: "", version: version)
        } catch {
            article = nil
        }
        whole["fields"] = article.map(ArticleFields.json) ?? .null
        return whole
    }
}

extension ArticleChange {
    var json: JSON {
        ["kind": .string(kind.rawValue), "version": .text(version), "author": author.json, "note": .text(note), "at": .string(at.rfc3339)]
    }
}

extension KnowledgeDesk.Detail {
    var json: JSON {
        [
            "article": row.json(needsApproval: needsApproval), "live": live?.whole ?? .null, "draft": draft?.whole ?? .null, "archived": archived?.whole ?? .null,
        ]
    }
}

extension ArticleConflict {
    var json: JSON {
        var difference = JSON.null
        if case .contradiction(let kind) = kind { difference = .string(kind.rawValue) }
        return [
            "kind": .string(kind.name), "difference": difference, "blocking": .bool(isBlocking), "message": .string(message), "first": Self.json(first),
            "second": Self.json(second),
        ]
    }

    private static func json(_ side: Side) -> JSON {
        ["id": .string(side.articleID), "language": .string(side.language), "version": .string(side.version), "title": .string(side.title), "text": .string(side.text)]
    }
}

extension Readability {
    var json: JSON {
        [
            "formula": .string(formula.rawValue), "score": .number(score), "words": .integer(Int64(words)), "sentences": .integer(Int64(sentences)), "poor": .bool(isPoor),
            "hardest": .array(hardest.map { ["text": .string($0.text), "score": .number($0.score), "words": .integer(Int64($0.words))] }),
        ]
    }
}
