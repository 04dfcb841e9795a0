/// A message that somebody passed on: it is what the mail is about, not history.
package struct ForwardedMessage: Sendable, Hashable {
    package var from: Mailbox?
    package var subject: String?
    package var text: String
    /// What the person who passed it on wrote above it; nil when that is nothing.
    package var message: String?

    /// - Parameters:
    ///   - header: the header copy above it, or nil under an introduction in one line.
    ///   - introduction: that line.
    init(_ lines: QuoteLines, header: QuoteHeader?, introduction: String?, body start: Int, subject: String?, message: String) {
        self.message = message.isEmpty ? nil : message
        text = Self.body(lines, start..<Self.end(lines, from: start, isRuled: header?.title == .forwarded))
        if let header {
            let fields = header.fields
            let named = fields.first { $0.label == .from } ?? fields.first { $0.label == nil && $0.value.contains("@") }
            from = named.flatMap { Self.mailbox($0.value) }
            self.subject = fields.first { $0.label == .subject }?.value ?? (fields.count == 1 ? Self.inlineSubject(fields[0].value) : nil) ?? Self.likelySubject(fields)
        } else if let introduction {
            from = Self.mailbox(introduction)
        }
        if self.subject == nil || self.subject?.isEmpty == true, let subject {
            let prefix = QuoteWords.prefix(of: subject)
            let isMarked = prefix.map { QuoteWords.forwardPrefixes.contains($0.word) } ?? false
            self.subject = isMarked ? prefix.map { String($0.rest.trimming()) } : self.subject
        }
    }

    /// The lines from here on, without the quotation marks that all of them bear.
    private static func body(_ lines: QuoteLines, _ range: Range<Int>) -> String {
        var depth = Int.max
        for index in range where !lines.isEmpty(index) { depth = min(depth, lines.depth(index) - lines.list[index].mark.depth) }
        var output: [UInt8] = []
        for index in range {
            var line = lines.bytes[lines.list[index].range]
            var left = depth == Int.max ? 0 : depth
            while left > 0, let first = line.first {
                if first == UInt8(ascii: ">") { left -= 1 } else if first != 0x20 { break }
                line = line.dropFirst()
            }
            if depth > 0, line.first == 0x20 { line = line.dropFirst() }
            output += line
            output.append(0x0A)
        }
        // Apple's telephones put U+FEFF before it.
        return String(String(decoding: output, as: UTF8.self).trimming().drop { $0 == "\u{FEFF}" })
    }

    /// Behind the last line of the body: a rule at the end, or `----- End forwarded message -----`, is not part of it.
    private static func end(_ lines: QuoteLines, from start: Int, isRuled: Bool) -> Int {
        guard start < lines.count else { return start }
        var last = lines.count - 1
        while last > start, lines.isEmpty(last) { last -= 1 }
        let words = lines.words(last)
        func isRule(_ words: ArraySlice<UInt8>) -> Bool { words.count >= 5 && words.allSatisfy { $0 == UInt8(ascii: "-") } }
        guard isRuled, last > start, words.count <= 200, isRule(words) && words.count >= 20 || isRule(words.prefix(5)) && isRule(words.suffix(5)) else { return lines.count }
        return last
    }

    /// `John Doe <john@doe.com>`, `John Doe<mailto:john@doe.com> <john@doe.com>`, `john@doe.com [mailto:john@doe.com]`, `On …, "John" <a@b.c> wrote:`.
    private static func mailbox(_ text: String) -> Mailbox? {
        let bytes = Array(text.utf8.prefix(1000))
        guard let at = bracketedAt(bytes) ?? bytes.firstIndex(of: UInt8(ascii: "@")) else { return nil }
        let ends: Set<UInt8> = Set("<>[]()\",;:'".utf8)
        var first = at
        while first > 0, bytes[first - 1] > 0x20, !ends.contains(bytes[first - 1]) { first -= 1 }
        var last = at
        while last < bytes.count, bytes[last] > 0x20, !ends.contains(bytes[last]) { last += 1 }
        guard first < at, last > at + 1 else { return nil }
        var before = bytes[..<first]
        if before.suffix(7).elementsEqual("mailto:".utf8) { before = before.dropLast(7) }
        while let end = before.last, end <= 0x20 || ends.contains(end) { before = before.dropLast() }
        // In an introduction a date stands before the name.
        if let comma = before.lastIndex(of: UInt8(ascii: ",")), before[comma...].contains(where: { $0 > 0x20 && $0 != UInt8(ascii: ",") }),
            QuoteFeatures(before[..<comma]).numbers > 0
        {
            before = before[(comma + 1)...]
        }
        let name = String(decoding: before.drop { $0 <= 0x20 || ends.contains($0) }, as: UTF8.self)
        return Mailbox(name: name.isEmpty ? nil : name, address: String(decoding: bytes[first..<last], as: UTF8.self))
    }

    /// The `@` of the first address in angle brackets; what stands before them may look like an address too (PEC: `Per conto di: a@b.c <d@e.f>`).
    private static func bracketedAt(_ bytes: [UInt8]) -> Int? {
        var isInside = false
        for (index, byte) in bytes.enumerated() {
            if byte == UInt8(ascii: "<") { isInside = true } else if byte == UInt8(ascii: ">") { isInside = false }
            if isInside, byte == UInt8(ascii: "@") { return index }
        }
        return nil
    }

    /// In a header that is one line: what stands behind the last label for a subject.
    private static func inlineSubject(_ line: String) -> String? {
        let pieces = line.split(separator: ":", omittingEmptySubsequences: false)
        for index in pieces.indices.dropFirst() {
            let before = pieces[index - 1].lowercased()
            guard QuoteWords.labels.contains(where: { $0.value == .subject && before.hasSuffix($0.key) }) else { continue }
            return String(pieces[index...].joined(separator: ":").trimming())
        }
        return nil
    }

    /// With labels in an unknown language: the field that holds neither an address nor a date.
    private static func likelySubject(_ fields: [(label: QuoteWords.Label?, value: String)]) -> String? {
        fields.first { field in
            guard field.label == nil else { return false }
            let features = QuoteFeatures(field.value.utf8)
            return !features.hasAddress && !features.hasDate && !field.value.isEmpty
        }?.value
    }
}
