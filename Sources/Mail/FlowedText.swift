/// `format=flowed` (RFC 3676): lines that end in a blank go on in the next one of the same quotation.
enum FlowedText {
    /// The text as its writer saw it: soft line ends undone, stuffing taken off.
    ///
    /// - Parameter deletesBlank: `delsp=yes`; the blank at a soft line end belongs to the format and not to the text.
    static func unfold(_ text: String, deletesBlank: Bool) -> String {
        var output: [UInt8] = []
        output.reserveCapacity(text.utf8.count)
        var before: Int?
        for line in text.utf8.split(separator: 0x0A, omittingEmptySubsequences: false) {
            let marks = line.prefix { $0 == UInt8(ascii: ">") }
            var words = line.dropFirst(marks.count)
            if words.first == 0x20 { words = words.dropFirst() }
            // The mark of a signature is no soft line end, and nothing goes on in it (RFC 3676 §4.3).
            let isSignature = words.elementsEqual("-- ".utf8)
            if let depth = before, depth == marks.count, !isSignature {
                if deletesBlank, output.last == 0x20 { output.removeLast() }
            } else {
                if !output.isEmpty || before != nil { output.append(0x0A) }
                output += marks
                // What begins with a mark that is the writer's own was stuffed, and stays behind a blank.
                if !marks.isEmpty || words.first == UInt8(ascii: ">"), !words.isEmpty { output.append(0x20) }
            }
            output += words
            before = words.last == 0x20 && !isSignature ? marks.count : nil
            if before == nil, output.isEmpty { before = -1 }
        }
        return String(decoding: output, as: UTF8.self)
    }
}
