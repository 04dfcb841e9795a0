package import Messages

/// The API described as OpenAPI 3.1.1, from one list of operations that a test holds against the routes, both ways.
package enum OpenAPIDocument {
    /// Every operation that the document describes.
    package static var operations: [(method: String, path: String)] { all.map { ($0.method, $0.path) } }

    /// Those of them that other layers answer: the composition root puts them on the same router.
    package static let servedElsewhere: [(method: String, path: String)] = elsewhere.map { ($0.method, $0.path) }

    /// Routes that it does not describe: the pages.
    package static let pages: [(method: String, path: String)] = (StaticPages.patterns + AnswerPages.patterns).map { ("GET", $0) }

    package static let json: JSON = [
        "openapi": "3.1.1",
        "info": [
            "title": "Centralino",
            "version": "1",
            "summary": "Conversations with customers: read them, take them, answer them; and the articles that answer by themselves.",
            "description": """
            Errors are `{"error":{"code","message"}}`: the code is stable, the message is for people. Moments are RFC 3339 in UTC. Fields that a request \
            may not set are refused, not ignored; new fields may appear in answers.
            """,
            "license": ["name": "Apache-2.0", "identifier": "Apache-2.0"],
        ],
        "servers": [["url": "/"]],
        "paths": paths,
        "components": [
            "securitySchemes": [
                "token": ["type": "http", "scheme": "bearer", "description": "An agent's API token, `ctl_…`."],
                "session": [
                    "type": "apiKey", "in": "cookie", "name": "__Host-centralino",
                    "description": "A browser's session (named `centralino` without TLS). Every request but GET also needs `X-CSRF-Token`.",
                ],
            ],
            "schemas": schemas,
        ],
    ]

    static let bytes = json.bytes

    private static let all =
        sessionOperations + agentOperations + conversationOperations + originalOperations + adviceOperations + articleOperations + knowledgeOperations + otherOperations + elsewhere

    private static var paths: JSON {
        var members: [JSON.Member] = []
        for operation in all {
            let entry = JSON.Member(operation.method.lowercased(), operation.json)
            if let index = members.firstIndex(where: { $0.name == operation.path }), case .object(let others) = members[index].value {
                members[index].value = .object(others + [entry])
            } else {
                members.append(JSON.Member(operation.path, .object([entry])))
            }
        }
        return .object(members)
    }
}

/// One method on one path.
struct Operation {
    enum Access {
        case everybody, agents, admins
    }

    struct Answer {
        var status: Int
        var description: String
        /// The name of the schema, or nil without a body.
        var schema: String?
        var type = "application/json"
    }

    var id: String
    var method: String
    var path: String
    var summary: String
    var description: String?
    var access = Access.agents
    var parameters: [JSON] = []
    /// The name of the request's schema.
    var request: String?
    var requestType = "application/json"
    var answers: [Answer]

    /// What can go wrong besides, by status: 500 and 503 always, and what access and body bring along.
    private var allAnswers: [Answer] {
        var answers = answers
        func add(_ status: Int, _ description: String) {
            if !answers.contains(where: { $0.status == status }) { answers.append(Answer(status: status, description: description, schema: "Error")) }
        }
        if access != .everybody { add(401, "Nobody is signed in, or no agent has this token.") }
        if access == .admins { add(403, "Only an admin may do this; or a browser's request without the right X-CSRF-Token or from another site.") }
        if access == .agents, method != "GET" { add(403, "A browser's request without the right X-CSRF-Token or from another site.") }
        if request != nil {
            add(400, requestType == "application/json" ? "The body is not JSON." : "A parameter is wrong, unknown or there twice; the message names it.")
            add(408, "The body did not come in time.")
            add(413, "The body is longer than \(requestType == "application/json" ? "256 KiB" : "10 MiB").")
            add(415, "The body is not sent as \(requestType).")
            add(422, "A field is missing, wrong or not known; the message names it.")
            add(507, "The disk is full; nothing was stored.")
        }
        add(500, "Internal error; the message holds a number to ask about.")
        add(503, "Too much to do; nothing was stored. Retry-After says when to try again.")
        return answers.sorted { $0.status < $1.status }
    }

    var json: JSON {
        var members: [JSON.Member] = [.init("operationId", .string(id)), .init("summary", .string(summary))]
        if let description { members.append(.init("description", .string(description))) }
        members.append(.init("security", access == .everybody ? [] : [["token": []], ["session": []]]))
        var parameters = parameters
        for part in path.split(separator: "/") where part.hasPrefix("{") {
            let name = String(part.dropFirst().dropLast())
            parameters.append(["name": .string(name), "in": "path", "required": true, "schema": ["type": "string"]])
        }
        if !parameters.isEmpty { members.append(.init("parameters", .array(parameters))) }
        if let request {
            members.append(.init("requestBody", ["required": true, "content": .object([.init(requestType, ["schema": Self.reference(request)])])]))
        }
        let responses = allAnswers.map { answer -> JSON.Member in
            var response: [JSON.Member] = [.init("description", .string(answer.description))]
            if let schema = answer.schema { response.append(.init("content", .object([.init(answer.type, ["schema": Self.reference(schema)])]))) }
            return JSON.Member(String(answer.status), .object(response))
        }
        members.append(.init("responses", .object(responses)))
        return .object(members)
    }

    static func reference(_ schema: String) -> JSON { ["$ref": .string("#/components/schemas/\(schema)")] }
}
