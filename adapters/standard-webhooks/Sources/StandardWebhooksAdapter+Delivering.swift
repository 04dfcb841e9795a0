package import ChannelKit
package import Messages

extension StandardWebhooksAdapter {
    /// Posts one reply to the partner, signed.
    ///
    /// The id and the body are the same on every try, the timestamp and so the signature are new: the partner's window is short and
    /// our retries go on for days.
    package func deliver(_ message: OutboundMessage) async throws(DeliveryFailure) -> DeliveryReceipt {
        guard let replyURL, let replyKey else { throw DeliveryFailure(.refused, "this channel has no reply_url, so nothing can be sent back") }
        let body = JSON.object([
            JSON.Member("type", "message.created"), JSON.Member("timestamp", .string(message.createdAt.rfc3339)), JSON.Member("data", MessageProfile.write(message)),
        ]).bytes
        let id = "msg_\(message.id.text)"
        let seconds = now().seconds
        guard let signature = replyKey.signature(id: id, timestamp: seconds, body: body) else { throw DeliveryFailure(.refused, "the reply key cannot sign") }
        let call = HTTPCall(
            method: "POST", url: replyURL,
            headers: [
                ("content-type", "application/json"), ("webhook-id", id), ("webhook-timestamp", String(seconds)), ("webhook-signature", signature),
            ], body: body)
        let reply: HTTPReply
        do {
            reply = try await http.send(call)
        } catch {
            throw DeliveryFailure(error)
        }
        // 410 is the one status that ends it; every other one outside 2xx, redirects included, is a failure to try again.
        if let failure = DeliveryFailure(webhookReply: reply, final: [410], now: now()) { throw failure }
        return DeliveryReceipt()
    }
}
