import CGMime
import Synchronization

/// Turns the octets of a part or an encoded word into text, whatever its sender claims about them.
///
/// The declared charset is tried strictly; then strict UTF-8; then windows-1252, in which every octet means something. So nothing
/// is ever dropped (GMime's own conversion drops what does not fit), and each step down the list is a note.
enum Charset {
    struct Text {
        var text: String
        /// Why the declared charset was not used; nil when it was.
        var note: String?
    }

    static func decode(_ bytes: [UInt8], declared: String?) -> Text {
        let name = canonical(declared ?? "us-ascii")
        if name == "UTF-8" || name == "US-ASCII" {
            // One strict reading serves both: ASCII is a part of UTF-8.
            if let text = String(validating: bytes, as: UTF8.self) {
                let isLie = name == "US-ASCII" && declared != nil && !text.utf8.allSatisfy { $0 < 0x80 }
                return Text(text: withoutMark(text), note: isLie ? "the text was declared as US-ASCII and read as UTF-8" : nil)
            }
            return Text(text: mixed(bytes), note: "the text is not \(name) as declared and was read as windows-1252 where it is not UTF-8")
        }
        if name == "WINDOWS-1252" { return Text(text: windows1252(bytes), note: nil) }
        // iconv lets the escape to half-width letters pass as it is.
        if name == "ISO-2022-JP", bytes.firstRange(of: [0x1B, 0x28, 0x49]) != nil, case .text(let text) = convert(shiftJIS(bytes), from: "CP932") {
            return Text(text: text, note: nil)
        }
        switch convert(bytes, from: name) {
        case .text(let text): return Text(text: withoutMark(text), note: nil)
        case .unknown:
            if let text = String(validating: bytes, as: UTF8.self) {
                return Text(text: withoutMark(text), note: "the charset \(shown(declared)) is not known; the text was read as UTF-8")
            }
            return Text(text: mixed(bytes), note: "the charset \(shown(declared)) is not known; the text was read as windows-1252")
        case .invalid(let repaired):
            if let text = String(validating: bytes, as: UTF8.self), !text.utf8.allSatisfy({ $0 < 0x80 }) {
                return Text(text: withoutMark(text), note: "the text is not \(shown(declared)) as declared and was read as UTF-8")
            }
            // Japanese programs write Microsoft's characters (①, ㈱) and half-width letters into it, which iconv's table does not hold.
            if name == "ISO-2022-JP", case .text(let text) = convert(shiftJIS(bytes), from: "CP932") { return Text(text: text, note: nil) }
            return Text(text: repaired, note: "some octets are not \(shown(declared)) as declared and were read as windows-1252")
        }
    }

    /// Charset names as they are written, and what is meant by them. The ISO names mean the Windows supersets, as in every browser.
    static func canonical(_ declared: String) -> String {
        var name = String(decoding: declared.utf8.filter { !$0.isWhiteSpace && $0 != UInt8(ascii: "\"") && $0 != UInt8(ascii: "'") }, as: UTF8.self).uppercased()
        // `charset=3DUTF-8` comes from quoted-printable applied to the header; `UTF-8*EN` from RFC 2231.
        if name.hasPrefix("3D") { name.removeFirst(2) }
        // What follows `*` (RFC 2231), or a comment.
        if let end = name.utf8.firstIndex(where: { $0 == UInt8(ascii: "*") || $0 == UInt8(ascii: "(") }) { name = String(name[..<end]) }
        if name.hasPrefix("CP-") { name = "CP" + name.dropFirst(3) }
        return aliases[name] ?? name
    }

    private static let aliases: [String: String] = {
        var table: [String: String] = [:]
        for (meant, names) in [
            ("UTF-8", "UTF8 UTF_8 UNICODE-1-1-UTF-8 UTF-8-SIG UTF8MB4 X-UTF-8 UNICODE"),
            ("US-ASCII", "ASCII ANSI_X3.4-1968 ISO646-US US 7BIT 646 ISO-IR-6"),
            (
                "WINDOWS-1252",
                "ISO-8859-1 ISO8859-1 ISO_8859-1 ISO88591 LATIN1 LATIN-1 L1 CP1252 WINDOWS1252 WIN-1252 X-CP1252 ISO-8859-1:1987 ISO_8859-1:1987 IBM819 CP819 8BIT X-ANSI ANSI ISO-8859-1-WINDOWS-3.1-LATIN-1"
            ),
            ("GB18030", "GB2312 GB-2312 GB_2312 GB_2312-80 CSGB2312 GBK X-GBK CP936 EUC-CN X-EUC-CN CHINESE HZ-GB-2312-EXT"),
            ("BIG5-HKSCS", "BIG5 BIG-5 CN-BIG5 X-X-BIG5 CP950"),
            ("CP949", "EUC-KR EUCKR KS_C_5601-1987 KS_C_5601 KSC5601 KS_C_5601-1989 KOREAN WINDOWS-949 KSC_5601"),
            ("CP932", "SHIFT_JIS SHIFT-JIS SJIS X-SJIS MS_KANJI WINDOWS-31J CSSHIFTJIS"),
            ("EUC-JP", "X-EUC-JP EUCJP"),
            ("ISO-2022-JP", "CSISO2022JP ISO2022JP ISO-2022-JP-MS"),
            ("WINDOWS-1254", "ISO-8859-9 ISO8859-9 LATIN5 CP1254"),
            ("CP874", "ISO-8859-11 TIS-620 WINDOWS-874 TIS620"),
            ("KOI8-R", "KOI8R KOI8 CSKOI8R"),
            ("ISO-8859-8", "ISO-8859-8-I ISO-8859-8-E LOGICAL VISUAL"),
            ("ISO-8859-6", "ISO-8859-6-I ISO-8859-6-E"),
            ("MACINTOSH", "X-MAC-ROMAN MAC MACROMAN X-MACINTOSH"),
            ("UTF-7", "UNICODE-1-1-UTF-7 UTF7"),
            ("UTF-16LE", "UTF16LE UCS-2LE"),
        ] {
            for name in names.split(separator: " ") { table[String(name)] = meant }
        }
        return table
    }()

