import Testing

@testable import HTTP

@Suite struct `Packed files` {
    private static let text = Array(String(repeating: "one page after the other ", count: 4_000).utf8)

    @Test func `what was packed comes back whole`() throws {
        let packed = try #require(Compression.gzip(Self.text))
        #expect(Gzip.unpacked(packed, limit: Self.text.count) == Self.text)
    }

    @Test func `what unpacks to more than allowed is refused, whatever its size`() throws {
        let packed = try #require(Compression.gzip([UInt8](repeating: 0x20, count: 40 << 20)))
        #expect(packed.count < 1 << 20)
        #expect(Gzip.unpacked(packed, limit: 8 << 20) == nil)
    }

    @Test func `what is cut off, damaged or no gzip at all is refused`() throws {
        let packed = try #require(Compression.gzip(Self.text))
        #expect(Gzip.unpacked(Array(packed.dropLast(9)), limit: 1 << 20) == nil)
        var damaged = packed
        damaged[packed.count - 6] ^= 0xFF
        #expect(Gzip.unpacked(damaged, limit: 1 << 20) == nil)
        #expect(Gzip.unpacked(Self.text, limit: 1 << 20) == nil)
        #expect(Gzip.unpacked([], limit: 1 << 20) == nil)
    }
}
