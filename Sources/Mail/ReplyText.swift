/// What a person wrote now, told from the history that mail programs put under or around it.
///
/// The rules in order are in `docs/explanation/what-a-person-wrote.md`. Time is linear in the length of the text.
package struct ReplyReading: Sendable, Hashable {
    /// Never empty when the text holds anything.
    package var reply: String
    package var forwarded: ForwardedMessage?
    /// What an agent should know about how this was read.
    package var note: String?
}

/// What the header fields say: whether the mail answers one, or passes one on.
enum ReplyKind: Sendable {
    case answer, forward, unknown

    init(subject: String?, isAnswer: Bool) {
        let prefix = subject.flatMap { QuoteWords.prefix(of: $0) }
        if let word = prefix?.word, QuoteWords.forwardPrefixes.contains(word) {
            self = .forward
        } else if let word = prefix?.word, QuoteWords.replyPrefixes.contains(word) {
            self = .answer
        } else {
            self = isAnswer ? .answer : .unknown
        }
    }
}

struct ReplyText {
    private let lines: QuoteLines
    private let kind: ReplyKind
    private let subject: String?
    /// What is kept so far; a range may begin within its first line or end within its last (`cutAt`).
    private var kept: [Range<Int>] = []
    private var cutAt: [Int: Int] = [:]
    private var forward: (header: QuoteHeader?, introduction: String?, start: Int, body: Int)?
    private var hasLookedBetween = false

    static func read(_ text: String, marks: [TextMark] = [], subject: String? = nil, kind: ReplyKind = .answer) -> ReplyReading {
        var reading = ReplyText(lines: QuoteLines(text, marks: marks), kind: kind, subject: subject)
        reading.split()
        return reading.result(of: text)
    }

    private init(lines: QuoteLines, kind: ReplyKind, subject: String?) {
        self.lines = lines
        self.kind = kind
        self.subject = subject
    }

    // MARK: History

    private mutating func split() {
        var start = 0
        var index = 0
        func keep(upTo end: Int) { if start < end { kept.append(start..<end) } }
        while index < lines.count {
            guard !lines.isEmpty(index) else {
                index += 1
                continue
            }
            let isQuoteStart = lines.isQuoted(index) && (index == 0 || !lines.isQuoted(index - 1) || lines.isEmpty(index - 1))
            if !lines.isQuoted(index) || isQuoteStart, let header = QuoteHeader(lines, at: index) {
                if isForward(header, above: start) {
                    forward = (header, nil, index, header.end)
                    keep(upTo: lines.count)
                    return
                }
                keep(upTo: index)
                // Quoted lines under it, and an answer under these: the history ends with the quoted lines.
                let end = quoteEnd(from: header.end, above: lines.depth(index))
                guard let end, lines.nextFull(end, gap: lines.count) != nil else { return }
                start = end
                index = end
                continue
            }
            if lines.list[index].mark.beginsHistory || asksToWriteAbove(index) || isClosedByMarks(index) {
                if kind == .forward {
                    forward = (nil, nil, index, index)
                    keep(upTo: lines.count)
                    return
                }
                keep(upTo: index)
                return
            }
            // Inside of a quotation an introduction counts only at the top: further down the quotation is what is answered there.
            if !lines.isQuoted(index) || !hasOwnText(above: index, from: start), let introduction = QuoteIntroduction(lines, endingAt: index, from: start) {
                if kind == .forward {
                    let words = lines.list[introduction.start].words.lowerBound..<lines.list[index].words.upperBound
                    forward = (nil, String(decoding: lines.bytes[words], as: UTF8.self), introduction.start, introduction.end)
                    keep(upTo: lines.count)
                    return
                }
                if let offset = introduction.offset {
                    cutAt[introduction.start] = offset
                    keep(upTo: introduction.start + 1)
                } else {
                    keep(upTo: introduction.start)
                }
                if let end = quoteEnd(from: introduction.end, above: lines.depth(index)) {
                    if answersBetween(end) {
                        // The quoted lines are what is answered there: only the introduction goes.
                        start = introduction.end
                        index = lines.count
                        break
                    }
                    start = end
                    index = end
                    continue
                }
                // Nothing quoted below, nothing written above: what is below is all there is.
                let hasAbove = kept.contains { Signature.hasText(lines, $0) }
                guard hasAbove || lines.isQuoted(index) else {
                    start = introduction.end
                    index = introduction.end
                    continue
                }
                return
            }
            index += 1
        }
        keep(upTo: lines.count)
    }