    /// What a page says about its own charset, where its part names none and it is not UTF-8.
    static func ofPage(_ bytes: [UInt8]) -> String? {
        let head = bytes.prefix(1024)
        guard let mark = head.firstRange(of: "charset=".utf8), String(validating: bytes, as: UTF8.self) == nil else { return nil }
        let name = head[mark.upperBound...].drop { $0 == UInt8(ascii: "\"") || $0 == UInt8(ascii: "'") }.prefix { $0.isLetter || $0.isDigit || "-_:.".utf8.contains($0) }
        return name.isEmpty ? nil : String(decoding: name, as: UTF8.self)
    }

    /// ISO-2022-JP (RFC 1468) with its escape sequences undone: two octets of JIS become the two of Shift JIS.
    private static func shiftJIS(_ bytes: [UInt8]) -> [UInt8] {
        enum Mode { case ascii, katakana, kanji }
        var output: [UInt8] = []
        var mode = Mode.ascii
        var index = 0
        while index < bytes.count {
            let byte = bytes[index]
            if byte == 0x1B, index + 2 < bytes.count {
                switch (bytes[index + 1], bytes[index + 2]) {
                case (UInt8(ascii: "$"), UInt8(ascii: "@")), (UInt8(ascii: "$"), UInt8(ascii: "B")): mode = .kanji
                case (UInt8(ascii: "("), UInt8(ascii: "I")): mode = .katakana
                default: mode = .ascii
                }
                index += 3
            } else if mode == .kanji, (0x21...0x7E).contains(byte), index + 1 < bytes.count, (0x21...0x7E).contains(bytes[index + 1]) {
                let second = bytes[index + 1]
                let row = (byte - 0x21) / 2
                output.append(row + (row < 31 ? 0x81 : 0xC1))
                output.append(byte % 2 == 1 ? second + (second < 0x60 ? 0x1F : 0x20) : second + 0x7E)
                index += 2
            } else {
                output.append(mode == .katakana && (0x21...0x5F).contains(byte) ? byte | 0x80 : byte)
                // Lines begin in ASCII, also where the escape back was lost.
                if byte == 0x0A { mode = .ascii }
                index += 1
            }
        }
        return output
    }

    /// For a note: what a stranger wrote, cut to what a name looks like.
    private static func shown(_ declared: String?) -> String {
        let name = String((declared ?? "").unicodeScalars.prefix(40).filter { $0.value > 0x20 && $0.value < 0x7F }.map(Character.init))
        return name.isEmpty ? "named" : name
    }

    private static func withoutMark(_ text: String) -> String {
        text.unicodeScalars.first == "\u{FEFF}" ? String(String.UnicodeScalarView(text.unicodeScalars.dropFirst())) : text
    }

    /// UTF-8 where it is UTF-8, and each other octet by its windows-1252 meaning: right for either, and for text put together from both.
    static func mixed(_ bytes: [UInt8]) -> String {
        var output: [UInt8] = []
        output.reserveCapacity(bytes.count + bytes.count / 8)
        var index = 0
        while index < bytes.count {
            let length = characterLength(bytes, index)
            if length > 0 {
                output += bytes[index..<index + length]
                index += length
            } else {
                append1252(bytes[index], to: &output)
                index += 1
            }
        }
        return String(decoding: output, as: UTF8.self)
    }

    /// How many octets the character of UTF-8 has that begins here (Unicode table 3-7); 0 where none does.
    private static func characterLength(_ bytes: [UInt8], _ at: Int) -> Int {
        func follows(_ offset: Int, _ range: ClosedRange<UInt8> = 0x80...0xBF) -> Bool { at + offset < bytes.count && range.contains(bytes[at + offset]) }
        switch bytes[at] {
        case 0x00...0x7F: return 1
        case 0xC2...0xDF: return follows(1) ? 2 : 0
        case 0xE0: return follows(1, 0xA0...0xBF) && follows(2) ? 3 : 0
        case 0xED: return follows(1, 0x80...0x9F) && follows(2) ? 3 : 0
        case 0xE1...0xEF: return follows(1) && follows(2) ? 3 : 0
        case 0xF0: return follows(1, 0x90...0xBF) && follows(2) && follows(3) ? 4 : 0
        case 0xF1...0xF3: return follows(1) && follows(2) && follows(3) ? 4 : 0
        case 0xF4: return follows(1, 0x80...0x8F) && follows(2) && follows(3) ? 4 : 0
        default: return 0
        }
    }

