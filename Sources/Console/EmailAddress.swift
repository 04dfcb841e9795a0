/// The e-mail address by which an agent signs in. Addresses of customers are the mail channel's business.
package enum EmailAddress {
    /// Without blanks around it and in lower case, so that an agent has one spelling; nil when it is no address. `local@domain`, at most 254
    /// bytes (RFC 5321 §4.5.3.1.3), no blanks, no control characters, no quoting.
    package static func normalized(_ text: String) -> String? {
        let trimmed = text.drop(while: \.isWhitespace)
        guard let last = trimmed.lastIndex(where: { !$0.isWhitespace }) else { return nil }
        let address = trimmed[...last].lowercased()
        let parts = address.split(separator: "@", omittingEmptySubsequences: false)
        guard address.utf8.count <= 254, parts.count == 2, !parts[0].isEmpty, !parts[1].isEmpty, parts[0].utf8.count <= 64 else { return nil }
        let isPlain = address.unicodeScalars.allSatisfy { scalar in
            !scalar.properties.isWhitespace && scalar.value > 0x20 && !(0x7F...0x9F).contains(scalar.value) && !"\"(),:;<>[]\\".unicodeScalars.contains(scalar)
        }
        return isPlain ? address : nil
    }
}

/// The name that customers see beside an agent's replies.
enum AgentName {
    /// Without blanks around it; nil when nothing is left, or it is longer than 100 characters, or holds what would not be shown.
    static func normalized(_ text: String) -> String? {
        let trimmed = text.drop(while: \.isWhitespace)
        guard let last = trimmed.lastIndex(where: { !$0.isWhitespace }) else { return nil }
        let name = String(trimmed[...last])
        guard name.count <= 100, name.utf8.count <= 400 else { return nil }
        let isShown = name.unicodeScalars.allSatisfy { scalar in
            switch scalar.properties.generalCategory {
            // Control, format (bidi overrides, zero width) and what has no meaning; a joiner inside an emoji is let through.
            case .control, .lineSeparator, .paragraphSeparator, .unassigned, .privateUse, .surrogate: false
            case .format: scalar.value == 0x200D || scalar.value == 0x200C
            default: true
            }
        }
        return isShown ? name : nil
    }
}
