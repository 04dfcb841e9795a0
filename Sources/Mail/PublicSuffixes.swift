/// Tells which domains belong to one owner (RFC 7489 §3.2): `shop.example.co.uk` and `mail.example.co.uk` do, `a.co.uk` and `b.co.uk` do not.
///
/// With the Public Suffix List (publicsuffix.org; in Debian the package `publicsuffix`) by its rules. Without it by a simple rule: an owner has the
/// last two labels, or the last three where the country's second level is one of at most three letters (`co.uk`, `com.br`).
package struct PublicSuffixes: Sendable {
    private let rules: Set<String>

    /// Only the simple rule.
    package init() { rules = [] }

    /// - Parameter list: the file `public_suffix_list.dat`.
    package init(list: [UInt8]) {
        var rules: Set<String> = []
        for line in list.split(separator: 0x0A) {
            let word = line.prefix { $0 > 0x20 }
            guard !word.isEmpty, word.count <= 255, !word.starts(with: [0x2F, 0x2F]) else { continue }
            rules.insert(String(decoding: word, as: UTF8.self))
        }
        self.rules = rules
    }

    /// The owner's domain; the domain itself where it is no more than a public suffix.
    package func organisation(of domain: String) -> String {
        let labels = domain.lowercased().split(separator: ".")
        guard labels.count > 2 else { return labels.joined(separator: ".") }
        let count = min(labels.count, suffixLength(labels) + 1)
        return labels.suffix(count).joined(separator: ".")
    }

    /// Whether one owner answers for both. `strict` wants the same name.
    package func areAligned(_ one: String, _ other: String, strict: Bool = false) -> Bool {
        guard !one.isEmpty, !other.isEmpty else { return false }
        if one == other { return true }
        return !strict && organisation(of: one) == organisation(of: other)
    }

    private func suffixLength(_ labels: [Substring]) -> Int {
        guard !rules.isEmpty else {
            let top = labels[labels.count - 1].utf8.count
            let second = labels[labels.count - 2].utf8.count
            return top == 2 && second <= 3 ? 2 : 1
        }
        // The longest rule wins, an exception above all; without any, the rule is `*`.
        for count in stride(from: min(labels.count, 10), through: 1, by: -1) {
            let name = labels.suffix(count).joined(separator: ".")
            if rules.contains("!\(name)") { return count - 1 }
            if rules.contains(name) { return count }
            if count > 1, rules.contains("*.\(labels.suffix(count - 1).joined(separator: "."))") { return count }
        }
        return 1
    }
}
