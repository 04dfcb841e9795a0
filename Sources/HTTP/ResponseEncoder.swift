import HTTPTypes

/// Writes response heads.
enum ResponseEncoder {
    enum Framing {
        case length(Int)
        case chunked
        /// The end of the connection is the end of the body (HTTP/1.0 clients).
        case untilClose
        /// 1xx, 204 and 304 have none.
        case none
    }

    /// The head's bytes, the empty line included, with `room` for a body after it. Fields that belong to the server are passed over if a handler set them.
    static func head(_ response: ServerResponse, framing: Framing, date: [UInt8], closes: Bool, keepAliveNamed: Bool, room: Int) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(256 + room + response.fields.count * 48)
        bytes.append(contentsOf: "HTTP/1.1 ".utf8)
        append(response.status.code, to: &bytes)
        bytes.append(.space)
        appendValue(response.status.reasonPhrase, to: &bytes)
        bytes.append(contentsOf: "\r\nDate: ".utf8)
        bytes.append(contentsOf: date)
        bytes.append(contentsOf: "\r\n".utf8)
        var hasSniffing = false
        for field in response.fields {
            switch field.name.canonicalName {
            case "date", "connection", "content-length", "transfer-encoding", "keep-alive", "trailer": continue
            case "upgrade" where response.status != .switchingProtocols && response.status != .upgradeRequired: continue
            case "x-content-type-options": hasSniffing = true
            default: break
            }
            bytes.append(contentsOf: field.name.rawName.utf8)
            bytes.append(.colon)
            bytes.append(.space)
            appendValue(field.value, to: &bytes)
            bytes.append(.cr)
            bytes.append(.lf)
        }
        if !hasSniffing { bytes.append(contentsOf: "X-Content-Type-Options: nosniff\r\n".utf8) }
        switch framing {
        case .length(let count):
            bytes.append(contentsOf: "Content-Length: ".utf8)
            append(count, to: &bytes)
            bytes.append(contentsOf: "\r\n".utf8)
        case .chunked: bytes.append(contentsOf: "Transfer-Encoding: chunked\r\n".utf8)
        case .untilClose, .none: break
        }
        if response.status == .switchingProtocols || response.status == .upgradeRequired && !closes {
            bytes.append(contentsOf: "Connection: Upgrade\r\n".utf8)
        } else if closes {
            bytes.append(contentsOf: "Connection: close\r\n".utf8)
        } else if keepAliveNamed {
            bytes.append(contentsOf: "Connection: keep-alive\r\n".utf8)
        }
        bytes.append(.cr)
        bytes.append(.lf)
        return bytes
    }

    /// HTTPTypes replaces what a value must not hold when a field is made; a second look costs nothing here and depends on nobody.
    private static func appendValue(_ value: String, to bytes: inout [UInt8]) {
        let start = bytes.count
        bytes.append(contentsOf: value.utf8)
        for index in start..<bytes.count where !bytes[index].isFieldContent { bytes[index] = .space }
    }

    static func append(_ number: Int, to bytes: inout [UInt8]) {
        var digits: (UInt64, Int) = (0, 0)  // up to 8 digits packed, the usual case
        var rest = number
        if number >= 0 && number < 100_000_000 {
            repeat {
                digits.0 = digits.0 << 8 | UInt64(48 + rest % 10)
                digits.1 += 1
                rest /= 10
            } while rest > 0
            for _ in 0..<digits.1 {
                bytes.append(UInt8(truncatingIfNeeded: digits.0))
                digits.0 >>= 8
            }
        } else {
            bytes.append(contentsOf: String(number).utf8)
        }
    }

    /// One chunk of a chunked body; nil for no bytes, which would end it.
    static func chunk(_ bytes: [UInt8]) -> [UInt8]? {
        if bytes.isEmpty { return nil }
        var framed: [UInt8] = []
        framed.reserveCapacity(bytes.count + 16)
        framed.append(contentsOf: String(bytes.count, radix: 16).utf8)
        framed.append(contentsOf: "\r\n".utf8)
        framed.append(contentsOf: bytes)
        framed.append(contentsOf: "\r\n".utf8)
        return framed
    }

    static let lastChunk = Array("0\r\n\r\n".utf8)
}
