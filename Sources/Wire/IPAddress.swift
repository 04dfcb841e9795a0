import CLinux
import Glibc

/// An IPv4 or IPv6 address, without port or zone.
package struct IPAddress: Sendable, Hashable {
    package enum Family: Sendable, Hashable {
        case v4, v6
    }

    package let family: Family
    /// Network order; four bytes are used for IPv4.
    package let high: UInt64
    package let low: UInt64

    package init(v4 value: UInt32) {
        family = .v4
        high = 0
        low = UInt64(value)
    }

    /// Keeps what it is given: an IPv4-mapped address stays IPv6 until `unmapped`.
    package init(v6High high: UInt64, low: UInt64) {
        family = .v6
        self.high = high
        self.low = low
    }

    /// Reads the canonical spellings only: four decimal numbers without leading zeros, or RFC 4291 text without a zone. What libc's older
    /// functions also take (`0x7f.1`, `017700000001`, `2130706433`) is nil.
    package init?(_ text: some StringProtocol) {
        let text = String(text)
        guard text.utf8.count <= 45, !text.utf8.contains(0) else { return nil }
        var v4 = in_addr()
        if inet_pton(AF_INET, text, &v4) == 1 {
            self.init(v4: UInt32(bigEndian: v4.s_addr))
            return
        }
        var v6 = in6_addr()
        guard inet_pton(AF_INET6, text, &v6) == 1 else { return nil }
        self.init(v6)
    }

    init(_ address: in6_addr) {
        let (high, low) = withUnsafeBytes(of: address) { bytes in
            (UInt64(bigEndian: bytes.loadUnaligned(as: UInt64.self)), UInt64(bigEndian: bytes.loadUnaligned(fromByteOffset: 8, as: UInt64.self)))
        }
        self.init(v6High: high, low: low)
    }

    /// An IPv4 address that came as `::ffff:a.b.c.d`, as a dual-stack socket reports it, becomes plain.
    package var unmapped: IPAddress {
        family == .v6 && high == 0 && low >> 32 == 0xFFFF ? IPAddress(v4: UInt32(truncatingIfNeeded: low)) : self
    }
}

extension IPAddress: CustomStringConvertible {
    package var description: String {
        var text = [CChar](repeating: 0, count: Int(INET6_ADDRSTRLEN))
        switch family {
        case .v4:
            var address = in_addr(s_addr: UInt32(truncatingIfNeeded: low).bigEndian)
            inet_ntop(AF_INET, &address, &text, socklen_t(text.count))
        case .v6:
            var words = (high.bigEndian, low.bigEndian)
            inet_ntop(AF_INET6, &words, &text, socklen_t(text.count))
        }
        return String(decoding: text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
}
