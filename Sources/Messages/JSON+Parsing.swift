/// What a document may ask of us. The numbers bound memory and stack, whatever a body of a megabyte holds.
public struct JSONLimits: Sendable, Hashable {
    public enum RepeatedNames: Sendable, Hashable {
        /// A name twice in one object is a problem: two readers would read two different documents (RFC 8259 §4).
        case refused
        /// Every member is kept in order. For a reader that first asks whether the document concerns it at all.
        case kept
    }

    /// Arrays and objects inside each other.
    public var depth: Int
    /// Values of every kind, containers included.
    public var values: Int
    public var repeatedNames: RepeatedNames

    public static let standard = JSONLimits()

    public init(depth: Int = 64, values: Int = 100_000, repeatedNames: RepeatedNames = .refused) {
        self.depth = depth
        self.values = values
        self.repeatedNames = repeatedNames
    }
}

/// Why bytes are not a JSON document that we take, and where.
public struct JSONProblem: Error, Sendable, Hashable, CustomStringConvertible {
    public enum Kind: Sendable, Hashable {
        case endsTooEarly, valueExpected, nameExpected, colonExpected, commaOrEndExpected, moreAfterTheEnd
        case byteOrderMark, controlCharacter, escape, surrogate, encoding
        case number, numberTooLarge
        case tooDeep, tooManyValues
        case repeatedName
    }

    public var kind: Kind
    /// In bytes from the start of the document.
    public var offset: Int

    public init(_ kind: Kind, at offset: Int) {
        self.kind = kind
        self.offset = offset
    }

    /// One line for whoever sent the document; it repeats nothing of it.
    public var description: String {
        let what =
            switch kind {
            case .endsTooEarly: "the document ends too early"
            case .valueExpected: "a value is expected"
            case .nameExpected: "a name in double quotes is expected"
            case .colonExpected: "a colon is expected"
            case .commaOrEndExpected: "a comma or the closing bracket is expected"
            case .moreAfterTheEnd: "something follows the document"
            case .byteOrderMark: "the document begins with a byte order mark"
            case .controlCharacter: "a control character stands in a text without its escape"
            case .escape: "a backslash is followed by no known escape"
            case .surrogate: "a surrogate stands without its other half"
            case .encoding: "the bytes are not UTF-8"
            case .number: "the number is not written as JSON wants it"
            case .numberTooLarge: "the number is too large"
            case .tooDeep: "arrays and objects are nested too deeply"
            case .tooManyValues: "there are too many values"
            case .repeatedName: "a name occurs twice in one object"
            }
        return "not JSON: \(what) (byte \(offset))"
    }
}

extension JSON {
    /// Reads one document: RFC 8259 to the letter, UTF-8 without a byte order mark, no lone surrogates, nothing behind the end.
    ///
    /// Whole numbers that fit are integers, other numbers doubles; one that a double cannot hold is a problem, never infinity.
    public init(parsing bytes: [UInt8], limits: JSONLimits = .standard) throws(JSONProblem) {
        var result: Result<JSON, JSONProblem>
        result = bytes.withUnsafeBytes { buffer in
            do throws(JSONProblem) { return .success(try JSON(parsing: buffer, limits: limits)) } catch { return .failure(error) }
        }
        self = try result.get()
    }

    /// The same from bytes that stay where they are; nothing of them is kept.
    public init(parsing bytes: UnsafeRawBufferPointer, limits: JSONLimits = .standard) throws(JSONProblem) {
        guard let start = bytes.baseAddress else { throw JSONProblem(.endsTooEarly, at: 0) }
        var reader = JSONReader(start: start.assumingMemoryBound(to: UInt8.self), end: bytes.count, limits: limits)
        self = try reader.document()
    }

    /// A name that occurs twice in one object, anywhere inside; nil when there is none.
    public var repeatedName: String? {
        switch self {
        case .array(let items):
            for item in items { if let name = item.repeatedName { return name } }
        case .object(let members):
            if let name = Self.repeatedName(in: members) { return name }
            for member in members { if let name = member.value.repeatedName { return name } }
        default: break
        }
        return nil
    }

    /// A name that occurs twice among these members themselves.
    public static func repeatedName(in members: [Member]) -> String? {
        var seen: Set<String> = []
        return members.first { !seen.insert($0.name).inserted }?.name
    }
}
