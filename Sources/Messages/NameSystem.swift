/// One record of the domain name system, as far as mail asks for them.
public enum NameRecord: Sendable, Hashable {
    public enum Kind: UInt16, Sendable, Hashable {
        case a = 1
        case ptr = 12
        case mx = 15
        case txt = 16
        case aaaa = 28
    }

    /// 4 octets of an A record or 16 of an AAAA record, in network order.
    case address([UInt8])
    /// Lower is better (RFC 5321 §5.1); the host is `.` for "takes no mail" (RFC 7505).
    case exchange(preference: Int, host: String)
    /// The strings of one TXT record put together.
    case text([UInt8])
    case pointer(String)
}

/// The domain name system as it is given to whoever asks.
public protocol NameSystem: Sendable {
    /// What is there under the name; empty when there is no such name or no such record.
    ///
    /// - Throws: when nobody knows: time-out, a server that fails. Asking later may help.
    func records(_ kind: NameRecord.Kind, of name: String) async throws(NameFailure) -> [NameRecord]
}

/// Why the domain name system gave no answer, in words for an operator.
public struct NameFailure: Error, Sendable, Hashable {
    public var explanation: String

    public init(_ explanation: String) { self.explanation = explanation }
}

/// A domain name system that knows nothing for certain: where none is given.
public struct NoNameSystem: NameSystem {
    public init() {}

    public func records(_ kind: NameRecord.Kind, of name: String) async throws(NameFailure) -> [NameRecord] {
        throw NameFailure("no name server is configured")
    }
}
