import Messages

extension OpenAPIDocument {
    static let knowledgeOperations = [
        Operation(
            id: "articleVersions", method: "GET", path: "/api/v1/articles/{id}/versions", summary: "Every text that an article had, and who did what", parameters: [language],
            answers: [.init(status: 200, description: "At most the last 1,000 of each, latest first.", schema: "ArticleHistory"), unknownArticle, ambiguous]),
        Operation(
            id: "articleVersion", method: "GET", path: "/api/v1/articles/{id}/versions/{version}", summary: "One text, exactly as it was",
            description: "Versions are never deleted.", parameters: [language],
            answers: [.init(status: 200, description: "The text.", schema: "ArticleText"), unknownArticle, ambiguous]),
        Operation(
            id: "articleDiff", method: "GET", path: "/api/v1/articles/{id}/diff", summary: "What changed between two versions, line by line",
            description: "Without parameters: from the live text to the draft. Quotes, the order of keys and comments make no difference.",
            parameters: [language, query("from", "A version.", text), query("to", "A version.", text)],
            answers: [.init(status: 200, description: "All lines of both.", schema: "ArticleDiff"), unknownArticle, ambiguous]),
        Operation(
            id: "reviewArticleText", method: "GET", path: "/api/v1/articles/{id}/review", summary: "What stands in the way of a text, and how easily it reads",
            parameters: [language, query("version", "A version; the draft, else the live text, when not said.", text)],
            answers: [
                .init(status: 200, description: "Conflicts with live articles, and readability (Gulpease for Italian, Flesch for English).", schema: "ArticleReview"),
                unknownArticle, ambiguous, .init(status: 422, description: "The text cannot be read as an article.", schema: "Error"),
            ]),
        Operation(
            id: "articleAnswers", method: "GET", path: "/api/v1/articles/{id}/answers", summary: "The answers that were given from an article",
            parameters: [
                language, query("days", "How far back.", ["type": "integer", "minimum": 1, "maximum": 3650, "default": 90]),
                query("limit", "How many.", ["type": "integer", "minimum": 1, "maximum": 500, "default": 100]),
            ], answers: [.init(status: 200, description: "Latest first.", schema: "GivenAnswers"), unknownArticle, ambiguous]),
        Operation(
            id: "articleEffect", method: "GET", path: "/api/v1/articles/{id}/effect", summary: "Before and after: the questions that the article answers today, week by week",
            parameters: [language], answers: [.init(status: 200, description: "Twelve weeks, the oldest first.", schema: "ArticleEffect"), unknownArticle, ambiguous]),
        Operation(
            id: "previewArticle", method: "POST", path: "/api/v1/articles/{id}/preview", summary: "What publishing would alter on the last 30 days' questions",
            description: """
                The draft, or `version`; `archived: true` looks at what putting the article aside would alter. At most the last 2,000 questions and 4 seconds: \
                `looked` says how many of `questions` were done.
                """,
            parameters: [language], request: "PreviewRequest",
            answers: [.init(status: 200, description: "Answers gained, lost and changed, with examples.", schema: "ArticlePreview"), unknownArticle, ambiguous]),
        Operation(
            id: "gaps", method: "GET", path: "/api/v1/knowledge/gaps", summary: "What customers ask and no article answers well",
            description:
                "Handovers because no article was sure or answers did not help, and answers that people called wrong, by meaning; what today's articles answer is left out.",
            parameters: [
                query("days", "How far back.", ["type": "integer", "minimum": 1, "maximum": 365, "default": 30]),
                query("limit", "How many.", ["type": "integer", "minimum": 1, "maximum": 200, "default": 50]),
            ],
            answers: [
                .init(status: 200, description: "What affects most customers first.", schema: "Gaps"),
                .init(status: 400, description: "A parameter is wrong, unknown or there twice; the message names it.", schema: "Error"),
            ]),
        Operation(
            id: "knowledgeHealth", method: "GET", path: "/api/v1/knowledge/health", summary: "Files that are not taken, and golden questions that go wrong",
            description: """
                Of this node. `refused`: files of the folder of articles of which what they said before goes on: they cannot be read, their id is taken, or what they \
                say contradicts a live article. `golden`: the questions and dialogues of the folder's `tests/` after the last change, null before the first and where there are none.
                """,
            answers: [
                .init(status: 200, description: "Empty and null when all is well.", schema: "KnowledgeHealth"),
                .init(status: 400, description: "A parameter is unknown.", schema: "Error"),
            ]),
        Operation(
            id: "answerSources", method: "GET", path: "/api/v1/answers/{message}", summary: "The exact texts that an answer was made of",
            description: "`text` is null for answers older than the kept versions.",
            answers: [.init(status: 200, description: "One for each article.", schema: "AnswerSources"), noMessage]),
        Operation(
            id: "reviewAnswer", method: "POST", path: "/api/v1/conversations/{id}/messages/{message}/review", summary: "Say which article is right for a question, or that none is",
            description: """
                The message is the customer's or the bot's answer to it: with the id of the answer's own article it was right. Said again, the last word counts. Later \
                confidences are fitted to it. A conversation's messages show it as `review`, where `question` is the message that it is about.
                """,
            request: "ReviewRequest", answers: [.init(status: 200, description: "Noted.", schema: "AnswerReview"), noMessage]),
        Operation(
            id: "takeBackReview", method: "DELETE", path: "/api/v1/conversations/{id}/messages/{message}/review", summary: "Take back what was said of a question",
            answers: [
                .init(status: 204, description: "Taken back.", schema: nil), .init(status: 404, description: "Nobody did, or there is no such message.", schema: "Error"),
            ]),
        Operation(
            id: "explainMatch", method: "GET", path: "/api/v1/conversations/{id}/messages/{message}/explanation", summary: "What today's articles make of a question, and why",
            description: "The message is the customer's or the bot's answer to it. What an answer was made of then is at `/api/v1/answers/{message}`.",
            answers: [
                .init(status: 200, description: "The nearest articles, best first, and the words that spoke for the best or against it.", schema: "MatchExplanation"), noMessage,
            ]),
        Operation(
            id: "draftFromReply", method: "POST", path: "/api/v1/conversations/{id}/messages/{message}/draft", summary: "Make a draft article of an agent's reply",
            description: "The customer's words become its questions, the reply without greeting and signature its text. Look for personal data before it is published.",
            request: "ReplyDraft",
            answers: [
                .init(status: 201, description: "The draft.", schema: "ArticleDetail"), noMessage,
                .init(status: 409, description: "There is an article of that id in that language.", schema: "Error"),
            ]),
    ]