    /// Whether the writer answered between the quoted lines: behind the quotation that ends here stands text of the writer's own, then another
    /// quotation, then text again. Asked once, for the first quotation.
    private mutating func answersBetween(_ end: Int) -> Bool {
        guard !hasLookedBetween else { return false }
        hasLookedBetween = true
        guard let text = lines.nextFull(end, gap: lines.count), let quote = (text..<lines.count).first(where: { lines.isQuoted($0) && !lines.isEmpty($0) }),
            let again = (quote..<lines.count).first(where: { !lines.isQuoted($0) && !lines.isEmpty($0) })
        else { return false }
        // What is quoted without an empty line above was put there by the writer; what has an introduction of its own belongs to the history; a
        // footer is no answer.
        return lines.isEmpty(quote - 1) && QuoteIntroduction(lines, endingAt: lastFull(before: quote), from: text) == nil && Signature.start(lines, in: quote..<lines.count) > again
    }

    private func lastFull(before index: Int) -> Int {
        var at = index - 1
        while at > 0, lines.isEmpty(at) { at -= 1 }
        return max(at, 0)
    }

    /// Looks at few lines: what is asked is whether a quotation stands at the top.
    private func hasOwnText(above index: Int, from start: Int) -> Bool {
        guard kept.isEmpty, index - start < 10 else { return true }
        return (start..<index).contains { !lines.isEmpty($0) && !lines.isQuoted($0) }
    }

    /// `##- Please type your reply above this line -##`: between marks, in brackets, or under a rule, which then begins the history.
    private func asksToWriteAbove(_ index: Int) -> Bool {
        let words = lines.words(index)
        guard words.count <= 160, let first = words.first, let last = words.last else { return false }
        if isOrnament(index), index + 1 < lines.count, (12...160).contains(lines.words(index + 1).count) {
            return QuoteWords.aboveThisLine.areIn(Stems.lower(lines.words(index + 1)))
        }
        if (12...160).contains(words.count), index + 1 < lines.count, isOrnament(index + 1), QuoteWords.aboveThisLine.areIn(Stems.lower(words)) { return true }
        func isMark(_ byte: UInt8) -> Bool { !byte.isDigit && !byte.isLetter }
        return words.count >= 16 && isMark(first) && isMark(last) && QuoteWords.aboveThisLine.areIn(Stems.lower(words))
    }

    /// A line of dashes and the like.
    private func isOrnament(_ index: Int) -> Bool {
        let words = lines.words(index)
        return words.count >= 3 && words.count <= 160 && words.allSatisfy { $0 < 0x80 ? !$0.isLetter && !$0.isDigit : $0 == 0xE2 || $0 < 0xC0 }
    }

    /// `>>> Anna <anna@example.com> 3/3/2026 4:05 PM >>>`, under which GroupWise leaves the text as it was.
    private func isClosedByMarks(_ index: Int) -> Bool {
        let words = lines.words(index)
        return lines.depth(index) >= 3 && words.count <= 300 && words.suffix(3).elementsEqual(">>>".utf8) && QuoteFeatures(words).hasDate
    }

    /// Where the quoted lines that begin here end: behind the last of them before a line of the writer's own. Nil when none begin here.
    private func quoteEnd(from start: Int, above depth: Int) -> Int? {
        guard let first = lines.nextFull(start), lines.depth(first) > depth || depth > 0 && lines.isQuoted(first) else { return nil }
        var index = first
        var end = first
        while index < lines.count {
            if lines.isEmpty(index) {
                // An empty line that is marked as quoted belongs to the quotation.
                if lines.isQuoted(index) { end = index + 1 }
                index += 1
            } else if lines.isQuoted(index) {
                index += 1
                end = index
            } else if continuesLink(index) {
                index += 1
                end = index
            } else {
                break
            }
        }
        return end
    }

