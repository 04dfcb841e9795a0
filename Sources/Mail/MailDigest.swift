import COpenSSL
import Messages

/// Fingerprints of messages.
package enum MailDigest {
    /// SHA-256 in hexadecimal.
    static func sha256(_ bytes: UnsafeRawBufferPointer) -> String {
        withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 32) { digest in
            // A missing SHA-256 is a broken installation: without it nothing here can be told from a forgery.
            precondition(EVP_Digest(bytes.baseAddress, bytes.count, digest.baseAddress, nil, EVP_sha256(), nil) == 1, "SHA-256 is missing from OpenSSL")
            return Hex.encode(digest)
        }
    }

    static func sha256(_ bytes: [UInt8]) -> String {
        bytes.withUnsafeBytes { sha256($0) }
    }

    /// What a repeat of the same mail is recognised by: its Message-ID together with a digest of its body, since some programs use
    /// one Message-ID for many mails; without a Message-ID a digest of everything but the Received fields, which every hop adds.
    ///
    /// The body counts without what relays change: line ends, blanks at line ends, empty lines at the end.
    package static func identity(of raw: [UInt8], messageID: String?) -> String {
        let (header, body) = split(raw)
        guard let messageID else { return "sha256:\(sha256(withoutReceived(header) + body))" }
        let id = messageID.utf8.count <= 250 ? messageID : "sha256:\(sha256(Array(messageID.utf8)))"
        return "\(id) sha256:\(sha256(normalised(body)))"
    }

    /// Up to and including the empty line, and the rest.
    static func split(_ raw: [UInt8]) -> (header: ArraySlice<UInt8>, body: ArraySlice<UInt8>) {
        var index = 0
        while let end = raw[index...].firstIndex(of: 0x0A) {
            let isEmpty = end == index || end == index + 1 && raw[index] == 0x0D
            index = end + 1
            if isEmpty { return (raw[..<index], raw[index...]) }
        }
        return (raw[...], [])
    }

    private static func normalised(_ body: ArraySlice<UInt8>) -> [UInt8] {
        var output: [UInt8] = []
        output.reserveCapacity(body.count)
        var index = body.startIndex
        while index < body.endIndex {
            let end = body[index...].firstIndex(of: 0x0A) ?? body.endIndex
            var last = end
            while last > index, body[last - 1] == 0x20 || body[last - 1] == 0x09 || body[last - 1] == 0x0D { last -= 1 }
            output.append(contentsOf: body[index..<last])
            output.append(0x0A)
            index = end + 1
        }
        while output.last == 0x0A { output.removeLast() }
        return output
    }

    private static func withoutReceived(_ header: ArraySlice<UInt8>) -> [UInt8] {
        var output: [UInt8] = []
        var isSkipping = false
        var index = header.startIndex
        let name = Array("received:".utf8)
        while index < header.endIndex {
            let end = header[index...].firstIndex(of: 0x0A).map { $0 + 1 } ?? header.endIndex
            let line = header[index..<end]
            if line.first != 0x20, line.first != 0x09 {
                isSkipping = line.count >= name.count && zip(line, name).allSatisfy { $0 == $1 || $0 | 0x20 == $1 }
            }
            if !isSkipping { output.append(contentsOf: line) }
            index = end
        }
        return output
    }
}
