import HTTP
import HTTPTypes
import Messages

/// The JSON object that a request brings, read field by field: each is taken once, and what nobody took is an error. So a field that we do not
/// mean to be set cannot be set.
struct RequestFields {
    /// Bytes of a body, at most.
    static let longest = 256 << 10

    private var members: [JSON.Member]

    init(_ request: ServerRequest) async throws {
        try Self.requireJSON(request)
        let bytes = try await request.body.collect(upTo: Self.longest)
        let value: JSON
        do throws(JSONProblem) {
            value = try JSON(parsing: bytes, limits: JSONLimits(depth: 16, values: 1_000))
        } catch {
            throw APIProblem(.badRequest, "invalid_json", "the body is not JSON: \(error)")
        }
        guard let members = value.members else { throw APIProblem(.unprocessableContent, "invalid_body", "the body must be a JSON object") }
        self.members = members
    }

    /// A page of another site can send forms, but not this type without asking first.
    private static func requireJSON(_ request: ServerRequest) throws {
        let type = try request.only("content-type")?.lowercased() ?? ""
        let parts = type.split(separator: ";", omittingEmptySubsequences: false).map { $0.filter { $0 != " " && $0 != "\t" && $0 != "\"" } }
        guard parts.first == "application/json", parts.dropFirst().allSatisfy({ $0 == "charset=utf-8" }) else {
            throw APIProblem(.unsupportedMediaType, "not_json", "send the body as application/json")
        }
    }

    mutating func text(_ name: String) throws -> String {
        guard let index = members.firstIndex(where: { $0.name == name }) else { throw Self.wrong(name, "is missing") }
        guard let text = members.remove(at: index).value.string else { throw Self.wrong(name, "must be a text") }
        return text
    }

    /// A text that may be missing or null.
    mutating func optionalText(_ name: String) throws -> String? {
        guard let value = value(name), !value.isNull else { return nil }
        guard let text = value.string else { throw Self.wrong(name, "must be a text") }
        return text
    }

    /// Texts that may be missing, each once.
    mutating func optionalTexts(_ name: String, most: Int) throws -> [String] {
        guard let value = value(name), !value.isNull else { return [] }
        guard let items = value.array, items.count <= most else { throw Self.wrong(name, "must be a list of at most \(most)") }
        let texts = items.compactMap(\.string)
        guard texts.count == items.count, Set(texts).count == texts.count else { throw Self.wrong(name, "must hold texts, each once") }
        return texts
    }

    mutating func flag(_ name: String) throws -> Bool {
        guard let value = value(name) else { throw Self.wrong(name, "is missing") }
        guard let flag = value.bool else { throw Self.wrong(name, "must be true or false") }
        return flag
    }

    /// Any value, for what is read further elsewhere.
    mutating func value(_ name: String) -> JSON? {
        members.firstIndex { $0.name == name }.map { members.remove(at: $0).value }
    }

    /// To be called last: nothing may be left.
    func end() throws {
        guard let unknown = members.first else { return }
        throw APIProblem(.unprocessableContent, "unknown_field", "the field \"\(unknown.name.prefix(64))\" is not known here")
    }

    static func wrong(_ name: String, _ what: String) -> APIProblem { APIProblem(.unprocessableContent, "invalid_field", "\"\(name)\" \(what)") }
}

/// The parameters of a query, each known, at most once, and properly encoded.
struct QueryFields {
    private let items: [(name: String, value: String)]

    init(_ request: ServerRequest, known: Set<String>) throws {
        items = request.queryItems
        guard items.count == request.rawQuery.split(separator: "&").count else {
            throw APIProblem(.badRequest, "invalid_parameter", "the query is not percent-encoded UTF-8")
        }
        var seen: Set<String> = []
        for item in items {
            guard known.contains(item.name) else { throw Self.wrong(item.name.prefix(64), "is not known here") }
            guard seen.insert(item.name).inserted else { throw Self.wrong(item.name[...], "is given twice") }
        }
    }

    subscript(_ name: String) -> String? { items.first { $0.name == name }?.value }

    /// How many a page holds at most.
    func limit(default usual: Int, most: Int) throws -> Int { try number("limit", usual: usual, 1...most) }

    func number(_ name: String, usual: Int, _ range: ClosedRange<Int>) throws -> Int {
        guard let text = self[name] else { return usual }
        guard let number = Int(text), String(number) == text, range.contains(number) else {
            throw Self.wrong(name, "must be a number from \(range.lowerBound) to \(range.upperBound)")
        }
        return number
    }

    static func wrong(_ name: some StringProtocol, _ what: String) -> APIProblem {
        APIProblem(.badRequest, "invalid_parameter", "the parameter \"\(name)\" \(what)")
    }
}

extension ServerRequest {
    /// The value of a field that may come once: two of them are an error, so that nobody reads the one and checks the other.
    func only(_ name: String) throws -> String? {
        let values = allFields.filter { $0.name.lowercased() == name }
        guard values.count <= 1 else { throw APIProblem(.badRequest, "malformed", "the header \(name) is given twice") }
        return values.first?.value
    }
}