    /// A link in quoted lines that was wrapped: its rest stands on a line without a quotation mark and without a blank.
    private func continuesLink(_ index: Int) -> Bool {
        guard index > 0, lines.isQuoted(index - 1), !lines.isEmpty(index - 1), index + 1 < lines.count, lines.isQuoted(index + 1) else { return false }
        let words = lines.words(index)
        guard words.count <= 300, !words.contains(0x20) else { return false }
        let before = lines.words(index - 1).suffix(300)
        guard let word = before.split(separator: 0x20).last else { return false }
        return String(decoding: word, as: UTF8.self).contains("://")
    }

    /// Whether the copy of a message that begins with this header is passed on, not answered.
    private func isForward(_ header: QuoteHeader, above start: Int) -> Bool {
        if header.title == .forwarded { return true }
        switch kind {
        case .forward: return true
        case .answer: return false
        // A mail program that answers says so in the subject or in In-Reply-To. Where nothing does, the copy was passed on.
        case .unknown: return header.fields.count >= 3 || header.fields.count == 1 && header.title != .none
        }
    }

    // MARK: The rest

    private func result(of text: String) -> ReplyReading {
        if let forward {
            let message = assemble([0..<forward.start], withoutDevices: false)
            let value = ForwardedMessage(lines, header: forward.header, introduction: forward.introduction, body: forward.body, subject: subject, message: message)
            return ReplyReading(reply: Self.trim(text), forwarded: value)
        }
        // A footer may stand below quoted lines, and a signature above them.
        let signed = kept.map { $0.lowerBound..<max($0.lowerBound, Signature.start(lines, in: $0)) }
        let ranges = withoutLooseQuotes(signed)
        let unsigned = ranges == signed ? ranges : ranges.map { $0.lowerBound..<max($0.lowerBound, Signature.start(lines, in: $0)) }
        let reply = assemble(unsigned, withoutDevices: true)
        if !reply.isEmpty { return ReplyReading(reply: reply) }
        let withSignature = assemble(withoutLooseQuotes(kept), withoutDevices: false)
        if !withSignature.isEmpty { return ReplyReading(reply: withSignature, note: "only a signature was left besides quoted text: it is shown") }
        let whole = Self.trim(text)
        return ReplyReading(reply: whole, note: whole.isEmpty ? nil : "all of the text looks quoted: it is shown whole")
    }

    /// Without quoted lines that no introduction announced, where they stand below everything else, or above everything else; between lines of the writer's own they are what is answered and stay.
    private func withoutLooseQuotes(_ ranges: [Range<Int>]) -> [Range<Int>] {
        let hasOwn = ranges.contains { $0.contains { !lines.isEmpty($0) && !lines.isQuoted($0) } }
        var ranges = ranges
        while let last = ranges.last {
            var end = last.upperBound
            var hasQuote = false
            while end > last.lowerBound, lines.isEmpty(end - 1) || lines.isQuoted(end - 1) {
                guard !hasOwn || !lines.list[end - 1].mark.isIndented else { break }
                if lines.isQuoted(end - 1) { hasQuote = true }
                end -= 1
            }
            guard hasQuote || end == last.lowerBound else { break }
            ranges.removeLast()
            if end > last.lowerBound {
                ranges.append(last.lowerBound..<end)
                break
            }
        }
        return withoutLoneBlock(ranges)
    }

    /// In HTML, a single quotation between lines of the writer's own is what a program put there, with a notice or signature below it: who answers
    /// between quotations has several. (In plain text it is more often what the writer quotes from elsewhere.)
    private func withoutLoneBlock(_ ranges: [Range<Int>]) -> [Range<Int>] {
        guard ranges.count == 1, kept == [0..<lines.count] else { return ranges }
        let quoted = (0..<lines.count).filter { !lines.isEmpty($0) && lines.isQuoted($0) }
        guard let first = quoted.first, let last = quoted.last, quoted.allSatisfy({ lines.list[$0].mark.depth > 0 && !lines.list[$0].mark.isIndented }),
            last < ranges[0].upperBound,
            !(first..<last).contains(where: { !lines.isEmpty($0) && !lines.isQuoted($0) }), Signature.hasText(lines, ranges[0].lowerBound..<first),
            !announces(lastFull(before: first))
        else { return ranges }
        return [ranges[0].lowerBound..<first, (last + 1)..<ranges[0].upperBound]
    }

