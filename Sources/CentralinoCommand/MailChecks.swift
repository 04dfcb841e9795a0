import EmailAdapter
import Mail
import Messages
import Wire

/// What the mail doors want to know about clients and senders, from the settings.
enum MailChecks {
    /// Loopback, private and link-local networks: a client from there is a mail server of ours that passes mail on, not the sender's.
    private static let own = ["127.0.0.0/8", "::1/128", "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10", "169.254.0.0/16", "fc00::/7", "fe80::/10"]

    static func make(_ door: Settings.MailDoor, names: any NameSystem) -> SMTPListener.Checks {
        let isProxy = member(door.proxies)
        let isOwn = member(own)
        let rates = SMTPRates(perPeer: door.mailsPerMinuteAndPeer, perSender: door.mailsPerMinuteAndSender)
        return SMTPListener.Checks(
            isProxy: isProxy, isOurs: isOwn, sender: door.checksSenders ? SenderCheck(names: names, suffixes: { PublicSuffixes.system }) : nil,
            suffixes: { PublicSuffixes.system }, authservID: door.authservID, refusesFailed: door.refusesFailed, rates: rates)
    }

    /// What is no network was reported when the settings were looked at.
    private static func member(_ networks: [String]) -> @Sendable (String) -> Bool {
        let ranges = networks.compactMap { text -> AddressRange? in
            do throws(WireError) { return try AddressRange(text) } catch { return nil }
        }
        return { text in
            guard let address = IPAddress(text)?.unmapped else { return false }
            return ranges.contains { $0.contains(address) }
        }
    }
}

/// The domain name system by a client of ours.
struct WireNames: NameSystem {
    private let client: DNSClient

    init(settings: Settings, loops: EventLoopGroup) {
        let named = settings.nameServers.compactMap { text -> SocketAddress? in
            do throws(WireError) { return try SocketAddress(text) } catch { return nil }
        }
        client = DNSClient(servers: named.isEmpty ? DNSClient.systemServers(SmallFile.text("/etc/resolv.conf") ?? "") : named, group: loops)
    }

    func records(_ kind: NameRecord.Kind, of name: String) async throws(NameFailure) -> [NameRecord] {
        guard let kind = DNSMessage.Kind(rawValue: kind.rawValue) else { throw NameFailure("such records are not asked for") }
        do throws(WireError) {
            return try await client.records(kind, of: name).map { record in
                switch record {
                case .address(let octets): .address(octets)
                case .exchange(let preference, let host): .exchange(preference: preference, host: host)
                case .text(let octets): .text(octets)
                case .pointer(let host): .pointer(host)
                }
            }
        } catch {
            // A name that cannot be asked for does not exist.
            if case .invalid = error { return [] }
            throw NameFailure(error.explanation)
        }
    }
}

extension PublicSuffixes {
    /// Debian's package `publicsuffix` where it is installed, else the simple rule. Read at the first mail that needs it.
    static let system = SmallFile.bytes("/usr/share/publicsuffix/public_suffix_list.dat").map { PublicSuffixes(list: $0) } ?? PublicSuffixes()
}
