extension ReplyText {
    func result(of text: String) -> ReplyReading {
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

    /// Without quoted lines that no introduction announced, where they stand below everything else; between lines of the writer's own they are what is answered
    /// and stay.
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
