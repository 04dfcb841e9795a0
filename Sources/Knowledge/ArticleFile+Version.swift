extension ArticleFile {
    /// Names a text: the same text has the same version on every machine (FNV-1a, 64 bits; not a signature).
    package static func version(of text: String) -> String {
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        for byte in text.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
        let digits = String(hash, radix: 16)
        return String(repeating: "0", count: 16 - digits.utf8.count) + digits
    }

    /// The same file with another `status`: only that line changes where it can be found, so that comments and layout of the author stay.
    package static func text(_ text: String, withStatus status: Article.Status) throws(ArticleProblem) -> String {
        var article = try parse(text, file: "", version: "")
        guard article.status != status else { return text }
        article.status = status
        var lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        let isFence: (Substring) -> Bool = { $0.hasPrefix("---") && $0.dropFirst(3).allSatisfy(\.isWhitespace) }
        if let end = lines.dropFirst().firstIndex(where: isFence) {
            if status != .live { lines.insert("status: \(status.rawValue)", at: end) }
            lines[1..<end].removeAll { $0.hasPrefix("status:") }
            let changed = lines.joined(separator: "\n")
            do throws(ArticleProblem) {
                if try parse(changed, file: "", version: "") == article { return changed }
            } catch {
                // The line was not as simple as it looked: the file is written anew below.
            }
        }
        return Self.text(of: article)
    }
}
