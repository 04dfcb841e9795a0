/// The text of a mail cut into what its writer wrote and the history around it. Here the history is found; `ReplyText+Assembling.swift` puts together what stays.
struct ReplyText {
    let lines: QuoteLines
    private let kind: ReplyKind
    let subject: String?
    /// What is kept so far; a range may begin within its first line or end within its last (`cutAt`).
    private(set) var kept: [Range<Int>] = []
    private(set) var cutAt: [Int: Int] = [:]
    private(set) var forward: (header: QuoteHeader?, introduction: String?, start: Int, body: Int)?
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

    func lastFull(before index: Int) -> Int {
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
}
