/// A text cut into lines, with what quoting needs to know of each: its words without blanks and quotation marks, and how deep it is quoted.
///
/// At most 20,000 lines; the rest of a longer text belongs to the last one, since what is that long is no reply with history under it.
struct QuoteLines {
    struct Line {
        /// The whole line, without its end.
        var range: Range<Int>
        /// Without the quotation marks, and without blanks around it.
        var words: Range<Int>
        /// How many `>` stand before it, or how deep in quotations of HTML it stands.
        var depth: Int
        var mark = TextMark.none
        var isEmpty: Bool { words.isEmpty }
    }

    static let most = 20_000

    let bytes: [UInt8]
    private(set) var list: [Line] = []

    /// - Parameter marks: what HTML says about the lines, in order; nothing for plain text, where `>` counts.
    init(_ text: String, marks: [TextMark] = []) {
        bytes = Array(text.utf8)
        var start = 0
        while start < bytes.count, list.count < Self.most {
            let end = bytes[start...].firstIndex(of: 0x0A) ?? bytes.count
            list.append(Self.line(bytes, start..<end, mark: list.count < marks.count ? marks[list.count] : .none))
            start = end + 1
        }
        if start < bytes.count, !list.isEmpty { list[list.count - 1].range = list[list.count - 1].range.lowerBound..<bytes.count }
        spareMailboxMarks()
    }

    var count: Int { list.count }
    func isEmpty(_ index: Int) -> Bool { list[index].isEmpty }
    func depth(_ index: Int) -> Int { list[index].depth }
    func isQuoted(_ index: Int) -> Bool { list[index].depth > 0 }
    func words(_ index: Int) -> ArraySlice<UInt8> { bytes[list[index].words] }

    /// A short line as text; what is cut off a long one does not matter to those who ask.
    func text(_ index: Int, limit: Int = 300) -> String { String(decoding: words(index).prefix(limit), as: UTF8.self) }

    /// The first line at or behind `index` that is not empty, when it stands at most `gap` lines further.
    func nextFull(_ index: Int, gap: Int = 4) -> Int? {
        var at = index
        while at < list.count, at < index + gap, list[at].isEmpty { at += 1 }
        return at < list.count && !list[at].isEmpty ? at : nil
    }

    private static func line(_ bytes: [UInt8], _ range: Range<Int>, mark: TextMark) -> Line {
        var first = range.lowerBound
        var last = range.upperBound
        var depth = mark.depth
        while first < last {
            let blank = Self.blank(bytes, first, last)
            if blank > 0 {
                first += blank
            } else if bytes[first] == UInt8(ascii: ">"), depth < 100 {
                depth += 1
                first += 1
            } else {
                break
            }
        }
        while last > first {
            if bytes[last - 1] == 0x20 || bytes[last - 1] == 0x09 || bytes[last - 1] == 0x0D {
                last -= 1
            } else if last - first >= 2, bytes[last - 2] == 0xC2, bytes[last - 1] == 0xA0 {
                last -= 2
            } else if last - first >= 3, bytes[last - 3] == 0xE2, bytes[last - 2] == 0x80, (0x8B...0x8F).contains(bytes[last - 1]) {
                last -= 3
            } else {
                break
            }
        }
        return Line(range: range, words: first..<last, depth: depth, mark: mark)
    }

    /// The length of the blank that begins here: space, tab, U+00A0, U+200B to U+200F, U+202A to U+202E, U+FEFF.
    private static func blank(_ bytes: [UInt8], _ at: Int, _ end: Int) -> Int {
        switch bytes[at] {
        case 0x20, 0x09, 0x0D: return 1
        case 0xC2: return at + 1 < end && bytes[at + 1] == 0xA0 ? 2 : 0
        case 0xE2: return at + 2 < end && bytes[at + 1] == 0x80 && ((0x8B...0x8F).contains(bytes[at + 2]) || (0xAA...0xAE).contains(bytes[at + 2])) ? 3 : 0
        case 0xEF: return at + 2 < end && bytes[at + 1] == 0xBB && bytes[at + 2] == 0xBF ? 3 : 0
        default: return 0
        }
    }

    /// `>From` at the line start with no quotation around it is what an mbox file makes of the word "From" (RFC 4155), not a quote.
    private mutating func spareMailboxMarks() {
        for index in list.indices where list[index].depth == 1 && bytes[list[index].range].starts(with: ">From ".utf8) {
            let before = index > 0 ? list[index - 1].depth : 0
            let after = index + 1 < list.count ? list[index + 1].depth : 0
            guard before == 0, after == 0 else { continue }
            list[index].depth = 0
            list[index].range = list[index].words.lowerBound..<list[index].range.upperBound
        }
    }
}

/// What the markup of HTML says about a line of its text.
struct TextMark: Sendable, Hashable {
    /// Quotations around it.
    var depth = 0
    /// Its element is the mark that a mail program puts before the history, which goes on to the end.
    var beginsHistory = false
    /// It stands in the box in which a mail program puts a signature.
    var isSignature = false
    /// A ruled line or border stands above it.
    var isUnderRule = false
    /// It stands in the box with which Gmail indents: history only where an introduction announces it.
    var isIndented = false

    static let none = TextMark()
}