    /// `Your page says:` above a quotation: the writer quotes, no program.
    private func announces(_ index: Int) -> Bool {
        let features = QuoteFeatures(lines.words(index).prefix(400))
        return features.endsInColon && features.numbers == 0 && !features.hasAddress
    }

    private func assemble(_ ranges: [Range<Int>], withoutDevices: Bool) -> String {
        var pieces: [String] = []
        for range in ranges {
            var output: [UInt8] = []
            for index in range {
                if withoutDevices, !lines.isEmpty(index), !lines.isQuoted(index), Signature.isDevice(lines, index) { continue }
                let line = lines.list[index].range
                output += lines.bytes[line.lowerBound..<(cutAt[index] ?? line.upperBound)]
                output.append(0x0A)
            }
            let piece = Self.trim(String(decoding: output, as: UTF8.self))
            if !piece.isEmpty { pieces.append(piece) }
        }
        return pieces.joined(separator: "\n\n")
    }

    /// The text without empty lines above and white space below; the indentation of the first line stays.
    private static func trim(_ text: String) -> String {
        let bytes = Array(text.utf8)
        var last = bytes.count
        while last > 0, bytes[last - 1] <= 0x20 { last -= 1 }
        var first = 0
        var index = 0
        while index < last, bytes[index] <= 0x20 {
            if bytes[index] == 0x0A { first = index + 1 }
            index += 1
        }
        return String(decoding: bytes[first..<last], as: UTF8.self)
    }
}

extension MailMessage {
    /// What the person wrote now, and what was passed on.
    package var reading: ReplyReading {
        // What a machine says about a mail of ours is no conversation: the reason often looks like history.
        if automatic == .bounce { return ReplyReading(reply: String(text.trimming())) }
        let kind = ReplyKind(subject: subject, isAnswer: !inReplyTo.isEmpty || !references.isEmpty)
        let plain: ReplyReading
        if case .flowed(let deletesBlank) = flow {
            plain = ReplyText.read(FlowedText.unfold(text, deletesBlank: deletesBlank), subject: subject, kind: kind)
        } else {
            plain = ReplyText.read(text, marks: textMarks, subject: subject, kind: kind)
        }
        return markedReading(besides: plain, kind) ?? plain
    }

    /// What the HTML beside a plain text tells, where the text has no mark of a quotation and nothing was told from it: some programs put the
    /// history into the text without any. Only words of the text count, so that nothing is shown that the text does not say.
    private func markedReading(besides plain: ReplyReading, _ kind: ReplyKind) -> ReplyReading? {
        guard let page, textMarks.isEmpty, plain.forwarded == nil, kind != .forward, Self.pageMarks.areIn(Array(page.html.utf8)), !Self.quotedLine.areIn(Array("\n\(text)".utf8)),
            Self.words(plain.reply) == Self.words(text)
        else { return nil }
        let lines = HTMLLines(page.tree)
        guard lines.marks.contains(where: { $0.depth > 0 || $0.beginsHistory }) else { return nil }
        let marked = ReplyText.read(lines.text, marks: lines.marks, subject: subject, kind: kind)
        let reply = Self.words(marked.reply)
        let all = Self.words(text)
        guard marked.forwarded == nil, marked.note == nil, !reply.isEmpty, reply.count < all.count, all.starts(with: reply) else { return nil }
        return marked
    }

    /// What the pages of programs that mark quotations hold somewhere; looked for before a page is read once more.
    private static let pageMarks = Stems(["quote", "cite", "divRplyFwdMsg", "appendonsend", "zwchr", "OLK_SRC_BODY_SECTION", "border-top"])
    private static let quotedLine = Stems(["\n>"])

    private static func words(_ text: String) -> [Substring] { text.split(whereSeparator: \.isWhitespace) }

    /// What the person wrote now; the whole text where no history can be told from it.
    package var strippedText: String { reading.reply }
}
