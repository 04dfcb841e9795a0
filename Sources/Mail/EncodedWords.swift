/// Reading of header text: encoded words (RFC 2047), raw 8-bit octets, folding.
enum EncodedWords {
    /// The text of an unstructured header's raw value: unfolded, decoded, without line breaks or NUL, trimmed.
    static func decode(_ raw: some Collection<UInt8>) -> String {
        let bytes = Array(raw)
        var text = ""
        guard bytes.contains(where: { $0 >= 0x80 || $0 == UInt8(ascii: "=") }) else { return tidy(String(decoding: bytes, as: UTF8.self)) }
        var plain: [UInt8] = []
        // Neighbouring words of one charset are put together before they are read: some senders cut inside a character.
        var waiting: (charset: String, bytes: [UInt8])?
        func flushWord() {
            if let word = waiting { text += Charset.decode(word.bytes, declared: word.charset).text }
            waiting = nil
        }
        func flushPlain() {
            if !plain.isEmpty { text += raw8Bit(plain) }
            plain = []
        }
        var index = 0
        // Without it, 10,000 beginnings of words without an end would each look through all that follows.
        var mayEnd = true
        while index < bytes.count {
            if mayEnd, bytes[index] == UInt8(ascii: "="), let word = word(bytes, at: index, mayEnd: &mayEnd) {
                // White space between encoded words is no text (RFC 2047 §6.2).
                if waiting != nil, plain.allSatisfy({ $0 == 0x20 || $0 == 0x09 || $0 == 0x0D || $0 == 0x0A }) {
                    plain = []
                } else {
                    flushWord()
                    flushPlain()
                }
                if waiting?.charset == word.charset {
                    waiting?.bytes.append(contentsOf: word.bytes)
                } else {
                    flushWord()
                    waiting = (word.charset, word.bytes)
                }
                index = word.next
            } else {
                plain.append(bytes[index])
                index += 1
                if waiting != nil, bytes[index - 1] > 0x20 { flushWord() }
            }
        }
        flushWord()
        flushPlain()
        return tidy(text)
    }

    /// Header octets outside of encoded words: UTF-8 (RFC 6532), or windows-1252.
    static func raw8Bit(_ bytes: [UInt8]) -> String {
        String(validating: bytes, as: UTF8.self) ?? Charset.mixed(bytes)
    }

    /// Makes one line of it: whatever breaks lines or ends strings becomes a blank, because decoded words may hold anything.
    static func tidy(_ text: String) -> String {
        var text = text
        return text.withUTF8 { isTidy($0) ? nil : tidied($0) } ?? text
    }

    private static func isTidy(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
        bytes.first != 0x20 && bytes.last != 0x20 && bytes.indices.allSatisfy { bytes[$0] >= 0x20 && bytes[$0] != 0x7F && breakingBlank(bytes, $0) == 0 }
    }

    private static func tidied(_ bytes: UnsafeBufferPointer<UInt8>) -> String {
        var output: [UInt8] = []
        output.reserveCapacity(bytes.count)
        var index = 0
        while index < bytes.count {
            let byte = bytes[index]
            let width = byte <= 0x20 || byte == 0x7F ? 1 : breakingBlank(bytes, index)
            if width == 0 { output.append(byte) } else if byte != 0x0D, byte != 0x0A { output.append(0x20) }
            index += max(width, 1)
        }
        while output.last == 0x20 { output.removeLast() }
        return String(decoding: output.drop { $0 == 0x20 }, as: UTF8.self)
    }

    /// The length of the U+0085, U+2028 or U+2029 that begins here; 0 where none does.
    private static func breakingBlank(_ bytes: UnsafeBufferPointer<UInt8>, _ at: Int) -> Int {
        switch bytes[at] {
        case 0xC2: at + 1 < bytes.count && bytes[at + 1] == 0x85 ? 2 : 0
        case 0xE2: at + 2 < bytes.count && bytes[at + 1] == 0x80 && (bytes[at + 2] == 0xA8 || bytes[at + 2] == 0xA9) ? 3 : 0
        default: 0
        }
    }

    private static func word(_ bytes: [UInt8], at start: Int, mayEnd: inout Bool) -> (charset: String, bytes: [UInt8], next: Int)? {
        // =?charset?B?text?=
        guard start + 8 <= bytes.count, bytes[start + 1] == UInt8(ascii: "?") else { return nil }
        guard let afterCharset = bytes[(start + 2)...].prefix(64).firstIndex(of: UInt8(ascii: "?")), afterCharset > start + 2, afterCharset + 2 < bytes.count,
            bytes[afterCharset + 2] == UInt8(ascii: "?")
        else { return nil }
        let charsetBytes = bytes[(start + 2)..<afterCharset]
        guard charsetBytes.allSatisfy({ $0 > 0x20 && $0 < 0x7F }) else { return nil }
        let first = afterCharset + 3
        var end = first
        // The text may hold blanks although it must not: many senders do that.
        while end + 1 < bytes.count, !(bytes[end] == UInt8(ascii: "?") && bytes[end + 1] == UInt8(ascii: "=")) { end += 1 }
        guard end + 1 < bytes.count else {
            mayEnd = false
            return nil
        }
        let text = bytes[first..<end]
        let decoded: [UInt8]
        switch bytes[afterCharset + 1] | 0x20 {
        case UInt8(ascii: "b"): decoded = LenientBase64.decode(text)
        case UInt8(ascii: "q"): decoded = quoted(text)
        default: return nil
        }
        return (String(decoding: charsetBytes, as: UTF8.self).uppercased(), decoded, end + 2)
    }

    private static func quoted(_ text: ArraySlice<UInt8>) -> [UInt8] {
        var output: [UInt8] = []
        var index = text.startIndex
        while index < text.endIndex {
            let byte = text[index]
            if byte == UInt8(ascii: "="), index + 2 < text.endIndex, let high = hex(text[index + 1]), let low = hex(text[index + 2]) {
                output.append(high << 4 | low)
                index += 3
                continue
            }
            output.append(byte == UInt8(ascii: "_") ? 0x20 : byte)
            index += 1
        }
        return output
    }

    static func hex(_ byte: UInt8) -> UInt8? {
        switch byte {
        case 0x30...0x39: byte - 0x30
        case 0x41...0x46: byte - 0x41 + 10
        case 0x61...0x66: byte - 0x61 + 10
        default: nil
        }
    }
}
