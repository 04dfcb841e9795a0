import Testing

@testable import Mail

@Suite struct PageTextTests {
    private static let latin = Array("caff".utf8) + [0xE8]
    private static let named = Array("<meta charset=\"iso-8859-5\">".utf8) + [0xD4, 0xD0]

    @Test(
        arguments: [
            (Array("caffè".utf8), "text/html; charset=iso-8859-1", "caffè"), ([0xEF, 0xBB, 0xBF] + Array("caffè".utf8), nil, "caffè"),
            ([0xFF, 0xFE, 0x63, 0x00, 0xE8, 0x00], "text/html; charset=utf-8", "cè"), ([0xFE, 0xFF, 0x00, 0x63, 0x00, 0xE8], nil, "cè"),
            (latin, "text/html; Charset=\"ISO-8859-1\"; x=y", "caffè"), (latin, nil, "caffè"), (latin, "text/html; charset=utf-8", "caffè"),
            (latin, "text/html; charset=", "caffè"),
            (latin, "text/html; charset=no-such", "caffè"), (named, nil, "<meta charset=\"iso-8859-5\">да"), ([0xE4, 0xE0], "text/html; charset=koi8-r", "ДЮ"), ([], nil, ""),
        ])
    func `octets are read by their mark, as UTF-8, by what came with them, by what they name, as windows-1252`(_ octets: [UInt8], _ type: String?, _ text: String) {
        #expect(PageText.decoded(octets, contentType: type) == text)
    }
}
