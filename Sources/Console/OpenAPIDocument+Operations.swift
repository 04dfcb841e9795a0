import Messages

extension OpenAPIDocument {
    static let sessionOperations = [
        Operation(
            id: "signIn", method: "POST", path: "/api/v1/session", summary: "Sign in",
            description: "Sets the session's cookie. Ten wrong tries for an address, then one every 30 seconds.", access: .everybody, request: "SignIn",
            answers: [
                .init(status: 200, description: "Signed in.", schema: "Session"),
                .init(status: 401, description: "The address or the password is wrong.", schema: "Error"),
                .init(status: 403, description: "The request comes from a page of another site.", schema: "Error"),
                .init(status: 429, description: "Too many tries; Retry-After says when the next may come.", schema: "Error"),
            ]),
        Operation(
            id: "session", method: "GET", path: "/api/v1/session", summary: "Who is signed in",
            answers: [.init(status: 200, description: "The agent, and the token that browsers send as X-CSRF-Token (null for API tokens).", schema: "Session")]),
        Operation(
            id: "signOut", method: "DELETE", path: "/api/v1/session", summary: "Sign out",
            answers: [
                .init(status: 204, description: "The session is over.", schema: nil),
                .init(status: 409, description: "An API token has no session.", schema: "Error"),
            ]),
        Operation(
            id: "acceptInvitation", method: "POST", path: "/api/v1/invitations/accept", summary: "Choose name and password with an invitation",
            description: "Works once within 72 hours, ends the agent's other sessions and signs in.", access: .everybody, request: "Acceptance",
            answers: [
                .init(status: 200, description: "Signed in.", schema: "Session"),
                .init(status: 403, description: "The request comes from a page of another site.", schema: "Error"),
                .init(status: 410, description: "The invitation is used, expired or unknown.", schema: "Error"),
                .init(status: 429, description: "Too many tries; Retry-After says when the next may come.", schema: "Error"),
            ]),
    ]

    static let agentOperations = [
        Operation(
            id: "agents", method: "GET", path: "/api/v1/agents", summary: "Who works here", description: "E-mail addresses are told to admins only.",
            answers: [.init(status: 200, description: "All agents.", schema: "Agents")]),
        Operation(
            id: "inviteAgent", method: "POST", path: "/api/v1/agents", summary: "Add an agent",
            description: "The link works once within 72 hours and is told only now. Inviting somebody again who never accepted ends the earlier link.",
            access: .admins, request: "NewAgent",
            answers: [
                .init(status: 200, description: "The agent was there, without a password: a new link.", schema: "Invitation"),
                .init(status: 201, description: "Added.", schema: "Invitation"),
                .init(status: 409, description: "An agent with this address is there already.", schema: "Error"),
            ]),
    ]

    static let conversationOperations = [
        Operation(
            id: "conversations", method: "GET", path: "/api/v1/conversations", summary: "A page of conversations, the last changed first",
            parameters: [
                query(
                    "owner", "Whose: waiting for a person, the caller's, the bot's, all that are open, all that are closed.",
                    ["type": "string", "enum": ["queue", "mine", "bot", "open", "closed"], "default": "open"]),
                query("limit", "How many.", ["type": "integer", "minimum": 1, "maximum": 200, "default": 50]),
                query("before", "`next` of the page before.", ["type": "string", "maxLength": 128]),
            ],
            answers: [
                .init(status: 200, description: "A page.", schema: "Conversations"),
                .init(status: 400, description: "A parameter is wrong, unknown or there twice; the message names it.", schema: "Error"),
            ]),
        Operation(
            id: "conversation", method: "GET", path: "/api/v1/conversations/{id}", summary: "A conversation whole", description: "At most its last 500 messages.",
            answers: [.init(status: 200, description: "The conversation.", schema: "ConversationDetail"), unknown]),
        act(
            "take", "Take a conversation",
            "From the bot, the queue, or reopening a closed one; from a colleague who has it when `from` is the colleague's id. Taking one's own again does nothing.", "Taking",
            "Another agent has it, and not the one of `from`."),
        act(
            "reply", "Answer the customer",
            "Only the agent who took the conversation. Stored and on its way when answered. `files` are what the caller brought before, at most ten, where the channel takes files.",
            "Reply",
            "It is not the caller's, or it is closed; or the key was used for another text.", key: true),
        act("note", "Write a note", "Seen by agents, never by the customer.", "Text", "The key was used for another text.", key: true),
        act("return", "Give back to the bot", "From the queue, or one's own.", "Nothing", "Another agent has it, it is closed, or the bot has it already."),
        act("close", "Close a conversation", "The customer's next message opens it again, with the bot.", "Nothing", "Another agent has it, or it is closed already."),
    ]

