import ChannelKit
import Mail

/// Sends one mail through the relay over a connection of its own.
struct RelayDelivery {
    let network: any Network
    let relay: EmailAdapter.Relay
    let ownName: String

    /// RFC 5321 §4.5.3.2: five minutes for a command, ten for the final dot; shorter here, because the Courier tries again.
    private static let command: Duration = .seconds(60)
    private static let content: Duration = .seconds(180)

    /// - Throws: `refused` when the relay will never take it, `notSent` when it is certainly not out, `unknown` when the connection ended
    ///   behind the final dot.
    func send(_ mail: SMTPDelivery.Mail) async throws(DeliveryFailure) {
        let connection: any ByteChannel
        do {
            connection = try await network.connect(host: relay.host, port: relay.port, tls: relay.security == .tls, within: .seconds(30))
        } catch {
            // A relay that the address guard forbids is the operator's to mend, like one that is down.
            throw DeliveryFailure(.notSent(retryAfter: nil), "the relay cannot be reached: \(Self.words(error))")
        }
        defer { connection.close() }
        let manner = SMTPDelivery.Manner(
            ownName: ownName, requiresTLS: relay.security == .starttls, user: relay.user, password: relay.password, allowsPlainPassword: relay.isLoopback)
        var delivery = SMTPDelivery(mail, manner: manner, isEncrypted: connection.isEncrypted)
        let outcome = await converse(&delivery, connection)
        switch outcome {
        case .delivered:
            // The message is theirs; whether the farewell arrives makes no difference.
            try? await connection.write(SMTPDelivery.goodbye, within: .seconds(5))
        case .refused(let why): throw DeliveryFailure(.refused, "the relay refuses it: \(why)")
        case .notSent(let why): throw DeliveryFailure(.notSent(retryAfter: nil), why)
        case .unknown(let why): throw DeliveryFailure(.unknown, "the connection ended before the relay answered: \(why)")
        }
    }

    private func converse(_ delivery: inout SMTPDelivery, _ connection: any ByteChannel) async -> SMTPDelivery.Outcome {
        var step = SMTPDelivery.Step.read
        var patience = Self.command
        do throws(NetworkFailure) {
            while true {
                switch step {
                case .read:
                    let input = try await connection.read(upTo: 8192, within: patience)
                    if input.isEmpty { return delivery.broken("the relay closed the connection") }
                    step = delivery.receive(input)
                case .write(let octets):
                    try await connection.write(octets, within: Self.command)
                    step = .read
                case .content(let text):
                    try await connection.write(text, within: Self.content)
                    patience = Self.content
                    step = .write(delivery.contentWritten())
                case .startTLS:
                    try await connection.startTLS(host: relay.host, within: .seconds(30))
                    step = delivery.secured()
                case .finished(let outcome):
                    return outcome
                }
            }
        } catch {
            return delivery.broken(Self.words(error))
        }
    }

    private static func words(_ failure: NetworkFailure) -> String {
        switch failure {
        case .timedOut: "it takes too long to answer"
        case .closed: "it closed the connection"
        case .unreachable(let why): why
        case .forbidden(let why): "the address is not allowed: \(why)"
        case .insecure(let why): "no secure connection: \(why)"
        case .cancelled: "the server is stopping"
        }
    }
}
