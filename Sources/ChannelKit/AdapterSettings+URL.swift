extension AdapterSettings {
    /// An address that we call: `https://host…`, or `http://` where the address guard allows it. Nil when absent.
    ///
    /// Refuses what would end in a log or fool a reader: user names in the address, blanks, control characters, fragments.
    public mutating func webhookURL(_ name: String) throws(ConfigurationProblem) -> String? {
        guard let text = try text(name) else { return nil }
        let path = "settings.\(name)"
        guard let rest = ["https://", "http://"].first(where: { text.hasPrefix($0) }).map({ text.dropFirst($0.count) }) else {
            throw ConfigurationProblem(path, "must begin with https:// (or http:// for a network of outbound.allow_networks)")
        }
        guard text.utf8.count <= 2048, text.utf8.allSatisfy({ (0x21...0x7E).contains($0) }) else { throw ConfigurationProblem(path, "must be visible ASCII, at most 2048 bytes") }
        let authority = rest.prefix { $0 != "/" && $0 != "?" && $0 != "#" }
        guard !authority.isEmpty, !authority.contains("@"), !rest.contains("#"), !text.contains("\\") else {
            throw ConfigurationProblem(path, "must name a host, without user name and without fragment")
        }
        return text
    }
}
