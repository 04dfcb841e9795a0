/// Takes an IMAP server's octets apart into responses, however they are cut into pieces. Nothing is believed of the server: each
/// length, depth and count has a limit, and what breaks the grammar is refused with a line that says so. After a problem the
/// connection is of no use any more.
package struct IMAPReader: Sendable {
    package struct Limits: Sendable {
        /// One response without its literals. A SEARCH over half a million messages is about 4 MB.
        package var lineBytes = 4_194_304
        /// One literal: the largest message that is asked for, and some room.
        package var literalBytes = 11_534_336
        package var values = 500_000
        package var depth = 32

        package init() {}
    }

    private let limits: Limits
    private var buffer: [UInt8] = []
    /// Where the response in hand begins, and where its last unread line does.
    private var start = 0
    private var line = 0
    /// What was looked through for the end of the line already.
    private var scanned = 0
    private var lineBytes = 0
    private var literalBytes = 0

    package init(limits: Limits = Limits()) {
        self.limits = limits
    }

    /// What was received and not yet taken.
    package var waitingBytes: Int { buffer.count - start }

    package mutating func append(_ bytes: [UInt8]) { buffer += bytes }

    /// The next whole response; nil until more octets have come.
    package mutating func next() throws(IMAPProblem) -> IMAPResponse? {
        while scanned < buffer.count {
            guard let feed = buffer[scanned...].firstIndex(of: 0x0A) else {
                scanned = buffer.count
                break
            }
            guard feed > line, buffer[feed - 1] == 0x0D else { throw IMAPProblem("the server ends a line without a carriage return") }
            let end = feed - 1
            lineBytes += end - line
            if lineBytes > limits.lineBytes { break }
            if let length = try literal(endingAt: end) {
                literalBytes += length
                // One message at a time is asked for: two literals of the full size in one response were not.
                guard literalBytes <= limits.literalBytes else { throw IMAPProblem("the server sends \(length) bytes where at most \(limits.literalBytes) are taken") }
                line = feed + 1 + length
                scanned = line
                continue
            }
            let response = try IMAPParser(bytes: buffer[start..<end], limits: limits).response()
            take(upTo: feed + 1)
            return response
        }
        let unread = max(0, buffer.count - line)
        if lineBytes + unread > limits.lineBytes, scanned >= line { throw IMAPProblem("the server's line is longer than \(limits.lineBytes) bytes") }
        return nil
    }

    private mutating func take(upTo end: Int) {
        start = end
        if start == buffer.count {
            // What held a large message is given back.
            buffer.removeAll(keepingCapacity: buffer.capacity <= 65_536)
            start = 0
        } else if start > buffer.count / 2 {
            buffer.removeFirst(start)
            start = 0
        }
        line = start
        scanned = start
        lineBytes = 0
        literalBytes = 0
    }

    /// The length that `{n}` at the end of a line announces (`{n+}` and the `~{n}` of RFC 3516 as well); nil where the line just ends.
    /// The free text of a status may end like that and announces nothing.
    private func literal(endingAt end: Int) throws(IMAPProblem) -> Int? {
        guard end > line, buffer[end - 1] == UInt8(ascii: "}"), !isStatus(end) else { return nil }
        var index = end - 2
        if index > line, buffer[index] == UInt8(ascii: "+") { index -= 1 }
        var digits = 0
        var value = 0
        var scale = 1
        while index > line, case let byte = buffer[index], byte >= 0x30, byte <= 0x39 {
            digits += 1
            guard digits <= 10 else { throw IMAPProblem("the server announces a literal with a length of more than ten digits") }
            value += Int(byte - 0x30) * scale
            scale *= 10
            index -= 1
        }
        guard digits > 0, buffer[index] == UInt8(ascii: "{") else { return nil }
        return value
    }

    private func isStatus(_ end: Int) -> Bool {
        guard line == start else { return false }
        guard buffer[start] == UInt8(ascii: "*") else { return true }
        let word = buffer[start..<min(end, start + 10)].split(separator: 0x20).dropFirst().first.map { String(decoding: $0, as: UTF8.self).uppercased() }
        return word.flatMap { IMAPStatus.Word(rawValue: $0) } != nil
    }
}
