/// The HTML beside the text of a mail of ours: the same words with their looks, nothing that is loaded from anywhere.
package enum MailPage {
    /// A whole document around formatted words, sanitised as a stranger's would be: what an article or an agent wrote runs nothing at the
    /// customer's.
    package static func document(_ body: String) -> String {
        let safe = HTMLSanitizer().sanitize(body).html
        return "<!DOCTYPE html>\n<html><head><meta charset=\"utf-8\"></head>\n<body>\n\(safe)\n</body></html>\n"
    }

    /// Plain words as HTML: paragraphs, line ends and blanks as written, addresses of pages as links.
    package static func formatted(plain text: String) -> String {
        let lines = MailMessage.lines(text).split(separator: "\n", omittingEmptySubsequences: false)
        return lines.split(whereSeparator: { line in line.allSatisfy(\.isWhitespace) }).map { paragraph in
            "<p dir=\"auto\">\(paragraph.map { Self.line(String($0)) }.joined(separator: "<br>\n"))</p>"
        }.joined(separator: "\n")
    }

    private static func line(_ text: String) -> String {
        let indent = text.prefix { $0 == " " || $0 == "\t" }
        let words = text.dropFirst(indent.count).split(separator: " ", omittingEmptySubsequences: false).map { word(String($0)) }
        return indent.map { $0 == "\t" ? "&nbsp;&nbsp;&nbsp;&nbsp;" : "&nbsp;" }.joined() + words.joined(separator: " ")
    }

    /// A link where the word is the address of a page, without the punctuation of the sentence around it.
    private static func word(_ text: String) -> String {
        guard let start = ["https://", "http://"].compactMap({ text.firstRange(of: $0)?.lowerBound }).min() else { return escaped(text) }
        var address = text[start...]
        while let last = address.last, ".,;:!?)]}>\"'»”’".contains(last) { address.removeLast() }
        // A host begins with a letter or a digit.
        guard let host = address.split(separator: "/").dropFirst().first, host.first.map({ $0.isLetter || $0.isNumber }) ?? false else { return escaped(text) }
        return "\(escaped(text[..<start]))<a href=\"\(attribute(address))\">\(escaped(address))</a>\(escaped(text[address.endIndex...]))"
    }

    private static func escaped(_ text: some StringProtocol) -> String { HTMLSanitizer.escaped(String(text)) }

    private static func attribute(_ text: some StringProtocol) -> String {
        var output: [UInt8] = []
        HTMLSanitizer.append(String(text), to: &output, inAttribute: true)
        return String(decoding: output, as: UTF8.self)
    }
}
