/// A network in CIDR notation, such as `127.0.0.0/8` or `fd00::/8`.
package struct AddressRange: Sendable, Hashable {
    package let base: IPAddress
    package let prefixLength: Int

    init(base: IPAddress, prefixLength: Int) {
        self.base = base
        self.prefixLength = prefixLength
    }

    /// Throws `.invalid` with one line that says what is wrong. A base with bits beyond the prefix is refused: it is mostly a typing error.
    package init(_ text: String) throws(WireError) {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        guard let base = IPAddress(parts[0]) else { throw .invalid("\"\(text)\" is not a network: \"\(parts[0])\" is not an IP address") }
        let width = base.family == .v4 ? 32 : 128
        var length = width
        if parts.count > 1 {
            guard parts.count == 2, parts[1].utf8.count <= 3, parts[1].utf8.allSatisfy({ (48...57).contains($0) }), let number = Int(parts[1]), number <= width
            else { throw .invalid("\"\(text)\" is not a network: the prefix length must be a number from 0 to \(width)") }
            length = number
        }
        self.init(base: base, prefixLength: length)
        guard masked(base) == base else { throw .invalid("\"\(text)\" is not a network: the address has bits beyond the first \(length)") }
    }

    package func contains(_ address: IPAddress) -> Bool {
        address.family == base.family && masked(address) == base
    }

    private func masked(_ address: IPAddress) -> IPAddress {
        switch address.family {
        case .v4:
            let mask = prefixLength == 0 ? 0 : UInt32.max << UInt32(32 - prefixLength)
            return IPAddress(v4: UInt32(truncatingIfNeeded: address.low) & mask)
        case .v6:
            let high = prefixLength >= 64 ? UInt64.max : prefixLength == 0 ? 0 : UInt64.max << UInt64(64 - prefixLength)
            let low = prefixLength <= 64 ? 0 : UInt64.max << UInt64(128 - prefixLength)
            return IPAddress(v6High: address.high & high, low: address.low & low)
        }
    }
}

extension AddressRange: CustomStringConvertible {
    package var description: String { "\(base)/\(prefixLength)" }
}
