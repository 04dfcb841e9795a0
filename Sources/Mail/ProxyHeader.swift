/// What a proxy says of the connection that it passes on: the PROXY protocol, versions 1 and 2 (haproxy.org, proxy-protocol.txt).
package enum ProxyHeader: Sendable, Hashable {
    /// More octets are needed.
    case incomplete
    case invalid
    /// The client's address, nil where the proxy speaks for itself (a health check); and how many octets the header had.
    case found(client: String?, length: Int)

    /// The longest header of version 1, and what is taken of version 2 with its extras.
    private static let mostV1 = 107
    private static let mostV2 = 2048
    private static let signature: [UInt8] = [0x0D, 0x0A, 0x0D, 0x0A, 0x00, 0x0D, 0x0A, 0x51, 0x55, 0x49, 0x54, 0x0A]

    package static func read(_ input: [UInt8]) -> ProxyHeader {
        if input.starts(with: signature.prefix(input.count)) { return input.count < 16 ? .incomplete : version2(input) }
        guard input.starts(with: Array("PROXY ".utf8).prefix(input.count)) else { return .invalid }
        guard let end = input.prefix(mostV1).firstIndex(of: 0x0A) else { return input.count < mostV1 ? .incomplete : .invalid }
        guard end > 0, input[end - 1] == 0x0D else { return .invalid }
        let words = input[..<(end - 1)].split(separator: 0x20, omittingEmptySubsequences: false).map { String(decoding: $0, as: UTF8.self) }
        guard words.count >= 2 else { return .invalid }
        if words[1] == "UNKNOWN" { return .found(client: nil, length: end + 1) }
        guard words.count == 6, let source = SPF.address(words[2]), let target = SPF.address(words[3]), Self.isPort(words[4]), Self.isPort(words[5]) else { return .invalid }
        switch words[1] {
        case "TCP4" where source.count == 4 && target.count == 4 && !words[2].contains(":"): return .found(client: words[2], length: end + 1)
        case "TCP6" where words[2].contains(":") && words[3].contains(":"): return .found(client: words[2], length: end + 1)
        default: return .invalid
        }
    }

    private static func version2(_ input: [UInt8]) -> ProxyHeader {
        let length = 16 + (Int(input[14]) << 8 | Int(input[15]))
        guard input[12] >> 4 == 2, length <= mostV2 else { return .invalid }
        guard input.count >= length else { return .incomplete }
        switch input[12] & 15 {
        case 0: return .found(client: nil, length: length)
        case 1: break
        default: return .invalid
        }
        switch input[13] {
        case 0x11 where length >= 28: return .found(client: input[16..<20].map(String.init).joined(separator: "."), length: length)
        case 0x21 where length >= 52:
            let words = stride(from: 16, to: 32, by: 2).map { String(Int(input[$0]) << 8 | Int(input[$0 + 1]), radix: 16) }
            return .found(client: words.joined(separator: ":"), length: length)
        case 0x00: return .found(client: nil, length: length)
        default: return .invalid
        }
    }

    private static func isPort(_ text: String) -> Bool {
        (1...5).contains(text.utf8.count) && text.utf8.allSatisfy { (0x30...0x39).contains($0) } && (Int(text) ?? .max) <= 65_535
    }
}
