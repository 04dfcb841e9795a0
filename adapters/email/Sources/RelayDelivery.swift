import ChannelKit
import Mail

/// Sends one mail through one mail server over a connection of its own.
struct RelayDelivery {
    let network: any Network
    /// Where to connect to; and the name that its certificate must have.
    let host: String
    let name: String
    let port: Int
    let security: TransportSecurity
    /// TLS where the server offers it and its certificate is right, else none.
    let isOpportunistic: Bool
    let user: String?
    let password: String?
    let isLoopback: Bool
    let ownName: String
    /// How the server is called in explanations.
    let what: String

    init(network: any Network, relay: EmailAdapter.Relay, ownName: String) {
        self.init(
            network: network, host: relay.host, name: relay.host, port: relay.port, security: relay.security, isOpportunistic: false, user: relay.user, password: relay.password,
            isLoopback: relay.isLoopback, ownName: ownName, what: "the relay")
    }

    init(
        network: any Network, host: String, name: String, port: Int, security: TransportSecurity, isOpportunistic: Bool, user: String?, password: String?, isLoopback: Bool,
        ownName: String, what: String
    ) {
        self.network = network
        self.host = host
        self.name = name
        self.port = port
        self.security = security
        self.isOpportunistic = isOpportunistic
        self.user = user
        self.password = password
        self.isLoopback = isLoopback
        self.ownName = ownName
        self.what = what
    }

    /// RFC 5321 §4.5.3.2: five minutes for a command, ten for the final dot; shorter here, because the Courier tries again.
    private static let command: Duration = .seconds(60)
    private static let content: Duration = .seconds(180)

    /// - Throws: `refused` when the relay will never take it, `notSent` when it is certainly not out, `unknown` when the connection ended
    ///   behind the final dot.
    func send(_ mail: SMTPDelivery.Mail) async throws(DeliveryFailure) {
        guard isOpportunistic else { return try await send(mail, prefersTLS: false) }
        do throws(DeliveryFailure) {
            try await send(mail, prefersTLS: true)
        } catch {
            // RFC 7435: what would have gone out in plain text anyway is not held back by a certificate that is wrong.
            guard case .notSent = error.verdict, error.explanation.contains(Self.insecure) else { throw error }
            try await send(mail, prefersTLS: false)
        }
    }

    private static let insecure = "no secure connection"

    private func send(_ mail: SMTPDelivery.Mail, prefersTLS: Bool) async throws(DeliveryFailure) {
        let connection: any ByteChannel
        do {
            connection = try await network.connect(host: host, port: port, tls: security == .tls, within: .seconds(30))
        } catch {
            // A relay that the address guard forbids is the operator's to mend, like one that is down.
            throw DeliveryFailure(.notSent(retryAfter: nil), "\(what) cannot be reached: \(Self.words(error))")
        }
        defer { connection.close() }
        let manner = SMTPDelivery.Manner(
            ownName: ownName, requiresTLS: security == .starttls, prefersTLS: prefersTLS, user: user, password: password, allowsPlainPassword: isLoopback)
        var delivery = SMTPDelivery(mail, manner: manner, isEncrypted: connection.isEncrypted)
        let outcome = await converse(&delivery, connection)
        switch outcome {
        case .delivered:
            // The message is theirs; whether the farewell arrives makes no difference.
            try? await connection.write(SMTPDelivery.goodbye, within: .seconds(5))
        case .refused(let why): throw DeliveryFailure(.refused, "\(what) refuses it: \(why)")
        case .notSent(let why): throw DeliveryFailure(.notSent(retryAfter: nil), why)
        case .unknown(let why): throw DeliveryFailure(.unknown, "the connection ended before \(what) answered: \(why)")
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
                    if input.isEmpty { return delivery.broken("\(what) closed the connection") }
                    step = delivery.receive(input)
                case .write(let octets):
                    try await connection.write(octets, within: Self.command)
                    step = .read
                case .content(let text):
                    try await connection.write(text, within: Self.content)
                    patience = Self.content
                    step = .write(delivery.contentWritten())
                case .startTLS:
                    try await connection.startTLS(host: name, within: .seconds(30))
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
        case .insecure(let why): "\(insecure): \(why)"
        case .cancelled: "the server is stopping"
        }
    }
}
