import Messages
import Testing

@testable import Mail

struct OctetTests {
    @Test(arguments: ["", "ABC xyz", "PERCHÉ Città × ÷ ß Þ þ ÿ", "“Grüße” – ÀÉÎÕÜ…", "ŻÓŁĆ Łódź", "ΑΘΗΝΑ ΣΑΣ", "İSTANBUL", "\u{A0}\u{B5}\u{AA}", "Ünicode 日本語 É"])
    func `lower case is what String makes of it`(text: String) {
        #expect(String(decoding: Stems.lower(text.utf8), as: UTF8.self) == text.lowercased())
    }

    @Test(arguments: [[0xC3], [0x41, 0xC3, 0x41], [0xE2, 0x80], [0xFF, 0x41], [0xC2, 0xC3, 0x89]] as [[UInt8]])
    func `octets that are no characters are no trouble`(octets: [UInt8]) {
        #expect(String(decoding: Stems.lower(octets), as: UTF8.self) == String(decoding: octets, as: UTF8.self).lowercased())
    }

    @Test func `words are found wherever they stand, and counted once each`() {
        let stems = Stems(["virus", "vi", "à presto", "virus"])
        #expect(stems.areIn(Array("no virus".utf8)) && stems.begin(Array("via".utf8)) && !stems.begin(Array("no via".utf8)) && !stems.areIn(Array("v".utf8)))
        #expect(stems.contains(Array("virus".utf8)) && !stems.contains(Array("viru".utf8)) && !stems.contains([UInt8]()))
        #expect(stems.count(in: Array("virus virus vi".utf8)) == 2)
    }

    @Test(arguments: [1, 2, 3, 4, 5, 7, 60, 75, 76, 77])
    func `base64 is read whatever the length of its lines`(width: Int) {
        let octets = (0..<1000).map { UInt8(truncatingIfNeeded: $0 &* 167 &+ $0 / 256) }
        var coded: [UInt8] = []
        for (index, letter) in Base64.encode(octets).utf8.enumerated() {
            if index > 0, index.isMultiple(of: width) { coded += [0x0D, 0x0A] }
            coded.append(letter)
        }
        #expect(coded.withUnsafeBytes { LenientBase64.body($0) } == octets)
    }

    @Test(
        arguments: [
            ("QUJD", "ABC"), ("QUI=", "AB"), ("QUI", "AB"), ("Q", ""), ("QU!JD", "ABC"), ("QUI=QUJD", "ABABC"), ("Q-U_JD", "ABC"), ("\r\n", ""), ("", ""),
        ] as [(String, String)])
    func `base64 is read leniently`(coded: String, text: String) {
        #expect(Array(coded.utf8).withUnsafeBytes { LenientBase64.body($0) } == Array(text.utf8))
    }

    @Test(
        arguments: [(" a ", "a"), ("a\r\n b", "a b"), ("a\u{85}b\u{2028}c\u{2029}d\u{0}e\u{7F}f", "a b c d e f"), ("\t \r\n", ""), ("à \u{2027}", "à \u{2027}"), ("", "")]
            as [(String, String)])
    func `a header's text is one line`(text: String, tidy: String) {
        #expect(EncodedWords.tidy(text) == tidy)
    }

    @Test(arguments: [("Caff\u{E8} citt\u{E0}", "Caffè città"), ("\u{80}5", "€5")] as [(String, String)])
    func `octets that are not UTF-8 are windows-1252, also beside UTF-8`(latin: String, text: String) {
        let octets = latin.unicodeScalars.map { UInt8(truncatingIfNeeded: $0.value) }
        #expect(Charset.mixed(octets) == text && Charset.mixed(octets + "é€😀".utf8) == text + "é€😀")
    }

    @Test(arguments: [[0xED, 0xA0, 0x80], [0xC0, 0x80], [0xF4, 0x90, 0x80, 0x80], [0xE0, 0x80, 0x80]] as [[UInt8]])
    func `what only looks like UTF-8 loses no octet`(octets: [UInt8]) {
        #expect(Charset.mixed(octets).unicodeScalars.count == octets.count)
    }
}
