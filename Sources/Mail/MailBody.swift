import Messages

/// The body of a plain-text mail in the transfer encoding that suits it: as it is when it is short lines of ASCII,
/// quoted-printable while most of it can be read that way, base64 otherwise (RFC 2045 §6).
struct MailBody {
    let encoding: String
    let bytes: [UInt8]

    init(_ text: String) {
        // Line ends are ours: CRLF, whatever came in. A NUL has no place in a mail.
        let lines = MailMessage.lines(text).split(separator: "\n", omittingEmptySubsequences: false).map { Array($0.utf8).filter { $0 != 0 } }
        let total = lines.reduce(0) { $0 + $1.count }
        let special = lines.reduce(0) { $0 + $1.count(where: { $0 >= 0x7F || $0 < 0x20 && $0 != 0x09 }) }
        // "From " at the line start and a dot by itself are changed by some mailboxes and relays.
        let isPlain =
            special == 0
            && lines.allSatisfy { line in
                line.count <= 76 && line.last != 0x20 && line.last != 0x09 && !line.starts(with: "From ".utf8) && line.first != UInt8(ascii: ".")
            }
        var output: [UInt8] = []
        if isPlain {
            encoding = "7bit"
            for line in lines { output += line + [0x0D, 0x0A] }
        } else if special * 6 <= total {
            encoding = "quoted-printable"
            for line in lines { Self.quote(line, into: &output) }
        } else {
            encoding = "base64"
            let coded = Array(Base64.encode(Array(lines.joined(separator: [0x0D, 0x0A]))).utf8)
            var index = 0
            while index < coded.count {
                let end = min(index + 76, coded.count)
                output += coded[index..<end] + [0x0D, 0x0A]
                index = end
            }
        }
        bytes = output
    }

    private static func quote(_ line: [UInt8], into output: inout [UInt8]) {
        let digits = Array("0123456789ABCDEF".utf8)
        var column = 0
        for (index, byte) in line.enumerated() {
            let isLast = index == line.count - 1
            let isBlank = byte == 0x20 || byte == 0x09
            let isPlain = byte > 0x20 && byte < 0x7F && byte != UInt8(ascii: "=") || isBlank && !isLast
            let mustHide = index == 0 && (byte == UInt8(ascii: ".") || line.starts(with: "From ".utf8))
            let width = isPlain && !mustHide ? 1 : 3
            // 76 octets a line with the `=` of a soft line end.
            if column + width > 75 {
                output += [UInt8(ascii: "="), 0x0D, 0x0A]
                column = 0
            }
            // A dot that a soft line end moved to the beginning of a line is hidden as well.
            if width == 1, !(column == 0 && byte == UInt8(ascii: ".")) {
                output.append(byte)
                column += 1
            } else {
                output += [UInt8(ascii: "="), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
                column += 3
            }
        }
        output += [0x0D, 0x0A]
    }
}
