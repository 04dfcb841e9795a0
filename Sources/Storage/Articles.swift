package import Conversations
package import Messages

/// Names an article: the same id may exist once per language.
package struct ArticleKey: Sendable, Hashable, Comparable, CustomStringConvertible {
    package var id: String
    package var language: String

    package init(id: String, language: String) {
        self.id = id
        self.language = language
    }

    package var description: String { "\(id) (\(language))" }

    package static func < (left: Self, right: Self) -> Bool { (left.id, left.language) < (right.id, right.language) }
}

/// Who wrote a text: the folder of articles, or a person by console or API.
package enum ArticleAuthor: Sendable, Hashable {
    case file
    case agent(AgentRef)

    package var kind: String { if case .file = self { "file" } else { "agent" } }
    package var agent: AgentRef? { if case .agent(let agent) = self { agent } else { nil } }

    var values: [SQLValue] { [.text(kind), SQLValue(agent?.id.text), SQLValue(agent?.name)] }

    init(kind: String, agent: String?, name: String?) {
        self = kind == "agent" ? .agent(AgentRef(id: AgentID(agent ?? ""), name: name ?? "")) : .file
    }
}

/// How far a draft is on its way to being live.
package enum ArticleStage: String, Sendable, Hashable {
    case draft, review, approved
}

/// A whole article file as it goes into the store, with what lists need to know of it.
package struct ArticleText: Sendable, Hashable {
    package enum Status: String, Sendable, Hashable {
        case draft, review, live, archived
    }

    package var key: ArticleKey
    /// Names the text: the hash of its bytes.
    package var version: String
    package var text: String
    package var title: String
    package var status: Status
    package var owner: String?
    package var review: Timestamp?
    /// Folded words of title, questions and body, that a list is searched by.
    package var search: String

    package init(key: ArticleKey, version: String, text: String, title: String, status: Status, owner: String?, review: Timestamp?, search: String) {
        self.key = key
        self.version = version
        self.text = text
        self.title = title
        self.status = status
        self.owner = owner
        self.review = review
        self.search = search
    }
}

/// Where an article stands.
package struct ArticleRow: Sendable, Hashable {
    package var key: ArticleKey
    package var title: String
    /// The versions that answer, that is being written, and that was put aside. An article is live, archived, or neither yet.
    package var live: String?
    package var draft: String?
    package var archived: String?
    package var stage: ArticleStage?
    /// The live version when the draft was begun; nil when there was none.
    package var draftBase: String?
    package var draftAuthor: AgentRef?
    package var approver: AgentRef?
    package var needsApproval: Bool
    package var owner: String?
    package var review: Timestamp?
    package var createdAt: Timestamp
    package var updatedAt: Timestamp
    /// The file it came from, below the folder of articles; nil when it lives in the store only.
    package var file: String?

    package var status: ArticleText.Status { live != nil ? .live : archived != nil ? .archived : .draft }
    /// What an editor begins with, and what a change must name to be about the text that its author saw.
    package var current: String? { draft ?? live ?? archived }

    static let columns = """
        a.id, a.language, a.title, a.live, a.draft, a.archived, a.stage, a.draft_base, a.draft_author, a.draft_author_name, a.approver, a.approver_name,
        a.needs_approval, a.owner, a.review_at, a.created_at, a.updated_at, f.file
        """
    static let tables = "articles a LEFT JOIN article_files f ON f.id = a.id AND f.language = a.language"

    init(_ row: SQLRow) {
        func agent(_ index: Int) -> AgentRef? { row.optionalText(index).map { AgentRef(id: AgentID($0), name: row.text(index + 1)) } }
        key = ArticleKey(id: row.text(0), language: row.text(1))
        title = row.text(2)
        live = row.optionalText(3)
        draft = row.optionalText(4)
        archived = row.optionalText(5)
        stage = row.optionalText(6).flatMap(ArticleStage.init)
        draftBase = row.optionalText(7)
        draftAuthor = agent(8)
        approver = agent(10)
        needsApproval = row.integer(12) != 0
        owner = row.optionalText(13)
        review = row.optionalInteger(14).map(Timestamp.init(microseconds:))
        createdAt = Timestamp(microseconds: row.integer(15))
        updatedAt = Timestamp(microseconds: row.integer(16))
        file = row.optionalText(17)
    }

    init(beginning key: ArticleKey, at now: Timestamp) {
        self.key = key
        title = ""
        needsApproval = false
        createdAt = now
        updatedAt = now
    }
}

/// One text that an article has or had.
package struct ArticleVersion: Sendable, Hashable {
    package var key: ArticleKey
    package var version: String
    package var title: String
    package var status: String
    package var author: ArticleAuthor
    package var note: String?
    package var createdAt: Timestamp
    /// The whole file; empty in lists.
    package var text: String

    static let columns = "v.id, v.language, v.version, v.title, v.status, v.author_kind, v.author, v.author_name, v.note, v.created_at"

    init(_ row: SQLRow) {
        key = ArticleKey(id: row.text(0), language: row.text(1))
        version = row.text(2)
        title = row.text(3)
        status = row.text(4)
        author = ArticleAuthor(kind: row.text(5), agent: row.optionalText(6), name: row.optionalText(7))
        note = row.optionalText(8)
        createdAt = Timestamp(microseconds: row.integer(9))
        text = row.values.count > 10 ? row.text(10) : ""
    }
}

/// Something that happened to an article.
package struct ArticleChange: Sendable, Hashable {
    package var seq: Int64
    package var key: ArticleKey
    package var kind: ArticleEdit.Kind
    package var version: String?
    package var author: ArticleAuthor
    package var note: String?
    package var at: Timestamp
}

/// What the rules let happen to an article; the store does it within the transaction in which they looked.
package struct ArticleEdit: Sendable, Hashable {
    package enum Kind: String, Sendable, Hashable {
        /// A text was saved as the draft.
        case drafted
        /// The draft was given up.
        case discarded
        case submitted
        /// A reviewer wants changes.
        case returned
        case approved
        case published
        case archived
        /// The file of the article went away.
        case removed
        /// The file of the article says that it is a draft now.
        case withdrawn
        /// Whether the article needs approval was changed.
        case ruled
    }

    package var kind: Kind
    /// The version that it is about.
    package var version: String?
    /// For `drafted`: the live version that the text takes into account.
    package var base: String?
    /// For `ruled`.
    package var needsApproval: Bool?

    package init(_ kind: Kind, version: String? = nil, base: String? = nil, needsApproval: Bool? = nil) {
        self.kind = kind
        self.version = version
        self.base = base
        self.needsApproval = needsApproval
    }
}

/// Which articles a list shows.
package struct ArticleFilter: Sendable {
    package enum Show: String, Sendable, CaseIterable {
        /// Live, with a draft that waits for somebody, drafted, put aside, or all of them.
        case live, review, draft, archived, all
    }

    package var show = Show.all
    package var language: String?
    /// Folded words, each of which must occur.
    package var words: [String] = []
    /// Only those whose `review` date is before this.
    package var dueBefore: Timestamp?

    package init() {}
}
