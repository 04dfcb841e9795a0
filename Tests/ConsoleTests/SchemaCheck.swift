import Messages

/// Holds a JSON value against a schema of the API's document: as much of JSON Schema as the document uses, and an error for the rest.
struct SchemaCheck {
    let schemas: JSON

    /// What is wrong with a value, one line each; none when it fits.
    func problems(_ value: JSON, _ schema: JSON, at path: String = "$") -> [String] {
        let known: Set<String> = [
            "$ref", "anyOf", "type", "properties", "required", "additionalProperties", "items", "enum", "minimum", "maximum", "minLength", "maxLength", "format", "default",
        ]
        for member in schema.members ?? [] where !known.contains(member.name) { return ["\(path): the schema says \(member.name), which is not checked"] }
        if let reference = schema["$ref"]?.string {
            guard let target = schemas[String(reference.dropFirst("#/components/schemas/".count))] else { return ["\(path): \(reference) is nowhere"] }
            return problems(value, target, at: path)
        }
        if let ways = schema["anyOf"]?.array {
            let tried = ways.map { problems(value, $0, at: path) }
            return tried.contains { $0.isEmpty } ? [] : tried.flatMap { $0 }
        }
        if let words = schema["enum"]?.array, !words.contains(value) { return ["\(path): \(value.text) is not one of the words"] }
        return ofType(value, schema, path)
    }

    private func ofType(_ value: JSON, _ schema: JSON, _ path: String) -> [String] {
        switch (schema["type"]?.string, value) {
        case (nil, _), ("null", .null), ("boolean", .bool): return []
        case ("integer", .integer(let number)): return Double(number) < schema["minimum"]?.number ?? -.infinity ? ["\(path): too small"] : []
        case ("number", .integer), ("number", .number):
            let number = value.number ?? 0
            return number < schema["minimum"]?.number ?? -.infinity || number > schema["maximum"]?.number ?? .infinity ? ["\(path): out of range"] : []
        case ("string", .string(let text)): return ofText(text, schema, path)
        case ("array", .array(let items)):
            return items.enumerated().flatMap { problems($1, schema["items"] ?? .object([]), at: "\(path)[\($0)]") }
        case ("object", .object(let members)):
            let properties = schema["properties"]
            var found = (schema["required"]?.array ?? []).compactMap { name in members.contains { $0.name == name.string } ? nil : "\(path).\(name.string ?? "") is missing" }
            for member in members {
                if let inner = properties?[member.name] {
                    found += problems(member.value, inner, at: "\(path).\(member.name)")
                } else if properties != nil {
                    found.append("\(path).\(member.name) is not in the document")
                }
            }
            return found
        default: return ["\(path): \(value.text.prefix(40)) is no \(schema["type"]?.string ?? "")"]
        }
    }

    private func ofText(_ text: String, _ schema: JSON, _ path: String) -> [String] {
        switch schema["format"]?.string {
        case "uuid": text.utf8.count == 36 ? [] : ["\(path): no identifier"]
        case "date-time": Timestamp(rfc3339: text) == nil ? ["\(path): no moment"] : []
        case nil: []
        case let other?: ["\(path): the format \(other) is not checked"]
        }
    }
}