    static let originalOperations = [
        Operation(
            id: "upload", method: "POST", path: "/api/v1/files", summary: "Bring a file for a reply",
            description: "The body is the file, at most 10 MiB, under its own type or application/octet-stream. It waits for a day for the reply that names its `id`.",
            parameters: [query("name", "How it is called.", ["type": "string", "minLength": 1, "maxLength": 1000], required: true)],
            request: "File", requestType: "application/octet-stream",
            answers: [
                .init(status: 201, description: "Kept; `name` is how the customer will see it.", schema: "Upload"),
                .init(status: 409, description: "A hundred of the caller's files wait already.", schema: "Error"),
            ]),
        Operation(
            id: "acceptWriter", method: "POST", path: "/api/v1/conversations/{id}/messages/{message}/accept-writer", summary: "Let an outsider take part",
            description: "What the writer of this message writes into the conversation from now on has no banner. Nobody is written to but the customer. Again: does nothing.",
            request: "Nothing",
            answers: [
                .init(status: 200, description: "Done; the conversation as it is now.", schema: "ConversationDetail"),
                .init(status: 404, description: "There is no such message, or its writer is the customer.", schema: "Error"),
            ]),
        Operation(
            id: "messageHTML", method: "GET", path: "/api/v1/conversations/{id}/messages/{message}/html", summary: "A message as its writer formatted it",
            description: """
                Sanitised HTML, to be shown in a frame: the policy that comes with it allows no scripts, forms or frames. `X-Blocked-Images` says how many images of other \
                servers were held back.
                """,
            parameters: [query("images", "Lets the browser load images of other servers, which tells them that the message is read.", ["type": "string", "enum": ["remote"]])],
            answers: [
                .init(status: 200, description: "The page.", schema: "Page", type: "text/html"),
                .init(status: 404, description: "There is no such message, or it has no HTML.", schema: "Error"),
            ]),
        Operation(
            id: "messageOriginal", method: "GET", path: "/api/v1/conversations/{id}/messages/{message}/original", summary: "A mail as it came, octet for octet",
            description: "Always as a download.",
            answers: [
                .init(status: 200, description: "Its octets.", schema: "File", type: "application/octet-stream"),
                .init(status: 404, description: "There is no such message, or its channel keeps no original for people.", schema: "Error"),
            ]),
        Operation(
            id: "messageFile", method: "GET", path: "/api/v1/conversations/{id}/messages/{message}/files/{sha256}", summary: "An attachment",
            description: "Always as a download, under a name that is safe to save.",
            answers: [
                .init(status: 200, description: "Its octets.", schema: "File", type: "application/octet-stream"),
                .init(status: 404, description: "There is no such attachment.", schema: "Error"),
            ]),
    ]

    static let adviceOperations = [
        Operation(
            id: "draft", method: "POST", path: "/api/v1/conversations/{id}/draft", summary: "Draft a reply",
            description: """
                To what the customer wrote last, from the articles nearest to it: the first one's text, or, where a language model is set up for drafts, sentences that those \
                articles carry. Nothing is sent.
                """,
            request: "Nothing",
            answers: [
                .init(status: 200, description: "The draft.", schema: "Draft"), unknown,
                .init(status: 409, description: "No article is near it.", schema: "Error"),
            ]),
        Operation(
            id: "summary", method: "POST", path: "/api/v1/conversations/{id}/summary", summary: "Sum the conversation up",
            description: "By the language model that is set up for summaries; each sentence names the messages that it sums up. Notes are not shown to the model.",
            request: "Nothing",
            answers: [
                .init(status: 200, description: "The summary.", schema: "Summary"), unknown,
                .init(status: 409, description: "No language model is set up for it, or nothing was said yet.", schema: "Error"),
                .init(status: 502, description: "It failed, or wrote what the conversation does not carry.", schema: "Error"),
            ]),
    ]

