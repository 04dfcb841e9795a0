public import Messages

extension DeliveryFailure {
    /// What an HTTP call that ended without a reply says of the message.
    public init(_ failure: HTTPCallFailure) {
        switch failure {
        case .notSent(let why): self.init(.notSent(retryAfter: nil), "not sent: \(why)")
        case .forbidden(let why): self.init(.refused, "the address may not be called: \(why)")
        case .unknown(let why): self.init(.unknown, "the receiver may have it: \(why)")
        }
    }

    /// What a webhook receiver's status says of the message; nil for 2xx, which alone is success.
    ///
    /// - Parameter final: statuses after which no try is made again.
    public init?(webhookReply reply: HTTPReply, final: Set<Int>, now: Timestamp) {
        guard !(200..<300).contains(reply.status) else { return nil }
        if final.contains(reply.status) {
            self.init(.refused, "the receiver answered \(reply.status) and wants no more of this")
        } else {
            self.init(.notSent(retryAfter: reply.retryAfter(now: now)), "the receiver answered \(reply.status)")
        }
    }
}

extension HTTPReply {
    /// The `Retry-After` of a reply (RFC 9110 §10.2.3), as seconds or as a date; at most a day. Nil when absent, past or unreadable.
    public func retryAfter(now: Timestamp) -> Duration? {
        guard let value = header("retry-after") else { return nil }
        let seconds: Int64
        if !value.isEmpty, value.utf8.count <= 9, value.utf8.allSatisfy({ (0x30...0x39).contains($0) }) {
            seconds = Int64(value) ?? 0
        } else if let date = Timestamp(httpDate: value) {
            seconds = date.seconds - now.seconds
        } else {
            return nil
        }
        return seconds > 0 ? .seconds(min(seconds, 86_400)) : nil
    }
}

extension Timestamp {
    /// Reads the one date form that HTTP still writes (RFC 9110 §5.6.7): `Sun, 06 Nov 1994 08:49:37 GMT`.
    public init?(httpDate text: String) {
        let words = text.split(separator: " ", omittingEmptySubsequences: false)
        let months: [Substring] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
        guard words.count == 6, words[0].utf8.count == 4, words[5] == "GMT", let month = months.firstIndex(of: words[2]) else { return nil }
        self.init(rfc3339: "\(words[3])-\(month < 9 ? "0" : "")\(month + 1)-\(words[1])T\(words[4])Z")
    }
}
