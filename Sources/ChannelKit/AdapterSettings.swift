public import Messages

/// The `settings` and `secrets` of one channel. An adapter takes what it knows; `finish()` makes an error of what is left.
public struct AdapterSettings: Sendable {
    private var values: [JSON.Member]
    private var secrets: [JSON.Member]

    public init(settings: JSON = .object([]), secrets: JSON = .object([])) {
        values = settings.members ?? []
        self.secrets = secrets.members ?? []
    }

    /// Takes one setting out; nil when it is absent or null.
    public mutating func take(_ name: String) -> JSON? { Self.take(name, from: &values) }

    /// Takes one secret out; nil when it is absent or null.
    public mutating func takeSecret(_ name: String) -> JSON? { Self.take(name, from: &secrets) }

    /// A text setting; nil when absent.
    public mutating func text(_ name: String) throws(ConfigurationProblem) -> String? {
        guard let value = take(name) else { return nil }
        guard let text = value.string, !text.isEmpty else { throw ConfigurationProblem("settings.\(name)", "must be a text") }
        return text
    }

    /// A secret text; nil when absent. An empty one is an error: an empty secret would let everyone in.
    public mutating func secret(_ name: String) throws(ConfigurationProblem) -> String? {
        guard let value = takeSecret(name) else { return nil }
        guard let text = value.string, !text.isEmpty else { throw ConfigurationProblem("secrets.\(name)", "must be a text that is not empty") }
        return text
    }

    /// A list of secret texts; empty when absent.
    public mutating func secretList(_ name: String) throws(ConfigurationProblem) -> [String] {
        guard let value = takeSecret(name) else { return [] }
        guard let items = value.array else { throw ConfigurationProblem("secrets.\(name)", "must be a list of texts") }
        var texts: [String] = []
        for (index, item) in items.enumerated() {
            guard let text = item.string, !text.isEmpty else { throw ConfigurationProblem("secrets.\(name)[\(index)]", "must be a text that is not empty") }
            texts.append(text)
        }
        return texts
    }

    /// Everything that was not taken is unknown to the adapter, and so an error.
    public func finish() throws(ConfigurationProblem) {
        if let left = values.first { throw ConfigurationProblem("settings.\(left.name)", "is not a setting of this adapter") }
        if let left = secrets.first { throw ConfigurationProblem("secrets.\(left.name)", "is not a secret of this adapter") }
    }

    private static func take(_ name: String, from members: inout [JSON.Member]) -> JSON? {
        guard let index = members.firstIndex(where: { $0.name == name }) else { return nil }
        let value = members.remove(at: index).value
        return value.isNull ? nil : value
    }
}
