import ChannelKit
import Mail
import Messages

/// What our mails carry so that an answer finds its conversation again: a token in the reply address and a Message-ID, both signed. What
/// does not verify is a stranger's word.
///
/// The token stands behind the `+` of the channel's first address: 42 letters of Base32 without case for two octets of the day it
/// ends, sixteen of the conversation and eight of an HMAC-SHA-256 that covers the channel's name too. Guessing one takes 2^63 mails.
package struct ReplyMarks: Sendable {
    /// RFC 5321 §4.5.3.1.1.
    private static let longestLocalPart = 64
    private static let tokenLetters = 42
    private static let signatureBytes = 8
    private static let signatureLetters = 13

    let channel: String
    let address: MailAddress
    let key: [UInt8]
    let days: Int64

    enum Finding: Sendable, Hashable {
        /// No token stands there.
        case nothing
        case conversation(ConversationID)
        case forged
        case expired
    }

    // MARK: Reply addresses

    /// The address that answers to this conversation come to; nil when the channel's own is too long to hold a token.
    func replyAddress(for conversation: ConversationID, writtenAt: Timestamp) -> MailAddress? {
        guard address.local.utf8.count + 1 + Self.tokenLetters <= Self.longestLocalPart, let id = Self.octets(of: conversation.text) else { return nil }
        let day = writtenAt.seconds / 86_400 + days
        guard let day = UInt16(exactly: day) else { return nil }
        let payload = [UInt8(day >> 8), UInt8(day & 0xFF)] + id
        return MailAddress("\(address.local)+\(Base32.encode(payload + signature("reply", payload)))@\(address.domain)")
    }

    /// What the `+` part of an address of ours says.
    func read(_ address: MailAddress, now: Timestamp) -> Finding {
        guard let detail = address.detail, detail.utf8.count == Self.tokenLetters, let octets = Self.base32(detail), octets.count == 18 + Self.signatureBytes else {
            return .nothing
        }
        let payload = Array(octets[..<18])
        guard Signatures.constantTimeEqual(Array(octets[18...]), signature("reply", payload)) else { return .forged }
        let end = Int64(payload[0]) << 8 | Int64(payload[1])
        return now.seconds / 86_400 > end ? .expired : .conversation(ConversationID(Self.text(of: payload[2...])))
    }

    // MARK: Message-IDs

    /// Without angle brackets: the message's identifier, its signature, and our domain.
    func messageID(of message: MessageID) -> String {
        "\(message.text).\(Base32.encode(signature("message", Array(message.text.utf8))))@\(address.domain)"
    }

    /// The message of ours that a Message-ID names; nil when we did not sign it.
    func message(_ messageID: String) -> MessageID? {
        guard let at = messageID.lastIndex(of: "@"), messageID[messageID.index(after: at)...].lowercased() == address.domain else { return nil }
        let local = messageID[..<at].lowercased()
        let parts = local.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 2, parts[0].utf8.count == 36, parts[1].utf8.count == Self.signatureLetters, let signed = Self.base32(parts[1]) else { return nil }
        guard Signatures.constantTimeEqual(signed, signature("message", Array(parts[0].utf8))) else { return nil }
        return MessageID(String(parts[0]))
    }

    /// The same, unless it is older than reply addresses live.
    func recentMessage(_ messageID: String, now: Timestamp) -> MessageID? {
        guard let message = message(messageID), let octets = Self.octets(of: message.text) else { return nil }
        // A UUID of version 7 begins with its milliseconds.
        let made = octets.prefix(6).reduce(Int64(0)) { $0 << 8 | Int64($1) }
        return now.seconds - made / 1000 > days * 86_400 ? nil : message
    }

    /// Messages of ours that are named anywhere in these octets, as a returned mail names them: at most ten.
    func messages(namedIn raw: [UInt8]) -> [MessageID] {
        // Quoted-printable breaks long lines.
        var text: [UInt8] = []
        text.reserveCapacity(raw.count)
        var index = 0
        while index < raw.count {
            if raw[index] == UInt8(ascii: "="), index + 2 < raw.count, raw[index + 1] == 0x0D, raw[index + 2] == 0x0A {
                index += 3
            } else {
                text.append(raw[index])
                index += 1
            }
        }
        let domain = Array("@\(address.domain)".utf8)
        let length = 36 + 1 + Self.signatureLetters
        var found: [MessageID] = []
        for at in text.indices where text[at] == UInt8(ascii: "@") && at >= length && found.count < 10 {
            guard text[at...].prefix(domain.count).elementsEqual(domain, by: { $0 | ($0 >= 0x41 && $0 <= 0x5A ? 0x20 : 0) == $1 }) else { continue }
            let candidate = String(decoding: text[(at - length)..<(at + domain.count)], as: UTF8.self)
            if let message = message(candidate), !found.contains(message) { found.append(message) }
        }
        return found
    }

    // MARK: Octets

    private func signature(_ purpose: String, _ payload: [UInt8]) -> [UInt8] {
        // The purpose and the channel's name hold no zero: where one ends is certain.
        Array(Signatures.hmacSHA256(key: key, message: Array("\(purpose)\0\(channel)\0".utf8), payload).prefix(Self.signatureBytes))
    }

    private static func octets(of uuid: String) -> [UInt8]? {
        guard uuid.utf8.count == 36, let octets = Hex.decode(uuid.filter { $0 != "-" }), octets.count == 16 else { return nil }
        return octets
    }

    private static func text(of octets: ArraySlice<UInt8>) -> String {
        var text = Hex.encode(Array(octets))
        for place in [20, 16, 12, 8] { text.insert("-", at: text.index(text.startIndex, offsetBy: place)) }
        return text
    }

    /// RFC 4648 §6 whatever the case; nil for other letters and for bits that are left over.
    private static func base32(_ text: some StringProtocol) -> [UInt8]? {
        var octets: [UInt8] = []
        var group: UInt32 = 0
        var bits = 0
        for byte in text.utf8 {
            let value: UInt32
            switch byte {
            case 0x61...0x7A: value = UInt32(byte) - 0x61
            case 0x41...0x5A: value = UInt32(byte) - 0x41
            case 0x32...0x37: value = UInt32(byte) - 0x32 + 26
            default: return nil
            }
            group = group << 5 | value
            bits += 5
            if bits >= 8 {
                bits -= 8
                octets.append(UInt8(group >> UInt32(bits)))
                group &= 1 << UInt32(bits) - 1
            }
        }
        return group == 0 ? octets : nil
    }
}