    static func windows1252(_ bytes: some Sequence<UInt8>) -> String {
        var output: [UInt8] = []
        for byte in bytes { append1252(byte, to: &output) }
        return String(decoding: output, as: UTF8.self)
    }

    private static func append1252(_ byte: UInt8, to output: inout [UInt8]) {
        if byte < 0x80 { output.append(byte) } else { output += UTF8.encode(scalar1252(byte)) ?? UTF8.encodedReplacementCharacter }
    }

    private static let upper: [UInt16] = [
        0x20AC, 0x81, 0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021, 0x02C6, 0x2030, 0x0160, 0x2039, 0x0152, 0x8D, 0x017D, 0x8F,
        0x90, 0x2018, 0x2019, 0x201C, 0x201D, 0x2022, 0x2013, 0x2014, 0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0x9D, 0x017E, 0x0178,
    ]

    static func scalar1252(_ byte: UInt8) -> Unicode.Scalar {
        (0x80..<0xA0).contains(byte) ? Unicode.Scalar(upper[Int(byte) - 0x80]) ?? "\u{FFFD}" : Unicode.Scalar(byte)
    }

    private enum Conversion {
        case text(String)
        /// iconv does not know the charset.
        case unknown
        /// Some octets mean nothing in it; they stand there by their windows-1252 meaning.
        case invalid(String)
    }

    private static func convert(_ bytes: [UInt8], from charset: String) -> Conversion {
        guard charset.utf8.count <= 40, charset.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F && $0 != UInt8(ascii: "/") }) else { return .unknown }
        guard let converter = Converter.take(charset) else { return .unknown }
        defer { Converter.giveBack(converter, charset) }
        let handle = converter.handle
        var output: [UInt8] = []
        output.reserveCapacity(bytes.count * 2)
        var faults = 0
        var input = bytes
        // SAFETY: the pointers stay inside `input` and `piece`; g_iconv moves them by what it has used and is told what is left.
        input.withUnsafeMutableBytes { raw in
            var next = raw.baseAddress?.assumingMemoryBound(to: CChar.self)
            var left = gsize(raw.count)
            withUnsafeTemporaryAllocation(byteCount: 8192, alignment: 1) { piece in
                guard let base = piece.baseAddress else { return }
                while left > 0 {
                    var to: UnsafeMutablePointer<CChar>? = base.assumingMemoryBound(to: CChar.self)
                    var room = gsize(piece.count)
                    let before = left
                    let result = g_iconv(handle, &next, &left, &to, &room)
                    output.append(contentsOf: piece[0..<(piece.count - Int(room))])
                    if result == gsize.max, room > 64 || left == before {
                        // Not for want of room: the octet here means nothing.
                        guard left > 0, let bad = next else { return }
                        output.append(contentsOf: String(Character(scalar1252(UInt8(bitPattern: bad.pointee)))).utf8)
                        next = bad + 1
                        left -= 1
                        faults += 1
                    }
                }
                var to: UnsafeMutablePointer<CChar>? = base.assumingMemoryBound(to: CChar.self)
                var room = gsize(piece.count)
                // Stateful charsets give their last character when they are told that this is the end.
                _ = g_iconv(handle, nil, nil, &to, &room)
                output.append(contentsOf: piece[0..<(piece.count - Int(room))])
            }
        }
        let text = String(decoding: output, as: UTF8.self)
        return faults == 0 ? .text(text) : .invalid(text)
    }

    // SAFETY: one holder at a time uses it: it is out of the list while it is in use.
    private struct Converter: @unchecked Sendable {
        let handle: GIConv

        /// Opening one looks through the C library's modules on disk, so a few wait here for the next text of their charset.
        private static let idle = Mutex<[String: Converter]>([:])
        private static let most = 16

        /// Nil for a charset that iconv does not know.
        static func take(_ charset: String) -> Converter? {
            if let waiting = idle.withLock({ $0.removeValue(forKey: charset) }) { return waiting }
            // g_iconv_open says -1 where it fails, as iconv does.
            guard let handle = g_iconv_open("UTF-8", charset), handle != OpaquePointer(bitPattern: -1) else { return nil }
            return Converter(handle: handle)
        }

        static func giveBack(_ converter: Converter, _ charset: String) {
            // To the state it begins in.
            _ = g_iconv(converter.handle, nil, nil, nil, nil)
            let isKept = idle.withLock { idle in
                guard idle.count < most, idle[charset] == nil else { return false }
                idle[charset] = converter
                return true
            }
            if !isKept { g_iconv_close(converter.handle) }
        }
    }
}
