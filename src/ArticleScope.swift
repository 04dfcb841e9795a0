import Messages

/// For whom, where and when an article holds. Two articles may say different things when no customer can get both.
package struct ArticleScope: Sendable, Hashable {
    var audience: Set<String>
    var channels: Set<String>
    var countries: Set<String>
    var from: Timestamp?
    var until: Timestamp?

    /// - Parameter channelKinds: the kind of each channel by its name: with it an article for a kind and one for a channel of that kind overlap.
    package init(of article: Article, channelKinds: [String: String] = [:]) {
        audience = Set(article.audience)
        countries = Set(article.countries)
        channels = Set(article.channels)
        for (name, kind) in channelKinds where channels.contains(kind) { channels.insert(name) }
        from = article.validFrom
        until = article.validUntil
    }

    /// Whether somebody can get both at one moment. An empty list is everybody or everywhere; `from` belongs to a time, `until` no longer.
    ///
    /// Two lists of groups without a common group count as apart, though one person might be in two groups.
    package func overlaps(_ other: ArticleScope) -> Bool {
        Self.meet(audience, other.audience) && Self.meet(channels, other.channels) && Self.meet(countries, other.countries)
            && Self.begins(from, before: other.until) && Self.begins(other.from, before: until)
    }

    private static func meet(_ left: Set<String>, _ right: Set<String>) -> Bool {
        left.isEmpty || right.isEmpty || !left.isDisjoint(with: right)
    }

    private static func begins(_ from: Timestamp?, before until: Timestamp?) -> Bool {
        guard let from, let until else { return true }
        return from < until
    }
}
