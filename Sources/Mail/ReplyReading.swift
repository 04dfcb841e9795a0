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