    static let otherOperations = [
        Operation(
            id: "events", method: "GET", path: "/events", summary: "What changes, live",
            description: """
                Server-sent events. `conversation` carries `{"id","seq","owner"}` after each commit that changed one; `article` carries \
                `{"id","language","kind","version"}` after an article changed on this node; `reset` says that something was missed. \
                A comment every 15 seconds; ends within 5 seconds after the session. Send `Last-Event-ID` to go on where the last stream ended.
                """,
            parameters: [["name": "Last-Event-ID", "in": "header", "schema": ["type": "string", "maxLength": 128]]],
            answers: [.init(status: 200, description: "The stream.", schema: "EventStream", type: "text/event-stream")]),
        Operation(
            id: "channels", method: "GET", path: "/api/v1/channels", summary: "The channels and how they do",
            description: "`connections` are what a channel holds itself: the folders of a mailbox, each with the time of its last mail.",
            answers: [.init(status: 200, description: "All channels.", schema: "Channels")]),
        Operation(
            id: "welcome", method: "GET", path: "/api/v1/welcome", summary: "Where this server listens", access: .everybody,
            answers: [.init(status: 200, description: "What the welcome page shows.", schema: "Welcome")]),
        Operation(
            id: "openapi", method: "GET", path: "/api/v1/openapi.json", summary: "This document", access: .everybody,
            answers: [.init(status: 200, description: "OpenAPI 3.1.", schema: "Document")]),
    ]

    static let elsewhere = [
        Operation(
            id: "webhook", method: "POST", path: "/channels/{channel}", summary: "A provider's webhook",
            description: "What is sent, how it is signed and what is answered is as the channel's adapter says. 2xx means stored.", access: .everybody,
            answers: [
                .init(status: 200, description: "Stored, or stored before.", schema: "Anything", type: "*/*"),
                .init(status: 401, description: "The signature is wrong.", schema: "Anything", type: "*/*"),
                .init(status: 404, description: "There is no such channel.", schema: "Line", type: "text/plain"),
            ]),
        Operation(
            id: "health", method: "GET", path: "/healthz", summary: "Whether the process answers", access: .everybody,
            answers: [.init(status: 200, description: "It does.", schema: "Line", type: "text/plain")]),
        Operation(
            id: "readiness", method: "GET", path: "/readyz", summary: "Whether store, event loops and channels work", access: .everybody,
            answers: [
                .init(status: 200, description: "They do.", schema: "Anything", type: "*/*"),
                .init(status: 503, description: "Not all of them; the body names which.", schema: "Anything", type: "*/*"),
            ]),
        Operation(
            id: "metrics", method: "GET", path: "/metrics", summary: "Figures for Prometheus", access: .everybody,
            answers: [.init(status: 200, description: "Text format 0.0.4.", schema: "Line", type: "text/plain")]),
    ]

    private static let unknown = Operation.Answer(status: 404, description: "There is no such conversation.", schema: "Error")

    static func query(_ name: String, _ description: String, _ schema: JSON, required: Bool = false) -> JSON {
        ["name": .string(name), "in": "query", "required": .bool(required), "description": .string(description), "schema": schema]
    }

    private static func act(_ verb: String, _ summary: String, _ description: String, _ request: String, _ conflict: String, key: Bool = false) -> Operation {
        let keyField: JSON = [
            "name": "Idempotency-Key", "in": "header", "schema": ["type": "string", "minLength": 1, "maxLength": 200],
            "description": "A repeat under the same key within 24 hours does nothing and is answered as the first time.",
        ]
        return Operation(
            id: verb, method: "POST", path: "/api/v1/conversations/{id}/\(verb)", summary: summary, description: description, parameters: key ? [keyField] : [],
            request: request,
            answers: [
                .init(status: 200, description: "Done; the conversation as it is now.", schema: "ConversationDetail"), unknown,
                .init(status: 409, description: conflict, schema: "Error"),
            ])
    }
}
