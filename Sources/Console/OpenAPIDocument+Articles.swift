import Messages

extension OpenAPIDocument {
    static let articleOperations = [
        Operation(
            id: "articles", method: "GET", path: "/api/v1/articles", summary: "A page of articles, by id and language",
            parameters: [
                query(
                    "status", "Live, with a draft that waits for approval or has it, with any draft, archived, or all.",
                    [
                        "type": "string", "enum": ["live", "review", "draft", "archived", "all"], "default": "all",
                    ]),
                query("language", "Only this language.", ["type": "string"]),
                query("text", "Words that all occur in title, questions or body; case and accents do not matter.", ["type": "string", "maxLength": 500]),
                query("due", "Only those whose review date is over.", ["type": "boolean", "default": false]),
                query("limit", "How many.", ["type": "integer", "minimum": 1, "maximum": 200, "default": 50]),
                query("after", "`next` of the page before.", ["type": "string", "maxLength": 256]),
            ],
            answers: [
                .init(status: 200, description: "A page.", schema: "Articles"),
                .init(status: 400, description: "A parameter is wrong, unknown or there twice; the message names it.", schema: "Error"),
            ]),
        Operation(
            id: "createArticle", method: "POST", path: "/api/v1/articles", summary: "Begin an article, as a draft",
            description: "Send the whole file as `text`, or `id`, `language` and `fields`.", request: "NewArticle",
            answers: [
                .init(status: 201, description: "Stored.", schema: "ArticleDetail"),
                .init(status: 409, description: "There is an article of that id in that language.", schema: "Error"),
            ]),
        Operation(
            id: "article", method: "GET", path: "/api/v1/articles/{id}", summary: "An article with the texts that matter now",
            description: "The `ETag` is the version that a change must name: of the draft, else the live, else the archived text. A slash in an id is written `~`.",
            parameters: [language], answers: [.init(status: 200, description: "The article.", schema: "ArticleDetail"), unknownArticle, ambiguous]),
        Operation(
            id: "saveDraft", method: "PUT", path: "/api/v1/articles/{id}/draft", summary: "Save the draft",
            description: """
                Send the whole file as `text`, or `fields` to set of the text there is. `base_version` (or `If-Match`) is the version that the author began \
                with; `live_version` says that the text takes that live version into account, when the live text changed since the draft was begun.
                """,
            parameters: [language, ifMatch], request: "DraftChange",
            answers: [.init(status: 200, description: "Saved.", schema: "ArticleDetail"), unknownArticle, ambiguous, stale]),
        act("discard", "Give the draft up", "Its versions stay."),
        act("submit", "Ask for approval", "Done already: nothing happens."),
        act(
            "approve", "Approve the draft", "Another person than its author. An edit afterwards needs another approval.", admins: true,
            "It was not submitted, or the caller wrote it."),
        act("return", "Give the draft back to its author", "The note says what is to be changed.", admins: true, "It was not submitted."),
        act(
            "publish", "Make the draft live", "Live within a second; written back to its file when the folder is writable.", admins: true,
            "There is no draft, it lacks an approval, or it contradicts a live article: then `conflicts` names both.", conflict: "PublishRefusal"),
        act("archive", "Take the live text out of use", "`version` is the live one. All versions stay.", admins: true, "The article is not live."),
        Operation(
            id: "restoreArticle", method: "POST", path: "/api/v1/articles/{id}/restore", summary: "Take up an old version, as the draft",
            parameters: [language, ifMatch], request: "Restoring",
            answers: [.init(status: 200, description: "It is the draft now.", schema: "ArticleDetail"), unknownArticle, ambiguous, stale]),
        Operation(
            id: "ruleArticle", method: "POST", path: "/api/v1/articles/{id}/approval", summary: "Say whether this article needs approval",
            description: "Where the settings ask for the approval of all articles it is needed all the same.", access: .admins, parameters: [language], request: "ApprovalRule",
            answers: [.init(status: 200, description: "Set.", schema: "ArticleDetail"), unknownArticle, ambiguous]),
    ]

