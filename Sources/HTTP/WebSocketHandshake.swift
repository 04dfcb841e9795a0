import COpenSSL
import HTTPTypes

/// The opening handshake, RFC 6455 section 4.2.
enum WebSocketHandshake {
    enum Answer {
        case accepted(ServerResponse)
        case refused(ServerResponse)
    }

    static func answer(to head: RequestHead, _ response: ServerResponse) -> Answer {
        guard head.method == .get, head.isCurrent, head.framing == .none else {
            return .refused(.text(.badRequest, "a WebSocket begins with a GET of HTTP/1.1 without a body"))
        }
        let upgrade = head.values("upgrade")
        guard head.wantsUpgrade, upgrade.contains(where: { $0.lowercased() == "websocket" }) else {
            return .refused(upgradeRequired("this path is a WebSocket"))
        }
        guard head.values("sec-websocket-version") == ["13"] else { return .refused(upgradeRequired("only version 13 of WebSocket is spoken here")) }
        let keys = head.values("sec-websocket-key")
        guard keys.count == 1, isKey(keys[0]) else { return .refused(.text(.badRequest, "Sec-WebSocket-Key is not 16 bytes in base64")) }
        guard head.values("origin").count <= 1 else { return .refused(.text(.badRequest, "more than one Origin field")) }
        var response = response
        response.status = .switchingProtocols
        response.fields[.upgrade] = "websocket"
        response.fields[.secWebSocketAccept] = accept(keys[0])
        return .accepted(response)
    }

    private static func upgradeRequired(_ line: String) -> ServerResponse {
        var response = ServerResponse.text(.upgradeRequired, line)
        response.fields[.upgrade] = "websocket"
        response.fields[.secWebSocketVersion] = "13"
        return response
    }

    /// 16 bytes in base64 are 22 characters and two equals signs.
    private static func isKey(_ key: String) -> Bool {
        let bytes = key.utf8
        guard bytes.count == 24, bytes.suffix(2).elementsEqual("==".utf8) else { return false }
        return bytes.prefix(22).allSatisfy { $0.isAlphanumeric || $0 == UInt8(ascii: "+") || $0 == .slash }
    }

    static func accept(_ key: String) -> String {
        let input = Array((key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11").utf8)
        var digest = [UInt8](repeating: 0, count: 20)
        SHA1(input, input.count, &digest)
        var text = [UInt8](repeating: 0, count: 29)
        let count = EVP_EncodeBlock(&text, digest, 20)
        return String(decoding: text.prefix(Int(count)), as: UTF8.self)
    }
}
