import CLinux
import Glibc

/// An address with a port, as the socket calls want it and as settings write it.
package struct SocketAddress: Sendable, Hashable {
    package var address: IPAddress
    package var port: UInt16

    package init(address: IPAddress, port: UInt16) {
        self.address = address
        self.port = port
    }

    /// Reads `127.0.0.1:8080` and `[::1]:8080`; `.invalid` says what is wrong. Names are not taken: what a server listens on is an address.
    package init(_ text: String) throws(WireError) {
        guard let colon = text.lastIndex(of: ":") else { throw .invalid("\"\(text)\" is not ADDRESS:PORT: there is no colon") }
        let digits = text[text.index(after: colon)...]
        guard digits.utf8.count <= 5, !digits.isEmpty, digits.utf8.allSatisfy({ (48...57).contains($0) }), let port = UInt16(digits)
        else { throw .invalid("\"\(text)\" is not ADDRESS:PORT: the port must be a number from 0 to 65535") }
        var host = text[..<colon]
        if host.hasPrefix("["), host.hasSuffix("]") {
            host = host.dropFirst().dropLast()
        } else if host.contains(":") {
            throw .invalid("\"\(text)\" is not ADDRESS:PORT: an IPv6 address needs brackets, as in [::1]:8080")
        }
        guard let address = IPAddress(host) else { throw .invalid("\"\(text)\" is not ADDRESS:PORT: \"\(host)\" is not an IP address") }
        self.init(address: address, port: port)
    }

    /// The address in a `sockaddr` of the kernel; nil for other families than IPv4 and IPv6, or a length that is too short.
    package init?(sockaddr raw: UnsafeRawPointer, length: Int) {
        guard length >= MemoryLayout<sa_family_t>.size else { return nil }
        switch Int32(raw.loadUnaligned(as: sa_family_t.self)) {
        case AF_INET where length >= MemoryLayout<sockaddr_in>.size:
            let value = raw.loadUnaligned(as: sockaddr_in.self)
            self.init(address: IPAddress(v4: UInt32(bigEndian: value.sin_addr.s_addr)), port: UInt16(bigEndian: value.sin_port))
        case AF_INET6 where length >= MemoryLayout<sockaddr_in6>.size:
            let value = raw.loadUnaligned(as: sockaddr_in6.self)
            self.init(address: IPAddress(value.sin6_addr), port: UInt16(bigEndian: value.sin6_port))
        default:
            return nil
        }
    }

    init(_ storage: sockaddr_storage, length: socklen_t) throws(WireError) {
        var storage = storage
        guard let found = SocketAddress(sockaddr: &storage, length: Int(length)) else { throw .closed }
        self = found
    }

    var family: Int32 { address.family == .v4 ? AF_INET : AF_INET6 }

    func withPointer<T>(_ body: (UnsafePointer<sockaddr>, socklen_t) -> T) -> T {
        switch address.family {
        case .v4:
            var value = sockaddr_in()
            value.sin_family = sa_family_t(AF_INET)
            value.sin_port = port.bigEndian
            value.sin_addr.s_addr = UInt32(truncatingIfNeeded: address.low).bigEndian
            return withUnsafePointer(to: &value) { pointer in
                pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { body($0, socklen_t(MemoryLayout<sockaddr_in>.size)) }
            }
        case .v6:
            var value = sockaddr_in6()
            value.sin6_family = sa_family_t(AF_INET6)
            value.sin6_port = port.bigEndian
            withUnsafeMutableBytes(of: &value.sin6_addr) { bytes in
                bytes.storeBytes(of: address.high.bigEndian, as: UInt64.self)
                bytes.storeBytes(of: address.low.bigEndian, toByteOffset: 8, as: UInt64.self)
            }
            return withUnsafePointer(to: &value) { pointer in
                pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { body($0, socklen_t(MemoryLayout<sockaddr_in6>.size)) }
            }
        }
    }

    static func local(of descriptor: Int32) -> SocketAddress? {
        ask(descriptor, getsockname)
    }

    static func peer(of descriptor: Int32) -> SocketAddress? {
        ask(descriptor, getpeername)
    }

    private static func ask(_ descriptor: Int32, _ call: (Int32, UnsafeMutablePointer<sockaddr>?, UnsafeMutablePointer<socklen_t>?) -> Int32) -> SocketAddress? {
        var storage = sockaddr_storage()
        var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
        let result = withUnsafeMutablePointer(to: &storage) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { call(descriptor, $0, &length) }
        }
        return result == 0 ? try? SocketAddress(storage, length: length) : nil  // a family that is neither IPv4 nor IPv6 has no text here
    }
}

extension SocketAddress: CustomStringConvertible {
    package var description: String { address.family == .v4 ? "\(address):\(port)" : "[\(address)]:\(port)" }
}

/// The C library's text for an error number.
func systemText(_ number: Int32) -> String {
    var text = [CChar](repeating: 0, count: 128)
    guard strerror_r(number, &text, text.count) == 0 else { return "error \(number)" }
    return String(decoding: text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
}
