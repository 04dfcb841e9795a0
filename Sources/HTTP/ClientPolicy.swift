package import Wire

/// What may be called. Networks that the operator lists in the guard are exempt from the rules for ports and encryption.
package struct ClientPolicy: Sendable {
    package var addressGuard: AddressGuard
    /// Elsewhere only these ports are dialled: a webhook that goes to port 25 or 5432 is an attack.
    package var ports: Set<UInt16> = [80, 443, 8443]
    /// Plain `http:` to listed networks only.
    package var requiresEncryption = true

    package init(addressGuard: AddressGuard) {
        self.addressGuard = addressGuard
    }

    /// Nil when the address may be dialled for that URL.
    func refusal(of target: SocketAddress, isSecure: Bool) -> String? {
        if addressGuard.isListed(target.address) { return nil }
        if let reason = addressGuard.refusal(of: target.address) { return reason }
        if !ports.contains(target.port) { return "port \(target.port) is not among the allowed ones" }
        if requiresEncryption && !isSecure { return "plain http is allowed only to listed networks" }
        return nil
    }
}
