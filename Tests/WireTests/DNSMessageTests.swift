import Testing

@testable import Wire

@Suite struct DNSMessageTests {
    static func question(_ kind: DNSMessage.Kind, _ name: String) throws -> [UInt8] { try #require(DNSMessage.question(kind, of: name, id: 0x1234)) }

    /// The answer to a question: its header and question with these records, each with the question's name by a pointer.
    static func answer(_ question: [UInt8], code: UInt8 = 0, flags: UInt8 = 0x81, _ records: [(type: UInt16, data: [UInt8])]) -> [UInt8] {
        var output = Array(question.dropLast(11))
        output[2] = flags
        output[3] = 0x80 | code
        output[7] = UInt8(records.count)
        output[11] = 0
        for record in records {
            output += [0xC0, 12, UInt8(record.type >> 8), UInt8(record.type & 255), 0, 1, 0, 0, 0, 60, UInt8(record.data.count >> 8), UInt8(record.data.count & 255)] + record.data
        }
        return output
    }

    @Test func `a question has labels, a type and room for a long answer`() throws {
        let octets = try Self.question(.txt, "a.bc")
        #expect(octets == [0x12, 0x34, 1, 0, 0, 1, 0, 0, 0, 0, 0, 1, 1, 0x61, 2, 0x62, 0x63, 0, 0, 16, 0, 1, 0, 0, 41, 4, 0xD0, 0, 0, 0, 0, 0, 0])
        #expect(try Self.question(.txt, "a.bc.") == octets)
    }

    @Test(arguments: ["", ".", "a..b", String(repeating: "a", count: 64) + ".b", String(repeating: "aaaaaaa.", count: 40) + "b", "a b.c", "è.it"])
    func `what is no name is not asked for`(name: String) {
        #expect(DNSMessage.question(.a, of: name, id: 1) == nil)
    }

    @Test func `records are read, others passed over`() throws {
        let mx = try Self.question(.mx, "a.test")
        #expect(
            DNSMessage.answer(Self.answer(mx, [(5, [1, 0x62, 0xC0, 12]), (15, [0, 10, 2, 0x6D, 0x78, 0xC0, 12]), (15, [0, 0, 0])]), to: mx, kind: .mx)
                == .records([.exchange(preference: 10, host: "mx.a.test"), .exchange(preference: 0, host: ".")]))
        let txt = try Self.question(.txt, "a.test")
        #expect(DNSMessage.answer(Self.answer(txt, [(16, [2, 0x61, 0x62, 1, 0x63])]), to: txt, kind: .txt) == .records([.text([0x61, 0x62, 0x63])]))
        let a = try Self.question(.a, "a.test")
        #expect(DNSMessage.answer(Self.answer(a, [(1, [192, 0, 2, 1])]), to: a, kind: .a) == .records([.address([192, 0, 2, 1])]))
        #expect(DNSMessage.answer(Self.answer(a, code: 3, []), to: a, kind: .a) == .records([]))
        #expect(DNSMessage.answer(Self.answer(a, flags: 0x83, []), to: a, kind: .a) == .truncated)
        #expect(DNSMessage.answer(Self.answer(a, code: 2, []), to: a, kind: .a) == .failure("the server failed"))
    }

    @Test func `an answer to another question is none`() throws {
        let a = try Self.question(.a, "a.test")
        var other = Self.answer(a, [(1, [192, 0, 2, 1])])
        other[0] ^= 1
        #expect(DNSMessage.answer(other, to: a, kind: .a) == .foreign)
        #expect(DNSMessage.answer(Self.answer(try Self.question(.a, "b.test"), [(1, [192, 0, 2, 1])]), to: a, kind: .a) == .foreign)
        #expect(DNSMessage.answer(Self.answer(a, flags: 0x01, []), to: a, kind: .a) == .foreign)
        #expect(DNSMessage.answer(a, to: a, kind: .a) == .foreign)
    }

    @Test func `no answer of any length or content breaks it`() throws {
        let mx = try Self.question(.mx, "a.test")
        let whole = Self.answer(mx, [(15, [0, 10, 2, 0x6D, 0x78, 0xC0, 12]), (15, [0, 20, 0xC0, 40])])
        for count in 0..<whole.count { _ = DNSMessage.answer(Array(whole.prefix(count)), to: mx, kind: .mx) }
        for place in whole.indices {
            for octet in [UInt8(0), 1, 0x3F, 0x40, 0xC0, 0xFF] {
                var changed = whole
                changed[place] = octet
                _ = DNSMessage.answer(changed, to: mx, kind: .mx)
            }
        }
    }

    @Test func `the system's servers are read`() {
        let text = "# comment\nnameserver 192.0.2.1\nsearch x\nnameserver\t::1\nnameserver nonsense\nnameserver 192.0.2.2\nnameserver 192.0.2.3\n"
        #expect(DNSClient.systemServers(text).map(\.description) == ["192.0.2.1:53", "[::1]:53", "192.0.2.2:53"])
    }
}
