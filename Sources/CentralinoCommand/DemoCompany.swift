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
            name: "order-status", method: .get, url: "\(address)orders/{order}", changes: false, response: ["state_en", "state_it", "carrier", "day_en", "day_it"]),
        Action(
            name: "change-address", method: .put, url: "\(address)orders/{order}/address", body: ["address": "{{address}}"], idempotencyHeader: "Idempotency-Key", changes: true,
            response: ["done_en", "done_it"]),
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
        let steps = path.split(separator: "/", omittingEmptySubsequences: false)
        guard steps.count >= 2, steps[0] == "orders", let order = orders[String(steps[1])] else { return HTTPReply(status: 404, headers: [], body: []) }
        if steps.dropFirst(2) == ["address"] {
            // A parcel that left goes where it goes; the address itself is kept nowhere.
            let isChanged = ["packed", "waiting for payment"].contains(order.0)
            let body: JSON =
                isChanged
                ? ["done_en": "the new address is noted", "done_it": "il nuovo indirizzo è registrato"]
                : ["done_en": "it has left already, so the address stays", "done_it": "è già partito, quindi l'indirizzo resta quello"]
            return HTTPReply(status: 200, headers: [], body: body.bytes)
        }
        let body: JSON = [
            "state_en": .string(order.0), "state_it": .string(order.1), "carrier": "Corriere Rosso", "day_en": .string(order.2), "day_it": .string(order.3),
        ]
        return HTTPReply(status: 200, headers: [], body: body.bytes)
    }
}