    static let language = query("language", "Needed where the id is there in several languages.", ["type": "string"])
    static let ifMatch: JSON = ["name": "If-Match", "in": "header", "schema": ["type": "string"], "description": "The version in quotes, instead of the field."]
    static let unknownArticle = Operation.Answer(status: 404, description: "There is no such article or version.", schema: "Error")
    static let ambiguous = Operation.Answer(status: 400, description: "The id is there in several languages, or a parameter is wrong.", schema: "Error")
    static let stale = Operation.Answer(status: 412, description: "The text is another by now: read it again. Nothing was stored.", schema: "Error")

    private static func act(
        _ verb: String, _ summary: String, _ description: String, admins: Bool = false, _ refused: String = "There is no draft.", conflict: String = "Error"
    ) -> Operation {
        Operation(
            id: "\(verb)Article", method: "POST", path: "/api/v1/articles/{id}/\(verb)", summary: summary, description: description, access: admins ? .admins : .agents,
            parameters: [language, ifMatch], request: "VersionAct",
            answers: [
                .init(status: 200, description: "Done; the article as it is now.", schema: "ArticleDetail"), unknownArticle, ambiguous,
                .init(status: 409, description: refused, schema: conflict), stale,
            ])
    }
}

extension OpenAPIDocument {
    static var articleSchemas: [JSON.Member] {
        let agent = nullable(object([("id", id), ("name", text)]))
        let author = object([("kind", oneOf("file", "agent")), ("id", nullable(id)), ("name", nullable(text))])
        let fields = object([
            ("title", text), ("questions", list(text)), ("body", text), ("answers", ["type": "object"]), ("audience", list(text)), ("channels", list(text)),
            ("countries", list(text)), ("valid_from", nullable(moment)), ("valid_until", nullable(moment)), ("owner", nullable(text)), ("review", nullable(moment)),
            ("tags", list(text)),
        ])
        let version: [(String, JSON)] = [
            ("version", text), ("title", text), ("status", oneOf("draft", "review", "live", "archived")), ("author", author), ("note", nullable(text)), ("created_at", moment),
        ]
        let side = object([("id", text), ("language", text), ("version", text), ("title", text), ("text", text)])
        return [
            .init(
                "Article",
                object([
                    ("id", text), ("language", text), ("title", text), ("status", oneOf("draft", "live", "archived")), ("live", nullable(text)), ("draft", nullable(text)),
                    ("archived", nullable(text)), ("stage", nullable(oneOf("draft", "review", "approved"))), ("draft_base", nullable(text)), ("draft_author", agent),
                    ("approver", agent), ("needs_approval", flag), ("owner", nullable(text)), ("review", nullable(moment)), ("file", nullable(text)), ("created_at", moment),
                    ("updated_at", moment),
                ])),
            .init("Articles", object([("articles", list(of: "Article")), ("next", nullable(text))])),
            .init("ArticleVersion", object(version)),
            .init("ArticleText", object(version + [("text", text), ("fields", nullable(fields))])),
            .init(
                "ArticleDetail",
                object([
                    ("article", ref("Article")), ("live", nullable(ref("ArticleText"))), ("draft", nullable(ref("ArticleText"))), ("archived", nullable(ref("ArticleText"))),
                ])),
            .init(
                "ArticleConflict",
                object([
                    ("kind", oneOf("duplicate-question", "near-duplicate", "contradiction", "translation")),
                    ("difference", nullable(oneOf("number", "date", "polarity", "condition"))), ("blocking", flag), ("message", text), ("first", side), ("second", side),
                ])),
            .init("Contradiction", object([("error", object([("code", text), ("message", text), ("conflicts", list(of: "ArticleConflict"))]))])),
            .init("PublishRefusal", ["anyOf": [ref("Error"), ref("Contradiction")]]),
            .init("NewArticle", optional([("text", text), ("id", text), ("language", text), ("fields", ref("ArticleFields")), ("note", text)], needed: [])),
            .init("DraftChange", optional([("text", text), ("fields", ref("ArticleFields")), ("base_version", text), ("live_version", text), ("note", text)], needed: [])),
            .init("ArticleFields", optional(fields["properties"]?.members?.map { ($0.name, $0.value) } ?? [], needed: [])),
            .init("VersionAct", optional([("version", text), ("note", text)], needed: [])),
            .init("Restoring", optional([("version", text), ("base_version", text)], needed: ["version"])),
            .init("ApprovalRule", object([("needed", flag)], closed: true)),
        ]
    }
}
