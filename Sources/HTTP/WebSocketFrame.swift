/// One frame of RFC 6455 section 5.2, and what may be wrong with it.
struct WebSocketFrame {
    enum Opcode: UInt8 {
        case continuation = 0, text = 1, binary = 2, close = 8, ping = 9, pong = 10

        var isControl: Bool { rawValue >= 8 }
    }

    /// A close code with a reason for the peer's developer.
    struct Violation: Error {
        var code: UInt16
        var reason: String
    }

    var isFinal: Bool
    var opcode: Opcode
    var payload: [UInt8]

    /// Parses a client's frame at the start of `bytes`; nil when more must come. `limit` bounds the payload together with what is already
    /// collected of the message, and is looked at before the payload has come.
    static func parse(_ bytes: ArraySlice<UInt8>, limit: Int, collected: Int) throws(Violation) -> (frame: WebSocketFrame, length: Int)? {
        guard bytes.count >= 2 else { return nil }
        let base = bytes.startIndex
        let first = bytes[base]
        let second = bytes[base + 1]
        guard first & 0x70 == 0 else { throw Violation(code: 1002, reason: "reserved bits without an extension") }
        guard let opcode = Opcode(rawValue: first & 0x0F) else { throw Violation(code: 1002, reason: "unknown opcode") }
        guard second & 0x80 != 0 else { throw Violation(code: 1002, reason: "a client's frame must be masked") }
        let isFinal = first & 0x80 != 0
        let short = Int(second & 0x7F)
        if opcode.isControl && (short > 125 || !isFinal) { throw Violation(code: 1002, reason: "a control frame is longer than 125 bytes or fragmented") }
        var header = 2
        var length = short
        if short >= 126 {
            let width = short == 126 ? 2 : 8
            guard bytes.count >= 2 + width else { return nil }
            let value = bytes[(base + 2)..<(base + 2 + width)].reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
            guard value >> 63 == 0 else { throw Violation(code: 1002, reason: "a length with the highest bit set") }
            guard value > (width == 2 ? 125 : 65535) else { throw Violation(code: 1002, reason: "a length in more bytes than it needs") }
            guard value <= UInt64(limit) else { throw Violation(code: 1009, reason: "a message is longer than \(limit) bytes") }
            length = Int(value)
            header += width
        }
        if !opcode.isControl && length + collected > limit { throw Violation(code: 1009, reason: "a message is longer than \(limit) bytes") }
        guard bytes.count >= header + 4 + length else { return nil }
        let mask = base + header
        var payload = [UInt8](bytes[(mask + 4)..<(mask + 4 + length)])
        let key = bytes[mask..<(mask + 4)].reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
        for index in payload.indices { payload[index] ^= UInt8(truncatingIfNeeded: key >> UInt32(24 - 8 * (index & 3))) }
        return (WebSocketFrame(isFinal: isFinal, opcode: opcode, payload: payload), header + 4 + length)
    }

    /// A server's frame: not masked, never fragmented.
    static func encode(_ opcode: Opcode, _ payload: some Collection<UInt8>) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(payload.count + 10)
        bytes.append(0x80 | opcode.rawValue)
        switch payload.count {
        case 0...125:
            bytes.append(UInt8(payload.count))
        case 126...65535:
            bytes.append(126)
            bytes.append(UInt8(payload.count >> 8))
            bytes.append(UInt8(payload.count & 0xFF))
        default:
            bytes.append(127)
            for shift in stride(from: 56, through: 0, by: -8) { bytes.append(UInt8(truncatingIfNeeded: payload.count >> shift)) }
        }
        bytes.append(contentsOf: payload)
        return bytes
    }

    /// Whether a code may stand in a close frame (RFC 6455 section 7.4 and IANA's registry).
    static func isValidCloseCode(_ code: UInt16) -> Bool {
        switch code {
        case 1000...1003, 1007...1014, 3000...4999: true
        default: false
        }
    }
}
