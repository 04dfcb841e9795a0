import ChannelKit
import Gateway
import Messages

/// The invented shop's order system: answers the demo's actions inside the program, so that a newcomer can try a dialogue without a company system.
///
/// It knows five orders, from BL-100001 to BL-100005, until the program ends.
final class DemoCompany: HTTPSender {
    private static let address = "https://orders.bottega.example/"

    static let actions = [
        Action(
            name: "order-status", method: .get, url: "\(address)orders/{order}", changes: false, response: ["state_en", "state_it", "carrier", "day_en", "day_it"])
    ]

    private let orders = [
        "BL-100001": ("packed", "imballato", "tomorrow", "domani"), "BL-100002": ("on its way", "in viaggio", "in two days", "tra due giorni"),
        "BL-100003": ("delivered", "consegnato", "yesterday", "ieri"), "BL-100004": ("waiting for payment", "in attesa del pagamento", "not known yet", "non ancora nota"),
        "BL-100005": ("at the pickup point", "al punto di ritiro", "today", "oggi"),
    ]
    /// Everything else goes out.
    private let other: any HTTPSender

    init(_ other: any HTTPSender) {
        self.other = other
    }

    func send(_ call: HTTPCall) async throws(HTTPCallFailure) -> HTTPReply {
        guard call.url.hasPrefix(Self.address) else { return try await other.send(call) }
        let path = call.url.dropFirst(Self.address.count)
        guard path.hasPrefix("orders/"), let order = orders[String(path.dropFirst(7))] else { return HTTPReply(status: 404, headers: [], body: []) }
        let body: JSON = [
            "state_en": .string(order.0), "state_it": .string(order.1), "carrier": "Corriere Rosso", "day_en": .string(order.2), "day_it": .string(order.3),
        ]
        return HTTPReply(status: 200, headers: [], body: body.bytes)
    }
}