    private static let noMessage = Operation.Answer(status: 404, description: "There is no such message or article.", schema: "Error")
}

extension OpenAPIDocument {
    static var knowledgeSchemas: [JSON.Member] {
        let author = object([("kind", oneOf("file", "agent")), ("id", nullable(id)), ("name", nullable(text))])
        let kinds = oneOf("drafted", "discarded", "submitted", "returned", "approved", "published", "archived", "removed", "withdrawn", "ruled")
        let change = object([("kind", kinds), ("version", nullable(text)), ("author", author), ("note", nullable(text)), ("at", moment)])
        let question: [(String, JSON)] = [("message", id), ("conversation", id), ("text", text), ("language", nullable(text)), ("channel", text), ("at", moment)]
        let candidate = object([("article", text), ("language", text), ("title", text), ("version", text), ("confidence", share)])
        let readability = object([
            ("formula", oneOf("gulpease", "flesch")), ("score", ["type": "number"]), ("words", count), ("sentences", count), ("poor", flag),
            ("hardest", list(object([("text", text), ("score", ["type": "number"]), ("words", count)]))),
        ])
        let traced = object([
            ("version", text), ("title", text), ("status", text), ("author", author), ("note", nullable(text)), ("created_at", moment), ("text", text),
            ("fields", nullable(["type": "object"])), ("language", text),
        ])
        return [
            .init("ArticleHistory", object([("versions", list(of: "ArticleVersion")), ("changes", list(change))])),
            .init("ArticleDiff", object([("from", text), ("to", text), ("lines", list(object([("change", oneOf("same", "removed", "added")), ("text", text)])))])),
            .init(
                "ArticleReview",
                object([("version", text), ("publishable", flag), ("conflicts", list(of: "ArticleConflict")), ("readability", nullable(readability))])),
            .init(
                "GivenAnswer",
                object([("message", id), ("conversation", id), ("article", text), ("version", text), ("confidence", nullable(share)), ("at", moment)])),
            .init("GivenAnswers", object([("answers", list(of: "GivenAnswer"))])),
            .init("AnswerSources", object([("answers", list(object([("answer", ref("GivenAnswer")), ("text", nullable(traced))])))])),
            .init(
                "ArticleEffect",
                object([
                    ("published", nullable(moment)),
                    ("weeks", list(object([("from", moment), ("questions", count), ("answered", count), ("otherwise", count), ("handed_off", count)]))),
                ])),
            .init("PreviewRequest", optional([("version", text), ("archived", flag)], needed: [])),
            .init(
                "ArticlePreview",
                object([
                    ("since", moment), ("questions", count), ("looked", count), ("gained", count), ("lost", count), ("changed", count),
                    (
                        "examples",
                        list(
                            object([
                                ("effect", oneOf("gained", "lost", "changed")), ("question", object(question)), ("before", nullable(candidate)), ("after", nullable(candidate)),
                            ]))
                    ),
                ])),
            .init(
                "Gaps",
                object([
                    (
                        "gaps",
                        list(
                            object([
                                ("language", text), ("question", text), ("words", list(text)), ("people", count), ("times", count), ("last", moment), ("right", nullable(text)),
                                ("questions", list(object(question + [("reason", oneOf("unsure", "unhelpful", "wrong")), ("given", list(text))]))),
                            ]))
                    )
                ])),
            .init(
                "KnowledgeHealth",
                object([
                    ("refused", list(object([("file", text), ("problem", text)]))),
                    ("golden", nullable(object([("checks", count), ("right", count), ("newly_wrong", list(text))]))),
                ])),
            .init("ReviewRequest", object([("article", nullable(text))], closed: true)),
            .init(
                "AnswerReview",
                object([
                    ("message", id), ("conversation", id), ("article", nullable(text)), ("given", nullable(text)), ("agent", object([("id", id), ("name", text)])), ("at", moment),
                ])),
            .init(
                "MatchExplanation",
                object([
                    ("question", object(question)), ("threshold", share), ("candidates", list(candidate)),
                    ("words", list(object([("word", text), ("weight", ["type": "number"])]))),
                ])),
            .init("ReplyDraft", optional([("id", text), ("title", text), ("language", text)], needed: [])),
        ]
    }
}
