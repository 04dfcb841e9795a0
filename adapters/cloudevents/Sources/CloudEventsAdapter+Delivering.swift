package import ChannelKit
package import Messages

extension CloudEventsAdapter {
    /// Posts one reply as a structured event. Every try carries the same id, so that the receiver can fold repeats.
    package func deliver(_ message: OutboundMessage) async throws(DeliveryFailure) -> DeliveryReceipt {
        guard let replyURL else { throw DeliveryFailure(.refused, "this channel has no reply_url, so nothing can be sent back") }
        let event: JSON = [
            "specversion": "1.0", "id": .string(message.id.text), "source": .string("/gateway/\(channel)"), "type": .string(typePrefix + "message.created"),
            "time": .string(message.createdAt.rfc3339), "datacontenttype": "application/json", "data": MessageProfile.write(message),
        ]
        let call = HTTPCall(
            method: "POST", url: replyURL,
            headers: [("content-type", "application/cloudevents+json; charset=utf-8"), ("authorization", "Bearer \(replyToken)")], body: event.bytes)
        let reply: HTTPReply
        do {
            reply = try await http.send(call)
        } catch {
            throw DeliveryFailure(error)
        }
        // 410: gone for good. 415: the receiver does not understand such events, and will not the next time.
        if let failure = DeliveryFailure(webhookReply: reply, final: [410, 415], now: now()) { throw failure }
        return DeliveryReceipt()
    }
}
