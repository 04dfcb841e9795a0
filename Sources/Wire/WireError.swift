/// Why an operation on the network did not succeed. The texts carry no secrets and no customer's data.
package enum WireError: Error, Sendable, Hashable {
    case timedOut
    /// The other side closed or reset the connection, or this side closed it.
    case closed
    case cancelled
    /// Refused, unreachable, not resolved.
    case unreachable(String)
    /// The address guard does not allow this address.
    case forbidden(String)
    /// TLS failed: certificate, protocol, handshake.
    case insecure(String)
    /// A setting (address, network, certificate file) that cannot work: one line that names what and why.
    case invalid(String)
}

extension WireError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .timedOut: "timed out"
        case .closed: "connection closed"
        case .cancelled: "cancelled"
        case .unreachable(let why): why
        case .forbidden(let why): why
        case .insecure(let why): why
        case .invalid(let why): why
        }
    }
}
