/// Decides which addresses outgoing connections may dial: the globally routable ones, and the networks that the operator allows.
///
/// It judges the address that is about to be dialled, never a name or its spelling, so nothing that a resolver does can get past it.
package struct AddressGuard: Sendable {
    package let allowNetworks: [AddressRange]

    package init(allowNetworks: [AddressRange] = []) {
        self.allowNetworks = allowNetworks
    }

    /// Throws `.invalid` for the first text that is not a network.
    package init(allowNetworks: [String]) throws(WireError) {
        var ranges: [AddressRange] = []
        for text in allowNetworks { ranges.append(try AddressRange(text)) }
        self.init(allowNetworks: ranges)
    }

    /// Whether the operator has listed a network that holds the address.
    package func isListed(_ address: IPAddress) -> Bool {
        let address = address.unmapped
        return allowNetworks.contains { $0.contains(address) }
    }

    /// Nil when the address may be dialled, else one line that says why not.
    package func refusal(of address: IPAddress) -> String? {
        if isListed(address) { return nil }
        guard let reason = AddressGuard.special(address) else { return nil }
        return "\(address.unmapped) is not allowed: \(reason)"
    }

    /// Throws `.forbidden` when any one of the addresses is not allowed: a name that leads partly inside is refused whole.
    package func check(_ addresses: [IPAddress]) throws(WireError) {
        for address in addresses {
            if let refusal = refusal(of: address) { throw .forbidden(refusal) }
        }
    }

    /// What makes an address not globally routable; nil when it is.
    package static func special(_ address: IPAddress) -> String? {
        let address = address.unmapped
        switch address.family {
        case .v4:
            return specialV4.first { $0.range.contains(address) }?.reason
        case .v6:
            if let found = specialV6.first(where: { $0.range.contains(address) }) { return found.reason }
            return address.high >> 61 == 1 ? nil : "outside 2000::/3, the only global unicast space"
        }
    }

    private struct Special: Sendable {
        var range: AddressRange
        var reason: String

        init(v4 a: UInt32, _ b: UInt32, _ c: UInt32, _ d: UInt32, _ length: Int, _ reason: String) {
            range = AddressRange(base: IPAddress(v4: a << 24 | b << 16 | c << 8 | d), prefixLength: length)
            self.reason = reason
        }

        init(v6 high: UInt64, _ low: UInt64, _ length: Int, _ reason: String) {
            range = AddressRange(base: IPAddress(v6High: high, low: low), prefixLength: length)
            self.reason = reason
        }
    }

    /// IANA IPv4 Special-Purpose Address Registry (RFC 6890 and later), multicast and class E. The few entries marked globally reachable inside
    /// 192.0.0.0/24 (PCP and TURN anycast) are nothing that a customer's server answers on.
    private static let specialV4: [Special] = [
        Special(v4: 0, 0, 0, 0, 8, "this network (RFC 791)"),
        Special(v4: 10, 0, 0, 0, 8, "private (RFC 1918)"),
        Special(v4: 100, 64, 0, 0, 10, "carrier-grade NAT (RFC 6598)"),
        Special(v4: 127, 0, 0, 0, 8, "loopback (RFC 1122)"),
        Special(v4: 169, 254, 0, 0, 16, "link-local (RFC 3927)"),
        Special(v4: 172, 16, 0, 0, 12, "private (RFC 1918)"),
        Special(v4: 192, 0, 0, 0, 24, "protocol assignments (RFC 6890)"),
        Special(v4: 192, 0, 2, 0, 24, "documentation (RFC 5737)"),
        Special(v4: 192, 31, 196, 0, 24, "AS112 (RFC 7535)"),
        Special(v4: 192, 52, 193, 0, 24, "automatic multicast tunnelling (RFC 7450)"),
        Special(v4: 192, 88, 99, 0, 24, "6to4 relay (RFC 7526)"),
        Special(v4: 192, 168, 0, 0, 16, "private (RFC 1918)"),
        Special(v4: 192, 175, 48, 0, 24, "AS112 (RFC 7534)"),
        Special(v4: 198, 18, 0, 0, 15, "benchmarking (RFC 2544)"),
        Special(v4: 198, 51, 100, 0, 24, "documentation (RFC 5737)"),
        Special(v4: 203, 0, 113, 0, 24, "documentation (RFC 5737)"),
        Special(v4: 224, 0, 0, 0, 4, "multicast (RFC 5771)"),
        Special(v4: 240, 0, 0, 0, 4, "reserved (RFC 1112) or broadcast"),
    ]

    /// IANA IPv6 Special-Purpose Address Registry, inside 2000::/3; all else but 2000::/3 is refused anyway, and listed where a clear reason helps.
    private static let specialV6: [Special] = [
        Special(v6: 0, 1, 128, "loopback (RFC 4291)"),
        Special(v6: 0, 0, 128, "unspecified (RFC 4291)"),
        Special(v6: 0, 0, 96, "IPv4-compatible (RFC 4291)"),
        Special(v6: 0x0064_ff9b_0000_0000, 0, 96, "IPv4 translation (RFC 6052)"),
        Special(v6: 0x0064_ff9b_0001_0000, 0, 48, "IPv4 translation, local (RFC 8215)"),
        Special(v6: 0x0100_0000_0000_0000, 0, 64, "discard-only (RFC 6666)"),
        Special(v6: 0x2001_0000_0000_0000, 0, 32, "Teredo (RFC 4380)"),
        Special(v6: 0x2001_0000_0000_0000, 0, 23, "protocol assignments (RFC 2928)"),
        Special(v6: 0x2001_0db8_0000_0000, 0, 32, "documentation (RFC 3849)"),
        Special(v6: 0x2002_0000_0000_0000, 0, 16, "6to4 (RFC 3056)"),
        Special(v6: 0x2620_004f_8000_0000, 0, 48, "AS112 (RFC 7534)"),
        Special(v6: 0x3fff_0000_0000_0000, 0, 20, "documentation (RFC 9637)"),
        Special(v6: 0x3ffe_0000_0000_0000, 0, 16, "6bone (RFC 3701)"),
        Special(v6: 0x5f00_0000_0000_0000, 0, 16, "segment routing (RFC 9602)"),
        Special(v6: 0xfc00_0000_0000_0000, 0, 7, "unique local (RFC 4193)"),
        Special(v6: 0xfe80_0000_0000_0000, 0, 10, "link-local (RFC 4291)"),
        Special(v6: 0xfec0_0000_0000_0000, 0, 10, "site-local (RFC 3879)"),
        Special(v6: 0xff00_0000_0000_0000, 0, 8, "multicast (RFC 4291)"),
    ]
}
