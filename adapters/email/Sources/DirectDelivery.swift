import ChannelKit
import Mail
import Messages

/// Sends one mail straight to the mail exchangers of the recipient's domain (RFC 5321 §5.1).
struct DirectDelivery {
    let network: any Network
    let names: any NameSystem
    let direct: EmailAdapter.Direct
    let ownName: String

    /// Hosts that are tried before the delivery waits for its next try.
    private static let mostHosts = 5
    private static let mostAddresses = 3

    /// - Throws: as `RelayDelivery.send`; `refused` also where the domain takes no mail at all.
    func send(_ mail: SMTPDelivery.Mail) async throws(DeliveryFailure) {
        let hosts = try await hosts(of: mail.recipient.domain)
        var last = DeliveryFailure(.notSent(retryAfter: nil), "no mail server of \(mail.recipient.domain) can be reached")
        for host in hosts {
            let addresses: [[UInt8]]
            do throws(NameFailure) {
                addresses = try await self.addresses(of: host)
            } catch {
                last = DeliveryFailure(.notSent(retryAfter: nil), "the address of \(host) could not be asked for: \(error.explanation)")
                continue
            }
            for address in addresses.prefix(Self.mostAddresses) {
                let exchange = RelayDelivery(
                    network: network, host: Self.text(address), name: host, port: direct.port, security: direct.requiresTLS ? .starttls : .none,
                    isOpportunistic: !direct.requiresTLS,
                    user: nil, password: nil, isLoopback: false, ownName: ownName, what: "the mail server \(host)")
                do throws(DeliveryFailure) {
                    return try await exchange.send(mail)
                } catch {
                    // Refused for good, or perhaps out: another host would not change that.
                    guard case .notSent = error.verdict else { throw error }
                    last = error
                }
            }
        }
        throw last
    }

    /// The hosts in the order to try; the domain itself where it names none.
    private func hosts(of domain: String) async throws(DeliveryFailure) -> [String] {
        guard !domain.hasPrefix("["), domain.utf8.allSatisfy({ $0 < 0x80 }) else {
            throw DeliveryFailure(.refused, "mail to \(domain.hasPrefix("[") ? "an address literal" : "a domain in other letters than ASCII") needs a relay")
        }
        let records: [NameRecord]
        do throws(NameFailure) {
            records = try await names.records(.mx, of: domain)
        } catch {
            throw DeliveryFailure(.notSent(retryAfter: nil), "the mail servers of \(domain) could not be asked for: \(error.explanation)")
        }
        var exchanges: [(preference: Int, host: String)] = []
        for case .exchange(let preference, let host) in records { exchanges.append((preference, host.hasSuffix(".") && host.count > 1 ? String(host.dropLast()) : host)) }
        // RFC 7505.
        if exchanges.count == 1, exchanges[0].host == "." { throw DeliveryFailure(.refused, "\(domain) takes no mail (null MX)") }
        exchanges.removeAll { $0.host == "." }
        guard !exchanges.isEmpty else { return [domain] }
        // Equal ones in random order, to share the load.
        return exchanges.shuffled().sorted { $0.preference < $1.preference }.prefix(Self.mostHosts).map(\.host)
    }

    private func addresses(of host: String) async throws(NameFailure) -> [[UInt8]] {
        var found: [[UInt8]] = []
        var failure: NameFailure?
        for kind in [NameRecord.Kind.a, .aaaa] {
            do throws(NameFailure) {
                for case .address(let octets) in try await names.records(kind, of: host) { found.append(octets) }
            } catch {
                failure = error
            }
        }
        if found.isEmpty, let failure { throw failure }
        return found
    }

    private static func text(_ octets: [UInt8]) -> String {
        if octets.count == 4 { return octets.map(String.init).joined(separator: ".") }
        return stride(from: 0, to: 16, by: 2).map { String(Int(octets[$0]) << 8 | Int(octets[$0 + 1]), radix: 16) }.joined(separator: ":")
    }
}
