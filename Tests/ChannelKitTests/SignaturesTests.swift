import ChannelKit
import Messages
import Testing

@Suite struct SignaturesTests {
    static func bytes(_ hex: String) throws -> [UInt8] { try #require(Hex.decode(hex)) }

    /// FIPS 180-4's examples.
    @Test(arguments: [
        ("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"), ("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
        ("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq", "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"),
    ])
    func `SHA-256 is that of the standard, also in parts`(text: String, digest: String) {
        let bytes = Array(text.utf8)
        #expect(Hex.encode(Signatures.sha256(bytes)) == digest)
        #expect(Hex.encode(Signatures.sha256(Array(bytes.prefix(5)), Array(bytes.dropFirst(5)))) == digest)
    }

    /// RFC 4231 §4: test cases 1 to 4, 6 and 7.
    @Test(arguments: [
        (String(repeating: "0b", count: 20), "4869205468657265", "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7"),
        ("4a656665", "7768617420646f2079612077616e7420666f72206e6f7468696e673f", "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"),
        (String(repeating: "aa", count: 20), String(repeating: "dd", count: 50), "773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe"),
        ("0102030405060708090a0b0c0d0e0f10111213141516171819", String(repeating: "cd", count: 50), "82558a389a443c0ea4cc819899f2083a85f0faa3e578f8077a2e3ff46729665b"),
        (
            String(repeating: "aa", count: 131), "54657374205573696e67204c6172676572205468616e20426c6f636b2d53697a65204b6579202d2048617368204b6579204669727374",
            "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54"
        ),
        (
            String(repeating: "aa", count: 131),
            "5468697320697320612074657374207573696e672061206c6172676572207468616e20626c6f636b2d73697a65206b657920616e642061206c6172676572207468616e20626c6f636b2d73697a6520646174612e20546865206b6579206e6565647320746f20626520686173686564206265666f7265206265696e6720757365642062792074686520484d414320616c676f726974686d2e",
            "9b09ffa71b942fcb27635fbcd5b0e944bfdc63644f0713938a7f51535c3a35e2"
        ),
    ])
    func `HMAC-SHA-256 is that of the RFC, also in parts`(key: String, message: String, mac: String) throws {
        let (key, message) = (try Self.bytes(key), try Self.bytes(message))
        #expect(Hex.encode(Signatures.hmacSHA256(key: key, message: message)) == mac)
        #expect(Hex.encode(Signatures.hmacSHA256(key: key, message: [], Array(message.prefix(3)), Array(message.dropFirst(3)))) == mac)
    }

    /// RFC 2104 §2: a key longer than a block counts as its hash, a shorter one as if zeros followed.
    @Test(arguments: [0, 1, 63, 64, 65, 100, 128, 129])
    func `A key of any length is brought to one block`(length: Int) {
        let (key, message) = ([UInt8](repeating: 0x5A, count: length), Array("message".utf8))
        let block = length > 64 ? Signatures.sha256(key) : key
        #expect(Signatures.hmacSHA256(key: key, message: message) == Signatures.hmacSHA256(key: block, message: message))
        #expect((length < 64) == (Signatures.hmacSHA256(key: key, message: message) == Signatures.hmacSHA256(key: key + [0], message: message)))
    }

    /// RFC 8032 §7.1: tests 1 to 3.
    @Test(arguments: [
        (
            "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60", "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a", "",
            "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b"
        ),
        (
            "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb", "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c", "72",
            "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00"
        ),
        (
            "c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7", "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025", "af82",
            "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a"
        ),
    ])
    func `Ed25519 is that of the RFC, and every changed byte is noticed`(seed: String, publicKey: String, message: String, signature: String) throws {
        let (seed, publicKey, message, signature) = (try Self.bytes(seed), try Self.bytes(publicKey), try Self.bytes(message), try Self.bytes(signature))
        #expect(Signatures.ed25519PublicKey(seed: seed) == publicKey)
        #expect(Signatures.signEd25519(seed: seed, message: message) == signature)
        #expect(Signatures.verifyEd25519(publicKey: publicKey, signature: signature, message: message))
        for index in signature.indices {
            var changed = signature
            changed[index] ^= 1
            #expect(!Signatures.verifyEd25519(publicKey: publicKey, signature: changed, message: message))
        }
        #expect(!Signatures.verifyEd25519(publicKey: publicKey, signature: signature, message: message + [0]))
        #expect(!Signatures.verifyEd25519(publicKey: publicKey, signature: Array(signature.dropLast()), message: message))
        #expect(!Signatures.verifyEd25519(publicKey: Array(publicKey.dropLast()), signature: signature, message: message))
        #expect(Signatures.signEd25519(seed: Array(seed.dropLast()), message: message) == nil)
    }

    @Test func `Comparing finds every difference`() {
        #expect(Signatures.constantTimeEqual([], []))
        #expect(Signatures.constantTimeEqual([1, 2, 3], [1, 2, 3]))
        #expect(!Signatures.constantTimeEqual([1, 2, 3], [1, 2]))
        #expect(!Signatures.constantTimeEqual([1, 2, 3], [1, 2, 2]))
        #expect(!Signatures.constantTimeEqual([0, 2, 3], [1, 2, 3]))
    }

    @Test func `Random bytes are as many as asked for and not the same twice`() {
        #expect(Signatures.randomBytes(0).isEmpty)
        let draws = (0..<50).map { _ in Signatures.randomBytes(16) }
        #expect(draws.allSatisfy { $0.count == 16 } && Set(draws).count == 50)
    }

    @Test(
        arguments: [
            ("120", .seconds(120)), ("0", nil), ("-1", nil), ("1.5", nil), ("", nil), ("99999999", .seconds(86_400)), ("Mon, 02 Mar 2026 09:30:30 GMT", .seconds(30)),
            ("Mon, 02 Mar 2026 09:29:30 GMT", nil), ("Mon, 31 Feb 2026 09:30:30 GMT", nil), ("Monday, 02-Mar-26 09:30:30 GMT", nil), ("Mon, 02 Mar 2026 09:30:30 CET", nil),
        ] as [(String, Duration?)])
    func `Retry-After is read in both forms and bounded`(value: String, wait: Duration?) {
        let reply = HTTPReply(status: 503, headers: [("RETRY-AFTER", value)], body: [])
        #expect(reply.retryAfter(now: Timestamp(seconds: 1_772_443_800)) == wait)
    }
}
