package import ChannelKit
import Logging
package import Mail
package import Messages

/// A mail channel: one or more addresses of ours; mail for them arrives through `SMTPListener`, or is read from a mailbox by IMAP; replies
/// go out through a relay, or as files into a folder while there is none.
package struct EmailAdapter: ChannelAdapter {
    package static let kind: AdapterKind = "email"

    /// The channel's name in the settings.
    package let channel: String
    /// The channel's own addresses; replies come from the first.
    package let addresses: [MailAddress]
    let name: String?
    let exit: Exit
    let mailbox: IMAPSettings?
    let mailboxStatus: MailboxStatus?
    let context: AdapterContext
    /// What our mails carry so that answers find their conversation.
    package let marks: ReplyMarks
    /// Which domains belong together, for what a mailbox's server says of a sender.
    package var suffixes: @Sendable () -> PublicSuffixes = { PublicSuffixes() }
    /// How the Markdown of articles looks as HTML; it is sanitised before it leaves.
    package var formatted: @Sendable (_ markdown: String) -> String = { MailPage.formatted(plain: $0) }
    private let signer: DKIMSigner?
    /// Whether the bot's mails have the null return path.
    let hasNullSender: Bool

    /// Which way replies leave.
    enum Exit: Sendable, Hashable {
        case relay(Relay)
        /// Straight to the mail servers of each recipient's domain.
        case direct(Direct)
        /// A folder for `.eml` files.
        case outbox(String)
    }

    struct Direct: Sendable, Hashable {
        var port = 25
        /// Without it, TLS where the other side can.
        var requiresTLS = false
    }

    struct Relay: Sendable, Hashable {
        var host: String
        var port: Int
        var security: TransportSecurity
        var user: String?
        var password: String?
    }

    package init(_ context: AdapterContext) throws(ConfigurationProblem) {
        var settings = context.settings
        channel = context.channel
        self.context = context
        addresses = try Self.addresses(&settings)
        name = try settings.text("name")
        var days: Int64 = 90
        if let value = settings.take("reply_days") {
            guard let number = value.integer, (1...3650).contains(number) else { throw ConfigurationProblem("settings.reply_days", "must be a number from 1 to 3650") }
            days = number
        }
        marks = ReplyMarks(channel: context.channel, address: addresses[0], key: context.signingKey, days: days)
        mailbox = try IMAPSettings(&settings)
        mailboxStatus = mailbox.map { MailboxStatus(folders: $0.folders) }
        let relay = try Relay(&settings)
        let outbox = try settings.text("outbox")
        let direct = try Direct(&settings)
        switch (relay, outbox, direct) {
        case (let relay?, nil, nil): exit = .relay(relay)
        case (nil, let folder?, nil): exit = .outbox(folder)
        case (nil, nil, let direct?): exit = .direct(direct)
        case (nil, nil, nil): throw ConfigurationProblem("settings.relay", "is missing: give a relay, or a folder as outbox")
        case (_?, _, _?), (_, _?, _?): throw ConfigurationProblem("settings.delivery", "stands beside a relay or an outbox: give one of them")
        case (_?, _?, nil): throw ConfigurationProblem("settings.outbox", "stands beside a relay: give one of them")
        }
        signer = try Self.signer(&settings, for: addresses[0])
        switch try settings.text("bot_return_path") ?? "null" {
        case "null": hasNullSender = true
        case "address": hasNullSender = false
        default: throw ConfigurationProblem("settings.bot_return_path", "must be null or address")
        }
        try settings.finish()
    }

    /// The settings with an outbox of ours, when they name neither a relay nor an outbox.
    package static func settings(_ settings: JSON, withOutbox folder: String) -> JSON {
        guard case .object = settings, settings["relay"] ?? .null == .null, settings["outbox"] ?? .null == .null, settings["delivery"] ?? .null == .null else { return settings }
        var filled = settings
        filled["outbox"] = .string(folder)
        return filled
    }

    /// A message counts as the same wherever its Message-ID does, and every try carries the same one.
    package var capabilities: ChannelCapabilities {
        ChannelCapabilities(
            maximumTextBytes: 1_000_000, repeatsAreIdempotent: true, retrySchedule: Self.retrySchedule, deliveriesAtOnce: 8, maximumFileBytes: 20_971_520,
            answersSparingly: true)
    }

    /// Five days in all, as RFC 5321 §4.5.4.1 wants it: soon at first, since most failures are short, then every eight hours.
    static let retrySchedule: [Duration] =
        ([60, 300, 900, 1800, 3600, 7200, 14_400] + Array(repeating: 28_800, count: 14)).map { .seconds($0) }

    package func deliver(_ message: OutboundMessage) async throws(DeliveryFailure) -> DeliveryReceipt {
        // RFC 2606: what stands in for the address of a mail that names none.
        guard let recipient = MailAddress(message.recipient)?.withASCIIDomain, recipient.domain != "invalid" else {
            throw DeliveryFailure(.refused, "the recipient is no mail address that can be written to")
        }
        var octets = mail(for: message, to: recipient).bytes
        if let signer { octets = signer.sign(octets, at: message.createdAt) }
        let isAutomatic = message.author == .bot && hasNullSender
        let mail = SMTPDelivery.Mail(from: isAutomatic ? nil : addresses[0], recipient: recipient, data: octets, envelopeID: message.id.text)
        do throws(DeliveryFailure) {
            try await send(mail, name: message.id.text)
        } catch {
            // Some servers take the null path from nobody. An answer that arrives is worth more than the rule (RFC 3834 §3.3 says "should").
            guard isAutomatic, error.verdict == .refused, error.explanation.contains(" MAIL: ") else { throw error }
            var named = mail
            named.from = addresses[0]
            try await send(named, name: message.id.text)
        }
        return DeliveryReceipt(externalID: messageID(of: message))
    }

    private func send(_ mail: SMTPDelivery.Mail, name: String) async throws(DeliveryFailure) {
        let ownName = addresses[0].domain
        switch exit {
        case .relay(let relay): try await RelayDelivery(network: context.network, relay: relay, ownName: ownName).send(mail)
        case .direct(let direct): try await DirectDelivery(network: context.network, names: context.names, direct: direct, ownName: ownName).send(mail)
        case .outbox(let folder): try await Outbox(folder: folder).put(mail.data, name: name)
        }
    }

    /// The same for the same message on every try: all of it comes from what was stored.
    func mail(for message: OutboundMessage, to recipient: MailAddress) -> MailWriter {
        var mail = MailWriter(
            from: addresses[0], fromName: message.authorName ?? name, to: recipient, subject: MailWriter.replySubject(message.subject),
            messageID: messageID(of: message), inReplyTo: message.inReplyTo, references: message.references,
            replyTo: marks.replyAddress(for: message.conversation, writtenAt: message.createdAt), date: message.createdAt,
            isAutomatic: message.author == .bot, text: message.text)
        // Articles are Markdown; what an agent types means what it looks like.
        mail.html = MailPage.document(message.author == .bot ? formatted(message.text) : MailPage.formatted(plain: message.text))
        mail.files = message.attachments.compactMap { file in file.content.map { MailWriter.File(name: file.name ?? "", mime: file.mime ?? "", bytes: $0) } }
        return mail
    }

    private func messageID(of message: OutboundMessage) -> String { marks.messageID(of: message.id) }

    private static func addresses(_ settings: inout AdapterSettings) throws(ConfigurationProblem) -> [MailAddress] {
        guard let text = try settings.text("address") else { throw ConfigurationProblem("settings.address", "is missing: the channel's mail address") }
        guard let first = MailAddress(text) else { throw ConfigurationProblem("settings.address", "must be one mail address such as help@example.com") }
        var addresses = [first]
        if let more = settings.take("addresses") {
            guard let list = more.array else { throw ConfigurationProblem("settings.addresses", "must be a list of mail addresses") }
            for (index, item) in list.enumerated() {
                guard let address = item.string.flatMap({ MailAddress($0) }) else {
                    throw ConfigurationProblem("settings.addresses[\(index)]", "must be one mail address such as help@example.com")
                }
                if !addresses.contains(where: { $0.key == address.key }) { addresses.append(address) }
            }
        }
        if let odd = addresses.firstIndex(where: { $0.domain.hasPrefix("[") }) {
            throw ConfigurationProblem(odd == 0 ? "settings.address" : "settings.addresses", "needs a domain with a name")
        }
        return addresses
    }
}
